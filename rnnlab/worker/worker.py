"""Worker: claims one run at a time and has a forked child train it.

The parent imports keras and maps the reviews, but never runs TensorFlow. Each run is trained in a
fork of it, so that a run starts without the 3 s import, always in the same fresh state (equal
configs give equal histories), finds XLA's compiled code on disk (TensorFlow numbers its functions
within a process, so a second run in one process would never match), and gives back all its memory.
Measured: 2.1 s instead of 6.7 s for an LSTM's first epoch.

An idle worker keeps a standby: a child that is forked ahead for the config that the dashboard
expects to be queued next, has its first batch ready, and waits to be assigned such a run. The
first batch of an LSTM then comes 0.4 s after the claim instead of 2.6 s.

The parent runs no thread of its own, so that forking is safe; it sends heartbeats while it waits
for the child, and kills one that does not stop when it should.
"""

import logging
import math
import os
import random
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass

from rnnlab import disk, home, machine
from rnnlab.config import RunConfig
from rnnlab.errors import LostRun
from rnnlab.owners import owner_limit
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt
from rnnlab.store.workers import HEARTBEAT_S
from rnnlab.training.trainer import trainer_of
from rnnlab.worker.child import ChildProcess
from rnnlab.worker.job import TrainingData, run_attempt
from rnnlab.worker.standby import Standby

log = logging.getLogger(__name__)

NICE = 10  # of training: dashboard and browser go first; `RNNLAB_NICE` overrides it
# A child stops at its next batch. One that hangs, or compiles, is ended: 15 s after the request at
# the latest, of which up to `HEARTBEAT_S` pass until the request is seen.
TERMINATE_AFTER_S = 5.0
KILL_AFTER_S = 10.0
POLL_SERVER_S = (1.0, 2.0)  # between looks of an idle worker at a store that is no file
PREWARM_EVERY_S = 0.2  # between looks at which run is expected
EXPECTED_S = 600.0  # for how long a standby, some 0.5 GB, is kept for a run that does not come


@dataclass
class Child:
    """A forked process and the run that it trains."""

    process: ChildProcess
    attempt: Attempt
    stopping_since: float | None = None  # when it was first asked to stop
    exit_code: int | None = None  # once it has exited


class Worker:
    """One worker on a store; `tick` is all that it does. Its times are `machine.steady_time`'s.

    Signal handlers only set `asked_to_end`.
    """

    def __init__(self, store: RunStore, *, now: float, prewarms: bool = True) -> None:
        self.id = secrets.token_hex(6)
        self.asked_to_end = False
        self.child: Child | None = None
        self.standby: Standby | None = None
        self.runs_claimed = 0
        self.busy_at = now  # when it last had a run, or a standby that was warming up
        self._store = store
        self._owner_limit = owner_limit()
        self._nice = int(home.number("RNNLAB_NICE", NICE, low=0, high=19))
        self._pid = os.getpid()
        self._heartbeat_at = now
        self._asked_at = -math.inf  # when it last looked for a run
        self._poll_s = 0.0
        self._prewarmed_at = -math.inf if prewarms else math.inf
        self._crashed: RunConfig | None = None  # whose standby crashed

    def tick(self, *, now: float, claim: bool = True) -> None:
        """Send a heartbeat if it is due; tend the child; without one claim a run, or prewarm.

        Raises DiskFull where a heartbeat or the end of a run cannot be recorded.
        """
        child, due = self.child, now - self._heartbeat_at >= HEARTBEAT_S
        try:
            if due:
                self._heartbeat_at = now
                if not self._store.workers.heartbeat(self.id, now=now):
                    self.asked_to_end = True  # counted as dead; its run belongs to another by now
        finally:  # a full disk does not keep a child from being ended
            if child:
                if due and self._stop_requested(child.attempt):
                    child.stopping_since = child.stopping_since or now
                self.busy_at = now
                self._reap(child, now)
        if child or not claim or not self._looks(now):
            return
        if self._store.claimable_count(owner_limit=self._owner_limit):
            if self._store.database.full_disk:
                return
            attempt = self._store.claim_next(
                self.id,
                machine=machine.name(),
                now=self._store.now(now),
                owner_limit=self._owner_limit,
            )
            if attempt:
                self.runs_claimed += 1
                self._start_child(attempt, now)
        else:
            self._prewarm(now)

    def _looks(self, now: float) -> bool:
        """Return whether to look for a run now: in a file always, on a server every 1 to 2 s.

        At random, so that many workers do not ask all at once.
        """
        if self._store.database.is_file:
            return True
        if now - self._asked_at < self._poll_s:
            return False
        self._asked_at, self._poll_s = now, random.uniform(*POLL_SERVER_S)
        return True

    def stop_standby(self) -> None:
        """End the standby, if there is one."""
        if self.standby:
            self.standby.stop()
            self.standby = None

    def _start_child(self, attempt: Attempt, now: float) -> None:
        trainer_of(attempt.run.config)  # imports what it needs once here, not in each fork
        try:
            process = self._assign_to_standby(attempt) or self._fork(lambda: self._train(attempt))
            self.child = Child(process, attempt)
        except OSError as error:  # no process or no memory left for one
            attempt.end(
                RunState.INTERRUPTED,
                now=self._store.now(now),
                error=f"The training process could not be started ({error.strerror}).",
            )

    def _stop_requested(self, attempt: Attempt) -> bool:
        return self._store.get(attempt.run.id).stop_requested

    def _reap(self, child: Child, now: float) -> None:
        """Pass a request to end on to the child, and record how a run ended whose child died.

        Where the disk is too full to record it, DiskFull leaves it to the next tick.
        """
        if child.exit_code is None:
            child.exit_code = self._exit_code(child, now)
        if child.exit_code is None:
            return
        if child.exit_code != 0:
            self._end_dead(child.attempt, child.exit_code, now)
        self.child = None
        self._poll_s = 0.0  # the next may wait already

    def _exit_code(self, child: Child, now: float) -> int | None:
        if self.asked_to_end:
            child.stopping_since = child.stopping_since or now
        waited = now - child.stopping_since if child.stopping_since else 0.0
        if self.asked_to_end or waited >= TERMINATE_AFTER_S:
            os.kill(child.process.pid, signal.SIGTERM)
        if waited >= KILL_AFTER_S:
            os.kill(child.process.pid, signal.SIGKILL)
        return child.process.exit_code()

    def _end_dead(self, attempt: Attempt, code: int, now: float) -> None:
        """End the attempt of a child that died with this exit code."""
        state, blameless = RunState.INTERRUPTED, code == disk.FULL_EXIT
        reason = f"signal {-code}" if code < 0 else f"exit code {code}"
        if code == -signal.SIGKILL:
            reason += ", which the system also sends when memory runs out"
        error: str | None = f"The training process ended unexpectedly ({reason})."
        if blameless:
            error = disk.why_interrupted(home.home())
        try:
            if self._stop_requested(attempt):
                state, error = RunState.STOPPED, None
            attempt.end(state, now=self._store.now(now), error=error, blameless=blameless)
        except LostRun as lost:
            log.warning("%s", lost)

    def _prewarm(self, now: float) -> None:
        """Keep a standby for the run that is expected, if any is."""
        if self.standby and self.standby.warming_up:
            # On a busy machine, warming up may take longer than an idle worker stays.
            self.busy_at = now
        if now - self._prewarmed_at < PREWARM_EVERY_S:
            return
        self._prewarmed_at = now
        if self.standby and self.standby.crashed():
            log.warning("the standby process for %s crashed", self.standby.config)
            self._crashed, self.standby = self.standby.config, None
        expected = self._store.expected.get(since=self._store.now(now) - EXPECTED_S)
        if self.standby and not self.standby.fits(expected):
            self.stop_standby()
        if expected is None or expected == self._crashed or self.standby:
            return
        if not expected.architecture.is_network:
            return  # nothing to warm up
        self.busy_at = now  # somebody is filling in a form
        try:
            self.standby = Standby(expected, fork=self._fork, train=self._train_claimed)
        except OSError as error:
            log.warning("no standby process could be started: %s", error)
            self._crashed = expected

    def _assign_to_standby(self, attempt: Attempt) -> ChildProcess | None:
        """Return the standby's process, which trains the run now; None if there is none for it."""
        if not self.standby or not self.standby.fits(attempt.run.config):
            self.stop_standby()
            return None
        standby, self.standby = self.standby, None
        return standby.process if standby.assign(attempt) else None

    def _train(self, attempt: Attempt, data: TrainingData | None = None) -> None:
        def paused() -> bool:
            # An orphan's run is claimed by another worker, so it need not go on.
            return self.asked_to_end or os.getppid() != self._pid

        self._store.database.be_patient()  # what is trained is not lost with the server
        run_attempt(attempt, self._store, data=data, paused=paused)

    def _train_claimed(self, run_id: str, token: str, data: TrainingData | None) -> None:
        self._train(Attempt(self._store.database, self._store.get(run_id), token), data)

    def _fork(self, work: Callable[[], None]) -> ChildProcess:
        """Return a child that does the work, at a lower priority."""

        def work_at_lower_priority() -> None:
            machine.lower_priority(self._nice)
            work()

        self._store.close()  # no database connection may be carried across a fork
        return ChildProcess(work_at_lower_priority)
