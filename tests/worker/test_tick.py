"""What a worker does at each tick, with real forks of small stand-ins for training."""

import functools
import os
import signal
import tempfile
import time

import psutil
import pytest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store.workers import HEARTBEAT_S
from rnnlab.studies import StudyState
from rnnlab.study import plan
from rnnlab.worker import standby
from rnnlab.worker import worker as worker_module
from rnnlab.worker.main import RUNS_A_PROCESS, advance_studies, work
from rnnlab.worker.worker import EXPECTED_S, NICE, PREWARM_EVERY_S, STOP_TIMEOUT_S, Worker
from tests import labs
from tests.labs import NOW

TIMEOUT_S = 60  # children run at a low priority: a busy machine lets them wait


@pytest.fixture
def worker(store):
    """A registered worker whose children do what `train_as` says instead of training."""
    worker = Worker(store, now=NOW)
    store.workers.register(worker.id, now=NOW, limit=9)
    yield worker
    worker.stop_standby()
    if worker.child:
        worker.child.process.kill()


@pytest.fixture
def train_as(monkeypatch):
    """Sets what a child does with its attempt."""

    def set_to(action):
        monkeypatch.setattr(worker_module, "run_attempt", action)

    return set_to


def finish(attempt, store, *, data, paused):
    attempt.end(RunState.FINISHED, now=NOW)


def hang(attempt, store, *, data, paused):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def claim(worker, store):
    """A run that the worker has just forked a child for."""
    run = store.enqueue(preset("gru"), now=NOW)
    worker.tick(now=NOW)
    return run


def tick_until_childless(worker, *, now=NOW):
    end = time.monotonic() + TIMEOUT_S
    while worker.child and time.monotonic() < end:
        worker.tick(now=now)
        time.sleep(0.01)
    assert worker.child is None


def test_run_is_claimed_trained_in_a_child_and_recorded(worker, store, train_as):
    train_as(finish)
    run = claim(worker, store)
    assert worker.child.process.pid != os.getpid()
    tick_until_childless(worker)
    assert store.get(run.id).state is RunState.FINISHED


def test_training_has_a_lower_priority_than_the_dashboard_and_its_worker(worker, store, train_as):
    before = os.nice(0)
    train_as(hang)
    claim(worker, store)
    pid, end = worker.child.process.pid, time.monotonic() + TIMEOUT_S
    while os.getpriority(os.PRIO_PROCESS, pid) == before and time.monotonic() < end:
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, before + NICE)
    assert os.nice(0) == before


def test_worker_has_one_child_at_a_time(worker, store, train_as):
    train_as(hang)
    claim(worker, store)
    second = store.enqueue(preset("gru"), now=NOW)
    worker.tick(now=NOW)
    assert store.get(second.id).state is RunState.QUEUED


@pytest.fixture
def warm_up_as(monkeypatch):
    """Sets what a standby does to warm up."""

    def set_to(action):
        monkeypatch.setattr(standby, "warm_up", action)

    return set_to


def record_who_trained(attempt, store, *, data, paused):
    attempt.end(RunState.FINISHED, now=NOW, error=f"{os.getpid()} with {data}")


def expect(worker, store, config, *, now=NOW):
    """The pid of the worker's standby once it has seen what is expected; None without one."""
    store.expected.put(config, now=now)
    worker.tick(now=now)
    return worker.standby and worker.standby.process.pid


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


def test_child_that_dies_leaves_its_run_interrupted_with_the_reason(worker, store, train_as):
    train_as(lambda attempt, store, data, paused: os.kill(os.getpid(), signal.SIGKILL))
    run = claim(worker, store)
    tick_until_childless(worker)
    run = store.get(run.id)
    assert run.state is RunState.INTERRUPTED
    assert "signal 9, which the system also sends when memory runs out" in run.error


def test_child_that_does_not_stop_when_asked_is_killed_and_its_run_stopped(worker, store, train_as):
    train_as(hang)
    run = claim(worker, store)
    store.request_stop(run.id, now=NOW)
    worker.tick(now=NOW + HEARTBEAT_S)
    assert worker.child
    tick_until_childless(worker, now=NOW + HEARTBEAT_S + STOP_TIMEOUT_S + 1)
    assert store.get(run.id).state is RunState.STOPPED


def test_machine_without_room_for_a_process_leaves_the_run_resumable(worker, store, monkeypatch):
    def fork():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    run = claim(worker, store)
    assert store.get(run.id).state is RunState.INTERRUPTED
    assert "Resource temporarily unavailable" in store.get(run.id).error
    assert worker.child is None


def test_worker_that_is_not_registered_any_more_ends(worker, store):
    store.workers.unregister(worker.id)
    worker.tick(now=NOW + HEARTBEAT_S)
    assert worker.asked_to_end


def test_worker_sends_a_heartbeat_only_when_it_is_due(worker, store):
    store.workers.unregister(worker.id)
    worker.tick(now=NOW + HEARTBEAT_S / 2)
    assert not worker.asked_to_end


def test_worker_is_replaced_after_its_number_of_runs(worker, store, train_as, monkeypatch):
    train_as(finish)
    worker.runs_claimed = RUNS_A_PROCESS - 1
    first, second = (store.enqueue(preset("gru"), now=NOW + n) for n in range(2))
    work(worker, idle_s=60, max_runs=RUNS_A_PROCESS)
    assert store.get(first.id).state is RunState.FINISHED
    assert store.get(second.id).state is RunState.QUEUED


def test_worker_moves_studies_on_after_each_run_and_while_idle(worker, store, train_as):
    def end(attempt, store, *, data, paused):
        labs.train(attempt, 1)
        attempt.end(RunState.FINISHED, now=NOW)

    train_as(end)
    spec = plan.make_spec(
        [preset("gru")], grid={"learning_rate": (1e-4, 1e-3)}, seeds=1, fresh_seeds=2
    )
    study = store.studies.create(spec, plan.search_configs(spec), now=NOW)
    move_on = functools.partial(advance_studies, store, None)
    work(
        worker,
        idle_s=0.3,
        max_runs=RUNS_A_PROCESS,
        between_runs=lambda now: move_on(now=now),
    )
    study = store.studies.get(study.id)
    assert study.state is StudyState.FINISHED
    assert len(study.run_ids("final")) == 2


def test_worker_finds_the_runs_of_a_dead_one_while_a_study_needs_them(store):
    spec = plan.make_spec([preset("gru")], seeds=1)
    study = store.studies.create(spec, plan.search_configs(spec), now=NOW)
    lost = store.claim_next("nobody", machine="here", now=NOW).run
    advance_studies(store, None, now=NOW)
    assert store.get(lost.id).state is RunState.QUEUED
    store.studies.stop(study.id, now=NOW)
    other = store.enqueue(preset("lstm"), now=NOW)
    store.claim_next("nobody", machine="here", now=NOW)
    advance_studies(store, None, now=NOW)
    assert store.get(other.id).state is RunState.RUNNING
