"""Shows the progress of a run on stderr.

A display is updated with the run, its new epochs, and its place in the queue ("2 of 3", empty
unless it is queued), and closed to leave the terminal as it was.
"""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rnnlab import format
from rnnlab.cli.output import plain, say
from rnnlab.runs import Epoch, Run, RunState


def open_display(run: Run) -> "Lines | Bar":
    """Open a bar where stderr is a terminal, else lines."""
    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    return Bar(console, run) if console.is_terminal else Lines()


class Lines:
    """A line for each finished epoch, and for each new place in the queue."""

    def __init__(self) -> None:
        self._shown_state = ""

    def update(self, run: Run, epochs: tuple[Epoch, ...], place: str) -> None:
        """Print what is new since the last call."""
        state = f"queued, {place}" if place else str(run.state)
        if state != self._shown_state and run.state.active:
            say(f"{run.name}: {state}")
        self._shown_state = state
        for epoch in epochs:
            say(
                f"{run.name}: epoch {epoch.epoch} of {run.config.epochs_planned}: "
                f"loss {format.loss(epoch.loss)}, accuracy {format.percent(epoch.accuracy)}, "
                f"val_loss {format.loss(epoch.val_loss)}, "
                f"val_accuracy {format.percent(epoch.val_accuracy)}, "
                f"{format.duration(epoch.seconds)}"
            )

    def close(self) -> None:
        """Do nothing: lines stay."""


class Bar:
    """A progress bar over all epochs that redraws itself."""

    def __init__(self, console: Console, run: Run) -> None:
        self._val_accuracy: float | None = None
        console.print(plain(f"{run.name} ({run.id}), {run.parameters:,} parameters"))
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[figures]}"),
            console=console,
            expand=True,
            transient=True,
        )
        self._task = self._progress.add_task("", total=1.0, figures="")
        self._progress.start()

    def update(self, run: Run, epochs: tuple[Epoch, ...], place: str) -> None:
        """Redraw the bar."""
        if epochs:
            self._val_accuracy = epochs[-1].val_accuracy
        self._progress.update(
            self._task,
            completed=run.share_done,
            description=f"queued, {place}" if place else _position(run),
            figures=_figures(run, self._val_accuracy),
        )

    def close(self) -> None:
        """Remove the bar."""
        self._progress.stop()


def _position(run: Run) -> str:
    if run.progress is None:
        return "preparing"  # reading reviews and compiling, until the first batches are through
    batch = ""
    if run.progress.epoch > run.epochs_done:
        batch = f" batch {run.progress.batch}/{run.progress.batches}"
    return f"epoch {run.progress.epoch}/{run.config.epochs_planned}{batch}"


def _figures(run: Run, val_accuracy: float | None) -> str:
    parts = []
    if run.progress is not None:
        parts.append(f"loss {format.loss(run.progress.loss)}")
    if val_accuracy is not None:
        parts.append(f"val_accuracy {format.percent(val_accuracy)}")
    if run.seconds_left is not None and run.state is RunState.RUNNING:
        parts.append(f"{format.duration(run.seconds_left)} left")
    return "  ".join(parts)
