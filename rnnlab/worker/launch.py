"""LocalExecutor: worker processes on this machine."""

import math
import os
import subprocess
import sys
import threading
import time

from rnnlab import home
from rnnlab.store import RunStore

STARTING_S = 60.0  # a process may take as long to register on a machine that has much to do
RETRY_S = 10.0  # after a worker that broke down, before the next is tried


def worker_limit() -> int:
    """How many workers train side by side here: `RNNLAB_WORKERS`, else one for each core."""
    return int(home.number("RNNLAB_WORKERS", os.cpu_count() or 1, low=1, high=64))


class LocalExecutor:
    """Starts workers with `python -m rnnlab worker`, each a session of its own.

    They outlive the process that started them, and end by themselves when idle. Not more than
    `limit` are registered in the store at once, whoever starts them: one too many sees that the
    register is full and ends at once. Safe to use from several threads.
    """

    def __init__(self, store: RunStore, *, limit: int | None = None) -> None:
        self._store = store
        self._limit = limit or worker_limit()
        self._lock = threading.Lock()
        self._started: list[tuple[subprocess.Popen, float]] = []
        self._broke_down_at = -math.inf

    def ensure(self, *, wanted: int | None = None) -> int:
        """How many workers were started; enough that `wanted` live, up to the limit.

        By default as many are wanted as there are queued and running runs.
        """
        if wanted is None:
            wanted = self._store.active_count()
        now = time.monotonic()
        with self._lock:
            if any(process.poll() for process, _ in self._started):
                self._broke_down_at = now
            self._started = [(p, at) for p, at in self._started if p.returncode is None]
            wanted = min(wanted, self._limit)
            if not wanted or now - self._broke_down_at < RETRY_S:
                return 0
            starting = sum(now - at < STARTING_S for _, at in self._started)
            lacking = max(wanted - max(self._store.workers.count(), starting), 0)
            lacking = min(lacking, max(self._limit - len(self._started), 0))
            self._started += [(_start_worker(), now) for _ in range(lacking)]
            return lacking


def _start_worker() -> subprocess.Popen:
    """A new worker process; its output goes to the home's worker.log."""
    with (home.log_folder() / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "rnnlab", "worker"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C in the terminal is not for the workers
            env=worker_environment(),
        )


def worker_environment() -> dict[str, str]:
    """Return this process's environment with one numpy thread: runs share the cores."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads}
