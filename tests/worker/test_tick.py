"""What a worker does at each tick, with real forks of small stand-ins for training."""

import os
import time

import pytest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store.workers import HEARTBEAT_S
from rnnlab.studies import StudyState
from rnnlab.study import plan
from rnnlab.worker.main import RUNS_A_PROCESS, work
from rnnlab.worker.reconcile import Reconciler
from rnnlab.worker.worker import NICE
from tests import labs
from tests.labs import NOW
from tests.worker.ticking import (
    TIMEOUT_S,
    claim,
    finish,
    hang,
    tick_until_childless,
)


def test_run_is_claimed_trained_in_a_child_and_recorded(worker, store, train_as):
    train_as(finish)
    run = claim(worker, store)
    assert worker.child.process.pid != os.getpid()
    tick_until_childless(worker)
    assert store.get(run.id).state is RunState.FINISHED


@pytest.mark.parametrize(("variable", "lower"), [("", NICE), ("3", 3), ("0", 0)])
def test_training_has_a_lower_priority_than_the_dashboard_and_its_worker(
    request, store, train_as, monkeypatch, variable, lower
):
    monkeypatch.setenv("RNNLAB_NICE", variable)
    worker = request.getfixturevalue("worker")
    before = os.nice(0)
    train_as(hang)
    claim(worker, store)
    pid, end = worker.child.process.pid, time.monotonic() + TIMEOUT_S
    while os.getpriority(os.PRIO_PROCESS, pid) != before + lower and time.monotonic() < end:
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, pid) == before + lower
    assert os.nice(0) == before


def test_worker_has_one_child_at_a_time(worker, store, train_as):
    train_as(hang)
    claim(worker, store)
    second = store.enqueue(preset("gru"), now=NOW)
    worker.tick(now=NOW)
    assert store.get(second.id).state is RunState.QUEUED


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
    reconciler = Reconciler(store, None)
    work(
        worker,
        idle_s=0.3,
        max_runs=RUNS_A_PROCESS,
        look_after=lambda now: reconciler.reconcile(now=now),
    )
    study = store.studies.get(study.id)
    assert study.state is StudyState.FINISHED
    assert len(study.run_ids("final")) == 2


def test_worker_that_is_asked_to_end_looks_after_nothing_any_more(worker, store):
    looked = []
    worker.asked_to_end = True
    work(worker, idle_s=60, max_runs=RUNS_A_PROCESS, look_after=looked.append)
    assert looked == []
