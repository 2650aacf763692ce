"""Hours: eight of them by a clock that jumps on, and what they leave behind."""

import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.chaos import home
from benchmarks.chaos.life import EPOCHS, Life, log_to_file, train_a_little
from benchmarks.chaos.promises import Effort, Finding, Promise, Row, judged
from rnnlab import format
from rnnlab.runs import RunState
from rnnlab.store import sqlite
from rnnlab.store.attempt import Attempt
from rnnlab.worker import standby
from rnnlab.worker import worker as worker_module
from rnnlab.worker.launch import LocalExecutor

HOURS = 8.0
SHORT_HOURS = 0.05
BROKEN_HOURS = 0.02
MORE_MB = 20.0
MORE_DESCRIPTORS = 2
LOG_KB = 500.0

log = logging.getLogger("rnnlab.chaos")


def measure(effort: Effort) -> Iterator[Row]:
    """Let the hours pass, and judge what they have left."""
    with home.small_lab(workers=1, reviews=200) as lab, ExitStack() as stack:
        for owner, name, value in (
            (sqlite, "SYNCHRONOUS", "OFF"),  # no power fails here
            (LocalExecutor, "ensure", lambda *_, **__: 0),
            (worker_module, "run_attempt", train_a_little),
            (worker_module, "trainer_of", lambda config: None),  # which imports TensorFlow
            (standby, "warm_up", lambda *_, **__: None),
        ):
            stack.enter_context(patch.object(owner, name, value))
        lab.store.close()
        stack.enter_context(log_to_file())
        life = Life(lab)
        life.live(SHORT_HOURS)  # imports, caches and pools fill
        hours = Hours(life, SHORT_HOURS if effort.short else HOURS * effort.scale)
        yield from judged(hours.promises(), effort)
        life.end()


class Hours:
    """What some hours have left, and the promises on that."""

    def __init__(self, life: Life, hours: float) -> None:
        self._life = life
        self.seen = life.live(hours)

    def promises(self) -> list[Promise]:
        """The promises, and what breaks them."""
        return [
            Promise(
                f"{self.seen.hours:g} hours leave the memory as it was",
                f"≤ {MORE_MB:.0f} MB more",
                self.memory,
                lambda: self._broken(lambda: hoard.append(bytearray(500_000)), hoard.clear),
            ),
            Promise(
                "no descriptor, process or temporary folder is left behind",
                f"≤ {MORE_DESCRIPTORS} more",
                self.descriptors,
                lambda: self._broken(lambda: opened.append(tempfile.TemporaryFile()), opened.clear),
            ),
            Promise(
                "every run of these hours finishes, also those whose process is killed",
                "all",
                self.runs,
                self._training_fails,
            ),
            Promise(
                "the store keeps nothing but the runs that were not deleted",
                "0 rows more",
                self.rows,
                lambda: self._broken(
                    lambda: self._life.lab.store.workers.register(
                        f"{self._life.now}", now=self._life.now, limit=10**6
                    ),
                    lambda: home.sql(
                        self._life.lab, "DELETE FROM workers WHERE id != ?", self._life.worker.id
                    ),
                ),
            ),
            Promise(
                "the log stays short",
                f"≤ {LOG_KB:.0f} kB",
                self.logged,
                lambda: self._broken(lambda: log.warning("%s", "." * 10_000)),
            ),
        ]

    def memory(self) -> Finding:
        before, after = self.seen.before.memory_mb, self.seen.after.memory_mb
        figure = f"{before:.0f} MB before, {after:.0f} MB after"
        return Finding(figure, after - before <= MORE_MB)

    def descriptors(self) -> Finding:
        before, after = self.seen.before, self.seen.after
        figure = (
            f"descriptors {before.descriptors} → {after.descriptors}, processes "
            f"{before.processes} → {after.processes}, folders {before.folders} → {after.folders}"
        )
        kept = after.descriptors - before.descriptors <= MORE_DESCRIPTORS
        return Finding(figure, kept and not after.processes and not after.folders)

    def runs(self) -> Finding:
        seen = self.seen
        figure = f"{seen.finished} of {format.plural(seen.runs, 'run')}, {seen.killed} killed"
        return Finding(figure, seen.finished == seen.runs)

    def rows(self) -> Finding:
        """Of each run there are its row, its epochs and its files."""
        before, after = self.seen.before.rows, self.seen.after.rows
        others = {"lab", "workers", "expected", "studies"}
        more = sum(after[table] - before[table] for table in others)
        most = EPOCHS * after["runs"]
        owned = all(count <= most for table, count in after.items() if table not in others)
        figure = f"{format.plural(after['runs'], 'run')}, {after['epochs']} epochs, {more} others"
        return Finding(figure, not more and owned)

    def logged(self) -> Finding:
        grown = self.seen.after.log_kb - self.seen.before.log_kb
        return Finding(f"{grown:.0f} kB more", grown <= LOG_KB)

    @contextmanager
    def _broken(
        self, each_second: Callable[[], object], afterwards: Callable[[], object] = lambda: None
    ) -> Iterator[None]:
        """A while in which something is left behind every second."""
        kept, self.seen = self.seen, self._life.live(BROKEN_HOURS, each_second)
        yield
        self.seen = kept
        afterwards()

    @contextmanager
    def _training_fails(self) -> Iterator[None]:
        """A while in which training fails."""

        def fail(attempt: Attempt, store: object, **_: object) -> None:
            attempt.end(RunState.FAILED, now=time.time(), error="broken on purpose")

        kept = self.seen
        with patch.object(worker_module, "run_attempt", fail):
            self.seen = self._life.live(1 / 3600)
            yield
        self.seen = kept


hoard: list[bytearray] = []
opened: list[Any] = []
