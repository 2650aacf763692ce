"""The studies of the lab as a list of links, on the Study page and on the Lab page."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.config import FIELDS, RunConfig
from rnnlab.runs import Run
from rnnlab.studies import Study
from rnnlab.study import plan
from ui import roles, theme
from ui.links import to_view
from ui.reader import Snapshot
from ui.study import dialog, results, summary

LATEST = 3  # studies on the Lab page


def show(studies: Sequence[Study], snapshot: Snapshot, *, on_study_page: bool = False) -> None:
    """Draw a line for each study: a link, its state, and how far it is or what it found."""
    for study in studies:
        with st.container(
            key=f"study_line_{study.id}", horizontal=True, vertical_alignment="center"
        ):
            label, query = f"**{theme.markdown(study.name)}**", {"study": study.id}
            icon = ":material/tune:"
            if on_study_page:
                to_view(label, icon=icon, key=f"study_open_{study.id}", query=query)
            else:
                st.page_link("pages/study.py", label=label, icon=icon, query_params=query)
            st.html(_line(study, snapshot))


def running(snapshot: Snapshot) -> None:
    """Draw the studies that are running; none draws none."""
    show([study for study in snapshot.studies if study.state.active], snapshot)


def ended(snapshot: Snapshot) -> None:
    """Draw the latest studies that have ended, below a heading; none draws none."""
    studies = [study for study in snapshot.studies if not study.state.active]
    if not studies:
        return
    st.subheader("Studies: tuned against tuned", anchor=False)
    show(studies[:LATEST], snapshot)
    if len(studies) > LATEST:
        st.page_link(
            "pages/study.py",
            label=f"All {len(snapshot.studies)} studies",
            icon=":material/arrow_forward:",
        )


def links(run: Run, snapshot: Snapshot) -> None:
    """Draw a link to each of the latest studies that a run belongs to."""
    studies = [study for study in snapshot.studies if run.id in study.run_ids()]
    for study in studies[:LATEST]:
        st.page_link(
            "pages/study.py",
            label=f"Study: {theme.markdown(study.name)}",
            icon=":material/tune:",
            query_params={"study": study.id},
        )


def page(snapshot: Snapshot, asked: str) -> None:
    """Draw the page that names no study: all of them, or what a study is; and the way to start one.

    `asked` is what the URL named, if anything.
    """
    theme.heading("Studies", "Which architecture is better when each is well set?")
    if asked:
        st.warning(
            f"No study {theme.markdown(asked[:40])}: it may have been deleted.",
            icon=":material/link_off:",
        )
    if not snapshot.studies:
        st.info(
            "One learning rate decides which network looks better. A study gives every "
            "architecture the same budget to find its own rate, then compares the winners on "
            "reviews that chose nothing. A sweep does so over ranges of any settings.",
            icon=":material/tune:",
        )
    show(snapshot.studies, snapshot, on_study_page=True)
    with st.container(horizontal=True):
        if roles.button(
            "Tune and compare", type="primary", icon=":material/tune:", key="study_tune"
        ):
            dialog.tune()
        if roles.button("Start a sweep", icon=":material/travel_explore:", key="study_sweep"):
            dialog.tune(kind="sweep")


def _line(study: Study, snapshot: Snapshot) -> str:
    names = [plan.candidate_name(study.spec, base) for base in study.spec.bases]
    if study.chosen is not None:
        names = [
            f"{name} at {', '.join(values)}" if (values := _values(study, config)) else name
            for name, config in zip(names, study.chosen, strict=True)
        ]
    words = format.listing(names)
    if study.state.active:
        words = f"{words}. {results.progress(study, snapshot).sentence}"
    badge = summary.state_badge(study)
    return f'<div class="lab-row">{badge}<span>{theme.text(words)}</span></div>'


def _values(study: Study, config: RunConfig | None) -> list[str]:
    """Return the chosen values of the searched fields that the candidate has."""
    values = {name: config and getattr(config, name) for name in study.spec.searched}
    return [
        f"{FIELDS[name].label.lower()} {plan.grid_value(name, value)}"
        for name, value in values.items()
        if value is not None
    ]
