"""How many worker processes are started, with stand-ins for the processes."""

from types import SimpleNamespace

import pytest

from rnnlab.config import preset
from rnnlab.worker import launch
from tests.labs import NOW


class Clock:
    """A clock that stands still until it is set."""

    now_s = 0.0

    def monotonic(self):
        return self.now_s


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(launch, "time", clock)
    return clock


@pytest.fixture
def executor(store, monkeypatch):
    """An executor of at most two workers, whose processes are started but never register."""

    def start(_):
        process = SimpleNamespace(returncode=None)
        process.poll = lambda: process.returncode
        return process

    monkeypatch.setattr(launch, "start_process", start)
    return launch.LocalExecutor(store, limit=2)


def test_each_active_run_gets_a_worker_up_to_the_limit(executor, store):
    store.enqueue(preset("gru"), now=NOW)
    assert executor.ensure() == 1
    for seed in (1, 2, 3):
        store.enqueue(preset("gru", seed=seed), now=NOW)
    assert executor.ensure() == 1
    assert executor.ensure() == 0


def test_worker_that_is_slow_to_start_gets_no_second_one_beside_it(executor, store, clock):
    store.enqueue(preset("gru"), now=NOW)
    assert executor.ensure() == 1
    clock.now_s = 30
    assert executor.ensure() == 0


def test_worker_that_never_registers_is_given_up(executor, store, clock):
    store.enqueue(preset("gru"), now=NOW)
    assert executor.ensure() == 1
    clock.now_s = 90
    assert executor.ensure() == 1


def test_worker_that_fails_is_replaced_only_after_a_pause(executor, store, clock):
    store.enqueue(preset("gru"), now=NOW)
    executor.ensure()
    executor._started[0][0].returncode = 1
    assert executor.ensure() == 0
    clock.now_s = launch.RETRY_S
    assert executor.ensure() == 1


def test_worker_that_is_killed_after_it_has_worked_is_replaced_at_once(executor, store, clock):
    store.enqueue(preset("gru"), now=NOW)
    executor.ensure()
    clock.now_s = launch.STARTING_S + 1
    executor._started[0][0].returncode = -9
    assert executor.ensure() == 1
