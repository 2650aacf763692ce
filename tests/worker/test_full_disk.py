"""A run whose disk is full says so, and goes on by itself once there is room."""

import os
import shutil

import pytest

from rnnlab import disk, home
from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from rnnlab.store import RunStore
from rnnlab.worker import job, main
from rnnlab.worker.reconcile import Reconciler
from rnnlab.worker.worker import Worker
from tests.disks import small_disk
from tests.labs import NOW, train
from tests.screens import open_lab
from tests.worker.ticking import tick_until_childless


class SmallHome:
    """A lab's home on a disk of 8 MB, with a file that fills it."""

    def __init__(self, folder):
        self._folder, self._filler = folder, folder / "filler"

    def fill(self, *, leaving=0):
        free = shutil.disk_usage(self._folder).free
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - leaving)

    def make_room(self):
        self._filler.unlink()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The home of this test, on a disk that takes 1 MB for much."""
    monkeypatch.setattr(disk, "LEAST", 1_000_000)
    monkeypatch.delenv("RNNLAB_AUTO_RESUME")
    folder = tmp_path / "disk"
    with small_disk(folder, megabytes=8):
        monkeypatch.setenv("RNNLAB_HOME", str(folder / "home"))
        yield SmallHome(folder)


@pytest.fixture
def store(small):
    store = RunStore(home.store_url())
    yield store
    store.close()


@pytest.fixture
def worker(store, monkeypatch):
    """A worker whose children record an epoch with a checkpoint of 400 kB."""

    def record_epoch(attempt, store, **_):
        done = store.get(attempt.run.id).epochs_done
        epoch = Epoch(epoch=done + 1, loss=1, accuracy=1, val_loss=1, val_accuracy=1, seconds=1)
        attempt.record_epoch(epoch, checkpoint=os.urandom(400_000))
        return True

    monkeypatch.setattr(job, "train", record_epoch)
    monkeypatch.setattr(job.predictions, "save_predictions", lambda *_: None)
    worker = Worker(store, now=NOW)
    store.workers.register(worker.id, now=NOW, limit=9)
    return worker


@pytest.fixture
def filled_once_claimed(small, store, monkeypatch):
    """A function that has the disk filled, but for some bytes, as soon as a run is claimed."""
    claim = store.claim_next

    def fill_once_claimed(leaving):
        def claim_and_fill(*arguments, **options):
            attempt = claim(*arguments, **options)
            small.fill(leaving=leaving)
            return attempt

        monkeypatch.setattr(store, "claim_next", claim_and_fill)

    return fill_once_claimed


def test_run_names_the_full_disk_and_resumes_once_there_is_room(
    small, store, worker, filled_once_claimed
):
    run = store.enqueue(preset("gru"), now=NOW)
    filled_once_claimed(200_000)
    reconciler = Reconciler(store, None)
    for _ in range(2):  # at the same place: that is no fault of the run
        worker.tick(now=NOW)
        tick_until_childless(worker)
        run = store.get(run.id)
        assert run.state is RunState.INTERRUPTED
        assert run.error.startswith("The disk was full: ")
        assert run.error.endswith(f"kB free in {home.home()}.")
        reconciler.reconcile(now=NOW)
        assert store.get(run.id).state is RunState.INTERRUPTED
        small.make_room()
        reconciler.reconcile(now=NOW)
        assert store.get(run.id).state is RunState.QUEUED
        assert "Before that: The disk was full" in store.get(run.id).resumed


def test_worker_waits_for_room_where_not_even_the_end_can_be_recorded(
    small, store, worker, filled_once_claimed, monkeypatch
):
    run = store.enqueue(preset("gru"), now=NOW)
    waited = []

    def sleep(seconds):
        if seconds == main.FULL_S:
            waited.append(seconds)
            small.make_room()

    monkeypatch.setattr(main.time, "sleep", sleep)
    monkeypatch.setattr(main.machine, "steady_time", lambda: NOW)
    filled_once_claimed(0)
    main.work(worker, idle_s=0, max_runs=1)
    assert waited == [main.FULL_S]
    assert store.get(run.id).state is RunState.INTERRUPTED
    assert store.get(run.id).error.startswith("The disk was full: ")


def test_nothing_is_started_while_the_disk_is_full(small, store, worker):
    run = store.enqueue(preset("gru"), now=NOW)
    small.fill(leaving=500_000)
    worker.tick(now=NOW)
    assert not worker.child
    small.make_room()
    worker.tick(now=NOW)
    tick_until_childless(worker)
    assert store.get(run.id).epochs_done == 1


def test_lab_on_a_full_disk_is_read_and_says_so(small, store, monkeypatch, cli):
    monkeypatch.setattr("rnnlab.worker.launch.LocalExecutor.ensure", lambda *_, **__: 0)
    store.enqueue(preset("gru"), now=NOW)
    store.workers.register("w", now=NOW, limit=1)
    train(store.claim_next("w", machine="here", now=NOW), 2)
    small.fill()
    at = open_lab()
    assert not at.exception and not at.error
    assert "The disk is full\\: 0\u00a0B free in" in at.warning[0].value
    code, out, err = cli("runs")
    assert code == 0 and "gru-1" in out and "The disk is full" in err
    code, _, err = cli("stop", "gru-1")
    assert code == 2 and "The disk was full" in err
