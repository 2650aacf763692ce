"""Fixtures that test files share: a home of its own for each test, stores, labs, browsers."""

import io
import json
import sys

import numpy as np
import pytest

from rnnlab import home
from rnnlab.cli import main
from rnnlab.lab import Lab
from rnnlab.store import RunStore
from tests.dashboard import CHROMIUM, browsing, serving
from tests.keras_files import INDEX, LABELS, PUBLISHED_INDEX, RANKS, TEST, TRAIN, objects
from tests.labs import be_the_worker
from tests.workers import kill_workers


def pytest_collection_modifyitems(items):
    """Skip what needs a browser where there is none; make test prints the reason last."""
    if CHROMIUM:
        return
    skip = pytest.mark.skip(reason="no Chromium here: apt-get install chromium runs this test")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)


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


@pytest.fixture(scope="session")
def encoded_cache(tmp_path_factory):
    """The cache folder that the tests with real workers share: reviews encoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def warm_home(lab_home, encoded_cache):
    """The test's home, with the shared cache in it."""
    lab_home.mkdir()
    (lab_home / "cache").symlink_to(encoded_cache)
    return lab_home


@pytest.fixture
def server(warm_home, tmp_path):
    """A dashboard server on the test's home."""
    with serving(warm_home, tmp_path / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; each opens pages in a context of its own."""
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(chromium):
    """An empty page at 1440×900. A script error in the page fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def lab(warm_home, monkeypatch):
    """A lab of two workers, which are gone when the test ends."""
    monkeypatch.setenv("RNNLAB_WORKERS", "2")
    lab = Lab()
    yield lab
    kill_workers(lab)


@pytest.fixture
def cli(capsys, monkeypatch):
    """A function that runs a command line without a terminal: its code, stdout and stderr."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main(arguments)
        except SystemExit as usage:
            code = usage.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def worker(store, monkeypatch):
    """This process is the only worker, so that commands start none."""
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    be_the_worker(store)


@pytest.fixture
def npz(tmp_path, monkeypatch):
    """A file in the format of Keras's, as `numpy.savez` writes it, named by the person."""
    folder = tmp_path / "keras"
    folder.mkdir()
    x, y = objects(RANKS), np.array([1, 0, 1, 0, 1])
    np.savez(folder / "imdb.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    (folder / "imdb_word_index.json").write_text(json.dumps(INDEX))
    monkeypatch.setenv("RNNLAB_KERAS_IMDB", str(folder / "imdb.npz"))
    return folder / "imdb.npz"


@pytest.fixture
def published_npz(tmp_path, monkeypatch):
    """A file in Keras's format, as it publishes it: ranks, in no order."""
    path = tmp_path / "imdb.npz"
    x, y = objects(TRAIN), np.array([1, 0, 1])
    np.savez(path, x_train=x, y_train=y, x_test=objects(TEST), y_test=np.array(LABELS))
    path.with_name("imdb_word_index.json").write_text(json.dumps(PUBLISHED_INDEX))
    monkeypatch.setenv("RNNLAB_KERAS_IMDB", str(path))
    return path
