"""The worker process: its start, its loop and its end. What it does is `rnnlab.worker.worker`'s."""

import logging
import math
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from rnnlab import datasets, disk, home, imports, machine
from rnnlab.errors import DiskFull, RnnlabError, StoreUnreachable
from rnnlab.store import RunStore
from rnnlab.worker import child
from rnnlab.worker.executors import Executor, make_executor
from rnnlab.worker.launch import worker_limit
from rnnlab.worker.reconcile import Reconciler
from rnnlab.worker.worker import Worker

log = logging.getLogger(__name__)

POLL_S = 0.1
LOOK_EVERY_S = 1.0
LOOK_SERVER_S = (1.5, 3.0)  # where the store is no file: many workers look, one at least every 3 s
FULL_S = 5.0  # between tries while the disk is full
# With a store that another program holds: nothing that was trained may be lost.
PATIENCE_S = 600.0
IDLE_S = 600.0  # warm through a pause in a talk; `RNNLAB_WORKER_IDLE_S` overrides it
CODE_BYTES = 500_000_000  # of compiled code that a home keeps; a network takes 0.1 to 5 MB
LEAVING_S = 2.0  # from the last look at the store to leaving its register, at most
RUNS_A_PROCESS = 200  # then a fresh process takes over


def run(*, once: bool = False, with_parent: bool = False) -> None:
    """Work until idle for long, asked to end, or replaced; with `once`, for at most one run.

    With `once` it works beside however many others there are. So it does `with_parent`, as a slot
    of the process that started it: it ends with that process, and starts no others.
    """
    parent = os.getppid()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s worker %(process)d %(levelname)s %(message)s"
    )
    store = RunStore(home.store_url(), busy_timeout_s=PATIENCE_S)
    idle_s = 0.0 if once else home.number("RNNLAB_WORKER_IDLE_S", IDLE_S, low=0, high=1e6)
    slots = worker_limit()
    limit = sys.maxsize if once or with_parent else slots
    child.sweep()
    store.workers.mark_stalled(now=time.time())
    worker = Worker(store, now=machine.steady_time(), prewarms=not (once or with_parent))
    if not store.workers.register(worker.id, now=worker.busy_at, limit=limit, slots=slots):
        log.info("all %d workers are running already: exiting", limit)
        return

    def ask_to_end(*_: object) -> None:
        worker.asked_to_end = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_end)
    executor = None if once or with_parent else make_executor(store)
    reconciler = Reconciler(store, executor)
    try:
        import_keras()
        worker.busy_at = machine.steady_time()
        if not store.workers.heartbeat(worker.id, now=worker.busy_at):  # that took too long
            store.workers.register(worker.id, now=worker.busy_at, limit=sys.maxsize, slots=slots)
        work(
            worker,
            idle_s=idle_s,
            max_runs=1 if once else RUNS_A_PROCESS,
            look_after=lambda now: look_after(reconciler, now=now),
            look_every_s=LOOK_EVERY_S if store.database.is_file else random.uniform(*LOOK_SERVER_S),
            alone=lambda: with_parent and os.getppid() != parent,
        )
    finally:
        worker.stop_standby()
        with suppress(StoreUnreachable):  # others find it silent
            store.workers.unregister(worker.id)
    # Only after a clean end: a worker that crashes would start others that do.
    if executor and not worker.asked_to_end:
        start_successor(store, executor)
    store.close()


def start_successor(store: RunStore, executor: Executor) -> None:
    """Start a worker for what has come while this one was leaving: a run, or a guess at one.

    Whoever queued it may have seen this worker still there, and so have started none.
    """
    if store.queued_count():
        executor.ensure()
    elif store.expected.get(since=store.now() - LEAVING_S):
        executor.ensure(wanted=1)


def work(
    worker: Worker,
    *,
    idle_s: float,
    max_runs: int,
    look_after: Callable[[float], None] = lambda now: None,
    look_every_s: float = LOOK_EVERY_S,
    alone: Callable[[], bool] = lambda: False,
) -> None:
    """Tick until the worker was idle for `idle_s`, is asked to end, or has done `max_runs`.

    It counts as asked once it is `alone`: the process that it belongs to has ended. Calls
    `look_after` with the time after each run and every `look_every_s`, until it is asked to end.
    """
    called_at = -math.inf
    while True:
        now = machine.steady_time()
        worker.asked_to_end = worker.asked_to_end or alone()
        ending = worker.asked_to_end or worker.runs_claimed >= max_runs
        had_run = worker.child is not None
        try:
            worker.tick(now=now, claim=not ending)
        except (DiskFull, StoreUnreachable) as error:  # what is left to record is recorded later
            log.warning("%s", error)
            running = worker.child and worker.child.exit_code is None
            gone = now - worker.busy_at > max(idle_s, PATIENCE_S)
            if not running and (worker.asked_to_end or gone):
                return
            time.sleep(POLL_S if running else FULL_S)
            continue
        due = (had_run and not worker.child) or now - called_at >= look_every_s
        if due and not worker.asked_to_end:  # which would queue the run that it has just left
            called_at = now
            look_after(now)
        if not worker.child and (ending or now - worker.busy_at > idle_s):
            return
        time.sleep(POLL_S)


def look_after(reconciler: Reconciler, *, now: float) -> None:
    """Reconcile the lab, so that it needs no dashboard."""
    try:
        reconciler.reconcile(now=now)
    except (RnnlabError, OSError) as error:
        log.warning("the lab cannot be looked after: %s", error)


def import_keras() -> None:
    """Import keras and map the reviews, the slow part of a first run. Runs no TensorFlow.

    Leaves out what training never uses: that would take a third of the time.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the user's other projects use
    cache = machine.xla_cache(home.home())
    disk.trim(cache, CODE_BYTES)
    os.environ.setdefault("TF_XLA_FLAGS", f'--tf_xla_persistent_cache_directory="{cache}"')
    with imports.uncollected(), imports.without(*imports.KERAS_CAN_DO_WITHOUT):
        from rnnlab.training import fit  # noqa: F401

    try:
        datasets.load("bundled", home.home())
    except RnnlabError as error:
        log.warning("%s", error)  # a run that needs it will fail with this text
