"""A worker: a warm process that claims one run at a time and forks a child to train it.

The parent imports keras and maps the reviews, but never runs TensorFlow. Each run is trained in a
fork of it, so that a run starts without the 3 s import, always in the same fresh state (equal
configs give equal histories), finds XLA's compiled code on disk (TensorFlow numbers its functions
within a process, so a second run in one process would never match), and gives back all its memory.
Measured: 2.1 s instead of 6.7 s for an LSTM's first epoch.

The parent runs no thread of its own, so that forking is safe; it beats while it waits for the
child, and kills one that does not leave when it should.
"""

import logging
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnlab import datasets, estimate, evaluate, home, machine
from rnnlab.arrays import Reviews
from rnnlab.errors import LostRun, RnnlabError
from rnnlab.executors.local import LocalExecutor, worker_limit
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt
from rnnlab.store.presence import BEAT_S

log = logging.getLogger(__name__)

POLL_S = 0.1
NICE = 10  # of the training processes: the dashboard and the browser beside them go first
IDLE_S = 600.0  # warm through a pause in a talk; `RNNLAB_WORKER_IDLE_S` overrides it
RUNS_A_PROCESS = 200  # then a fresh process takes over
LEAVE_S = 60.0  # a child that was asked to stop and has not by then hangs


@dataclass
class Child:
    """A forked process and the run that it trains."""

    pid: int
    attempt: Attempt
    leaving_since: float | None = None  # when it was first seen that it should stop


class Worker:
    """One worker on a store; `tick` is all that it does.

    Signal handlers only set `asked_to_end`.
    """

    def __init__(self, store: RunStore, *, now: float) -> None:
        self.id = secrets.token_hex(6)
        self.asked_to_end = False
        self.child: Child | None = None
        self.runs_claimed = 0
        self.busy_at = now  # when it last had a run
        self._store = store
        self._beat_at = now

    def tick(self, *, now: float, claim: bool = True) -> None:
        """Beat if it is time; look after the child; claim a run if there is no child."""
        if now - self._beat_at >= BEAT_S:
            self._beat_at = now
            if not self._store.presence.beat(self.id, now=now):
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

    def _start_child(self, attempt: Attempt, now: float) -> None:
        try:
            self.child = Child(self._fork(attempt), attempt)
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
            os.kill(child.pid, signal.SIGTERM)
        if child.leaving_since and now - child.leaving_since > LEAVE_S:
            os.kill(child.pid, signal.SIGKILL)
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if not pid:
            return
        code, attempt, self.child = os.waitstatus_to_exitcode(status), child.attempt, None
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

    def _fork(self, attempt: Attempt) -> int:
        """The pid of a child that trains the run and exits with 0 once its end is recorded."""
        parent = os.getpid()
        self._store.close()  # no database connection may be carried across a fork
        pid = os.fork()
        if pid:
            return pid
        code = 1
        machine.make_way(NICE)
        try:
            # TensorFlow would delete its temporary files at a usual exit; this one is not.
            with tempfile.TemporaryDirectory(prefix="rnnlab-") as tempfile.tempdir:
                run_attempt(
                    attempt,
                    self._store,
                    # An orphan's run is taken from it; there is nobody to train it for.
                    paused=lambda: self.asked_to_end or os.getppid() != parent,
                )
            code = 0
        except BaseException:
            log.exception("run %s: its end could not be recorded", attempt.run.id)
        finally:
            logging.shutdown()
            os._exit(code)


def run_attempt(attempt: Attempt, store: RunStore, *, paused=lambda: False) -> RunState | None:
    """How the attempt's run ended, recorded in the store; None where it went to another worker."""
    run = attempt.run
    log.info("run %s starts: %s", run.id, run.config)
    error = trace = None
    try:
        if train(attempt, store, paused=paused):
            state = RunState.FINISHED
        elif store.get(run.id).stop_requested:
            state = RunState.STOPPED
        else:
            state = RunState.INTERRUPTED
            error = "Its worker ended before it did: resume it to go on."
        if state is not RunState.INTERRUPTED:
            evaluate.keep(attempt, store, home.home())
        attempt.end(state, now=time.time(), error=error)
    except LostRun as lost:
        log.warning("%s", lost)
        return None
    except Exception as failure:
        state, error, trace = RunState.FAILED, str(failure), traceback.format_exc()
        if not isinstance(failure, RnnlabError):
            log.exception("run %s failed", run.id)
            error = f"{type(failure).__name__}: {error}"[:2_000]
            # Code compiled for an earlier run and damaged since may be what is wrong.
            shutil.rmtree(machine.xla_cache(home.home()), ignore_errors=True)
        attempt.end(state, now=time.time(), error=error, traceback=trace)
    log.info("run %s: %s", run.id, state)
    return state


def train(
    attempt: Attempt, store: RunStore, *, paused=lambda: False, callbacks: Iterable = ()
) -> bool:
    """Whether the run was trained to its end; see `rnnlab.training.fit`.

    Gets the reviews, records what the run is trained with, and goes on after the last epoch of an
    earlier attempt. `callbacks` are further keras callbacks. Raises DataError, TrainingFailed,
    LostRun, NotEnoughMemory.
    """
    config = attempt.run.config
    if config.architecture.kind == "linear":
        from rnnlab import linear as trainer
    else:
        from rnnlab import training as trainer

        trainer.configure(config)
    estimate.check_fits(config, machine.free_memory_bytes())
    machine.reset_peak_memory()
    fingerprint = attempt.run.manifest.get("dataset_sha256")
    dataset = datasets.load(config.dataset, home.home(), fingerprint=fingerprint)
    window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
    reviews = [
        Reviews(dataset.inputs(rows, **window), dataset.labels[rows].astype(np.float32)[:, None])
        for rows in (dataset.train_rows, dataset.validation_rows)
    ]
    manifest = {
        "dataset_sha256": dataset.fingerprint,
        "train_reviews": len(dataset.train_rows),
        "validation_reviews": len(dataset.validation_rows),
        "split_seed": datasets.encoded.SPLIT_SEED,
        **trainer.manifest(config),
    }
    attempt.start(versions=machine.versions(trainer.PACKAGES), manifest=manifest)
    attempt.save("vocabulary", dataset.vocabulary.top(config.vocab_size).to_bytes())
    history = store.epochs(attempt.run.id)
    options = {"history": history, "paused": paused, "peak_memory_mb": machine.peak_memory_mb}
    if config.architecture.kind == "linear":
        return trainer.fit(config, *reviews, attempt, **options)
    checkpoint = None
    if history:
        checkpoint = trainer.Checkpoint.from_bytes(store.artifact(attempt.run.id, "checkpoint"))
    return trainer.fit(
        config, *reviews, attempt, checkpoint=checkpoint, callbacks=callbacks, **options
    )


def warm_up() -> None:
    """Import keras and map the reviews, the slow part of a first run. Runs no TensorFlow."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the person's other projects use
    cache = machine.xla_cache(home.home())
    os.environ.setdefault("TF_XLA_FLAGS", f'--tf_xla_persistent_cache_directory="{cache}"')
    from rnnlab import training  # noqa: F401

    try:
        datasets.load("bundled", home.home())
    except RnnlabError as error:
        log.warning("%s", error)  # a run that needs it will fail with this text


def main(*, once: bool = False) -> None:
    """Work until idle for long, asked to end, or replaced; with `once`, for at most one run.

    With `once` it works beside however many others there are.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s worker %(process)d %(levelname)s %(message)s"
    )
    store = RunStore(home.store_url())
    idle_s = 0.0 if once else home.number("RNNLAB_WORKER_IDLE_S", IDLE_S, low=0, high=1e6)
    limit = sys.maxsize if once else worker_limit()
    store.presence.sweep(now=time.time())
    worker = Worker(store, now=time.time())
    if not store.presence.register(worker.id, now=time.time(), limit=limit):
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
        store.presence.leave(worker.id)
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
