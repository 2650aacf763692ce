"""Fixtures that every test file shares: a home of its own, and a store in it."""

import pytest

from rnnlab import home
from rnnlab.store import RunStore


@pytest.fixture(autouse=True)
def lab_home(tmp_path, monkeypatch):
    """An empty lab home in tmp_path; no test sees the person's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RNNLAB_HOME", str(folder))
    monkeypatch.delenv("RNNLAB_STORE", raising=False)
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "5")
    return folder


@pytest.fixture
def store(lab_home):
    """A store in a real file of the test's home."""
    store = RunStore(home.store_url())
    yield store
    store.close()
