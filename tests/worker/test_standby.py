"""A worker's standby: started for the run that is expected, and what becomes of it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from unittest.mock import Mock

import psutil
import pytest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.worker import child, main
from rnnlab.worker.main import RUNS_A_PROCESS, work
from rnnlab.worker.worker import (
    EXPECTED_S,
    PREWARM_EVERY_S,
)
from tests.labs import NOW
from tests.worker.ticking import claim, expect, record_who_trained, tick_until_childless


def test_expected_run_is_trained_by_the_standby_with_its_data(worker, store, train_as, warm_up_as):
    train_as(record_who_trained)
    warm_up_as(lambda config, **_: f"all for {config.arch}")
    pid = expect(worker, store, preset("gru"))
    run = claim(worker, store)
    assert (worker.child.process.pid, worker.standby) == (pid, None)
    tick_until_childless(worker)
    assert store.get(run.id).error == f"{pid} with all for gru"
    worker.tick(now=NOW + PREWARM_EVERY_S)
    assert worker.standby is None  # what has come is not expected any more


def test_standby_trains_its_run_for_however_many_epochs(worker, store, train_as, warm_up_as):
    train_as(record_who_trained)
    warm_up_as(lambda config, **_: None)
    pid = expect(worker, store, preset("gru", epochs=3, patience=2))
    claim(worker, store)
    assert worker.child.process.pid == pid
    tick_until_childless(worker)


def test_run_that_was_not_expected_is_trained_by_another_process(
    worker, store, train_as, warm_up_as
):
    train_as(record_who_trained)
    warm_up_as(lambda config, **_: time.sleep(600))
    pid = expect(worker, store, preset("lstm"))
    run = claim(worker, store)
    child = worker.child.process.pid
    tick_until_childless(worker)
    assert child != pid
    assert store.get(run.id).error == f"{child} with None"
    assert not psutil.pid_exists(pid)


def test_standby_is_replaced_when_something_else_is_expected(worker, store, warm_up_as):
    warm_up_as(lambda config, **_: time.sleep(600))
    first = expect(worker, store, preset("gru"))
    assert expect(worker, store, preset("gru"), now=NOW + PREWARM_EVERY_S) == first
    assert expect(worker, store, preset("lstm"), now=NOW + 2 * PREWARM_EVERY_S) not in (first, None)
    assert not psutil.pid_exists(first)
    assert expect(worker, store, preset("tfidf-logreg"), now=NOW + 4 * PREWARM_EVERY_S) is None


def test_standby_ends_when_its_run_does_not_come(worker, store, warm_up_as):
    warm_up_as(lambda config, **_: None)
    pid = expect(worker, store, preset("gru"))
    worker.tick(now=NOW + EXPECTED_S + PREWARM_EVERY_S)
    assert worker.standby is None
    assert not psutil.pid_exists(pid)


def test_worker_is_not_idle_while_its_standby_warms_up(worker, store, warm_up_as, tmp_path):
    def take_a_while(config, **_):
        time.sleep(1)
        (tmp_path / "warm").touch()

    warm_up_as(take_a_while)
    now = time.time()
    expect(worker, store, preset("gru"), now=now)
    work(worker, idle_s=0.3, max_runs=RUNS_A_PROCESS)
    assert (tmp_path / "warm").exists()
    assert worker.busy_at > now  # its idle time counts from the end of warming up


def test_worker_whose_standby_has_waited_for_long_ends(worker, store, warm_up_as):
    warm_up_as(lambda config, **_: None)
    expect(worker, store, preset("gru"), now=time.time())
    began = time.monotonic()
    work(worker, idle_s=0.3, max_runs=RUNS_A_PROCESS)
    assert time.monotonic() - began < 60


def test_standby_that_cannot_warm_up_trains_its_run_from_the_start(
    worker, store, train_as, warm_up_as
):
    train_as(record_who_trained)
    warm_up_as(lambda config, **_: 1 / 0)
    pid = expect(worker, store, preset("gru"))
    run = claim(worker, store)
    tick_until_childless(worker)
    assert store.get(run.id).error == f"{pid} with None"


def test_standby_that_crashes_is_not_started_again(worker, store, train_as, warm_up_as):
    train_as(record_who_trained)
    warm_up_as(lambda config, **_: os.kill(os.getpid(), signal.SIGKILL))
    pid = expect(worker, store, preset("gru"))
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert expect(worker, store, preset("gru"), now=NOW + PREWARM_EVERY_S) is None
    assert expect(worker, store, preset("gru"), now=NOW + 2 * PREWARM_EVERY_S) is None
    run = claim(worker, store)
    tick_until_childless(worker)
    assert store.get(run.id).state is RunState.FINISHED


def test_run_whose_standby_has_just_died_is_trained_by_another_process(
    worker, store, train_as, warm_up_as
):
    train_as(record_who_trained)
    warm_up_as(lambda config, **_: os.kill(os.getpid(), signal.SIGKILL))
    pid = expect(worker, store, preset("gru"))
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    run = claim(worker, store)
    tick_until_childless(worker)
    assert store.get(run.id).state is RunState.FINISHED
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("end", ["stop_standby", "train"])
def test_forked_processes_leave_no_temporary_files(
    worker, store, train_as, warm_up_as, end, tmp_path, monkeypatch
):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    begun = tmp_path / "begun"

    def use_a_file(config, **_):
        tempfile.mkdtemp()
        begun.touch()
        time.sleep(600 if end == "stop_standby" else 0)

    train_as(record_who_trained)
    warm_up_as(use_a_file)
    expect(worker, store, preset("gru"))
    while not begun.exists():
        time.sleep(0.01)
    assert list(folder.glob("rnnlab-*/*"))
    if end == "stop_standby":
        worker.stop_standby()
    else:
        claim(worker, store)
        tick_until_childless(worker)
    assert list(folder.iterdir()) == []


def test_nothing_is_warmed_up_for_what_trains_at_once(worker, store):
    assert expect(worker, store, preset("tfidf-logreg")) is None


def test_files_of_children_whose_worker_was_killed_are_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    left, living = (tmp_path / f"{child._PREFIX}{pid}-x" for pid in (dead.pid, os.getpid()))
    other = tmp_path / f"rnnlab-elsewhere-{dead.pid}-x"
    for folder in (left, living, other):
        folder.mkdir()
        (folder / "file").touch()
    child.sweep()
    assert sorted(tmp_path.iterdir()) == sorted([living, other])


@pytest.mark.parametrize(
    ("comes", "wanted"),
    [
        (lambda store: store.enqueue(preset("gru"), now=time.time()), [None]),
        (lambda store: store.expected.put(preset("gru"), now=time.time()), [1]),
        (lambda store: store.expected.put(preset("gru"), now=time.time() - 60), []),
        (lambda store: None, []),
    ],
    ids=["a run", "a guess", "an old guess", "nothing"],
)
def test_worker_that_leaves_starts_another_for_what_has_come_meanwhile(
    store, monkeypatch, comes, wanted
):
    executor = Mock()
    monkeypatch.setattr(main, "make_executor", lambda store: executor)
    monkeypatch.setattr(main, "import_keras", lambda: None)
    monkeypatch.setattr(main, "work", lambda *_, **__: comes(store))
    monkeypatch.setattr(main.signal, "signal", lambda *_: None)
    main.run()
    assert store.workers.count() == 0
    assert [call.kwargs.get("wanted") for call in executor.ensure.call_args_list] == wanted
