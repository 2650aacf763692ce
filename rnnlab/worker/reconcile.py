"""Reconciler: makes the store say what is so, and lets what can go on go on.

Whoever has a moment calls it: the dashboard, the command line, each worker. What it does is
conditional on the state that it starts from, so that any number of callers do no harm.
"""

import threading
import time
from collections.abc import Callable

from rnnlab import home
from rnnlab.errors import StoreError
from rnnlab.store import RunStore
from rnnlab.study import advance
from rnnlab.worker.coordinator import CoordinatorLauncher
from rnnlab.worker.executors import Executor

# Without a heartbeat a worker hangs; it sends one every 2 s. One whose run was asked to stop is
# killed sooner, because somebody waits for it.
HUNG_AFTER_S = 60.0
HUNG_WHILE_STOPPING_S = 8.0
# Somebody who has not looked for so long cannot tell whether a worker was silent, or the machine
# suspended.
LOOKS_APART_S = 5.0


class Reconciler:
    """Looks after one store, for any number of threads.

    Remembers since when each worker of this machine has been silent.
    """

    def __init__(
        self,
        store: RunStore,
        executor: Executor | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._executor = executor
        self._coordinators = CoordinatorLauncher(store) if executor else None
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._heartbeats: dict[str, tuple[float, float]] = {}  # by worker: which, first seen when

    def reconcile(self, *, now: float) -> None:
        """Mark the runs of dead and hung workers, resume what was interrupted, move studies on.

        Starts workers for queued runs and a coordinator for sweeps that have none, if there is an
        executor. While the disk is full, nothing is
        resumed or moved on. Call it about once a second. Raises StoreError.
        """
        with self._lock:
            try:
                self._kill_hung_workers()
            except StoreError:
                self._heartbeats.clear()  # workers may be waiting for the store, as this is
                raise
        self._store.workers.mark_stalled(now=now)
        if self._store.database.full_disk:
            return
        if auto_resume():
            self._store.resume_interrupted(now=now)
        advance.advance_all(self._store, now=now)
        if self._executor and self._store.queued_count():
            self._executor.ensure()
        self.ensure_coordinator()

    def ensure_coordinator(self) -> None:
        """Start a coordinator for sweeps that have none, if there is an executor."""
        if self._coordinators:
            self._coordinators.ensure()

    def _kill_hung_workers(self) -> None:
        clock, looked_at = self._clock(), self._looked_at
        self._looked_at = clock
        if clock - looked_at > LOOKS_APART_S:
            self._heartbeats.clear()
        last_seen = self._store.workers.last_seen()
        self._heartbeats = {
            worker: self._heartbeats[worker]
            if self._heartbeats.get(worker, (None,))[0] == seen_at
            else (seen_at, clock)
            for worker, seen_at in last_seen.items()
        }
        silent = {worker: clock - since for worker, (_, since) in self._heartbeats.items()}
        if max(silent.values(), default=0.0) < HUNG_WHILE_STOPPING_S:
            return
        stopping = self._store.workers.asked_to_stop()
        for worker, seconds in silent.items():
            limit = HUNG_WHILE_STOPPING_S if worker in stopping else HUNG_AFTER_S
            if seconds >= limit:
                self._store.workers.kill(worker, seen_at=last_seen[worker])


def auto_resume() -> bool:
    """Return whether interrupted runs are resumed without being asked: `RNNLAB_AUTO_RESUME`."""
    return bool(home.number("RNNLAB_AUTO_RESUME", 1, low=0, high=1))
