"""Workers that a person starts by hand: their slots, their place, and the list of them."""

import json
import os
import sys
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest

from rnnlab import machine
from rnnlab.errors import InvalidField
from rnnlab.lab import Lab
from rnnlab.store import RunStore
from rnnlab.worker import job, main, slots
from rnnlab.worker.executors import NoExecutor, make_executor
from rnnlab.worker.launch import RETRY_S, STARTING_S, LocalExecutor
from rnnlab.worker.worker import Worker
from tests.labs import NOW, live_run


@pytest.fixture
def filled(monkeypatch):
    """Three slots whose processes are stand-ins."""

    def start(**_):
        process = SimpleNamespace(returncode=None)
        process.poll = lambda: process.returncode
        return process

    monkeypatch.setattr(slots, "start_slot", start)
    filled = slots.Slots(3)
    assert filled.fill(now=0.0) == 3
    return filled


def test_slot_whose_worker_has_ended_gets_another(filled):
    assert filled.fill(now=1.0) == 0
    filled._processes[0][0].returncode = 0
    assert filled.fill(now=STARTING_S + 1) == 1


def test_slot_whose_worker_ends_at_its_start_gets_another_after_a_pause(filled):
    filled._processes[0][0].returncode = 1
    assert filled.fill(now=1.0) == 0
    assert filled.fill(now=1.0 + RETRY_S) == 1


@pytest.mark.parametrize("text", ["0", "65", "x", "1.5"])
def test_slots_that_are_no_number_are_refused(cli, text):
    code, _, err = cli("worker", "--slots", text)
    assert code == 2
    assert "--slots must be 1–64" in err or "--slots must be a whole number" in err


def test_password_leaves_the_command_line(cli, monkeypatch):
    started = []
    monkeypatch.setattr("os.execv", lambda *command: started.append(command) or sys.exit(0))
    url = "postgresql+psycopg://ann:secret@host/lab"
    monkeypatch.setenv("RNNLAB_STORE", "sqlite:///other.db")
    assert cli("worker", "--store", url, "--slots", "3")[0] == 0
    assert os.environ["RNNLAB_STORE"] == url
    ((_, command),) = started
    assert command[-3:] == ["worker", "--slots", "3"]
    assert "secret" not in " ".join(command)


def test_bad_executor_is_named_with_the_choices(store, monkeypatch):
    monkeypatch.setenv("RNNLAB_EXECUTOR", "kubernetes")
    with pytest.raises(InvalidField, match="RNNLAB_EXECUTOR must be local"):
        make_executor(store)


def test_executor_is_local_unless_the_environment_says_otherwise(store, monkeypatch):
    assert isinstance(make_executor(store), LocalExecutor)
    monkeypatch.setenv("RNNLAB_EXECUTOR", "none")
    assert isinstance(make_executor(store), NoExecutor)
    assert Lab().executor.ensure(wanted=5) == 0


def test_workers_are_listed_with_what_they_train(cli, store):
    run = live_run(store)
    (listed,) = json.loads(cli("workers", "--json")[1])
    assert (listed["run"], listed["run_name"], listed["machine"]) == (
        run.id,
        run.name,
        machine.name(),
    )
    assert (listed["kind"], listed["rnnlab"]) == (machine.kind(), "0.1.0")
    assert run.name in cli("workers")[1]


def test_no_worker_is_said(cli, store):
    assert json.loads(cli("workers", "--json")[1]) == []
    assert cli("workers")[1].startswith("No worker is running.")


def test_worker_ends_with_the_process_that_it_belongs_to(worker, store):
    worker.busy_at, ends = machine.steady_time(), iter([False, False, True])
    main.work(worker, idle_s=60.0, max_runs=9, alone=lambda: next(ends))
    assert worker.asked_to_end


def test_run_keeps_the_kinds_of_machines_that_trained_it(store, monkeypatch):
    monkeypatch.setattr(machine, "kind", lambda: "new")

    def kinds(*earlier, epochs_done=1):
        manifest = {"machine_kinds": list(earlier)}
        return job._machine_kinds(replace(live, epochs_done=epochs_done, manifest=manifest))

    live = live_run(store)
    assert kinds(epochs_done=0) == ["new"]
    assert kinds("old") == ["old", "new"]
    assert kinds("old", "new") == ["old", "new"]
    assert kinds("old", epochs_done=0) == ["new"]


def test_idle_worker_asks_a_server_every_second_or_two(postgresql_url):
    store = RunStore(postgresql_url)
    worker, looks = Worker(store, now=NOW, prewarms=False), []
    store.workers.register(worker.id, now=NOW, limit=9)
    looked = [worker._looks(NOW + tenth / 10) for tenth in range(100)]
    looks = [tenth for tenth, looks in enumerate(looked) if looks]
    assert looks[0] == 0
    assert all(10 <= b - a <= 21 for a, b in pairwise(looks))
    store.close()
