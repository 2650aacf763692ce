"""The process that places workers on a cluster: its start, its loop and its end.

It only decides how many workers there are, from the queue and the cluster's slots. Which run each
trains, retries, resumes and fences are the store's, as everywhere.
"""

import logging
import secrets
import signal
import threading
import time
from typing import Protocol

from rnnlab import home
from rnnlab.cluster.executor import LEASE
from rnnlab.errors import RnnlabError, StoreError
from rnnlab.owners import owner_limit
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.leases import LEASE_S
from rnnlab.worker.executors import executor_name
from rnnlab.worker.launch import RETRY_S, STARTING_S

log = logging.getLogger(__name__)

POLL_S = 1.0
RENEW_S = LEASE_S / 4
IDLE_S = 10.0  # without runs and workers, until the process exits
PATIENCE_S = 60.0  # with a store that another program holds


class Cluster(Protocol):
    """Where workers are placed."""

    def slots(self) -> int:
        """Return how many workers there may be at once."""
        ...

    def place(self, number: int) -> None:
        """Have so many more workers started."""
        ...

    def ended(self) -> list[tuple[float, bool]]:
        """Return the workers that have ended since the last call: after which time, and how.

        The time is in seconds, and how is whether it ended well.
        """
        ...

    def placed(self) -> int:
        """Return how many workers there are, those that wait for a slot among them."""
        ...

    def close(self) -> None:
        """Tell all workers to end, and let go of the cluster."""
        ...


class Placer:
    """Keeps as many workers on a cluster as there are runs to train; `tick` is all it does."""

    def __init__(self, store: RunStore, cluster: Cluster) -> None:
        self._store = store
        self._cluster = cluster
        self._owner_limit = owner_limit()
        self._place_at = 0.0

    def tick(self, *, now: float) -> bool:
        """Place what is missing; return whether there is anything to do or to wait for."""
        for seconds, well in self._cluster.ended():
            if not well and seconds < STARTING_S:  # the next may end so, too
                self._place_at = now + RETRY_S
        running = len(self._store.runs([RunState.RUNNING]))
        claimable = self._store.claimable_count(owner_limit=self._owner_limit)
        placed = self._cluster.placed()
        missing = min(running + claimable, self._cluster.slots()) - placed
        if claimable and missing > 0 and now >= self._place_at:
            self._cluster.place(min(missing, claimable))
        return bool(claimable or placed)


def run() -> int:
    """Place workers for the store and on the cluster that the environment names.

    Returns the exit code. Ends once there is nothing to do, and if another process does it.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s placement %(process)d %(levelname)s %(message)s"
    )
    store = RunStore(home.store_url(), busy_timeout_s=PATIENCE_S)
    holder = secrets.token_hex(6)
    if not store.leases.take(LEASE, holder):
        log.info("another process places workers already: exiting")
        return 0
    asked_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    note = None
    try:
        from rnnlab.cluster.ray_cluster import RayCluster

        with Renewal(store, holder, asked_to_end):
            cluster = RayCluster(executor_name(), store)
            try:
                _loop(Placer(store, cluster), asked_to_end)
            finally:
                cluster.close()
    except RnnlabError as error:
        note = str(error)
        log.error("%s", note)
    finally:
        store.leases.release(LEASE, holder, note=note)
        store.close()
    return 1 if note else 0


def _loop(placer: Placer, asked_to_end: threading.Event) -> None:
    busy_at = time.monotonic()
    while not asked_to_end.wait(POLL_S):
        now = time.monotonic()
        try:
            if placer.tick(now=now):
                busy_at = now
        except StoreError as error:  # it goes on once the store is back
            log.warning("%s", error)
        if now - busy_at > IDLE_S:
            return


class Renewal:
    """Renews the lease from a thread while the block runs: a cluster may take long to answer.

    Sets `lost` once another process has it.
    """

    def __init__(self, store: RunStore, holder: str, lost: threading.Event) -> None:
        self._store = store
        self._holder = holder
        self._lost = lost
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_S):
            try:
                if not self._store.leases.take(LEASE, self._holder):
                    log.warning("another process places workers by now")
                    self._lost.set()
                    return
            except StoreError as error:
                log.warning("%s", error)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
