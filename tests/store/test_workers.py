"""Who counts as a worker, and what becomes of the runs that a dead one leaves."""

import os
import shutil
import subprocess
import sys
import time

import psutil
import pytest
import sqlalchemy as sa

from rnnlab import home, machine
from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store import RunStore
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
    assert swept.error == "Its worker process was gone."
    assert swept.ending().endswith("resume it to continue after epoch 2.")
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


def test_silent_worker_of_another_machine_is_lost_after_eight_seconds(sqlite_store):
    store = sqlite_store
    run = running_run(store)
    with store.database.writing() as connection:
        connection.execute(sa.update(workers).values(machine="elsewhere"))
    assert store.workers.mark_stalled(now=NOW + LOST_AFTER_S) == ()
    assert store.workers.mark_stalled(now=NOW + LOST_AFTER_S + 1) == (run.id,)


def test_living_process_with_a_late_beat_keeps_its_run(store):
    run = running_run(store)
    assert store.workers.mark_stalled(now=NOW + 3_600) == ()
    assert store.get(run.id).state is RunState.RUNNING


TRAIN = """
import sys, time
from rnnlab.store import RunStore
store = RunStore(sys.argv[1])
assert store.workers.register("trainer", now=time.time(), limit=1)
assert store.claim_next("trainer", machine="here", now=time.time())
print("training", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def trainer(sqlite_store):
    """A living worker process that has claimed the only run of a store in a file."""
    sqlite_store.enqueue(preset("gru"), now=NOW)
    command = [sys.executable, "-c", TRAIN, home.store_url()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout.readline() == "training\n"
        yield process
        process.kill()


@pytest.fixture
def copied(trainer, sqlite_store, lab_home, tmp_path):
    """A copy of the store, made while the worker of the original lives."""
    shutil.copytree(lab_home, tmp_path / "copy")
    copied = RunStore(f"sqlite:///{tmp_path / 'copy' / 'lab.db'}")
    yield copied
    copied.close()


def test_worker_counts_only_for_the_store_it_serves(copied, sqlite_store):
    assert (sqlite_store.workers.count(), copied.workers.count()) == (1, 0)
    assert not sqlite_store.workers.register("second", now=NOW, limit=1)
    assert copied.workers.register("second", now=NOW, limit=1)
    assert (sqlite_store.workers.count(), copied.workers.count()) == (1, 1)


def test_run_in_training_is_interrupted_in_a_copy_and_goes_on_in_the_original(copied, sqlite_store):
    (run,) = sqlite_store.runs()
    assert copied.workers.mark_stalled(now=NOW) == (run.id,)
    copied.resume(run.id, now=NOW)
    assert copied.claim_next("second", machine="here", now=NOW).run.id == run.id

    assert sqlite_store.workers.mark_stalled(now=NOW) == ()
    assert sqlite_store.get(run.id).state is RunState.RUNNING
    assert sqlite_store.workers.heartbeat("trainer", now=NOW)


def test_lab_that_was_moved_while_nothing_ran_goes_on(trainer, sqlite_store, lab_home, tmp_path):
    trainer.kill()
    trainer.wait()
    sqlite_store.close()
    lab_home.rename(tmp_path / "moved")

    moved = RunStore(f"sqlite:///{tmp_path / 'moved' / 'lab.db'}")
    (run,) = moved.runs()
    assert moved.workers.mark_stalled(now=NOW) == (run.id,)
    moved.resume(run.id, now=NOW)
    assert moved.workers.register("second", now=NOW, limit=1)
    assert moved.claim_next("second", machine="here", now=NOW).run.id == run.id
    moved.close()


def test_living_worker_that_an_earlier_version_registered_keeps_its_run(trainer, sqlite_store):
    with sqlite_store.database.writing() as connection:
        connection.execute(sa.update(workers).values(store_file=None))
    assert sqlite_store.workers.count() == 1
    assert sqlite_store.workers.mark_stalled(now=NOW) == ()


def test_worker_lives_on_when_the_clock_is_set(store, monkeypatch):
    run = running_run(store)
    # A process's start, counted from 1970, moves with the clock: the system reports a later boot.
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: NOW + 3_600)
    monkeypatch.setattr(psutil._pslinux, "BOOT_TIME", NOW + 3_600, raising=False)
    assert store.workers.mark_stalled(now=NOW) == ()
    assert store.get(run.id).state is RunState.RUNNING


def test_process_is_told_from_others_and_from_a_dead_one():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    living = machine.process_id(child.pid)
    assert living and living != machine.process_id(os.getpid())
    assert machine.process_id(child.pid) == living
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert machine.process_id(child.pid) is None  # ended, not reaped
    child.wait()
    assert machine.process_id(child.pid) is None


def test_steady_time_is_the_time_of_day_and_ignores_that_it_is_set(monkeypatch):
    assert machine.steady_time() == pytest.approx(time.time(), abs=5)
    before = machine.steady_time()
    monkeypatch.setattr(time, "time", lambda: before - 3_600)
    assert 0 <= machine.steady_time() - before < 60
