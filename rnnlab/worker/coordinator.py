"""The process that coordinates sweeps: its start, its loop and its end.

Started like a worker, by whoever looks after the lab and finds a sweep without a coordinator. What
it does is `rnnlab.study.coordinate`'s. It exits once there is nothing left to coordinate.
"""

import logging
import secrets
import signal
import subprocess
import threading
import time

from rnnlab import home
from rnnlab.errors import DiskFull
from rnnlab.store import RunStore
from rnnlab.study.coordinate import Coordinator
from rnnlab.worker.executors import LOCAL, NONE, executor_name, make_executor
from rnnlab.worker.launch import RETRY_S, start_process, worker_limit

log = logging.getLogger(__name__)

POLL_S = 0.25
IDLE_S = 3.0  # without a sweep to coordinate, until the process exits
GROWS_BY = 2  # runs that wait on a cluster, so that it places more workers
PATIENCE_S = 60.0  # with a store that another program holds


def run() -> None:
    """Coordinate the sweeps of the store that the environment names until none is left."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s coordinator %(process)d %(levelname)s %(message)s"
    )
    store = RunStore(home.store_url(), busy_timeout_s=PATIENCE_S)
    coordinator = Coordinator(store, secrets.token_hex(6))
    executor = make_executor(store)
    asked_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    busy_at = time.monotonic()
    try:
        while not asked_to_end.wait(POLL_S) and time.monotonic() - busy_at < IDLE_S:
            try:
                added = coordinator.tick(workers=worker_count(store))
                if added:
                    executor.ensure()
            except DiskFull as error:
                log.warning("%s", error)
                added = 0
            if added is not None:
                busy_at = time.monotonic()
    finally:
        coordinator.stop()
        store.close()


def worker_count(store: RunStore) -> int:
    """Return how many settings to keep in training: one for each worker that there is or could be.

    Here as many may start as the limit says; a cluster grows with the queue.
    """
    alive, name = len(store.workers.all(now=time.time())), executor_name()
    if name == LOCAL:
        return max(alive, worker_limit())
    return max(alive, 1) if name == NONE else alive + GROWS_BY


class CoordinatorLauncher:
    """Starts a coordinator where a sweep has none. Safe to use from several threads."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = -RETRY_S

    def ensure(self) -> bool:
        """Start a coordinator if a sweep waits for one; return whether one was started.

        Not while the last one lives, nor soon after it: several processes may see the same sweep,
        and those that come too late find its lease taken and exit.
        """
        if not self._store.sweeps.unattended():
            return False
        with self._lock:
            now = time.monotonic()
            alive = self._process is not None and self._process.poll() is None
            if alive or (now - self._started_at < RETRY_S and self._failed()):
                return False
            self._process, self._started_at = start_process("coordinator"), now
            return True

    def _failed(self) -> bool:
        return self._process is not None and bool(self._process.poll())
