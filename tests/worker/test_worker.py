"""Workers as real processes on real reviews: the queue, kill -9, resuming, replacement."""

import os
import re
import signal
import time
from dataclasses import replace

import psutil
import pytest

from rnnlab import datasets, machine
from rnnlab.config import preset
from rnnlab.errors import DataError
from rnnlab.evaluation import predictions
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.keras_files import write_reviews
from tests.workers import children, compiled, ended, figures, kill_workers, wait_for, worker_pids

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("fresh_code")
def test_killed_worker_is_seen_within_ten_seconds_and_its_run_resumes_to_the_same_history(lab):
    config = preset("lstm", epochs=5, maxlen=50)
    undisturbed = lab.train(config)
    killed = lab.train(config)
    wait_for(lambda: lab.store.get(killed.id).epochs_done >= 2, "two epochs")
    wait_for(
        lambda: (progress := lab.store.get(killed.id).progress) and progress.batch < 200,
        "the middle of an epoch",
    )
    recorded = figures(lab, killed.id)
    worker = killer_target(lab, killed.id)
    killed_at = time.monotonic()
    os.kill(worker, signal.SIGKILL)

    def interrupted():
        lab.reconcile()
        return lab.store.get(killed.id).state is RunState.INTERRUPTED

    wait_for(interrupted, "the state to be true", timeout_s=10)
    assert time.monotonic() - killed_at < 10
    assert figures(lab, killed.id)[: len(recorded)] == recorded
    assert ended(lab, undisturbed.id).state is RunState.FINISHED
    known = compiled(lab)
    lab.resume(killed.id)
    assert ended(lab, killed.id).state is RunState.FINISHED
    assert figures(lab, killed.id) == figures(lab, undisturbed.id)
    assert compiled(lab) == known


def killer_target(lab, run_id):
    """The pid of the worker that has the run, as the store has it."""
    import sqlalchemy as sa

    from rnnlab.store.schema import workers

    worker_id = lab.store.get(run_id).worker_id
    with lab.store.database.reading() as connection:
        return connection.scalar(sa.select(workers.c.pid).where(workers.c.id == worker_id))


def test_worker_that_is_asked_to_end_leaves_its_run_resumable(lab):
    run = lab.train(preset("onehot-rnn", epochs=500, patience=100))
    wait_for(lambda: lab.store.get(run.id).epochs_done >= 1, "an epoch")
    (worker,) = worker_pids(lab.home)
    os.kill(worker, signal.SIGTERM)
    assert ended(lab, run.id).state is RunState.INTERRUPTED
    wait_for(lambda: worker not in worker_pids(lab.home), "the worker to end")
    assert lab.store.workers.count() == 0


def test_run_records_what_it_was_trained_with_and_an_idle_worker_ends(lab, monkeypatch):
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "0.5")
    run = ended(lab, lab.train(preset("onehot-rnn", epochs=1)).id)
    assert run.state is RunState.FINISHED
    wait_for(lambda: lab.store.workers.count() == 0, "the worker to exit")
    assert run.versions["keras"].startswith("3.")
    assert run.manifest["train_reviews"] == 20_000
    assert run.manifest["validation_reviews"] == 5_000
    assert run.machine == machine.name()
    assert 200 < run.peak_memory_mb < 1_500
    kept = lab.store.digest(run.id, "predictions")
    dataset = datasets.load("bundled", lab.home)
    assert kept
    found = predictions.load_predictions(lab.store, run, dataset)
    assert found.correct.mean() == pytest.approx(run.best_val_accuracy, abs=2 / 5_000)


def test_run_has_the_same_history_in_a_warm_worker_as_in_a_fresh_one(lab, monkeypatch):
    monkeypatch.setattr(lab.executor, "_limit", 1)
    config = preset("embedding-rnn", dropout=0.3, epochs=2, maxlen=30)
    runs = [lab.train(replace(config, seed=seed)) for seed in (42, 7, 42)]
    fresh, _, warm = (ended(lab, run.id) for run in runs)
    assert figures(lab, warm.id) == figures(lab, fresh.id)
    assert len(worker_pids(lab.home)) == 1
    kill_workers(lab.home)
    another = ended(lab, lab.train(config).id)
    assert figures(lab, another.id) == figures(lab, fresh.id)


@pytest.mark.usefixtures("fresh_code")
@pytest.mark.parametrize("urgent", [True, False])
def test_expected_run_is_trained_by_the_process_that_warmed_up_for_it(lab, monkeypatch, urgent):
    monkeypatch.setattr(lab.executor, "_limit", 1)
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "60")
    config = preset("embedding-rnn", dropout=0.3, epochs=2, maxlen=30, seed=3)
    unexpected = ended(lab, lab.train(config).id)
    known = compiled(lab)
    wait_for(lambda: not children(lab), "its process to exit")
    lab.prewarm(config)
    (standby,) = wait_for(lambda: children(lab), "a standby process")
    if not urgent:
        wait_for(lambda: idle(standby), "it to be warm")
    expected = lab.train(config)
    assert ended(lab, expected.id).state is RunState.FINISHED
    assert trainer_pid(lab, expected.id) == standby
    assert figures(lab, expected.id) == figures(lab, unexpected.id)
    assert compiled(lab) == known


def test_standby_process_exits_when_its_worker_is_killed(lab, monkeypatch):
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "60")
    lab.prewarm(preset("onehot-rnn"))
    (pid,) = wait_for(lambda: children(lab), "a standby process")
    for worker in worker_pids(lab.home):
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid), "it to exit")


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


def test_run_leaves_no_temporary_files(lab, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    run = ended(lab, lab.train(preset("embedding-rnn", epochs=1)).id)
    assert run.state is RunState.FINISHED
    wait_for(lambda: not list(folder.iterdir()), "an empty folder of temporary files", 5)


def test_worker_keeps_to_its_home_though_its_path_has_blanks(tmp_path, caches, monkeypatch):
    home = caches.link(tmp_path / "a home with blanks", code=False)
    monkeypatch.setenv("RNNLAB_HOME", str(home))
    lab = Lab()
    run = ended(lab, lab.train(preset("onehot-rnn", epochs=1)).id)
    kill_workers(lab.home)
    assert run.state is RunState.FINISHED
    assert list(home.glob("cache/xla-*/*.pb"))
    assert not (tmp_path / "a").exists()


def test_worker_that_crashes_is_not_started_again_and_again(lab, monkeypatch):
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "soon")
    run = lab.train(preset("onehot-rnn", epochs=1))
    log = lab.home / "logs" / "worker.log"
    error = "RNNLAB_WORKER_IDLE_S must be 0–1e+06, got 'soon'"
    wait_for(lambda: error in log.read_text(), "the worker to crash")
    for _ in range(30):
        lab.reconcile()
        time.sleep(0.1)
    assert lab.store.get(run.id).state is RunState.QUEUED
    assert log.read_text().count(error) == 1


def test_other_default_backend_of_keras_does_not_matter(lab, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    run = ended(lab, lab.train(preset("onehot-rnn", epochs=1)).id)
    assert run.state is RunState.FINISHED


def test_run_is_trained_on_the_reviews_it_was_queued_with(lab, monkeypatch, tmp_path):
    warm = lab.train(preset("onehot-rnn", epochs=1))  # its worker knows nothing of the file
    write_reviews(tmp_path / "imdb.npz", count=500)
    monkeypatch.setenv("RNNLAB_KERAS_IMDB", str(tmp_path / "imdb.npz"))
    run = lab.train(preset("onehot-rnn", epochs=1, dataset="keras"))
    monkeypatch.delenv("RNNLAB_KERAS_IMDB")
    assert ended(lab, warm.id).state is RunState.FINISHED
    run = ended(lab, run.id)
    assert run.state is RunState.FINISHED
    assert run.manifest["train_reviews"] == 400


def test_missing_reviews_are_known_before_anything_is_queued(lab, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(lab.home / "nothing"))
    with pytest.raises(DataError, match="RNNLAB_KERAS_IMDB"):
        lab.train(preset("onehot-rnn", epochs=1, dataset="keras"))
    assert lab.store.runs() == ()
