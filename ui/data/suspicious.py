"""The labels of a dataset that are probably wrong: read, and corrected in a new version."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from rnnlab import format
from rnnlab.datasets.own.record import OwnDataset
from rnnlab.lab import Lab
from rnnlab.runs import trained
from ui import roles, theme
from ui.data import jobs, keys
from ui.reader import Snapshot

AT_ONCE = 10
EXCERPT = 90  # characters


def show(dataset: OwnDataset, snapshot: Snapshot) -> None:
    """Draw the offer to look for wrong labels, or those that were found."""
    st.subheader("Which labels may be wrong?", anchor=False)
    runs = [run.id for run in trained(snapshot.runs) if run.config.dataset == dataset.id]
    if not st.session_state.get(keys.looking(dataset.id)):
        st.caption(
            "Models that have not seen a review say what its label should be: two that are "
            f"cross-validated, and your {format.plural(len(runs), 'run')} for the reviews that "
            "each held out. Takes seconds for some thousand reviews, and minutes for 25,000."
        )
        if st.button("Look for wrong labels", icon=":material/rule:", key="data_look"):
            st.session_state[keys.looking(dataset.id)] = True
            st.rerun()
        return
    job = jobs.suspicious(dataset.id, tuple(sorted(runs)))
    if job.running:
        _wait(dataset.id, tuple(sorted(runs)))
    elif job.error is not None:
        theme.error(job.error)
    elif job.document:
        _found(dataset, job.document)


@st.fragment(run_every=1.0)
def _wait(dataset_id: str, runs: tuple[str, ...]) -> None:
    if not jobs.suspicious(dataset_id, runs).running:
        st.rerun()
    st.caption(":material/hourglass_top: Asking models that have not seen the reviews …")


def _found(dataset: OwnDataset, document: Mapping[str, Any]) -> None:
    labels = document["suspicious"]
    if not labels:
        st.write(f"No label of {document['reviews']:,} reviews is contradicted by all models.")
        return
    st.write(
        f"**{len(labels):,} of {document['reviews']:,} labels are contradicted by all models** "
        "that have not seen the review. The surest come first. Read a review before you change its "
        "label: models are wrong too."
    )
    shown_key = keys.shown(dataset.id)
    shown = st.session_state.get(shown_key, AT_ONCE)
    chosen = [label for label in labels[:shown] if _line(dataset, label)]
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown < len(labels) and st.button(
            f"Show {min(AT_ONCE, len(labels) - shown)} more",
            icon=":material/expand_more:",
            key="data_more_suspicious",
        ):
            st.session_state[shown_key] = shown + AT_ONCE
            st.rerun()
        if not roles.may_change():
            return
        words = f"Save {format.plural(len(chosen), 'corrected label')} as a new version"
        if st.button(
            words if chosen else "Save as a new version",
            type="primary",
            icon=":material/save:",
            key="data_relabel",
            disabled=not chosen,
            help=f"{theme.markdown(dataset.name)} and its runs stay as they are. Runs on the new "
            "version are compared with one another, not with those.",
        ):
            _save(dataset, chosen)


def _line(dataset: OwnDataset, label: Mapping[str, Any]) -> bool:
    """Draw a review with its label; return whether that is to be flipped."""
    given, other = ("positive", "negative") if label["label"] else ("negative", "positive")
    words = " ".join(label["text"].split())
    start = theme.markdown(words[:EXCERPT]) + ("…" if len(words) > EXCERPT else "")
    says = format.percent(label["probability"])
    with st.container(key=f"data_suspicious_{label['number']}"):
        with st.expander(f"Labelled **{given}**, models say {says} positive · {start}"):
            st.write(theme.markdown(label["text"].replace("<br />", "\n\n")))
            opinions = [
                f"{opinion['name']} {format.percent(opinion['probability'])}"
                for opinion in label["opinions"]
            ]
            st.caption(f"Positive by {format.listing(opinions)}.")
        return st.checkbox(
            f"Make it {other}",
            key=keys.flipped(dataset.id, label["number"]),
            disabled=not roles.may_change(),
        )


def _save(dataset: OwnDataset, chosen: list[Mapping[str, Any]]) -> None:
    labels = {label["number"] - 1: 1 - label["label"] for label in chosen}
    saved: list[OwnDataset] = []

    def relabel(lab: Lab) -> None:
        saved.append(lab.relabel_dataset(dataset.id, labels))

    if roles.attempt(relabel):
        st.query_params[keys.OPENED] = saved[0].id
        st.toast(f"Saved as **{theme.markdown(saved[0].name)}**.", icon=":material/save:")
        st.rerun()
