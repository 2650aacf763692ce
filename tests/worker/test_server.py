"""A real worker whose store is on a server: it goes away meanwhile, and its password is secret."""

import os
import time
from contextlib import suppress

import psutil
import pytest

from rnnlab.config import preset
from rnnlab.errors import StoreUnreachable
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.postgresql import PASSWORD
from tests.screens import lab_words, open_lab, open_run, words
from tests.workers import kill_workers, wait_for, worker_pids

CONFIG = preset("embedding-rnn", epochs=3, maxlen=30)
COMMANDS = (
    ("doctor",),
    ("runs", "--json"),
    ("show", "RUN", "--json"),
    ("workers",),
    ("store",),
)


@pytest.fixture
def lab(warm_home, postgresql_url, monkeypatch):
    """A lab of one worker, on a server."""
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    yield Lab()
    kill_workers(warm_home)


@pytest.mark.slow
def test_run_is_trained_though_its_server_goes_away_and_nothing_tells_its_password(
    lab, postgresql, cli
):
    run = lab.train(CONFIG)
    wait_for(lambda: lab.store.epochs(run.id), "the first epoch")
    pids = worker_pids(lab.home)
    lines = [" ".join(psutil.Process(pid).cmdline()) for pid in pids]
    postgresql.stop()
    time.sleep(1)
    with pytest.raises(StoreUnreachable) as told:
        lab.store.queue()
    code, _, doctor = cli("doctor")
    postgresql.start()

    def ended():
        with suppress(StoreUnreachable):
            return not lab.store.get(run.id).state.active

    wait_for(ended, "the run to end")
    assert lab.store.get(run.id).state is RunState.FINISHED
    assert [epoch.epoch for epoch in lab.store.epochs(run.id)] == [1, 2, 3]
    assert worker_pids(lab.home) == pids  # none crashed

    everything = [*lines, str(told.value), doctor]
    for command in COMMANDS:
        code, out, err = cli(*(run.id if word == "RUN" else word for word in command))
        assert code == 0, err
        everything += [out, err]
    everything += [lab_words(open_lab()), words(open_run(run.id))]
    everything += [
        path.read_bytes().decode("utf-8", "replace") for path in (lab.home / "logs").rglob("*")
    ]
    assert lines and "".join(everything)
    assert not [text for text in everything if PASSWORD in text]
    assert PASSWORD in os.environ["RNNLAB_STORE"]
