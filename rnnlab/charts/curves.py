"""Curves of training: snapshots → small tuples → Plotly figures.

A run is drawn twice, training and validation, with its best epoch marked.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnnlab.charts import lines
from rnnlab.charts.styling import TEXT_COLOR, escape, shades
from rnnlab.config import ARCHITECTURES
from rnnlab.runs import Epoch, Run, RunState

if TYPE_CHECKING:
    import plotly.graph_objects as go

Metric = Literal["loss", "accuracy"]


class Curve(NamedTuple):
    """One run's figures of one metric, an entry for each finished epoch; None where not finite.

    `best` is the epoch whose weights are kept, with its validation figure. `now` is the running
    training figure of the epoch that is being trained, at a fraction of an epoch.
    """

    run_id: str
    name: str
    arch: str
    color: str
    epochs: tuple[int, ...]
    train: tuple[float | None, ...]
    validation: tuple[float | None, ...]
    best: tuple[int, float] | None
    now: tuple[float, float] | None


class Curves(NamedTuple):
    """What a chart of one metric shows: its finding as the title, and a curve for each run."""

    metric: Metric
    title: str
    curves: tuple[Curve, ...]


def curves(metric: Metric, runs: Sequence[Run], epochs: Mapping[str, Sequence[Epoch]]) -> Curves:
    """The training and validation curves of these runs; `epochs` by run id."""
    colors = shades(runs)
    drawn = tuple(_curve(metric, run, epochs.get(run.id, ()), colors[run.id]) for run in runs)
    return Curves(metric, _finding(metric, drawn), drawn)


def describe(info: Curves) -> str:
    """The chart in words, for those who cannot see it."""
    names = ", ".join(curve.name for curve in info.curves) or "no run"
    return (
        f"{info.title}. Line chart of {info.metric} by epoch for {names}: training dashed, "
        "validation solid, the best epoch marked with a ring."
    )


def curves_figure(info: Curves, *, text_color: str = TEXT_COLOR, height: int = 380) -> "go.Figure":
    """The Plotly figure of `curves`, its text in the colour `text_color`.

    The title is left to the page, where it can break into lines on a phone.
    """
    figure = lines.figure(trace for curve in info.curves for trace in _traces(info.metric, curve))
    last = max((epoch for curve in info.curves for epoch in curve.epochs[-1:]), default=0)
    lines.lay_out(figure, text_color=text_color, height=height, percent=info.metric == "accuracy")
    if len(info.curves) > 1:
        lines.label_ends(figure, _ends(info), shown=_values(info))
    figure.update_layout(
        hovermode="x unified",
        xaxis={
            "title": {"text": "epoch"},
            # Left to Plotly: an upper end given anew with each epoch would undo a viewer's zoom.
            "autorangeoptions": {"include": [0.5, 2]},
            "tickformat": "d",
            "dtick": 1 if last <= 8 else None,
        },
    )
    return figure


# ---- tuples ------------------------------------------------------------------------------


def _curve(metric: Metric, run: Run, epochs: Sequence[Epoch], color: str) -> Curve:
    validation = tuple(_finite(getattr(epoch, f"val_{metric}")) for epoch in epochs)
    best_value = run.best_val_loss if metric == "loss" else run.best_val_accuracy
    best = None
    if run.best_epoch is not None and _finite(best_value) is not None:
        best = (run.best_epoch, best_value)
    return Curve(
        run_id=run.id,
        name=run.name,
        arch=run.config.arch,
        color=color,
        epochs=tuple(epoch.epoch for epoch in epochs),
        train=tuple(_finite(getattr(epoch, metric)) for epoch in epochs),
        validation=validation,
        best=best,
        now=_now(metric, run),
    )


def _now(metric: Metric, run: Run) -> tuple[float, float] | None:
    progress = run.progress
    if run.state is not RunState.RUNNING or not progress or progress.epoch <= run.epochs_done:
        return None
    value = _finite(getattr(progress, metric))
    if value is None or not progress.batches:
        return None
    return run.epochs_done + progress.batch / progress.batches, value


def _finding(metric: Metric, curves: Sequence[Curve]) -> str:
    found = [curve for curve in curves if curve.best]
    if not found:
        return "Loss" if metric == "loss" else "Accuracy"
    pick = min if metric == "loss" else max
    leader = pick(found, key=lambda curve: curve.best[1])
    epoch, value = leader.best
    shown = f"{value:.4f}" if metric == "loss" else f"{value:.1%}".replace("%", " %")
    if len(curves) == 1:
        noun = "Validation loss" if metric == "loss" else "Validation accuracy"
        return f"{noun} {shown} at epoch {epoch}, the best"
    alone = sum(curve.arch == leader.arch for curve in curves) == 1
    who = ARCHITECTURES[leader.arch].label if alone else leader.name
    if metric == "loss":
        return f"Lowest loss: {who}, {shown} at epoch {epoch}"
    return f"{who} leads: {shown} at epoch {epoch}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


# ---- figures -----------------------------------------------------------------------------


def _traces(metric: Metric, curve: Curve) -> Iterator[dict]:
    shown = ".1%" if metric == "accuracy" else ".4f"
    name = escape(curve.name)
    few = len(curve.epochs) < 3  # a line needs two points to be seen
    yield dict(
        x=curve.epochs,
        y=curve.train,
        name=f"{name}, training",
        mode="lines+markers" if few else "lines",
        line={"color": curve.color, "width": 2, "dash": "dash"},
        marker={"size": 5},
        opacity=0.75,
        hovertemplate=f"%{{y:{shown}}}",
        uid=f"{curve.run_id}-train",
    )
    yield dict(
        x=curve.epochs,
        y=curve.validation,
        name=f"{name}, validation",
        mode="lines+markers" if few else "lines",
        line={"color": curve.color, "width": 3.5},
        marker={"size": 7},
        hovertemplate=f"%{{y:{shown}}}",
        uid=f"{curve.run_id}-validation",
    )
    if curve.best:
        yield dict(
            x=[curve.best[0]],
            y=[curve.best[1]],
            mode="markers",
            marker={
                "size": 14,
                "color": "rgba(0,0,0,0)",
                "line": {"color": curve.color, "width": 3},
            },
            hoverinfo="skip",
            uid=f"{curve.run_id}-best",
        )
    if curve.now:
        yield dict(
            x=[curve.now[0]],
            y=[curve.now[1]],
            mode="markers",
            marker={
                "size": 9,
                "color": curve.color,
                "symbol": "diamond-open",
                "line": {"width": 2},
            },
            hoverinfo="skip",
            uid=f"{curve.run_id}-now",
        )


def _ends(info: Curves) -> list[lines.End]:
    """The last validation figure of each curve that has one."""
    ends = []
    for curve in info.curves:
        values = [v for v in curve.validation if v is not None]
        if values:
            ends.append(lines.End(values[-1], curve.color, curve.name))
    return ends


def _values(info: Curves) -> list[float]:
    return [v for c in info.curves for v in (*c.train, *c.validation) if v is not None]
