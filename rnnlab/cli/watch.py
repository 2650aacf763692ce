"""Watching a run from the terminal until it ends."""

import signal
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from rnnlab.errors import WrongState
from rnnlab.lab import Lab
from rnnlab.runs import Epoch, Run, RunState

POLL_S = 0.25


def until_ended(lab: Lab, run: Run) -> int:
    """The exit code once the run has ended, or the person has left it.

    0 finished, stopped, or left in the background; 1 failed or interrupted; 130 where Ctrl-C
    stopped it. On a terminal Ctrl-C asks whether to stop the run or to leave it; elsewhere it
    stops the run.
    """
    stopping = False
    while True:
        try:
            run = _watch(lab, run)
            break
        except KeyboardInterrupt:
            if not stopping and _wants_to_leave():
                print(f"{run.name} ({run.id}) goes on in the background.", file=sys.stderr)
                return 0
            stopping = True
            try:
                lab.stop(run.id)
            except WrongState:
                continue  # it has just ended by itself
    if stopping:
        return 128 + signal.SIGINT
    return 1 if run.state in (RunState.FAILED, RunState.INTERRUPTED) else 0


def _wants_to_leave() -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print("\nStop the run (s), or leave it in the background (l)? [l] ", end="", file=sys.stderr)
    try:
        return sys.stdin.readline().strip().lower() not in ("s", "stop")
    except KeyboardInterrupt:
        return True


def _watch(lab: Lab, run: Run) -> Run:
    """The run as it ended, its epochs shown on stderr meanwhile."""
    console = Console(stderr=True)
    seen = 0
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(run.name, total=1.0, figures="")
        while True:
            lab.look_after()
            run = lab.store.get(run.id)
            for epoch in lab.store.epochs_of([run.id], after=seen):
                seen = epoch.row_id
                if not console.is_terminal:
                    console.print(_epoch_line(run, epoch), soft_wrap=True, highlight=False)
            bar.update(
                task, completed=run.share_done, description=_where(lab, run), figures=_figures(run)
            )
            if not run.state.active:
                return run
            time.sleep(POLL_S)


def _where(lab: Lab, run: Run) -> str:
    if run.state is RunState.QUEUED:
        ahead = lab.store.queue().index(run.id) if run.id in lab.store.queue() else 0
        return f"{run.name}: queued, {ahead} ahead"
    if run.progress is None:
        return f"{run.name}: {run.state}"
    return f"{run.name}: epoch {min(run.progress.epoch, run.config.epochs)} of {run.config.epochs}"


def _figures(run: Run) -> str:
    parts = []
    if run.progress:
        parts.append(f"loss {run.progress.loss:.4f}")
    if run.best_val_accuracy is not None:
        parts.append(f"best val_accuracy {run.best_val_accuracy:.1%}")
    return "  ".join(parts)


def _epoch_line(run: Run, epoch: Epoch) -> str:
    return (
        f"{run.name}: epoch {epoch.epoch} of {run.config.epochs}: loss {epoch.loss:.4f}, "
        f"accuracy {epoch.accuracy:.1%}, val_loss {epoch.val_loss:.4f}, "
        f"val_accuracy {epoch.val_accuracy:.1%}, {epoch.seconds:.1f} s"
    )
