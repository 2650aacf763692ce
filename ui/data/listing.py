"""The datasets of the lab, one's own and the built-in ones: open a card, rename, delete."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.datasets.own.record import OwnDataset
from rnnlab.lab import Lab
from rnnlab.names import MAX_NAME
from ui import links, roles, theme
from ui.data import keys
from ui.reader import Snapshot

BUILT_IN = {
    "bundled": "25,000 IMDB reviews, the tutorial’s: 20,000 train and 5,000 validate.",
    "rotten-tomatoes": "8,530 short Rotten Tomatoes reviews, to judge models on.",
    "keras": "Keras’s own IMDB: 25,000 to train on and 25,000 to test on.",
}


def show(snapshot: Snapshot) -> None:
    """Draw a line for each dataset."""
    own = snapshot.datasets
    st.subheader("Your datasets", anchor=False)
    if not own:
        words = "None yet: drop a file above, and add it." if roles.may_change() else "None yet."
        st.caption(words)
    _lines(own, snapshot)
    st.subheader("Built in", anchor=False)
    for name, words in BUILT_IN.items():
        with st.container(key=f"data_line_{name}", horizontal=True, vertical_alignment="center"):
            _open(name, name)
            st.html(f'<span class="data-about">{theme.text(words)}</span>')


def _lines(datasets: Sequence[OwnDataset], snapshot: Snapshot) -> None:
    for dataset in datasets:
        runs = sum(run.config.dataset == dataset.id for run in snapshot.runs)
        parts = dataset.parts
        held_out = f"{parts.train:,} train, {parts.validation:,} validate"
        held_out += f", {parts.test:,} test" if dataset.gives_test else ""
        words = f"{format.plural(dataset.reviews, 'review')}: {held_out}. " + (
            format.plural(runs, "run") if runs else "No runs yet"
        )
        with st.container(
            key=f"data_line_{dataset.id.replace('-', '_')}",
            horizontal=True,
            vertical_alignment="center",
        ):
            _open(dataset.id, dataset.name)
            st.html(f'<span class="data-about">{theme.text(words)}</span>')
            if roles.button(
                "Train on it", key=f"data_train_{dataset.id}", icon=":material/play_arrow:"
            ):
                st.switch_page("pages/train.py", query_params={"dataset": dataset.id})
            if roles.button(
                "Rename", key=f"data_rename_{dataset.id}", icon=":material/edit:", type="tertiary"
            ):
                _rename(dataset)
            if roles.button(
                "Delete", key=f"data_delete_{dataset.id}", icon=":material/delete:", type="tertiary"
            ):
                _delete(dataset, runs)


def _open(dataset_id: str, name: str) -> None:
    links.to_view(
        f"**{theme.markdown(name)}**",
        icon=":material/health_and_safety:",
        key=f"data_open_{dataset_id}",
        query={keys.OPENED: dataset_id},
    )


@st.dialog("Rename dataset", icon=":material/edit:")
def _rename(dataset: OwnDataset) -> None:
    ask_name(dataset)


def ask_name(dataset: OwnDataset) -> None:
    """Show a form for the dataset's new name."""
    with st.form("data_rename", border=False):
        name = st.text_input(
            "Name", dataset.name, max_chars=MAX_NAME, key=f"data_new_name_{dataset.id}"
        )
        if st.form_submit_button("Rename", type="primary") and roles.attempt(
            lambda lab: lab.store.datasets.rename(dataset.id, name)
        ):
            st.rerun()


@st.dialog("Delete permanently?", icon=":material/delete:")
def _delete(dataset: OwnDataset, runs: int) -> None:
    ask_delete(dataset, runs)


def ask_delete(dataset: OwnDataset, runs: int) -> None:
    """Show the question and its two answers."""
    what = f"**{theme.markdown(dataset.name)}** with its {format.plural(dataset.reviews, 'review')}"
    st.write(f"This deletes {what}. This cannot be undone.")
    if runs:
        st.caption(f"{format.plural(runs, 'run')} of this lab need it: delete those first.")
    with st.container(horizontal=True):
        confirmed = st.button(
            "Delete", type="primary", key="data_delete_confirmed", disabled=bool(runs)
        )
        cancelled = st.button("Cancel", key="data_delete_cancelled")
    if confirmed and roles.attempt(Lab.delete_dataset, dataset.id):
        st.query_params.pop(keys.OPENED, None)
        st.rerun()
    if cancelled:
        st.rerun()
