"""Buttons that act on runs: stop, resume, rename, delete. Deleting asks first."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnlab.lab import Lab
from rnnlab.names import MAX_NAME
from rnnlab.runs import Run, RunState
from ui import roles, theme

RESUMABLE = {RunState.INTERRUPTED, RunState.STOPPED}


def buttons(runs: Sequence[Run], *, key: str, home: str | None = None) -> None:
    """Show the buttons for these runs, each disabled where it does not apply to all of them.

    Viewers who may change nothing get none.
    `home` is the page to go to once the runs are deleted; None stays on this one.
    """
    if not roles.may_change():
        return
    states, resumed = {run.state for run in runs}, list[Run]()
    if st.button(
        "Stop",
        icon=":material/stop_circle:",
        disabled=not runs or not all(stoppable(run) for run in runs),
        key=f"{key}_stop",
    ) and _each(Lab.stop, runs):
        st.rerun()
    if st.button(
        "Resume",
        icon=":material/play_arrow:",
        disabled=not runs or not states <= RESUMABLE,
        help="A stopped run stays as it is: a new run goes on from it."
        if RunState.STOPPED in states
        else None,
        key=f"{key}_resume",
    ) and _each(lambda lab, run_id: resumed.append(lab.resume(run_id)), runs):
        if home and resumed[0].id != runs[0].id:
            st.switch_page("pages/run.py", query_params={"run": resumed[0].id})
        st.rerun()
    if st.button("Rename", icon=":material/edit:", disabled=len(runs) != 1, key=f"{key}_rename"):
        rename(runs[0])
    if st.button(
        "Delete",
        icon=":material/delete:",
        disabled=not runs or RunState.RUNNING in states,
        help="Stop running runs first." if RunState.RUNNING in states else None,
        key=f"{key}_delete",
    ):
        delete(runs, home)


def stoppable(run: Run) -> bool:
    """Return whether a stop would change anything."""
    return run.state.active and not run.stop_requested


@st.dialog("Rename run", icon=":material/edit:")
def rename(run: Run) -> None:
    """Ask for the run's new name, in a dialog."""
    ask_name(run)


def ask_name(run: Run) -> None:
    """Show a form for the run's new name."""
    with st.form("rename", border=False):
        name = st.text_input("Name", run.name, max_chars=MAX_NAME, key=f"rename_{run.id}")
        if st.form_submit_button("Rename", type="primary") and roles.attempt(
            lambda lab: lab.store.rename(run.id, name)
        ):
            st.rerun()


@st.dialog("Delete permanently?", icon=":material/delete:")
def delete(runs: Sequence[Run], home: str | None) -> None:
    """Ask in a dialog, then delete the runs with their curves and weights."""
    ask_delete(runs, home)


def ask_delete(runs: Sequence[Run], home: str | None = None) -> None:
    """Show the question and its two answers."""
    what = f"**{theme.markdown(runs[0].name)}**" if len(runs) == 1 else f"**{len(runs)} runs**"
    st.write(f"This deletes {what} with all curves and weights. This cannot be undone.")
    if len(runs) > 1:
        st.caption(", ".join(theme.markdown(run.name) for run in runs))
    with st.container(horizontal=True):
        confirmed = st.button("Delete", type="primary", key="delete_confirmed")
        cancelled = st.button("Cancel", key="delete_cancelled")
    if cancelled:
        st.rerun()
    if confirmed and _each(lambda lab, run_id: lab.store.delete(run_id), runs):
        if home:
            st.switch_page(home)
        st.rerun()


def _each(action: Callable[[Lab, str], object], runs: Sequence[Run]) -> bool:
    """Do this to every run, by its id; return whether all of it succeeded."""
    return all([roles.attempt(action, run.id) for run in runs])
