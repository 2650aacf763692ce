"""Data: what is in this file, and can I trust it?"""

import streamlit as st

from rnnlab.dataset_names import dataset_name
from rnnlab.datasets.outside import OUTSIDE
from rnnlab.runs import trained
from ui import live, theme
from ui.data import add, card, jobs, keys, listing, suspicious, understood, upload
from ui.data.upload import Upload
from ui.reader import Snapshot, snapshot


def check(given: Upload) -> jobs.Job:
    """Return the job that checks a file."""
    choices = keys.choices(given.digest)
    return jobs.check_file(given.digest, given.name, choices, given.content, seen=_seen())


def check_known(dataset_id: str) -> jobs.Job:
    """Return the job that checks a dataset; of those that only judge, against what models saw."""
    return jobs.check_dataset(dataset_id, seen=_seen() if dataset_id in OUTSIDE else ())


def _seen() -> frozenset[tuple[str, int, bool]]:
    """Return what the card of a file rests on beside it: what models were trained on."""
    now = snapshot()
    configs = (run.config for run in trained((*now.runs, *now.starters)))
    return frozenset((c.dataset_id, c.split_seed, c.test_set) for c in configs)


def show_file(given: Upload) -> None:
    """Draw how a file was read, its health card, and the form that adds it."""
    job = check(given)
    if job.running:
        wait(given, None)
        return
    document = job.document or {}
    if job.error is not None:
        offers = document.get("encodings", ())
        # What can be chosen below need not be said above.
        theme.error(job.error.partition(": save it as UTF-8")[0] if offers else job.error)
        understood.encodings(given.digest, offers)
        understood.choose(given.digest, document)
        return
    left, right = st.columns([8, 5], gap="large")
    with left:
        card.figures(document)
        understood.choose(given.digest, document)
        if document["remarks"]:
            st.caption(theme.markdown(" ".join(document["remarks"])))
        understood.preview(document)
    with right:
        add.show(given, document)
    st.subheader("Can it be trusted?", anchor=False)
    show_card(document, digest=given.digest)


def show_card(document: card.Card, *, digest: str | None = None, dataset_id: str = "") -> None:
    """Draw findings beside charts."""
    left, right = st.columns([7, 5], gap="large")
    with left:
        card.findings(document, digest=digest, dataset_id=dataset_id)
    with right:
        card.charts(document)


def show_dataset(dataset_id: str) -> None:
    """Draw the health card of a dataset of the lab."""
    job = check_known(dataset_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(theme.markdown(dataset_name(dataset_id)), anchor=False)
        if st.button("Close", icon=":material/close:", type="tertiary", key="data_close"):
            st.query_params.pop(keys.OPENED, None)
            st.rerun()
    if job.running:
        wait(None, dataset_id)
    elif job.error is not None:
        theme.error(job.error)
    elif job.document:
        card.figures(job.document)
        show_card(job.document, dataset_id=dataset_id)
    if own := next((own for own in lab.datasets if own.id == dataset_id), None):
        suspicious.show(own, lab)


@st.fragment(run_every=1.0)
def wait(given: Upload | None, dataset_id: str | None) -> None:
    """Show how far the check is; rerun the page once it has ended."""
    job = check_known(str(dataset_id)) if given is None else check(given)
    if not job.running:
        st.rerun()
    st.progress(job.progress, text="Reading and checking the reviews …")


lab: Snapshot = snapshot()
live.follow(lab)
given = upload.show()
opened = st.query_params.get(keys.OPENED)
if opened is not None:
    known = {*listing.BUILT_IN, *(own.id for own in lab.datasets)}
    names = {own.name: own.id for own in lab.datasets}
    if (found := names.get(opened, opened)) in known:
        show_dataset(found)
    else:
        st.info(
            theme.markdown(f"There is no dataset {opened[:60]} in this lab."),
            icon=":material/info:",
        )
elif given is not None:
    show_file(given)
listing.show(lab)
