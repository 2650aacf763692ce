"""Fixtures that every test file shares: a home of its own, and a store in it."""

import pytest

from rnnlab import home
from rnnlab.store import RunStore
from tests.dashboard import CHROMIUM, browsing, serving


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
