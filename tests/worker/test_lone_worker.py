"""One worker on real reviews: warm and fresh, with a standby process and without, and its end.

And what a run leaves behind, and what does not disturb it: another worker in odd surroundings.
"""

import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from rnnlab import datasets, machine
from rnnlab.compare import reproduction
from rnnlab.config import preset
from rnnlab.evaluation import predictions
from rnnlab.lab import Lab
from rnnlab.runs import Run, RunState
from tests.workers import children, compiled, ended, figures, kill_workers, wait_for, worker_pids

pytestmark = pytest.mark.slow

CONFIG = preset("lstm", dropout=0.3, epochs=2, maxlen=20)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, caches):
    """A lab of at most one worker, which goes on from test to test; nothing was compiled before.

    The path of its home has blanks.
    """
    home = caches.link(tmp_path_factory.mktemp("lone") / "a home with blanks", code=False)
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


def test_run_trained_again_by_a_warm_worker_is_bit_identical(lab, fresh):
    (worker,) = worker_pids(lab.home)
    other = lab.train(replace(CONFIG, seed=7))
    again = ended(lab, lab.reproduce(fresh).id)
    assert worker_pids(lab.home) == [worker]
    compared = reproduction.compare_with_original(lab.store, again)
    assert compared[:4] == (True, 0.0, None, True)
    runs = (fresh, ended(lab, other.id))
    epochs = [lab.store.epochs(run.id) for run in runs]
    weights = tuple(lab.store.artifact(run.id, "best") for run in runs)
    seeds = reproduction.compare(runs[0], epochs[0], runs[1], epochs[1], weights=weights)
    assert not seeds.identical and seeds.largest_difference > 0


def test_killed_worker_is_seen_within_ten_seconds_and_its_run_resumes_to_the_same_history(
    lab, fresh
):
    known = compiled(lab)
    run = lab.train(replace(CONFIG, epochs=500, patience=100))
    epochs = wait_for(lambda: lab.store.epochs(run.id)[1:], "the second epoch")
    time.sleep(0.4 * epochs[-1].seconds)  # into the middle of the next one
    recorded = figures(lab, run.id)
    (worker,) = worker_pids(lab.home)
    killed_at = time.monotonic()
    os.kill(worker, signal.SIGKILL)

    def interrupted():
        lab.reconcile()
        return lab.store.get(run.id).state is RunState.INTERRUPTED

    wait_for(interrupted, "the state to be true", timeout_s=10)
    assert time.monotonic() - killed_at < 10
    assert figures(lab, run.id)[: len(recorded)] == recorded

    before = lab.store.epochs(run.id)
    kept = len(before)
    lab.resume(run.id)

    def two_more():
        lab.reconcile()
        return lab.store.get(run.id).epochs_done >= kept + 2

    wait_for(two_more, "two epochs more")
    lab.stop(run.id)
    assert ended(lab, run.id).state is RunState.STOPPED
    assert lab.store.epochs(run.id)[:kept] == before  # in the seconds they took, too
    undisturbed = ended(lab, lab.train(replace(CONFIG, epochs=kept + 2, patience=100)).id)
    assert figures(lab, undisturbed.id) == figures(lab, run.id)[: kept + 2]
    assert compiled(lab) == known


def test_worker_that_is_asked_to_end_leaves_its_run_resumable(lab):
    run = lab.train(replace(CONFIG, epochs=500, patience=100))
    wait_for(lambda: lab.store.get(run.id).epochs_done >= 1, "an epoch")
    (worker,) = worker_pids(lab.home)
    os.kill(worker, signal.SIGTERM)
    assert ended(lab, run.id).state is RunState.INTERRUPTED
    wait_for(lambda: worker not in worker_pids(lab.home), "the worker to end")
    assert lab.store.workers.count() == 0


def test_standby_process_exits_when_its_worker_is_killed(lab):
    def forked():
        lab.prewarm(CONFIG)  # again and again: none starts while the last worker is ending
        return children(lab)

    (pid,) = wait_for(forked, "a standby process")
    for worker in worker_pids(lab.home):
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid), "it to exit")


class Trained(NamedTuple):
    run: Run
    temporary: Path


@pytest.fixture(scope="module")
def another(lab, fresh, tmp_path_factory):
    """The same run in another worker, and the folder that it was given for temporary files.

    Keras has another default backend, and the worker ends soon once it is idle.
    """
    kill_workers(lab.home)
    temporary = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_HOME", str(lab.home))
        patch.setenv("RNNLAB_WORKER_IDLE_S", "0.5")
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("KERAS_BACKEND", "jax")
        yield Trained(ended(lab, lab.train(CONFIG).id), temporary)


def test_run_has_the_same_history_in_another_worker_whatever_kerass_default_backend(
    lab, fresh, another
):
    assert another.run.state is RunState.FINISHED, another.run.error
    assert figures(lab, another.run.id) == figures(lab, fresh.id)


def test_idle_worker_ends(lab, another):
    wait_for(lambda: lab.store.workers.count() == 0, "the worker to exit")


def test_run_leaves_no_temporary_files(another):
    wait_for(
        lambda: not list(another.temporary.iterdir()), "an empty folder of temporary files", 60
    )


def test_worker_keeps_to_its_home_though_its_path_has_blanks(lab, fresh):
    assert list(lab.home.glob("cache/xla-*/*.pb"))
    assert not (lab.home.parent / "a").exists()


def test_run_records_what_it_was_trained_with(another):
    run = another.run
    assert run.versions["keras"].startswith("3.")
    assert run.manifest["train_reviews"] == 20_000
    assert run.manifest["validation_reviews"] == 5_000
    assert run.machine == machine.name()
    assert 200 < run.peak_memory_mb < 1_500


def test_predictions_of_the_validation_reviews_are_kept(lab, another):
    run = another.run
    assert lab.store.digest(run.id, "predictions")
    dataset = datasets.load("bundled", lab.home)
    found = predictions.load_predictions(lab.store, run, dataset)
    assert found.correct.mean() == pytest.approx(run.best_val_accuracy, abs=2 / 5_000)
