"""How a worker ends a child that was asked to stop, and records one that died."""

import os
import signal
import time

import pytest

from rnnlab.errors import DiskFull
from rnnlab.runs import RunState
from rnnlab.store.workers import HEARTBEAT_S
from rnnlab.worker.worker import (
    KILL_AFTER_S,
    TERMINATE_AFTER_S,
)
from tests.labs import NOW
from tests.worker.ticking import claim, claim_and_hang, hang, tick_until_childless


def test_child_that_dies_leaves_its_run_interrupted_with_the_reason(worker, store, train_as):
    train_as(lambda attempt, store, data, paused: os.kill(os.getpid(), signal.SIGKILL))
    run = claim(worker, store)
    tick_until_childless(worker)
    run = store.get(run.id)
    assert run.state is RunState.INTERRUPTED
    assert "signal 9, which the system also sends when memory runs out" in run.error


def test_child_that_does_not_stop_when_asked_is_killed_and_its_run_stopped(worker, store, train_as):
    train_as(hang)
    run = claim_and_hang(worker, store)
    store.request_stop(run.id, now=NOW)
    worker.tick(now=NOW + HEARTBEAT_S)
    worker.tick(now=NOW + HEARTBEAT_S + KILL_AFTER_S - 0.1)
    assert worker.child
    tick_until_childless(worker, now=NOW + HEARTBEAT_S + KILL_AFTER_S)
    assert store.get(run.id).state is RunState.STOPPED
    assert HEARTBEAT_S + KILL_AFTER_S < 15


def test_hung_child_is_killed_while_the_disk_is_full(worker, store, train_as, monkeypatch):
    def refuse(*_, **__):
        raise DiskFull("no room")

    train_as(hang)
    run = claim_and_hang(worker, store)
    child = worker.child
    store.request_stop(run.id, now=NOW)
    monkeypatch.setattr(store.workers, "heartbeat", refuse)
    seen = NOW + HEARTBEAT_S
    with pytest.raises(DiskFull):
        worker.tick(now=seen)
    with pytest.raises(DiskFull):
        worker.tick(now=seen + KILL_AFTER_S)
    tick_until_childless(worker, now=seen + KILL_AFTER_S)
    assert child.exit_code == -signal.SIGKILL
    assert store.get(run.id).state is RunState.STOPPED


def test_child_that_sees_no_stop_is_told_by_a_signal_first(worker, store, train_as, tmp_path):
    ready = tmp_path / "ready"

    def wait_for_signal(attempt, store, *, data, paused):
        received = []
        signal.signal(signal.SIGTERM, lambda *_: received.append(1))
        ready.touch()
        while not received:
            time.sleep(0.01)
        attempt.end(RunState.STOPPED, now=NOW, error="told")

    train_as(wait_for_signal)
    run = claim(worker, store)
    while not ready.exists():
        time.sleep(0.01)
    store.request_stop(run.id, now=NOW)
    worker.tick(now=NOW + HEARTBEAT_S)
    tick_until_childless(worker, now=NOW + HEARTBEAT_S + TERMINATE_AFTER_S)
    assert store.get(run.id).error == "told"
