"""Who trains what, where, on the Lab page: said once several machines serve the store."""

import pytest

from rnnlab.config import preset
from rnnlab.runs import Run, RunState
from rnnlab.store.workers import RegisteredWorker
from ui.lab.machines import machines_html
from ui.reader import Snapshot

RUNS = tuple(
    Run(f"run-{n}", f"lstm-{n}", RunState.RUNNING, preset("lstm", seed=n), 1, 0.0, 0.0)
    for n in range(5)
)


def worker(machine, run=None, *, tensorflow="2.21.0"):
    return RegisteredWorker("id", machine, 1, 0.0, 0.0, "EPYC", "0.1.0", tensorflow, 2, run)


def lines(*workers):
    return machines_html(Snapshot(RUNS, workers=workers)).split("<div")[2:]


def test_nothing_is_said_of_one_machine():
    assert machines_html(Snapshot(RUNS)) == ""
    assert machines_html(Snapshot(RUNS, workers=(worker("desk"), worker("desk", "run-0")))) == ""


def test_each_machine_has_a_line_those_that_train_first():
    first, second = lines(worker("desk"), worker("<gpu>", "run-0"), worker("<gpu>", "run-1"))
    assert "<b>&lt;gpu&gt;</b><span>trains lstm-0 and lstm-1 · 2 workers</span>" in first
    assert "<b>desk</b><span>ready · 1 worker</span>" in second
    assert "TensorFlow" not in first


def test_versions_are_named_where_they_differ():
    first, _ = lines(worker("a", "run-0", tensorflow="2.20.0"), worker("b"))
    assert "rnnlab 0.1.0, TensorFlow 2.20.0" in first


def test_many_runs_and_machines_are_counted():
    busy = [worker("a", f"run-{n}") for n in range(5)]
    shown = lines(*busy, *(worker(f"m{n}") for n in range(20)))
    assert "trains lstm-0, lstm-1, lstm-2 and 2 more" in shown[0]
    assert len(shown) == 9
    assert "and 13 more machines" in shown[-1]


@pytest.mark.usefixtures("postgresql_url")
def test_snapshot_of_a_store_on_a_server_has_its_workers(monkeypatch):
    from ui import reader

    store = reader.whole_lab().store
    for name in ("near", "far"):
        monkeypatch.setenv("RNNLAB_MACHINE", name)
        store.workers.register(f"w-{name}", now=0.0, limit=9)
    found = reader.get_reader().snapshot(fresh=True).workers
    assert [worker.machine for worker in found] == ["far", "near"]
