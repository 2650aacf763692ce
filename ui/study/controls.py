"""The buttons of a study: stop, resume, delete, and the way to compare the winners."""

import streamlit as st

from rnnlab.lab import Lab
from rnnlab.runs import trained
from rnnlab.studies import Study, StudyState
from rnnlab.study.result import StudyResult
from ui import links, roles, theme
from ui.reader import Snapshot
from ui.study import sweep_controls


def show(result: StudyResult, snapshot: Snapshot) -> None:
    """Draw the buttons that apply."""
    study = result.study
    running = study.state.active
    if running:
        if study.spec.sweep and study.phase == "search":
            sweep_controls.show(study)
        if roles.button("Stop", icon=":material/stop_circle:", key="study_stop") and roles.attempt(
            Lab.stop_study, study.id
        ):
            st.rerun()
    elif (
        _is_incomplete(result)
        and roles.button(
            "Resume",
            icon=":material/play_arrow:",
            type="primary",
            help="Trains the runs that are missing; what is trained is kept.",
            key="study_resume",
        )
        and roles.attempt(Lab.resume_study, study.id)
    ):
        st.rerun()
    winners = trained(
        run for run_id in study.run_ids("final") if (run := snapshot.get(run_id)) is not None
    )
    if winners and not running:
        st.page_link(
            "pages/compare.py",
            label="Compare winners and defaults" if study.spec.sweep else "Compare the winners",
            icon=":material/balance:",
            query_params=links.compare_query(winners),
        )
    if roles.button("Delete", icon=":material/delete:", disabled=running, key="study_delete"):
        delete(study)


def _is_incomplete(result: StudyResult) -> bool:
    """Return whether resuming the study would train anything."""
    if result.study.state is not StudyState.FINISHED:
        return True
    settings = [candidate.final for candidate in result.candidates]
    settings += [c.default.setting for c in result.candidates if c.default]
    seeds = [seed for setting in settings if setting for seed in setting.seeds]
    return any(seed.outcome in ("stopped", "deleted") for seed in seeds)


@st.dialog("Delete the study?", icon=":material/delete:")
def delete(study: Study) -> None:
    """Ask in a dialog, then delete the study."""
    ask_delete(study)


def ask_delete(study: Study) -> None:
    """Show the question and its two answers."""
    st.write(f"This deletes **{theme.markdown(study.name)}**. Its runs stay in the lab.")
    with st.container(horizontal=True):
        confirmed = st.button("Delete", type="primary", key="study_delete_confirmed")
        cancelled = st.button("Cancel", key="study_delete_cancelled")
    if cancelled:
        st.rerun()
    if confirmed and roles.attempt(lambda lab: lab.store.studies.delete(study.id)):
        st.switch_page("pages/study.py", query_params={})
