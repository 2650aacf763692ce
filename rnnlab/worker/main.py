"""A worker: a warm process that claims one run at a time and has a forked child train it.

The parent imports keras and maps the reviews, but never runs TensorFlow. Each run is trained in a
fork of it, so that a run starts without the 3 s import, always in the same fresh state (equal
configs give equal histories), finds XLA's compiled code on disk (TensorFlow numbers its functions
within a process, so a second run in one process would never match), and gives back all its memory.
Measured: 2.1 s instead of 6.7 s for an LSTM's first epoch.

An idle worker keeps a spare: a child that is forked ahead for the config that the dashboard expects
to be asked for, has its first batch ready, and waits to be told of such a run. The first batch of
an LSTM then comes 0.4 s after the claim instead of 2.6 s.

The parent runs no thread of its own, so that forking is safe; it beats while it waits for the
child, and kills one that does not leave when it should.
"""

import logging
import math
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from rnnlab import datasets, home, machine
from rnnlab.config import RunConfig
from rnnlab.errors import LostRun, RnnlabError
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt
from rnnlab.store.workers import HEARTBEAT_S
from rnnlab.worker.child import Forked
from rnnlab.worker.job import Material, run_attempt
from rnnlab.worker.launch import LocalExecutor, worker_limit
from rnnlab.worker.standby import Spare

log = logging.getLogger(__name__)

POLL_S = 0.1
NICE = 10  # of the training processes: the dashboard and the browser beside them go first
IDLE_S = 600.0  # warm through a pause in a talk; `RNNLAB_WORKER_IDLE_S` overrides it
RUNS_A_PROCESS = 200  # then a fresh process takes over
LEAVE_S = 60.0  # a child that was asked to stop and has not by then hangs
LOOK_S = 0.2  # between looks at what is expected
EXPECTED_S = 600.0  # for how long a spare, some 0.5 GB, is kept for a run that does not come


@dataclass
class Child:
    """A forked process and the run that it trains."""

    process: Forked
    attempt: Attempt
    leaving_since: float | None = None  # when it was first seen that it should stop


class Worker:
    """One worker on a store; `tick` is all that it does.

    Signal handlers only set `asked_to_end`.
    """

    def __init__(self, store: RunStore, *, now: float, looks_ahead: bool = True) -> None:
        self.id = secrets.token_hex(6)
        self.asked_to_end = False
        self.child: Child | None = None
        self.spare: Spare | None = None
        self.runs_claimed = 0
        self.busy_at = now  # when it last had a run, or one to get ready for
        self._store = store
        self._pid = os.getpid()
        self._beat_at = now
        self._looked_at = -math.inf if looks_ahead else math.inf
        self._lost: RunConfig | None = None  # whose spare broke down

    def tick(self, *, now: float, claim: bool = True) -> None:
        """Beat if it is time; look after the child; without one claim a run, or get ready."""
        if now - self._beat_at >= HEARTBEAT_S:
            self._beat_at = now
            if not self._store.workers.heartbeat(self.id, now=now):
                self.asked_to_end = True  # taken for dead; its run is not its own any more
            if self.child and self._stop_requested(self.child.attempt):
                self.child.leaving_since = self.child.leaving_since or now
        if self.child:
            self.busy_at = now
            self._look_after_child(now)
        elif claim and self._store.queued_count():
            attempt = self._store.claim_next(self.id, machine=machine.name(), now=now)
            if attempt:
                self.runs_claimed += 1
                self._start_child(attempt, now)
        elif claim:
            self._look_ahead(now)

    def _start_child(self, attempt: Attempt, now: float) -> None:
        try:
            process = self._hand_over(attempt) or self._fork(lambda: self._train(attempt))
            self.child = Child(process, attempt)
        except OSError as error:  # no process or no memory left for one
            attempt.end(
                RunState.INTERRUPTED,
                now=now,
                error=f"No training process could be started ({error.strerror}): resume it when "
                "the machine has room.",
            )

    def _stop_requested(self, attempt: Attempt) -> bool:
        return self._store.get(attempt.run.id).stop_requested

    def _look_after_child(self, now: float) -> None:
        child = self.child
        if self.asked_to_end:
            child.leaving_since = child.leaving_since or now
            os.kill(child.process.pid, signal.SIGTERM)
        if child.leaving_since and now - child.leaving_since > LEAVE_S:
            os.kill(child.process.pid, signal.SIGKILL)
        code = child.process.exit_code()
        if code is None:
            return
        attempt, self.child = child.attempt, None
        if code == 0:
            return
        if self._stop_requested(attempt):
            self._end(attempt, RunState.STOPPED, now)
            return
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if code == -signal.SIGKILL:
            how += ", which the system also sends when memory runs out"
        self._end(
            attempt,
            RunState.INTERRUPTED,
            now,
            f"Its training process ended ({how}). Nothing recorded is lost: resume it to go on "
            "after its last finished epoch.",
        )

    def _end(self, attempt: Attempt, state: RunState, now: float, error: str | None = None) -> None:
        try:
            attempt.end(state, now=now, error=error)
        except LostRun as lost:
            log.warning("%s", lost)

    def _look_ahead(self, now: float) -> None:
        """Keep a spare for the run that is expected, if any is."""
        if self.spare and self.spare.warming_up:
            # Beside a busy machine's other work that may take longer than an idle worker stays.
            self.busy_at = now
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        if self.spare and self.spare.broke_down():
            log.warning("the process that got ready for %s broke down", self.spare.config)
            self._lost, self.spare = self.spare.config, None
        expected = self._store.expected.get(since=now - EXPECTED_S)
        if self.spare and self.spare.config != expected:
            self.drop_spare()
        if expected in (None, self._lost) or expected.architecture.kind == "linear" or self.spare:
            return
        self.busy_at = now  # somebody fills in a form
        try:
            self.spare = Spare(expected, fork=self._fork, train=self._train_claimed)
        except OSError as error:
            log.warning("nothing is made ready: %s", error)
            self._lost = expected

    def _hand_over(self, attempt: Attempt) -> Forked | None:
        """The process of the spare that has the run now; None where there is none for it."""
        if not self.spare or self.spare.config != attempt.run.config:
            self.drop_spare()
            return None
        spare, self.spare = self.spare, None
        return spare.process if spare.tell(attempt) else None

    def drop_spare(self) -> None:
        """End the spare, if there is one."""
        if self.spare:
            self.spare.drop()
            self.spare = None

    def _train(self, attempt: Attempt, ready: Material | None = None) -> None:
        def paused() -> bool:
            # An orphan's run is taken from it; there is nobody to train it for.
            return self.asked_to_end or os.getppid() != self._pid

        run_attempt(attempt, self._store, ready=ready, paused=paused)

    def _train_claimed(self, run_id: str, token: str, ready: Material | None) -> None:
        self._train(Attempt(self._store.database, self._store.get(run_id), token), ready)

    def _fork(self, work: Callable[[], None]) -> Forked:
        """A child that does the work, at a lower priority."""

        def make_way_and_work() -> None:
            machine.lower_priority(NICE)
            work()

        self._store.close()  # no database connection may be carried across a fork
        return Forked(make_way_and_work)


def warm_up() -> None:
    """Import keras and map the reviews, the slow part of a first run. Runs no TensorFlow."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the person's other projects use
    cache = machine.xla_cache(home.home())
    os.environ.setdefault("TF_XLA_FLAGS", f'--tf_xla_persistent_cache_directory="{cache}"')
    from rnnlab.training import fit  # noqa: F401

    try:
        datasets.load("bundled", home.home())
    except RnnlabError as error:
        log.warning("%s", error)  # a run that needs it will fail with this text


def run(*, once: bool = False) -> None:
    """Work until idle for long, asked to end, or replaced; with `once`, for at most one run.

    With `once` it works beside however many others there are.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s worker %(process)d %(levelname)s %(message)s"
    )
    store = RunStore(home.store_url())
    idle_s = 0.0 if once else home.number("RNNLAB_WORKER_IDLE_S", IDLE_S, low=0, high=1e6)
    limit = sys.maxsize if once else worker_limit()
    store.workers.mark_stalled(now=time.time())
    worker = Worker(store, now=time.time(), looks_ahead=not once)
    if not store.workers.register(worker.id, now=time.time(), limit=limit):
        log.info("enough workers are at work: ending")
        return

    def ask_to_end(*_: object) -> None:
        worker.asked_to_end = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_end)
    try:
        warm_up()
        worker.busy_at = time.time()
        _work(worker, idle_s=idle_s, runs=1 if once else RUNS_A_PROCESS)
    finally:
        worker.drop_spare()
        store.workers.unregister(worker.id)
    # Only after a clean end: a worker that breaks down would start others that do.
    if not (once or worker.asked_to_end) and store.queued_count():
        LocalExecutor(store).ensure()
    store.close()


def _work(worker: Worker, *, idle_s: float, runs: int) -> None:
    while True:
        now = time.time()
        ending = worker.asked_to_end or worker.runs_claimed >= runs
        worker.tick(now=now, claim=not ending)
        if not worker.child and (ending or now - worker.busy_at > idle_s):
            return
        time.sleep(POLL_S)
