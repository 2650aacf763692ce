"""Moves studies on: from the search to the winners' fresh seeds, and from there to the end.

The search of a sweep is moved on by its coordinator (`rnnlab.study.coordinate`), until its budget
is used up.

Called often, by every process that has a moment: the dashboard, the command line, idle workers.
While no study can go on it costs one small query. Imports no keras.
"""

import logging

from rnnlab.store import RunStore
from rnnlab.studies import StudyState
from rnnlab.study import plan, points
from rnnlab.study.choose import choose

log = logging.getLogger(__name__)

NOTHING_TRAINED = (
    "No run of the search was trained to its end, so there is nothing to choose from. See why its "
    "runs failed, then resume the study to train them again."
)


def advance_all(store: RunStore, *, now: float) -> bool:
    """Move every running study on as far as its runs allow; return whether runs were queued."""
    return any([advance(store, study_id, now=now) for study_id in store.studies.due()])


def advance(store: RunStore, study_id: str, *, now: float) -> bool:
    """Move a study on; return whether runs were queued. Safe to call at any time, by anyone.

    Once the search has ended, the best settings are chosen and trained on fresh seeds; once those
    have ended, so has the study.
    """
    study, runs = store.studies.with_runs(study_id)
    waiting = [
        run_id
        for run_id in study.run_ids(study.phase)
        if run_id in runs and runs[run_id].state.active
    ]
    if study.state is not StudyState.RUNNING or waiting:
        return False
    if study.phase == "search" and study.spec.sweep and not points.used_up(study, runs):
        return False
    if study.phase == "final":
        store.studies.end(study_id, StudyState.FINISHED, now=now)
        log.info("study %s is finished", study_id)
        return False
    chosen = choose(study, runs)
    if not any(chosen):
        store.studies.end(study_id, StudyState.FAILED, now=now, error=NOTHING_TRAINED)
        return False
    configs = plan.final_configs(study.spec, chosen)
    return store.studies.begin_final(study_id, chosen, configs, now=now)
