"""Studies through the Lab: what starting, stopping and resuming one does."""

import time

import pytest

from rnnlab.config import preset
from rnnlab.errors import NotEnoughMemory, WrongState
from rnnlab.lab import Lab
from rnnlab.studies import StudyState
from rnnlab.study import plan
from tests.studies import by_rate, end_runs, spec


@pytest.fixture
def lab(store, monkeypatch):
    """A lab whose only worker is this process, so that it starts none."""
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    store.workers.register("worker-1", now=time.time(), limit=1)
    return Lab()


def test_started_study_queues_runs_of_the_reviews_that_are_there_now(lab):
    study = lab.start_study(spec(), name="rates")
    assert (study.name, study.state) == ("rates", StudyState.RUNNING)
    assert {len(run.manifest["dataset_sha256"]) for run in lab.store.runs()} == {64}


def test_study_that_cannot_fit_is_refused_and_queues_nothing(lab):
    sizes = {"units": 512, "maxlen": 1000, "batch_size": 4096, "layers": 3, "bidirectional": True}
    with pytest.raises(NotEnoughMemory, match="training needs about"):
        lab.start_study(plan.make_spec([preset("gru"), preset("lstm", **sizes)]))
    assert lab.store.studies.all() == () and lab.store.runs() == ()


def test_study_whose_search_is_trained_already_starts_with_its_winners(lab):
    lab.start_study(spec())
    end_runs(lab.store, by_rate(0.6, 0.8, 0.7))
    lab.reconcile()
    again = lab.start_study(spec(fresh_seeds=4))
    assert again.phase == "final"
    assert lab.store.queued_count() == 2 * 4  # three of each are queued by the first one


def test_reconcile_moves_studies_on(lab):
    study = lab.start_study(spec())
    end_runs(lab.store, by_rate(0.6, 0.8, 0.7))
    lab.reconcile()
    assert lab.store.studies.get(study.id).phase == "final"


def test_study_that_was_stopped_with_its_winners_trains_only_those_when_resumed(lab):
    study = lab.start_study(spec())
    end_runs(lab.store, by_rate(0.6, 0.8, 0.7))
    lab.reconcile()
    lab.stop_study(study.id)
    with pytest.raises(WrongState, match="there is nothing to stop"):
        lab.stop_study(study.id)
    lab.store.delete(study.run_ids("search")[0])
    resumed = lab.resume_study(study.id)
    assert (resumed.state, resumed.phase) == (StudyState.RUNNING, "final")
    assert lab.store.queued_count() == 6
    end_runs(lab.store, by_rate(0.6, 0.8, 0.7))
    lab.reconcile()
    assert lab.store.studies.get(study.id).state is StudyState.FINISHED
