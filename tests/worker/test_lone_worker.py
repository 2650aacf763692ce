"""One worker on real reviews: warm and fresh, with a standby process and without, and its end."""

import os
import re
import signal
import time
from dataclasses import replace

import psutil
import pytest

from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.workers import children, compiled, ended, figures, kill_workers, wait_for, worker_pids

pytestmark = pytest.mark.slow

CONFIG = preset("embedding-rnn", dropout=0.3, epochs=2, maxlen=30)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, caches):
    """A lab of at most one worker, which goes on from test to test; nothing was compiled before."""
    home = caches.link(tmp_path_factory.mktemp("lone") / "home", code=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_HOME", str(home))
        patch.setenv("RNNLAB_WORKERS", "1")
        yield Lab()
    kill_workers(home)


@pytest.fixture(autouse=True)
def lab_home(lab, monkeypatch):
    """The home of this file's lab, in place of one for each test."""
    monkeypatch.setenv("RNNLAB_HOME", str(lab.home))
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "900")


@pytest.fixture(scope="module")
def fresh(lab):
    """The first run of a worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_HOME", str(lab.home))
        patch.setenv("RNNLAB_WORKER_IDLE_S", "900")
        return ended(lab, lab.train(CONFIG).id)


@pytest.mark.parametrize("urgent", [True, False])
def test_expected_run_is_trained_by_the_process_that_warmed_up_for_it(lab, fresh, urgent):
    known = compiled(lab)
    wait_for(lambda: not children(lab), "its process to exit")
    lab.prewarm(CONFIG)
    (standby,) = wait_for(lambda: children(lab), "a standby process")
    if not urgent:
        wait_for(lambda: idle(standby), "it to be warm")
    expected = lab.train(CONFIG)
    assert ended(lab, expected.id).state is RunState.FINISHED
    assert trainer_pid(lab, expected.id) == standby
    assert figures(lab, expected.id) == figures(lab, fresh.id)
    assert compiled(lab) == known


def trainer_pid(lab, run_id):
    """The process that trained a run, which may be gone: by the workers' log."""
    log = (lab.home / "logs" / "worker.log").read_text()
    return int(re.search(rf"worker (\d+) INFO run {run_id} starts", log)[1])


def idle(pid):
    """Whether a process does nothing for half a second."""
    process = psutil.Process(pid)
    before = process.cpu_times()
    time.sleep(0.5)
    return process.cpu_times() == before and before.user > 1


def test_run_has_the_same_history_in_a_warm_worker_as_in_a_fresh_one(lab, fresh):
    (worker,) = worker_pids(lab.home)
    runs = [lab.train(replace(CONFIG, seed=seed)) for seed in (7, CONFIG.seed)]
    other, warm = (ended(lab, run.id) for run in runs)
    assert worker_pids(lab.home) == [worker]
    assert figures(lab, warm.id) == figures(lab, fresh.id)
    assert figures(lab, other.id) != figures(lab, fresh.id)


def test_worker_that_is_asked_to_end_leaves_its_run_resumable(lab):
    run = lab.train(preset("onehot-rnn", epochs=500, patience=100))
    wait_for(lambda: lab.store.get(run.id).epochs_done >= 1, "an epoch")
    (worker,) = worker_pids(lab.home)
    os.kill(worker, signal.SIGTERM)
    assert ended(lab, run.id).state is RunState.INTERRUPTED
    wait_for(lambda: worker not in worker_pids(lab.home), "the worker to end")
    assert lab.store.workers.count() == 0


def test_run_has_the_same_history_in_another_worker(lab, fresh):
    kill_workers(lab.home)
    another = ended(lab, lab.train(CONFIG).id)
    assert figures(lab, another.id) == figures(lab, fresh.id)


def test_standby_process_exits_when_its_worker_is_killed(lab):
    lab.prewarm(preset("onehot-rnn"))
    (pid,) = wait_for(lambda: children(lab), "a standby process")
    for worker in worker_pids(lab.home):
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid), "it to exit")
