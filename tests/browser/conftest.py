"""A server that browser tests share, on a lab that each of them has to itself."""

import time
from typing import NamedTuple

import pytest

from rnnlab.store import RunStore
from tests import labs
from tests.dashboard import Server, serving


class Dashboard(NamedTuple):
    """A server and its store."""

    server: Server
    store: RunStore


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory, caches):
    """A server for many tests; this process is its only worker, so that it starts no other."""
    home = caches.link(tmp_path_factory.mktemp("dashboard") / "home")
    store = RunStore(f"sqlite:///{home / 'lab.db'}")
    store.workers.register("worker-1", now=time.time(), limit=1)
    with pytest.MonkeyPatch.context() as patch, labs.living(store):
        patch.setenv("RNNLAB_WORKERS", "1")
        with serving(home, home.parent / "server.log") as server:
            patch.undo()
            yield Dashboard(server, store)
    store.close()


@pytest.fixture(scope="module")
def module_store(dashboard):
    """The store of `dashboard`, empty when a module's tests begin, and emptied after them."""
    yield dashboard.store
    labs.empty(dashboard.store)


@pytest.fixture
def store(dashboard, monkeypatch):
    """The store of `dashboard`, which is the test's lab; empty at its start, and emptied after it.

    Its only worker is this process.
    """
    monkeypatch.setenv("RNNLAB_HOME", str(dashboard.server.home))
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    yield dashboard.store
    labs.empty(dashboard.store)


@pytest.fixture
def server(dashboard, store):
    """The server of `dashboard`, on the test's lab."""
    return dashboard.server
