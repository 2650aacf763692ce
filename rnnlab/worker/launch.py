"""LocalExecutor: worker processes on this machine."""

import math
import os
import subprocess
import sys
import threading
import time
from typing import IO

from rnnlab import disk, home, machine
from rnnlab.owners import owner_limit
from rnnlab.store import RunStore

STARTING_S = 60.0  # a process may take as long to register on a machine that has much to do
LOG_BYTES = 10_000_000  # of the workers' log; the one before it is kept as well
RETRY_S = 10.0  # after a worker crashed at its start, before the next is tried


def worker_limit() -> int:
    """Return how many workers train side by side here: `RNNLAB_WORKERS`, else one for each core."""
    return int(home.number("RNNLAB_WORKERS", os.cpu_count() or 1, low=1, high=64))


class LocalExecutor:
    """Starts workers with `python -m rnnlab worker`, each a session of its own.

    They outlive the process that started them, and exit by themselves when idle. No more than
    `limit` are registered in the store at once, whoever starts them: a worker too many finds the
    register full and exits at once. Safe to use from several threads.
    """

    def __init__(self, store: RunStore, *, limit: int | None = None) -> None:
        self._store = store
        self._limit = limit or worker_limit()
        self._owner_limit = owner_limit()
        self._lock = threading.Lock()
        self._started: list[tuple[subprocess.Popen[bytes], float]] = []
        self._crashed_at = -math.inf

    def ensure(self, *, wanted: int | None = None) -> int:
        """Start workers until `wanted` are alive, up to the limit; return how many were started.

        By default, one is wanted for each run that is in training on this machine or could be.
        """
        if wanted is None:
            wanted = self._store.trainable_count(machine.name(), owner_limit=self._owner_limit)
        now = time.monotonic()
        with self._lock:
            # One that has worked for a while was killed; its successor need not fail.
            if any(process.poll() and now - at < STARTING_S for process, at in self._started):
                self._crashed_at = now
            self._started = [(p, at) for p, at in self._started if p.returncode is None]
            wanted = min(wanted, self._limit)
            if not wanted or now - self._crashed_at < RETRY_S:
                return 0
            starting = sum(now - at < STARTING_S for _, at in self._started)
            missing = max(wanted - max(self._store.workers.count(), starting), 0)
            missing = min(missing, max(self._limit - len(self._started), 0))
            self._started += [(start_process("worker"), now) for _ in range(missing)]
            return missing

    def why_idle(self) -> str:
        """Return where to look if no worker has come."""
        return see_log()


def see_log() -> str:
    """Return where a process that was started here says why it has ended."""
    return f"No worker has started yet; {home.worker_log()} may say why."


def start_process(command: str) -> subprocess.Popen[bytes]:
    """Start a command of rnnlab in the background, its output in the home's log; return it."""
    with _open_log() as log:
        return subprocess.Popen(
            [sys.executable, "-m", "rnnlab", command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal must not reach the workers
            env=worker_environment(),
        )


def _open_log() -> IO[bytes]:
    log = home.worker_log()
    try:
        log.parent.mkdir(exist_ok=True)
        disk.rotate(log, LOG_BYTES)
        return log.open("ab")
    except OSError:  # a full disk keeps no worker from starting
        return open(os.devnull, "ab")


def worker_environment() -> dict[str, str]:
    """Return this process's environment with one numpy thread: runs share the cores."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads}
