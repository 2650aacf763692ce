"""The buttons of a sweep that still searches: pause, resume, and another budget."""

import streamlit as st

from rnnlab.errors import RnnlabError
from rnnlab.lab import Lab
from rnnlab.studies import Study, StudyState
from rnnlab.study import ranges
from ui import roles, theme
from ui.number_box import number_box


def show(study: Study) -> None:
    """Draw the buttons that apply."""
    if study.state is StudyState.PAUSED:
        if roles.button(
            "Resume", icon=":material/play_arrow:", type="primary", key="sweep_resume"
        ) and roles.attempt(Lab.resume_study, study.id):
            st.rerun()
    elif roles.button(
        "Pause",
        icon=":material/pause:",
        help="What is in training goes on, and nothing new begins.",
        key="sweep_pause",
    ) and roles.attempt(Lab.pause_sweep, study.id):
        st.rerun()
    if roles.button("Budget", icon=":material/hourglass:", key="sweep_budget"):
        change_budget(study)


@st.dialog("Change the budget", icon=":material/hourglass:")
def change_budget(study: Study) -> None:
    """Ask in a dialog for another budget."""
    ask_budget(study)


def ask_budget(study: Study) -> None:
    """Show the budget of each architecture and the button that changes it."""
    sweep = study.spec.sweep
    assert sweep is not None
    in_runs = sweep.runs is not None
    field = ranges.RUNS if in_runs else ranges.MINUTES
    now = float(sweep.runs or sweep.minutes or 0.0)
    amount = number_box(field, key="sweep_budget_box", default=now, help=field.help)
    spec = None
    try:
        spec = ranges.with_budget(
            study.spec,
            runs=amount if in_runs else None,
            minutes=None if in_runs else amount,
        )
    except RnnlabError as error:
        theme.error(error)
    if st.button("Change", type="primary", disabled=spec is None, key="sweep_budget_change"):
        budget = {"runs" if in_runs else "minutes": amount}
        if roles.attempt(lambda lab: lab.set_budget(study.id, **budget)):
            st.rerun()
