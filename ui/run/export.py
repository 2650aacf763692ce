"""A run's files to download, and its reproductions: runs that repeat its training."""

import threading

import streamlit as st

from rnnlab.compare import reproduction
from rnnlab.compare.reproduction import Reproduction
from rnnlab.errors import RnnlabError
from rnnlab.export import run_files
from rnnlab.export.older_keras import OLDEST
from rnnlab.lab import Lab
from rnnlab.names import file_stem
from rnnlab.runs import Run, RunState
from rnnlab.store import RunStore
from ui import links, reader, roles, theme
from ui.reader import Snapshot

_ONE_AT_A_TIME = threading.Lock()  # the process that writes the network takes 0.7 GB
_NETWORK = (
    f"The trained network as a Keras file that loads without rnnlab in Keras {OLDEST} and later, "
    "its weights and vocabulary, its history, a TensorBoard log folder, a notebook to try it in, "
    "and a script that trains the same network from scratch."
)
_BASELINE = (
    "The fitted weights and vocabulary, the history, a notebook to try it in, and a scikit-learn "
    "script that fits the same model from scratch, without rnnlab."
)


def section(run: Run, snapshot: Snapshot) -> None:
    """Draw the downloads of a run that has ended, and its reproductions; else nothing."""
    if not run.is_trained:
        return
    st.subheader("Export", anchor=False)
    st.write(_NETWORK if run_files.is_network(run) else _BASELINE)
    with st.container(horizontal=True, key="export_files"):
        _downloads(run)
    _reproductions(run, snapshot)


def verdict(run: Run, snapshot: Snapshot) -> None:
    """Draw for a reproduction its original and, once it has finished, how the two compare.

    Draws nothing for other runs.
    """
    if run.reproduces is None:
        return
    original = snapshot.get(run.reproduces)
    if original is None:
        st.info(
            "This run reproduces one that has since been deleted: there is nothing to compare it "
            "with.",
            icon=":material/content_copy:",
        )
        return
    with st.container(border=True, key="export_verdict"):
        if run.state is RunState.FINISHED:
            _sentence(original, run)
        elif run.state.active:
            st.write("This run reproduces another. The two are compared once it has finished.")
        else:
            st.write("This run was meant to reproduce another, but did not finish.")
        _link(original, f"Original: {theme.markdown(original.name)}")


def _downloads(run: Run) -> None:
    store, stem = reader.get_lab().store, file_stem(run.name, run.id)
    st.download_button(
        "Download all (ZIP)",
        lambda: _archive(run.id, run.name, _store=store, _run=run),
        file_name=f"{stem}.zip",
        mime="application/zip",
        type="primary",
        icon=":material/folder_zip:",
        on_click="ignore",
        help="Takes a few seconds to prepare." if run_files.is_network(run) else None,
        key="export_zip",
    )
    kinds = {
        run_files.HISTORY: ("History (CSV)", "text/csv", ":material/table:"),
        run_files.CONFIG: ("Settings (JSON)", "application/json", ":material/data_object:"),
        run_files.SCRIPT: ("Code (train.py)", "text/x-python", ":material/code:"),
        run_files.NOTEBOOK: ("Notebook", "application/x-ipynb+json", ":material/menu_book:"),
    }
    for name, content in run_files.quick(run, reader.get_reader().epochs(run)).items():
        label, mime, icon = kinds[name]
        st.download_button(
            label,
            content,
            file_name=f"{stem}-{name}",
            mime=mime,
            icon=icon,
            on_click="ignore",
            key=f"export_{name}",
        )


@st.cache_resource(show_spinner=False, max_entries=2)
def _archive(run_id: str, name: str, _store: RunStore, _run: Run) -> bytes:
    """Return the ZIP; cached, as only the name of a run that has ended can change."""
    with _ONE_AT_A_TIME:
        return run_files.archive(_store, _run)


def _reproductions(run: Run, snapshot: Snapshot) -> None:
    """Draw the button that trains the run again, for those who may, and the runs that did so."""
    if run.state is RunState.FINISHED and roles.may_change():
        with st.container(horizontal=True, vertical_alignment="center", key="export_again"):
            pressed = st.button("Reproduce", icon=":material/content_copy:", key="export_reproduce")
            st.caption(
                "Train this run again with the same settings and check that the results are "
                "identical, bit for bit."
            )
        if pressed and roles.attempt(Lab.reproduce, run):
            st.rerun()
    for again in snapshot.runs:
        if again.reproduces == run.id:
            with st.container(border=True, key=f"export_{again.id}"):
                _link(again, f"Reproduction: {theme.markdown(again.name)}")
                if again.state is RunState.FINISHED:
                    _sentence(run, again)
                else:
                    st.html(theme.state_badge(again.state))


def _sentence(original: Run, again: Run) -> None:
    try:
        outcome = _compare(original.id, again.id, _again=again)
    except RnnlabError as error:
        theme.error(error)
        return
    symbol = ("check_circle", "#1F9D55") if outcome.identical else ("difference", theme.WARNING)
    st.html(f"<div>{theme.icon(symbol[0], color=symbol[1])} {theme.text(outcome.sentence)}</div>")


@st.cache_resource(show_spinner=False, max_entries=200)
def _compare(original_id: str, again_id: str, _again: Run) -> Reproduction:
    return reproduction.compare_with_original(reader.get_lab().store, _again)


def _link(run: Run, label: str) -> None:
    links.to_view(
        label, icon=":material/open_in_full:", key=f"run_open_{run.id}", query={"run": run.id}
    )
