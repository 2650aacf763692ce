"""Follows a run from the terminal until it ends; writes to stderr."""

import signal
import time
from collections.abc import Sequence
from types import FrameType

from rnnlab.cli.display import open_display
from rnnlab.cli.output import ask, can_ask, say
from rnnlab.errors import StoreUnreachable, WrongState
from rnnlab.lab import Lab
from rnnlab.runs import Run, RunState

POLL_S = 0.25
RECONCILE_S = 1.0
AWAY_S = 0.5  # between tries at a server that does not answer
NO_WORKER_S = 30.0  # a worker registers within seconds of its start
INTERRUPTED = 128 + signal.SIGINT  # what a shell reports


def until_all_ended(
    lab: Lab, runs: Sequence[Run], interrupts: "Interrupts"
) -> tuple[tuple[Run, ...], int]:
    """Follow runs one after another; return them with the highest exit code of `until_ended`.

    Ctrl-C concerns all runs that have not ended: they are stopped, or left training, together.
    """
    code = 0
    for number, run in enumerate(runs):
        if run.state.active:  # as it was given: its end counts, even if it has ended since
            run, run_code = until_ended(lab, run, interrupts, others=runs[number + 1 :])
            code = max(code, run_code)
            if run.state.active:  # left in the background
                break
    return tuple(lab.store.get(run.id) for run in runs), code


def until_ended(
    lab: Lab, run: Run, interrupts: "Interrupts", *, others: Sequence[Run] = ()
) -> tuple[Run, int]:
    """Follow a run until it ends or is left in the background; return it and the exit code.

    0 finished, or left in the background; 1 failed, interrupted, or stopped by another process;
    130 if Ctrl-C stopped it. In a terminal Ctrl-C asks, and a second one leaves the run; without
    a terminal Ctrl-C stops it, and the `others` with it. Raises RunNotFound if the run is deleted
    in the meantime.
    """
    stopping = False
    last_row_id = 0
    reconciled_at = -RECONCILE_S
    worker_wait, absence = WorkerWait(lab), Absence()
    display = open_display(run)
    try:
        while True:
            now = time.monotonic()
            try:
                if now - reconciled_at >= RECONCILE_S:
                    reconciled_at = now
                    lab.reconcile()
                run = lab.store.get(run.id)
                epochs = lab.store.epochs_of([run.id], after=last_row_id)
                place = queue_position(lab, run)
                worker_wait.check(run, now)
            except StoreUnreachable as error:
                if absence.lasts(error, interrupts):
                    continue
                return run, 0
            absence.ended()
            last_row_id = epochs[-1].row_id if epochs else last_row_id
            display.update(run, epochs, place)
            if not run.state.active:
                return run, exit_code(run, stopping=stopping)
            if interrupts.taken():
                display.close()
                if stopping and can_ask():
                    return run, INTERRUPTED
                if can_ask() and not interrupts.wants_stop(others):
                    others_too = " and the other runs" if others else ""
                    say(f"{run.name}{others_too} will go on training in the background.")
                    return run, 0
                stopping = True
                for stopped in (run, *others):
                    stop(lab, stopped)
                display = open_display(run)
            time.sleep(POLL_S)
    finally:
        display.close()


def exit_code(run: Run, *, stopping: bool) -> int:
    """Return the exit code for a run that has ended."""
    if run.state is RunState.FINISHED:
        return 0
    return INTERRUPTED if stopping and run.state is RunState.STOPPED else 1


def stop(lab: Lab, run: Run) -> None:
    """Request a stop, unless the run has just ended by itself."""
    try:
        lab.stop(run.id)
        say(f"Stopping {run.name} at its next batch ...")
    except WrongState:
        pass  # the next poll of the run tells how it ended


class Absence:
    """A server that does not answer while somebody follows a run: it is said, and waited for."""

    def __init__(self) -> None:
        self._told = False

    def lasts(self, error: StoreUnreachable, interrupts: "Interrupts") -> bool:
        """Say it once and wait a moment; return whether to go on waiting: not after Ctrl-C."""
        if not self._told:
            say(f"Waiting, training goes on meanwhile: {error}.")
            self._told = True
        time.sleep(AWAY_S)
        return not interrupts.taken()

    def ended(self) -> None:
        """Say that the server is back, if it was away."""
        if self._told:
            say("The store's server is back.")
            self._told = False


class Interrupts:
    """Counts Ctrl-C while it is entered, instead of raising; so none breaks into a transaction.

    A process that ignores them, as one in the background of a script does, keeps ignoring them.
    """

    def __init__(self) -> None:
        self._count = 0

    def __enter__(self) -> "Interrupts":
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1

    def taken(self) -> bool:
        """Return whether there was one since the last call."""
        count, self._count = self._count, 0
        return count > 0

    def wants_stop(self, others: Sequence[Run] = ()) -> bool:
        """Ask whether to stop the run and all others; another Ctrl-C means no."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            what, them = ("all these runs", "them") if others else ("the run", "it")
            answer = ask(f"\nStop {what} [s], or leave {them} training in the background [Enter]?")
            return answer in ("s", "stop")
        except KeyboardInterrupt:
            say("")
            return False
        finally:
            signal.signal(signal.SIGINT, self._note)


class WorkerWait:
    """Says once where to look when no worker takes a queued run."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._since: float | None = None
        self._warned = False

    def check(self, run: Run, now: float) -> None:
        """Warn if the run has waited too long for a worker; `now` is in seconds, of any clock."""
        store = self._lab.store
        if run.state is not RunState.QUEUED or store.active_count() > store.queued_count():
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since > NO_WORKER_S and not self._warned:
            self._warned = True
            say(self._lab.executor.why_idle())


def queue_position(lab: Lab, run: Run) -> str:
    """Return where a queued run waits, "2 of 3"; empty for other runs."""
    if run.state is not RunState.QUEUED:
        return ""
    queue = lab.store.queue()
    return f"{queue.index(run.id) + 1} of {len(queue)}" if run.id in queue else ""
