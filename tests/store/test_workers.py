"""Who counts as a worker, and what becomes of the runs that a dead one leaves."""

import subprocess
import sys

import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store.schema import workers
from rnnlab.store.workers import LOST_AFTER_S
from tests.labs import NOW, running_run


def test_register_takes_no_more_workers_than_its_limit(store):
    assert [store.workers.register(f"w{n}", now=NOW, limit=2) for n in range(3)] == [
        True,
        True,
        False,
    ]
    store.workers.unregister("w0")
    assert store.workers.register("w3", now=NOW, limit=2)


def test_run_of_a_dead_process_is_interrupted_at_once_and_resumes(store):
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    run = running_run(store)
    with store.database.writing() as connection:
        connection.execute(sa.update(workers).values(pid=process.pid))
    process.wait()
    assert store.workers.mark_stalled(now=NOW + 1) == (run.id,)
    swept = store.get(run.id)
    assert (swept.state, swept.epochs_done) == (RunState.INTERRUPTED, 2)
    assert "resume it" in swept.error
    store.resume(run.id, now=NOW + 2)
    assert store.get(run.id).error is None
    again = store.claim_next("worker-2", machine="here", now=NOW + 3)
    assert (again.run.id, again.run.epochs_done) == (run.id, 2)


def test_run_of_a_dead_worker_that_was_asked_to_stop_is_stopped(store):
    run = running_run(store)
    store.request_stop(run.id, now=NOW)
    store.workers.unregister("worker-1")
    assert store.workers.mark_stalled(now=NOW + 1) == ()
    assert store.get(run.id).state is RunState.STOPPED


def test_run_of_a_worker_that_is_not_registered_is_interrupted(store):
    run = store.enqueue(preset("gru"), now=NOW)
    store.claim_next("ghost", machine="here", now=NOW)
    assert store.workers.mark_stalled(now=NOW) == (run.id,)
    assert store.get(run.id).state is RunState.INTERRUPTED


def test_resumed_run_forgets_the_half_epoch_of_its_last_worker(store):
    run = running_run(store)
    store.workers.unregister("worker-1")
    store.workers.mark_stalled(now=NOW)
    store.resume(run.id, now=NOW)
    assert store.get(run.id).progress is None


def test_silent_worker_of_another_machine_is_lost_after_eight_seconds(store):
    run = running_run(store)
    with store.database.writing() as connection:
        connection.execute(sa.update(workers).values(machine="elsewhere"))
    assert store.workers.mark_stalled(now=NOW + LOST_AFTER_S) == ()
    assert store.workers.mark_stalled(now=NOW + LOST_AFTER_S + 1) == (run.id,)


def test_living_process_with_a_late_beat_keeps_its_run(store):
    run = running_run(store)
    assert store.workers.mark_stalled(now=NOW + 3_600) == ()
    assert store.get(run.id).state is RunState.RUNNING
