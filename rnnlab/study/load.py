"""Loads what a study found: its runs from the store, the winners' predictions of the test reviews.

Read-only. What follows from them is `rnnlab.study.result`'s.
"""

from pathlib import Path

from rnnlab.evaluation.predictions import dataset_finder, load_sound_predictions
from rnnlab.store import RunStore
from rnnlab.study.result import StudyResult, final_runs, study_result


def load_result(store: RunStore, home: Path, study_id: str) -> StudyResult:
    """Return what a study found so far.

    Raises StudyNotFound, DataError where the reviews are missing, and DamagedRun where all of the
    winners' runs are damaged.
    """
    study, runs = store.studies.with_runs(study_id)
    final = final_runs(study, runs)
    dataset_of = dataset_finder(home)
    predictions, damaged = load_sound_predictions(store, final, "test", dataset_of=dataset_of)
    by_run = {of_run.run: of_run for of_run in predictions}
    return study_result(study, runs, by_run, damaged=damaged)
