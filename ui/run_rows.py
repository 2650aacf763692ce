"""The runs of a race as slim rows of equal height: how far each is, how it does, and its button.

The Lab and the Train page show them above the live charts, whose legend they are: a row has the
colour of its run's curves. Keeps no state; `ui.live` owns when they are drawn anew.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from rnnlab import format
from rnnlab.lab import Lab
from rnnlab.runs import Epoch, Run, RunState
from ui import reader, roles, theme

MOST_ROWS = 6  # as many as fit above the charts on a laptop; more scroll in that height


class Row(NamedTuple):
    """What a row says of its run, as plain words; `accuracy` and `loss` are on validation."""

    stage: str
    accuracy: str
    loss: str
    note: str
    symbol: str = ""  # a Material symbol before the stage
    color: str = "inherit"  # of the symbol


def show(
    race: Sequence[Run],
    epochs: Mapping[str, Sequence[Epoch]],
    colors: Mapping[str, str],
    queue: Sequence[Run],
) -> None:
    """Draw the rows, with a link to each run's page and a button to stop, cancel or resume it.

    epochs and colors: by run id. `queue` holds the queued runs, the next one first.
    """
    places = {run.id: place for place, run in enumerate(queue, start=1)}
    many = len(race) > MOST_ROWS
    with st.container(key="live_rows_scrolling" if many else "live_rows", gap=None):
        for run in shown(race):
            with st.container(key=f"live_row_{run.id}", horizontal=True):
                st.page_link(
                    "pages/run.py",
                    label=f':color[●]{{foreground="{colors[run.id]}"}} {theme.markdown(run.name)}',
                    query_params={"run": run.id},
                )
                st.html(
                    row_html(
                        run,
                        epochs.get(run.id, ()),
                        colors[run.id],
                        place=places.get(run.id),
                    )
                )
                _button(run)


def shown(race: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs that get a row, in order.

    A small race keeps the order of the queue, so that no row ever moves. Of a large one the
    active runs come first, running before queued, then those that ended last.
    """
    if len(race) <= MOST_ROWS:
        return tuple(race)
    running = [run for run in race if run.state is RunState.RUNNING]
    queued = [run for run in race if run.state is RunState.QUEUED]
    ended = sorted(
        (run for run in race if not run.state.active), key=lambda run: -(run.ended_at or 0.0)
    )
    active = [*running, *queued]
    return tuple([*active, *ended][: max(len(active), MOST_ROWS)])


def row_html(run: Run, epochs: Sequence[Epoch], color: str, *, place: int | None = None) -> str:
    """Return the words, figures and bar of a run's row; `place` is its place in the queue."""
    row = describe(run, epochs, place=place)
    stage = theme.text(row.stage)
    if row.symbol:
        stage = f"{theme.icon(row.symbol, color=row.color)} {stage}"
    loss = f'<span class="lab-muted">loss</span> {row.loss}' if row.loss else ""
    note = theme.text(row.note)
    kind = " lab-run-failed" if run.state is RunState.FAILED else ""
    done = theme.bar(run.share_done, color=color, label=f"{run.name}: share of epochs done")
    return (
        f'<div class="lab-run-row{kind}"><b class="lab-run-stage">{stage}</b>'
        f'{done}<b class="lab-run-accuracy" title="Validation accuracy">{row.accuracy}</b>'
        f'<span class="lab-run-loss" title="Validation loss">{loss}</span>'
        f'<span class="lab-run-note lab-muted" title="{note}">{note}</span></div>'
    )


def describe(run: Run, epochs: Sequence[Epoch], *, place: int | None = None) -> Row:
    """Return what a run's row says: of a running run its last epoch, of another its best.

    A failed run has its error in place of figures.
    """
    figures = _figures(run.best_val_accuracy, run.best_val_loss)
    if run.state is RunState.RUNNING:
        if epochs:
            figures = _figures(epochs[-1].val_accuracy, epochs[-1].val_loss)
        stalled = run.stalled_since(reader.store_time()) and not run.stop_requested
        symbol = "warning" if stalled else ""
        return Row(_stage(run), *figures, time_left(run), symbol, theme.WARNING)
    symbol, color = theme.STATES[run.state]
    if run.state is RunState.FAILED:
        return Row("Failed", "", "", run.error or "", symbol, color)
    if run.state is RunState.QUEUED:
        stage = f"{format.ordinal(place or 1)} in the queue"
        note = f"continues after epoch {run.epochs_done}" if run.epochs_done else ""
        return Row(stage, *figures, note, symbol)
    return Row(str(run.state).capitalize(), *figures, _ending(run), symbol, color)


def time_left(run: Run) -> str:
    """Return how long a running run may still take, in words."""
    if run.stop_requested:
        return "stopping"
    if since := run.stalled_since(reader.store_time()):
        return f"stalled: no batch since {format.clock(since)}"
    if run.config.epochs is None:
        return "usually a few seconds"
    if run.seconds_left is None:
        return "estimating time left"
    return f"at most {format.duration(run.seconds_left)} left"


def _stage(run: Run) -> str:
    if run.config.epochs is None:
        return "Fitting"
    planned = run.config.epochs_planned
    if not run.epochs_done and run.progress is None:
        return "Getting ready"
    return f"Epoch {min(run.epochs_done + 1, planned)}/{planned}"


def _figures(accuracy: float | None, loss: float | None) -> tuple[str, str]:
    return ("", "") if accuracy is None else (format.percent(accuracy), format.loss(loss))


def _ending(run: Run) -> str:
    """Return what is left to say of an ended run beside its state and figures."""
    if run.config.epochs is None:
        return f"in {format.duration(run.seconds)}"
    epochs = format.plural(run.epochs_done, "epoch")
    if run.state is RunState.INTERRUPTED:
        return f"after {epochs}"
    return f"{epochs} in {format.duration(run.seconds)}"


def _button(run: Run) -> None:
    """Draw the one thing that can be done to a run from its row, if there is any."""
    act: Callable[[Lab, str], object]
    if run.state.active:
        label = "Stop" if run.state is RunState.RUNNING else "Cancel"
        pressed = roles.button(
            "Stopping" if run.stop_requested else label,
            icon=":material/stop_circle:",
            disabled=run.stop_requested,
            key=f"live_stop_{run.id}",
        )
        act = Lab.stop
    elif run.state is RunState.INTERRUPTED:
        pressed = roles.button("Resume", icon=":material/play_arrow:", key=f"live_resume_{run.id}")
        act = Lab.resume
    else:
        return
    if pressed and roles.attempt(act, run.id):
        st.rerun()
