"""What studies found, computed once for all viewers of a server and kept.

Owns when a result is computed anew: when a run of the study starts or ends, and when the test
reviews have been prepared.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from rnnlab import home
from rnnlab.charts import study_figure
from rnnlab.charts.study import Search
from rnnlab.datasets import Dataset
from rnnlab.errors import DamagedRun
from rnnlab.evaluation.predictions import Predictions, load_predictions
from rnnlab.inference.damaged import load_each
from rnnlab.runs import Run
from rnnlab.studies import Study
from rnnlab.study import cost
from rnnlab.study.cost import Progress
from rnnlab.study.result import StudyResult, final_runs, study_result
from rnnlab.worker.launch import worker_limit
from ui import reviews
from ui.reader import Snapshot, get_lab

if TYPE_CHECKING:
    import plotly.graph_objects as go


def of_study(study: Study, snapshot: Snapshot) -> tuple[StudyResult, bool]:
    """Return what a study found so far, and whether its test reviews are still being prepared.

    Raises DataError where they cannot be.
    """
    runs = _runs(study, snapshot)
    dataset = None
    if final := final_runs(study, runs):
        dataset = reviews.load(study.spec.bases[0].dataset_id)
    states = tuple((run.id, run.name, run.state) for run in runs.values())
    sweep = study.spec.sweep and (str(study.spec.sweep), str(study.importance))
    key = (study.id, study.state, study.phase, states, sweep, dataset is not None)
    return _result(home.store_url(), key, study, runs, dataset), bool(final) and dataset is None


def progress(study: Study, snapshot: Snapshot) -> Progress:
    """Return how far a study is, and how long the rest may take."""
    runs = _runs(study, snapshot)
    return cost.progress(study, runs, get_lab().estimate, workers=worker_limit())


@st.cache_resource(show_spinner=False, max_entries=32)
def figure(info: Search, text_color: str) -> "go.Figure":
    """Return the figure of a study's search, drawn once for all viewers."""
    return study_figure.figure(info, text_color=text_color)


@st.cache_resource(show_spinner=False, max_entries=32)
def _result(
    store: str, key: tuple, _study: Study, _runs: Mapping[str, Run], _dataset: Dataset | None
) -> StudyResult:
    predictions: dict[str, Predictions] = {}
    damaged: list[DamagedRun] = []
    if _dataset is not None:
        predictions, damaged = load_each(
            final_runs(_study, _runs), lambda run: _test(store, run.id, run, _dataset)
        )
    return study_result(_study, _runs, predictions, damaged=damaged)


@st.cache_resource(show_spinner=False, max_entries=400)
def _test(store: str, run_id: str, _run: Run, _dataset: Dataset) -> Predictions:
    return load_predictions(get_lab().store, _run, _dataset, "test")


def _runs(study: Study, snapshot: Snapshot) -> dict[str, Run]:
    ids = (run_id for run_id in study.run_ids() if run_id in snapshot.by_id)
    return {run_id: snapshot.by_id[run_id] for run_id in ids}
