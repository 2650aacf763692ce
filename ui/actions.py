"""What a person can do to runs: stop, resume, rename, delete. Deleting asks first."""

from collections.abc import Sequence

import streamlit as st

from rnnlab.runs import Run, RunState
from rnnlab.store import MAX_NAME
from ui import reader, theme


def buttons(runs: Sequence[Run], *, key: str, home: str | None = None) -> None:
    """The buttons for these runs, each greyed where it does not apply to all of them.

    `home` is the page to go to once the runs are deleted; this one, if it is None.
    """
    states = {run.state for run in runs}
    one = len(runs) == 1
    if st.button(
        "Stop",
        icon=":material/stop_circle:",
        disabled=not runs or not all(stoppable(run) for run in runs),
        key=f"{key}_stop",
    ) and _each(reader.get_lab().stop, runs):
        st.rerun()
    if st.button(
        "Resume",
        icon=":material/play_arrow:",
        disabled=states != {RunState.INTERRUPTED},
        key=f"{key}_resume",
    ) and _each(reader.get_lab().resume, runs):
        st.rerun()
    if st.button("Rename", icon=":material/edit:", disabled=not one, key=f"{key}_rename"):
        rename(runs[0])
    if st.button(
        "Delete",
        icon=":material/delete:",
        disabled=not runs or RunState.RUNNING in states,
        help="A running run has to be stopped first." if RunState.RUNNING in states else None,
        key=f"{key}_delete",
    ):
        delete(runs, home)


def stoppable(run: Run) -> bool:
    """Whether a stop would change anything."""
    return run.state.active and not run.stop_requested


@st.dialog("Rename the run", icon=":material/edit:")
def rename(run: Run) -> None:
    """Ask for the run's new name, in a dialog."""
    ask_name(run)


def ask_name(run: Run) -> None:
    """A form for the run's new name."""
    with st.form("rename", border=False):
        name = st.text_input("Name", run.name, max_chars=MAX_NAME, key=f"rename_{run.id}")
        if st.form_submit_button("Rename", type="primary") and reader.attempt(
            lambda: reader.get_lab().store.rename(run.id, name)
        ):
            st.rerun()


@st.dialog("Delete for good?", icon=":material/delete:")
def delete(runs: Sequence[Run], home: str | None) -> None:
    """Ask in a dialog, then delete the runs with their curves and weights."""
    ask_delete(runs, home)


def ask_delete(runs: Sequence[Run], home: str | None = None) -> None:
    """The question, and the two answers to it."""
    what = f"**{theme.markdown(runs[0].name)}**" if len(runs) == 1 else f"**{len(runs)} runs**"
    st.write(f"This deletes {what} with all curves and weights. It cannot be undone.")
    if len(runs) > 1:
        st.caption(", ".join(theme.markdown(run.name) for run in runs))
    with st.container(horizontal=True):
        sure = st.button("Delete", type="primary", key="delete_sure")
        kept = st.button("Keep", key="delete_kept")
    if kept:
        st.rerun()
    if sure and _each(reader.get_lab().store.delete, runs):
        if home:
            st.switch_page(home)
        st.rerun()


def _each(action, runs: Sequence[Run]) -> bool:
    return all([reader.attempt(lambda run=run: action(run.id)) for run in runs])
