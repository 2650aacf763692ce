"""The process that coordinates sweeps, for real: started, killed, and replaced."""

import signal
import time

import pytest
import sqlalchemy as sa

from rnnlab.store import RunStore
from rnnlab.store.schema import leases
from rnnlab.studies import StudyState
from rnnlab.worker.coordinator import CoordinatorLauncher, worker_count
from tests.labs import be_the_worker, claim
from tests.sweeps import start, sweep, to_the_end, train_one, tried

PATIENCE_S = 120


@pytest.fixture
def launcher(store, monkeypatch):
    """What starts coordinators on the store; this process is the only worker."""
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    be_the_worker(store)
    launcher = CoordinatorLauncher(store)
    yield launcher
    if launcher._process:
        launcher._process.kill()
        launcher._process.wait(60)


def wait_for(condition):
    """Wait until something is so, however slow the machine."""
    ends_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def lapse(store):
    """Let the leases run out, instead of waiting for that."""
    with store.database.writing() as connection:
        connection.execute(sa.update(leases).values(ends_at=1.0))


@pytest.mark.slow
def test_sweep_whose_coordinator_is_killed_twice_ends_as_an_undisturbed_one(
    store, launcher, tmp_path
):
    spec = sweep("lstm", runs=9, epochs=3)
    other = RunStore(f"sqlite:///{tmp_path / 'undisturbed.db'}")
    undisturbed = to_the_end(other, start(other, spec))

    study = start(store, spec)
    for killed in range(3):
        assert launcher.ensure()
        for _ in range(3):
            wait_for(store.queued_count)
            be_the_worker(store)
            train_one(store)
        if killed < 2:
            wait_for(store.queued_count)  # it has just asked for the next
            launcher._process.send_signal(signal.SIGKILL)
            launcher._process.wait(60)
            launcher._process = None
            lapse(store)
    ended = to_the_end(store, study)
    assert tried(store, ended) == tried(other, undisturbed)
    assert ended.chosen == undisturbed.chosen
    assert ended.state is StudyState.FINISHED
    other.close()


@pytest.mark.slow
def test_coordinator_exits_once_there_is_nothing_left_to_coordinate(store, launcher):
    study = start(store, sweep("lstm", runs=1))
    assert launcher.ensure()
    wait_for(store.queued_count)
    assert not launcher.ensure()  # it has one
    claim(store)
    store.studies.stop(study.id, now=time.time())
    assert launcher._process.wait(PATIENCE_S) == 0


def test_no_coordinator_is_started_without_a_sweep(store, launcher):
    assert not launcher.ensure()


def test_workers_are_those_that_may_start_here_and_those_elsewhere(store, launcher, monkeypatch):
    assert worker_count(store) == 1
    monkeypatch.setenv("RNNLAB_WORKERS", "3")
    assert worker_count(store) == 3
    monkeypatch.setenv("RNNLAB_EXECUTOR", "none")
    assert worker_count(store) == 1
    monkeypatch.setenv("RNNLAB_EXECUTOR", "ray")
    assert worker_count(store) == 3  # a cluster grows with what waits
