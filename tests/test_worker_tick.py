"""What a worker does at each tick, with real forks of small stand-ins for training."""

import os
import signal
import time

import pytest

from rnnlab import worker as worker_module
from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store.presence import BEAT_S
from rnnlab.worker import LEAVE_S, NICE, RUNS_A_PROCESS, Worker
from tests.labs import NOW


@pytest.fixture
def worker(store):
    """A registered worker whose children do what `train_as` says instead of training."""
    worker = Worker(store, now=NOW)
    store.presence.register(worker.id, now=NOW, limit=9)
    yield worker
    if worker.child:
        os.kill(worker.child.pid, signal.SIGKILL)
        os.waitpid(worker.child.pid, 0)


@pytest.fixture
def train_as(monkeypatch):
    """Sets what a child does with its attempt."""

    def set_to(action):
        monkeypatch.setattr(worker_module, "run_attempt", action)

    return set_to


def finish(attempt, store, *, paused):
    attempt.end(RunState.FINISHED, now=NOW)


def hang(attempt, store, *, paused):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)


def claim(worker, store):
    """A run that the worker has just forked a child for."""
    run = store.enqueue(preset("gru"), now=NOW)
    worker.tick(now=NOW)
    return run


def tick_until_childless(worker, *, now=NOW):
    end = time.monotonic() + 10
    while worker.child and time.monotonic() < end:
        worker.tick(now=now)
        time.sleep(0.01)
    assert worker.child is None


def test_run_is_claimed_trained_in_a_child_and_recorded(worker, store, train_as):
    train_as(finish)
    run = claim(worker, store)
    assert worker.child.pid != os.getpid()
    tick_until_childless(worker)
    assert store.get(run.id).state is RunState.FINISHED


def test_training_makes_way_for_the_dashboard_and_its_worker_does_not(worker, store, train_as):
    before = os.nice(0)
    train_as(hang)
    claim(worker, store)
    end = time.monotonic() + 10
    while os.getpriority(os.PRIO_PROCESS, worker.child.pid) == before and time.monotonic() < end:
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, worker.child.pid) == min(19, before + NICE)
    assert os.nice(0) == before


def test_worker_has_one_child_at_a_time(worker, store, train_as):
    train_as(hang)
    claim(worker, store)
    second = store.enqueue(preset("gru"), now=NOW)
    worker.tick(now=NOW)
    assert store.get(second.id).state is RunState.QUEUED


def test_child_that_dies_leaves_its_run_interrupted_with_the_reason(worker, store, train_as):
    train_as(lambda attempt, store, paused: os.kill(os.getpid(), signal.SIGKILL))
    run = claim(worker, store)
    tick_until_childless(worker)
    run = store.get(run.id)
    assert run.state is RunState.INTERRUPTED
    assert "signal 9, which the system also sends when memory runs out" in run.error


def test_child_that_does_not_stop_when_asked_is_killed_and_its_run_stopped(worker, store, train_as):
    train_as(hang)
    run = claim(worker, store)
    store.request_stop(run.id, now=NOW)
    worker.tick(now=NOW + BEAT_S)
    assert worker.child
    tick_until_childless(worker, now=NOW + BEAT_S + LEAVE_S + 1)
    assert store.get(run.id).state is RunState.STOPPED


def test_machine_without_room_for_a_process_leaves_the_run_resumable(worker, store, monkeypatch):
    def fork():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    run = claim(worker, store)
    assert store.get(run.id).state is RunState.INTERRUPTED
    assert "Resource temporarily unavailable" in store.get(run.id).error
    assert worker.child is None


def test_worker_that_was_taken_off_the_register_ends(worker, store):
    store.presence.leave(worker.id)
    worker.tick(now=NOW + BEAT_S)
    assert worker.asked_to_end


def test_worker_beats_only_when_it_is_time(worker, store):
    store.presence.leave(worker.id)
    worker.tick(now=NOW + BEAT_S / 2)
    assert not worker.asked_to_end


def test_worker_is_replaced_after_its_number_of_runs(worker, store, train_as, monkeypatch):
    train_as(finish)
    worker.runs_claimed = RUNS_A_PROCESS - 1
    first, second = (store.enqueue(preset("gru"), now=NOW + n) for n in range(2))
    worker_module._work(worker, idle_s=60, runs=RUNS_A_PROCESS)
    assert store.get(first.id).state is RunState.FINISHED
    assert store.get(second.id).state is RunState.QUEUED
