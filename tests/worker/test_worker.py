"""Workers that cannot start, and runs that cannot be queued."""

import time

import pytest

from rnnlab.config import preset
from rnnlab.errors import DataError
from rnnlab.runs import RunState
from tests.workers import wait_for

pytestmark = pytest.mark.slow


def test_worker_that_crashes_is_not_started_again_and_again(lab, monkeypatch):
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "soon")
    run = lab.train(preset("onehot-rnn", epochs=1))
    log = lab.home / "logs" / "worker.log"
    error = "RNNLAB_WORKER_IDLE_S must be 0–1e+06, got 'soon'"
    wait_for(lambda: error in log.read_text(), "the worker to crash")
    for _ in range(30):
        lab.reconcile()
        time.sleep(0.1)
    assert lab.store.get(run.id).state is RunState.QUEUED
    assert log.read_text().count(error) == 1


def test_missing_reviews_are_known_before_anything_is_queued(lab, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(lab.home / "nothing"))
    with pytest.raises(DataError, match="RNNLAB_KERAS_IMDB"):
        lab.train(preset("onehot-rnn", epochs=1, dataset="keras"))
    assert lab.store.runs() == ()
