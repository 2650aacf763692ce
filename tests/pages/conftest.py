"""Pages are run by `AppTest`, each as if by a server that has just started."""

import functools
from unittest.mock import Mock

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from rnnlab.config import preset
from rnnlab.worker.launch import LocalExecutor
from tests import labs
from tests.labs import trained
from tests.pages.training import TEXTS
from ui import reviews


@pytest.fixture(scope="session", autouse=True)
def packages_scanned_once():
    """Streamlit looks for components in the metadata of all installed packages once, not a test."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(autouse=True)
def nothing_stale(monkeypatch):
    """Each run of a script reads the store; a page that is fast would see what stood before."""
    monkeypatch.setattr("ui.reader.READ_S", 0)


@pytest.fixture(autouse=True)
def nothing_started(monkeypatch):
    """No page starts processes: a worker imports keras, a preparation encodes 25,000 reviews.

    Either takes seconds of a core, which the next tests would wait for.
    """
    monkeypatch.setattr(LocalExecutor, "ensure", lambda *_, **__: 0)
    monkeypatch.setattr("ui.reviews._preparation", lambda *_: Mock(spec=reviews._Preparation))


@pytest.fixture
def dataset(lab_home):
    """The texts of a small dataset in the home; no network is kept from the test before."""
    texts = [f"the film {n} was good <i>and</i> long " * 10 for n in range(40)]
    st.cache_resource.clear()
    labs.encode_reviews(lab_home, texts)
    return texts


@pytest.fixture
def compared(lab_home):
    """A small dataset in the home, 40 of its reviews for validation."""
    st.cache_resource.clear()
    labs.encode_reviews(lab_home)


@pytest.fixture
def runs(compared, store):
    """Three seeds of an LSTM, three of a GRU, and one with another vocabulary."""
    configs = [preset(arch, seed=seed) for arch in ("lstm", "gru") for seed in (1, 2, 3)]
    return [trained(store, config) for config in (*configs, preset("gru", vocab_size=400))]


@pytest.fixture
def started(lab_home, monkeypatch):
    """How many workers were asked for; none is started. A small dataset stands in the home."""
    st.cache_resource.clear()
    labs.encode_reviews(lab_home, TEXTS)
    requests = []
    monkeypatch.setattr(
        LocalExecutor, "ensure", lambda self, *, wanted=None: requests.append(wanted)
    )
    return requests
