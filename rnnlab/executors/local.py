"""LocalExecutor: worker processes on this machine."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from rnnlab import home
from rnnlab.store import RunStore

ROOT = Path(__file__).resolve().parents[2]


def worker_limit() -> int:
    """How many workers train side by side here: `RNNLAB_WORKERS`, else one for each core."""
    return max(1, int(os.environ.get("RNNLAB_WORKERS") or os.cpu_count() or 1))


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

    def ensure(self, *, wanted: int | None = None) -> int:
        """How many workers were started; enough that `wanted` live, up to the limit.

        By default as many are wanted as there are queued and running runs.
        """
        if wanted is None:
            wanted = self._store.active_count()
        with self._lock:
            wanted = min(wanted, self._limit)
            if not wanted:
                return 0
            # A process that was started a moment ago may not have registered yet.
            self._started = [(p, at) for p, at in self._started if p.poll() is None]
            starting = sum(time.monotonic() - at < 5 for _, at in self._started)
            lacking = max(wanted - max(self._store.presence.count(), starting), 0)
            self._started += [(_start_worker(), time.monotonic()) for _ in range(lacking)]
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
            env={**os.environ, "PYTHONPATH": _python_path()},
        )


def _python_path() -> str:
    """PYTHONPATH with this checkout first, so that a worker starts from any folder."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
