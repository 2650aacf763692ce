"""A worker, a page and whoever looks after the lab, all in one process, by a clock that jumps on.

Every second of theirs the worker's loop goes round and a page is read, every other second the lab
is looked after, as they really are. Runs come, are trained by forked processes, some of which are
killed, and are deleted; in place of training, a child records what a training would.
"""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psutil
import sqlalchemy as sa

from benchmarks import harness
from benchmarks.chaos import home
from rnnlab.home import worker_log
from rnnlab.lab import Lab
from rnnlab.runs import Epoch, Progress, RunState
from rnnlab.store.attempt import Attempt
from rnnlab.store.schema import metadata
from rnnlab.worker.reconcile import Reconciler
from rnnlab.worker.worker import Worker
from ui.reader import Reader

RUN_EVERY_S, EXPECT_EVERY_S, DELETE_EVERY_S = 600, 1_500, 3_600
KEPT_RUNS = 12
KILL_EVERY = 5  # runs
EPOCHS = 5
CONFIG = home.small("gru")


def train_a_little(attempt: Attempt, store: object, **_: object) -> None:
    """Record some epochs and an end; what the child of the worker does instead of training."""
    attempt.start(versions={}, manifest={})
    done = attempt.run.epochs_done
    for number in range(done + 1, EPOCHS + 1):
        attempt.record_progress(Progress(number, 10, 20, 0.6, 0.7, time.time()))
        losses = {"loss": 1 / number, "val_loss": 1 / number}
        epoch = Epoch(epoch=number, accuracy=0.5, val_accuracy=0.5, seconds=1.0, **losses)
        attempt.record_epoch(epoch, checkpoint=b"c" * 50_000, best=b"w" * 20_000)
    attempt.end(RunState.FINISHED, now=time.time())


class Size(NamedTuple):
    """How large a lab's processes and files are at a moment."""

    memory_mb: float
    descriptors: int
    processes: int
    folders: int
    log_kb: float
    rows: dict[str, int]  # of all tables, by name


class Seen(NamedTuple):
    """How large everything was before and after some hours, and the runs that came meanwhile."""

    hours: float
    before: Size
    after: Size
    runs: int
    finished: int
    killed: int


class Life:
    """A worker, a page and whoever looks after the lab, all in this process, by one clock."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.now = time.time()
        self.worker = Worker(lab.store, now=self.now)
        lab.store.workers.register(self.worker.id, now=self.now, limit=9)
        self._reconciler = Reconciler(lab.store, None, clock=lambda: self.now)
        self._page = Reader(lab, clock=lambda: self.now)
        self._count = 0

    def live(self, hours: float, each_second: Callable[[], object] = lambda: None) -> Seen:
        """Let hours pass, with something that happens each second; return what has changed."""
        before, started, finished, killed = self._size(), self._count, 0, 0
        for second in range(round(hours * 3600)):
            self.now += 1
            if second % RUN_EVERY_S == 0:
                kill = self._count % KILL_EVERY == 1
                finished += self._train(kill=kill)
                killed += kill
            if second % EXPECT_EVERY_S == 0:
                self.lab.store.expected.put(CONFIG, now=self.now)
            if second % DELETE_EVERY_S == 0:
                for run in self.lab.store.runs()[KEPT_RUNS:]:
                    self.lab.store.delete(run.id)
            self._tick()
            self._page.snapshot()
            each_second()
        self.worker.stop_standby()
        return Seen(hours, before, self._size(), self._count - started, finished, killed)

    def _tick(self) -> None:
        self.worker.tick(now=self.now)
        if round(self.now) % 2 == 0:
            self._reconciler.reconcile(now=self.now)

    def _train(self, *, kill: bool) -> bool:
        """Train a run, whose process is killed once; return whether it finished."""
        self._count += 1
        run_id = self.lab.store.enqueue(CONFIG, now=self.now).id

        def ended() -> bool:
            nonlocal kill
            self.now += 0.01
            self.worker.tick(now=self.now)
            child = self.worker.child
            if kill and child:
                os.kill(child.process.pid, signal.SIGKILL)
                kill = False
            self._reconciler.reconcile(now=self.now)
            return not child and not self.lab.store.get(run_id).state.active

        harness.wait_until(ended, timeout_s=home.PATIENCE_S)
        return self.lab.store.get(run_id).state is RunState.FINISHED

    def _size(self) -> Size:
        gc.collect()
        process = psutil.Process()
        with self.lab.store.database.reading() as connection:
            rows = {
                table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in metadata.sorted_tables
            }
        return Size(
            process.memory_info().rss / 1e6,
            process.num_fds(),
            len(process.children()),
            len(home.temporary_folders()),
            worker_log().stat().st_size / 1e3,
            rows,
        )

    def end(self) -> None:
        """End the worker."""
        self.worker.stop_standby()
        self.lab.store.workers.unregister(self.worker.id)


@contextmanager
def log_to_file() -> Iterator[None]:
    """Write what is logged to the workers' log alone, as a worker does."""
    worker_log().parent.mkdir(exist_ok=True)
    handler, logger = logging.FileHandler(worker_log()), logging.getLogger("rnnlab")
    logger.addHandler(handler)
    logger.propagate = False
    yield
    logger.propagate = True
    logger.removeHandler(handler)
    handler.close()
