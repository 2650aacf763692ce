"""Two machines on one store, for real: workers with a home and a name of their own each."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
import sqlalchemy as sa

from rnnlab import machine
from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from rnnlab.store.schema import workers
from tests.own import add_own
from tests.postgresql import PASSWORD
from tests.workers import wait_for

pytestmark = pytest.mark.slow


class Machine:
    """A machine of that name: a process of its own, with a home of its own."""

    def __init__(self, name, home, *arguments):
        self.log = home.with_suffix(".log")
        environment = {**os.environ, "RNNLAB_MACHINE": name, "RNNLAB_HOME": str(home)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rnnlab", "worker", *arguments],
                env=environment,
                stdout=log,
                stderr=log,
            )

    def pull_the_plug(self):
        """Kill all of its processes at once."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        for process in [psutil.Process(self.process.pid), *family]:
            process.kill()
        self.process.wait()


@pytest.fixture
def lab(postgresql_url, monkeypatch):
    monkeypatch.setenv("RNNLAB_MACHINE", "desk")
    monkeypatch.setenv("RNNLAB_EXECUTOR", "none")
    monkeypatch.setenv("RNNLAB_AUTO_RESUME", "1")
    return Lab()


@pytest.fixture
def start(tmp_path, caches):
    machines = []

    def start(name, *arguments):
        machines.append(Machine(name, caches.link(tmp_path / name), *arguments))
        return machines[-1]

    yield start
    for started in machines:
        if started.process.poll() is None:
            started.pull_the_plug()


def test_run_goes_on_elsewhere_when_its_machine_is_gone(lab, start, postgresql_url):
    own = add_own(lab)
    settings = {"dataset": own.id, "epochs": 60, "patience": 60, "maxlen": 10, "batch_size": 8}
    run_id = lab.train(preset("embedding-rnn", **settings)).id
    far = start("far", "--store", postgresql_url)
    wait_for(lambda: lab.store.get(run_id).epochs_done >= 3, "three epochs on far")
    (listed,) = lab.store.workers.all(now=0.0)
    assert (listed.machine, listed.slots, listed.run) == ("far", 1, run_id)
    assert listed.kind == machine.kind()
    assert PASSWORD not in " ".join(psutil.Process(far.process.pid).cmdline())
    far.pull_the_plug()
    before = lab.store.get(run_id)
    assert (before.state, before.machine) == (RunState.RUNNING, "far")

    near = start("near", "--store", postgresql_url, "--slots", "1")
    with lab.store.database.writing() as connection:  # rather than wait for 20 s
        connection.execute(sa.update(workers).where(workers.c.machine == "far").values(seen_at=0.0))
    wait_for(lambda: lab.store.get(run_id).state is RunState.FINISHED, "its end on near")
    run = lab.store.get(run_id)
    assert (run.machine, run.resumed_after) == ("near", before.epochs_done)
    assert [epoch.epoch for epoch in lab.store.epochs(run_id)] == list(range(1, 61))

    near.process.send_signal(signal.SIGTERM)
    assert near.process.wait(120) == 0
    assert lab.store.workers.all(now=0.0) == ()
    for started in (far, near):
        log = started.log.read_text()
        assert PASSWORD not in log
        assert "has joined the lab at postgresql+psycopg://rnnlab:***@" in log
        assert "trains up to 1 run at once" in log
