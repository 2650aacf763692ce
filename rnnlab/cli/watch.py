"""Following a run from the terminal until it ends, on stderr."""

import signal
import time
from collections.abc import Sequence
from types import FrameType

from rnnlab import home
from rnnlab.cli.display import open_display
from rnnlab.cli.output import ask, asks, say
from rnnlab.errors import WrongState
from rnnlab.lab import Lab
from rnnlab.runs import Run, RunState

POLL_S = 0.25
RECONCILE_S = 1.0
NO_WORKER_S = 30.0  # a worker registers within seconds of its start
INTERRUPTED = 128 + signal.SIGINT  # what a shell reports


def until_all_ended(
    lab: Lab, runs: Sequence[Run], interrupts: "Interrupts"
) -> tuple[tuple[Run, ...], int]:
    """The runs once all have ended, and the highest exit code of `until_ended`; one after another.

    Ctrl-C speaks of all that are left: they are stopped, or left in the background, together.
    """
    code = 0
    for number, run in enumerate(runs):
        if run.state.active:  # as it was given: its end counts, even if it has come meanwhile
            run, own = until_ended(lab, run, interrupts, others=runs[number + 1 :])
            code = max(code, own)
            if run.state.active:  # left to itself
                break
    return tuple(lab.store.get(run.id) for run in runs), code


def until_ended(
    lab: Lab, run: Run, interrupts: "Interrupts", *, others: Sequence[Run] = ()
) -> tuple[Run, int]:
    """The run once it has ended, or the person has left it to itself, and the exit code.

    0 finished, or left in the background; 1 failed, interrupted, or stopped from elsewhere; 130
    where Ctrl-C stopped it. On a terminal Ctrl-C asks, and a second one leaves the run; where
    there is nobody to ask, Ctrl-C stops it. What is stopped with it are the `others`. Raises
    RunNotFound where the run is deleted meanwhile.
    """
    stopping = False
    seen = 0
    looked_after_at = -RECONCILE_S
    patience = Patience(lab)
    display = open_display(run)
    try:
        while True:
            now = time.monotonic()
            if now - looked_after_at >= RECONCILE_S:
                looked_after_at = now
                lab.reconcile()
            run = lab.store.get(run.id)
            epochs = lab.store.epochs_of([run.id], after=seen)
            seen = epochs[-1].row_id if epochs else seen
            display.update(run, epochs, place(lab, run))
            if not run.state.active:
                return run, exit_code(run, stopping=stopping)
            patience.watch(run, now)
            if interrupts.taken():
                display.close()
                if stopping and asks():
                    return run, INTERRUPTED
                if asks() and not interrupts.wants_stop(others):
                    say(
                        f"{run.name} goes on in the background{', with the others' * bool(others)}."
                    )
                    return run, 0
                stopping = True
                for one in (run, *others):
                    stop(lab, one)
                display = open_display(run)
            time.sleep(POLL_S)
    finally:
        display.close()


def exit_code(run: Run, *, stopping: bool) -> int:
    """What a run that has ended means for the shell."""
    if run.state is RunState.FINISHED:
        return 0
    return INTERRUPTED if stopping and run.state is RunState.STOPPED else 1


def stop(lab: Lab, run: Run) -> None:
    """Ask the run to stop, unless it has just ended by itself."""
    try:
        lab.stop(run.id)
        say(f"Stopping {run.name} at its next batch ...")
    except WrongState:
        pass  # the next look at the run says how it ended


class Interrupts:
    """Counts Ctrl-C while it is entered, instead of raising; so none breaks into a transaction.

    A process that was told to ignore them, as one in a script's background is, goes on to.
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
        """Whether there was one since the last call."""
        count, self._count = self._count, 0
        return count > 0

    def wants_stop(self, others: Sequence[Run] = ()) -> bool:
        """Whether the person wants the run, and all others, stopped; another Ctrl-C means no."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            what, them = ("all that are left", "them") if others else ("the run", "it")
            answer = ask(f"\nStop {what} [s], or leave {them} training in the background [Enter]?")
            return answer in ("s", "stop")
        except KeyboardInterrupt:
            say("")
            return False
        finally:
            signal.signal(signal.SIGINT, self._note)


class Patience:
    """Says once where to look when no worker comes to take a queued run."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._since: float | None = None
        self._said = False

    def watch(self, run: Run, now: float) -> None:
        """Note whether anybody is there to take the run; `now` is in seconds, of any clock."""
        store = self._lab.store
        if run.state is not RunState.QUEUED or store.active_count() > store.queued_count():
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since > NO_WORKER_S and not self._said:
            self._said = True
            say(f"No worker has come up yet; {home.log_folder() / 'worker.log'} may say why.")


def place(lab: Lab, run: Run) -> str:
    """Where a queued run waits, "2 of 3"; empty for others."""
    if run.state is not RunState.QUEUED:
        return ""
    queue = lab.store.queue()
    return f"{queue.index(run.id) + 1} of {len(queue)}" if run.id in queue else ""
