"""Whoever looks after the lab: what becomes of dead and hung workers, and of interrupted runs."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest
import sqlalchemy as sa

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import LostRun, StoreError
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.schema import workers
from rnnlab.study import plan
from rnnlab.worker.reconcile import (
    HUNG_AFTER_S,
    HUNG_WHILE_STOPPING_S,
    LOOKS_APART_S,
    Reconciler,
)
from tests.labs import NOW, claim, running_run, train


@pytest.fixture(autouse=True)
def resuming(monkeypatch):
    """Interrupted runs are resumed by themselves, as in a person's lab."""
    monkeypatch.delenv("RNNLAB_AUTO_RESUME")


def lose_worker(store):
    store.workers.unregister("worker-1")


def test_run_of_a_dead_worker_is_resumed_and_says_so(store):
    run = running_run(store)
    lose_worker(store)
    Reconciler(store, None).reconcile(now=NOW + 1)
    resumed = store.get(run.id)
    assert (resumed.state, resumed.error) == (RunState.QUEUED, None)
    assert resumed.resumed == (
        "Resumed automatically after epoch 2. Before that: Its worker process was gone."
    )


def test_run_that_dies_twice_at_the_same_place_waits_for_a_person(store):
    run = running_run(store)
    reconciler = Reconciler(store, None)
    for _ in range(2):
        lose_worker(store)
        reconciler.reconcile(now=NOW + 1)
        claim(store)
    assert store.get(run.id).state is RunState.INTERRUPTED
    assert store.get(run.id).ending() == (
        "Its worker process was gone. It was interrupted twice at the same place, so only you can "
        "resume it after epoch 2."
    )
    store.resume(run.id, now=NOW)
    assert store.get(run.id).state is RunState.QUEUED


def test_run_that_has_got_further_is_resumed_again(store):
    run = running_run(store)
    reconciler = Reconciler(store, None)
    lose_worker(store)
    reconciler.reconcile(now=NOW)
    train(claim(store), 1, first=3)
    lose_worker(store)
    reconciler.reconcile(now=NOW)
    assert (store.get(run.id).state, store.get(run.id).resumed_after) == (RunState.QUEUED, 3)


def test_nothing_is_resumed_where_that_is_switched_off(store, monkeypatch):
    monkeypatch.setenv("RNNLAB_AUTO_RESUME", "0")
    run = running_run(store)
    lose_worker(store)
    Reconciler(store, None).reconcile(now=NOW)
    assert store.get(run.id).state is RunState.INTERRUPTED
    assert store.get(run.id).ending().endswith("resume it to continue after epoch 2.")


def test_run_of_a_study_is_resumed_like_any_other(store):
    spec = plan.make_spec([preset("gru")], seeds=1)
    store.studies.create(spec, plan.search_configs(spec), now=NOW)
    lost = store.claim_next("nobody", machine="here", now=NOW).run
    Reconciler(store, None).reconcile(now=NOW)
    assert store.get(lost.id).state is RunState.QUEUED


HANG = """
import os, subprocess, sys, time
from rnnlab.store import RunStore
store = RunStore(sys.argv[1])
assert store.workers.register("hung", now=time.time(), limit=9)
attempt = store.claim_next("hung", machine="here", now=time.time())
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(attempt.token, child.pid, flush=True)
time.sleep(600)
"""


class Clock:
    """Seconds that pass only when a test says so."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def hung(store):
    """A worker process that has claimed a run, forked a child, and hangs: (run, worker, child)."""
    run = store.enqueue(preset("gru"), now=NOW)
    command = [sys.executable, "-c", HANG, home.store_url(), "worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        token, child = process.stdout.readline().split()
        os.kill(process.pid, signal.SIGSTOP)
        yield run, token, process, psutil.Process(int(child))
        process.kill()


def watch(store, seconds):
    """Look after the store once a second for so long."""
    clock = Clock()
    reconciler = Reconciler(store, None, clock=clock)
    for _ in range(int(seconds) + 1):
        reconciler.reconcile(now=NOW)
        clock.now += 1


def test_hung_worker_is_killed_where_its_run_was_asked_to_stop(store, hung):
    run, _, process, child = hung
    store.request_stop(run.id, now=NOW)
    watch(store, HUNG_WHILE_STOPPING_S - 1)
    assert store.get(run.id).state is RunState.RUNNING
    watch(store, HUNG_WHILE_STOPPING_S)
    assert store.get(run.id).state is RunState.STOPPED
    assert process.wait(10) == -signal.SIGKILL
    assert not psutil.wait_procs([child], timeout=10)[1] or child.status() == "zombie"
    store.delete(run.id)


def test_hung_worker_is_killed_after_a_minute_and_its_run_goes_on_elsewhere(store, hung):
    run, token, process, _ = hung
    watch(store, HUNG_AFTER_S - 1)
    assert store.get(run.id).state is RunState.RUNNING
    watch(store, HUNG_AFTER_S)
    assert store.get(run.id).state is RunState.QUEUED
    assert process.wait(10) == -signal.SIGKILL
    again = claim(store)
    assert again.token != token
    again.end(RunState.FINISHED, now=NOW)
    with pytest.raises(LostRun):
        again.end(RunState.FINISHED, now=NOW)


def test_nobody_is_killed_by_one_who_has_looked_away(store, hung):
    run, _, process, _ = hung
    store.request_stop(run.id, now=NOW)
    clock = Clock()
    reconciler = Reconciler(store, None, clock=clock)
    for _ in range(5):
        reconciler.reconcile(now=NOW)
        clock.now += LOOKS_APART_S + 1
    assert process.poll() is None
    assert store.get(run.id).state is RunState.RUNNING


def test_process_that_only_has_a_dead_workers_number_is_left_alone(store):
    command = [sys.executable, "-c", "import time; time.sleep(600)", "worker"]
    bystander = subprocess.Popen(command)
    running_run(store)
    with store.database.writing() as connection:
        connection.execute(
            sa.update(workers).values(pid=bystander.pid, process="another", seen_at=NOW)
        )
    assert store.workers.kill("worker-1", seen_at=NOW)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_silent_process_that_is_no_worker_loses_its_place_but_not_its_life(store):
    running_run(store)  # by this process
    assert store.workers.kill("worker-1", seen_at=NOW)
    assert store.workers.count() == 0


def test_worker_that_has_sent_a_heartbeat_meanwhile_is_not_killed(store, hung):
    _, _, process, _ = hung
    (seen_at,) = store.workers.last_seen().values()
    store.workers.heartbeat("hung", now=seen_at + 1)
    assert not store.workers.kill("hung", seen_at=seen_at)
    assert (store.workers.count(), process.poll()) == (1, None)


def test_workers_that_wait_for_a_store_that_is_held_are_not_killed(store, hung):
    _, _, process, _ = hung
    clock = Clock()
    impatient = RunStore(home.store_url(), busy_timeout_s=0.1)
    reconciler = Reconciler(impatient, None, clock=clock)
    with store.database.writing():  # another program
        for _ in range(int(HUNG_AFTER_S) + 5):
            with suppress(StoreError):
                reconciler.reconcile(now=NOW)
            clock.now += 1
    reconciler.reconcile(now=NOW)
    assert process.poll() is None
    assert store.workers.count() == 1
