"""What the dashboard's server hands out beside pages."""

import gzip
import socket
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import streamlit as st

from rnnlab.charts import plotlyjs
from rnnlab.config import RunConfig, preset
from rnnlab.datasets.reading.encodings import MAX_MB
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.dashboard import ROOT, serving
from tests.workers import kill_workers
from ui import server as dashboard_server


def test_plotlyjs_is_compressed_and_kept_by_browsers():
    (route,) = dashboard_server.routes()
    with ThreadPoolExecutor() as pool:  # Playwright leaves an event loop in the tests' thread
        answer = pool.submit(anyio.run, route.endpoint, None).result()
    assert route.path == f"/{dashboard_server.PLOTLYJS}"
    assert gzip.decompress(answer.body).decode() == plotlyjs.source()
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.slow
def test_server_has_a_queued_run_trained_though_nobody_watches(server, warm_home):
    lab = Lab()
    run = lab.store.enqueue(preset("tfidf-logreg"), now=time.time())
    try:
        end = time.monotonic() + 120
        while lab.store.get(run.id).state.active and time.monotonic() < end:
            time.sleep(0.2)
        assert lab.store.get(run.id).state is RunState.FINISHED
    finally:
        kill_workers(warm_home)


def test_server_takes_files_as_large_as_the_reader_does():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == MAX_MB


@pytest.mark.slow
def test_server_ends_though_a_browser_takes_nothing_of_what_it_asked_for(tmp_path):
    with serving(tmp_path / "home", tmp_path / "server.log") as server, socket.socket() as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        browser.connect(("127.0.0.1", server.port))
        request = f"GET /{dashboard_server.PLOTLYJS} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        browser.sendall(8 * request.encode())
        browser.recv(1)
        server.process.terminate()
        server.process.wait(timeout=60)


def test_first_worker_warms_up_for_what_an_open_page_shows(store, worker, monkeypatch):
    monkeypatch.setenv("RNNLAB_PRESTART", "1")
    st.cache_resource.clear()
    Lab().prewarm(preset("gru"))
    dashboard_server.prestart()
    assert store.expected.get(since=0) == preset("gru")


@pytest.mark.slow
def test_server_has_a_worker_get_ready_before_anybody_comes(warm_home, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLAB_PRESTART", "1")
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "600")
    with serving(warm_home, tmp_path / "server.log"):
        store = Lab().store
        end = time.monotonic() + 120
        while not (store.workers.count() and store.expected.get(since=0)):
            assert time.monotonic() < end
            time.sleep(0.2)
        assert store.expected.get(since=0) == RunConfig()
