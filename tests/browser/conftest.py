"""A server that browser tests share."""

import time

import pytest

from rnnlab.store import RunStore
from tests import labs
from tests.dashboard import Server


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory, caches):
    """A dashboard server on a lab that is empty and stays so.

    This process is its only worker: the server would start others, to be warm for a first run.
    """
    home = caches.link(tmp_path_factory.mktemp("empty") / "home")
    store = RunStore(f"sqlite:///{home / 'lab.db'}")
    store.workers.register("worker-1", now=time.time(), limit=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_WORKERS", "1")
        server = Server(home, home.parent / "server.log")
        server.start()
    with labs.living(store):
        yield server
    server.stop()
    server.end_workers()
    store.close()
