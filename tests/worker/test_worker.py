"""Workers that do not come to the end of a run: kill -9 and resuming, crashes, what is missing."""

import os
import signal
import time

import pytest

from rnnlab.config import preset
from rnnlab.errors import DataError
from rnnlab.runs import RunState
from tests.workers import compiled, ended, figures, wait_for

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("fresh_code")
def test_killed_worker_is_seen_within_ten_seconds_and_its_run_resumes_to_the_same_history(lab):
    config = preset("lstm", epochs=6, patience=6, maxlen=20)
    undisturbed = lab.train(config)
    killed = lab.train(config)

    epochs = wait_for(lambda: lab.store.epochs(killed.id)[1:], "the second epoch")
    time.sleep(0.4 * epochs[-1].seconds)  # into the middle of the next one
    assert lab.store.get(killed.id).state.active, "it has ended before it could be killed"
    recorded = figures(lab, killed.id)
    worker = killer_target(lab, killed.id)
    killed_at = time.monotonic()
    os.kill(worker, signal.SIGKILL)

    def interrupted():
        lab.reconcile()
        return lab.store.get(killed.id).state is RunState.INTERRUPTED

    wait_for(interrupted, "the state to be true", timeout_s=10)
    assert time.monotonic() - killed_at < 10
    assert figures(lab, killed.id)[: len(recorded)] == recorded
    assert ended(lab, undisturbed.id).state is RunState.FINISHED
    known = compiled(lab)
    lab.resume(killed.id)
    assert ended(lab, killed.id).state is RunState.FINISHED
    assert figures(lab, killed.id) == figures(lab, undisturbed.id)
    assert compiled(lab) == known


def killer_target(lab, run_id):
    """The pid of the worker that has the run, as the store has it."""
    import sqlalchemy as sa

    from rnnlab.store.schema import workers

    worker_id = lab.store.get(run_id).worker_id
    with lab.store.database.reading() as connection:
        return connection.scalar(sa.select(workers.c.pid).where(workers.c.id == worker_id))


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
