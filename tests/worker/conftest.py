"""Fixtures of the worker's tests: a worker whose children do something else than training."""

import pytest

from rnnlab.worker import standby
from rnnlab.worker import worker as worker_module
from rnnlab.worker.worker import Worker
from tests.labs import NOW


@pytest.fixture
def worker(store):
    """A registered worker whose children do what `train_as` says instead of training."""
    worker = Worker(store, now=NOW)
    store.workers.register(worker.id, now=NOW, limit=9)
    yield worker
    worker.stop_standby()
    if worker.child:
        worker.child.process.kill()


@pytest.fixture
def train_as(monkeypatch):
    """Sets what a child does with its attempt."""

    def set_to(action):
        monkeypatch.setattr(worker_module, "run_attempt", action)

    return set_to


@pytest.fixture
def warm_up_as(monkeypatch):
    """Sets what a standby does to warm up."""

    def set_to(action):
        monkeypatch.setattr(standby, "warm_up", action)

    return set_to
