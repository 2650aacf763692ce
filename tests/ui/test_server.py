"""What the dashboard's server hands out beside pages."""

import gzip
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from plotly.offline import get_plotlyjs

from rnnlab.config import preset
from rnnlab.datasets import labelled
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.dashboard import ROOT
from tests.workers import kill_workers
from ui import server as dashboard_server


def test_plotlyjs_is_the_installed_one_and_kept_by_browsers():
    (route,) = dashboard_server.routes()
    with ThreadPoolExecutor() as pool:  # Playwright leaves an event loop in the tests' thread
        answer = pool.submit(anyio.run, route.endpoint, None).result()
    assert route.path == f"/{dashboard_server.PLOTLYJS}"
    assert gzip.decompress(answer.body).decode() == get_plotlyjs()
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
    assert config["server"]["maxUploadSize"] == labelled.MAX_MB
