"""Fixtures that test files share: a home of its own for each test, stores, labs, browsers."""

import gc
import io
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from rnnlab import datasets, home, imports, machine, sharing
from rnnlab.cli import main
from rnnlab.datasets import bundled, cache
from rnnlab.errors import DataError
from rnnlab.lab import Lab
from rnnlab.store import RunStore, sqlite
from tests import postgresql as postgresql_server
from tests.dashboard import (
    CHROMIUM,
    PATIENCE_MS,
    SHELL,
    browsing,
    context_of,
    page_of,
    serving,
)
from tests.export.scripts import KerasOutside
from tests.keras_files import INDEX, LABELS, PUBLISHED_INDEX, RANKS, TEST, TRAIN, objects
from tests.labs import be_the_worker
from tests.workers import Caches, at_work, kill_workers

pytest_plugins = ["tests.scheduling"]


def kept_home():
    """The home whose caches are kept from one run of the tests to the next."""
    return Path(os.environ.get("RNNLAB_TEST_CACHE") or Path.home() / ".cache" / "rnnlab-tests")


def code_folders(home):
    """The folders of what XLA compiles: for workers, for exported scripts, and unoptimized."""
    folder = machine.xla_cache(home)
    return [folder.with_name(f"{folder.name}{suffix}") for suffix in ("", "-scripts", "-tests")]


def pytest_sessionfinish(session, exitstatus):
    """Keep no compiled code once tests have failed: damaged code may be why."""
    if exitstatus == pytest.ExitCode.TESTS_FAILED and not hasattr(session.config, "workerinput"):
        for folder in code_folders(kept_home()):
            for file in folder.glob("*"):
                file.unlink(missing_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Import the tests without collecting garbage, which takes half of the time."""
    with imports.uncollected():
        return (yield)


kept_modules = 0


def pytest_runtest_teardown(item, nextitem):
    """Take what large packages leave out of Python's garbage collection, once each is imported."""
    global kept_modules
    if len(sys.modules) > kept_modules + 100:
        gc.collect()
        gc.freeze()
        kept_modules = len(sys.modules)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk():
    """No test cuts the power, so this process's stores need not wait until the disk has written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_by_itself():
    """What is interrupted stays so, no worker starts that nobody asked for, and labs are empty.

    Training has no lower priority: beside other programs, tests would wait ten times as long.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_AUTO_RESUME", "0")
        patch.setenv("RNNLAB_PRESTART", "0")
        patch.setenv("RNNLAB_STARTERS", "0")
        patch.setenv("RNNLAB_NICE", "0")
        yield


@pytest.fixture(autouse=True)
def lab_home(tmp_path, monkeypatch):
    """An empty lab home in tmp_path; no test sees the person's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RNNLAB_HOME", str(folder))
    monkeypatch.delenv("RNNLAB_STORE", raising=False)
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "5")
    return folder


@pytest.fixture
def watching(monkeypatch):
    """Pages are those of a shared dashboard, opened by somebody who may only watch."""
    monkeypatch.setenv(sharing.SHARE, "1")
    monkeypatch.setattr("ui.presenter.holds_link", lambda _: False)  # AppTest has no cookies


@pytest.fixture
def store(lab_home):
    """A store in a real file of the test's home."""
    store = RunStore(home.store_url())
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server for all tests of this process; skips those that want it where it lacks.

    It takes a second to start, and 50 MB while it runs.
    """
    if reason := postgresql_server.missing():
        pytest.skip(reason)
    server = postgresql_server.Server()
    yield server
    server.close()


@pytest.fixture
def postgresql_url(postgresql, lab_home, monkeypatch):
    """The URL of an empty place on a PostgreSQL server, which is the store of the test's home."""
    url = postgresql.create_schema()
    monkeypatch.setenv("RNNLAB_STORE", url)
    return url


@pytest.fixture(scope="session")
def caches(tmp_path_factory):
    """The encoded reviews and XLA's compiled code that tests share, one run of them with the next.

    In `RNNLAB_TEST_CACHE`, else in `~/.cache/rnnlab-tests`. The first process encodes, others wait
    for it. Reviews are found by their checksum, code by TensorFlow's version and the processor.
    """
    kept = kept_home()
    try:
        datasets.load("bundled", kept)
        for folder in code_folders(kept):
            folder.mkdir(exist_ok=True)
    except (DataError, OSError):  # it cannot be written to
        kept = tmp_path_factory.mktemp("kept")
        datasets.load("bundled", kept)
        for folder in code_folders(kept):
            folder.mkdir()
    reviews = cache.folder(kept, "bundled", bundled.fingerprint())
    return Caches(reviews, *code_folders(kept))


@pytest.fixture(scope="session")
def unoptimized(caches):
    """TensorFlow and XLA take what this process trains as it is, without optimizing it.

    That takes half of the time where XLA compiles, and a tenth less where it does not; what is
    compiled is kept, as workers keep it. XLA reads its flags once. Workers are others' processes,
    and optimize: what they train is compared with keras's own loops in
    tests/export/test_keras_files.py.
    """
    import tensorflow as tf

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=0")
        folder = f'--tf_xla_persistent_cache_directory="{caches.unoptimized_code}"'
        patch.setenv("TF_XLA_FLAGS", folder)
        tf.function(lambda: tf.zeros(1), jit_compile=True)()
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


@pytest.fixture(scope="session")
def keras_outside(tmp_path_factory, caches):
    """A process that runs scripts where Keras is imported and rnnlab is not."""
    process = KerasOutside(tmp_path_factory.mktemp("outside"), caches.scripts_code)
    yield process
    process.close()


@pytest.fixture
def warm_home(lab_home, caches):
    """The test's home, with the reviews encoded and the code compiled of earlier tests."""
    return caches.link(lab_home)


@pytest.fixture
def server(warm_home, tmp_path):
    """A dashboard server on the test's home."""
    with serving(warm_home, tmp_path / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; each opens pages in a context of its own.

    The shell without a window takes an eighth less processor time than the whole browser.
    """
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)
    with browsing(executable_path=SHELL or CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="session")
def context(chromium):
    """The context of all tests' pages."""
    with context_of(chromium) as context:
        yield context


@pytest.fixture
def page(context):
    """An empty page at 1440×900. A script error in the page fails the test."""
    with page_of(context) as page:
        yield page


@pytest.fixture
def lab(warm_home, monkeypatch):
    """A lab of two workers, which are gone when the test ends."""
    monkeypatch.setenv("RNNLAB_WORKERS", "2")
    lab = Lab()
    yield lab
    kill_workers(lab.home)


@pytest.fixture(scope="session")
def working_home(tmp_path_factory, caches):
    """The home of a lab whose workers go on from test to test."""
    home = caches.link(tmp_path_factory.mktemp("working") / "home")
    yield home
    kill_workers(home)


@pytest.fixture
def working_lab(working_home, monkeypatch):
    """A lab of two workers that are at work already, and keep to it; it holds other tests' runs."""
    with at_work(working_home, monkeypatch) as lab:
        yield lab


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
