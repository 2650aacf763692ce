"""Curves of training: snapshots → small tuples → Plotly figures.

Each run has two lines, training and validation, and its best epoch marked. A run that is fitted in
one go, such as the TF-IDF baseline, is a horizontal reference line beside the curves of others. Of
many runs some are drawn (see `thinning`).
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnnlab import format
from rnnlab.charts import lines, thinning
from rnnlab.charts.styling import TEXT_COLOR, escape, shades, short
from rnnlab.config import ARCHITECTURES
from rnnlab.runs import Epoch, Run, RunState

if TYPE_CHECKING:
    import plotly.graph_objects as go

Metric = Literal["loss", "accuracy"]
MOST_NAMED = 12  # lines: the names of more, at the lines' ends, would overlap


class Curve(NamedTuple):
    """One run's values of one metric, an entry for each finished epoch; None where not finite.

    `best` is the epoch whose weights are kept, with its validation value. `now` is the running
    training value of the epoch in progress, at a fraction of an epoch. `fitted_at_once` says that
    the run has one epoch only, `ended` that it has ended while others of the chart are active.
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
    fitted_at_once: bool = False
    ended: bool = False


class Curves(NamedTuple):
    """What a chart of one metric shows: its finding as the title, and a curve for each run drawn.

    `runs` counts all of them.
    """

    metric: Metric
    title: str
    curves: tuple[Curve, ...]
    runs: int

    @property
    def left_out(self) -> str:
        """Say what is not drawn and how the rest was chosen; empty where everything is drawn."""
        if len(self.curves) == self.runs:
            return ""
        return (
            f"{len(self.curves):,} of {self.runs:,} runs are drawn: those in training, and ended "
            "ones evenly chosen from the lowest to the highest."
        )


def curves(metric: Metric, runs: Sequence[Run], epochs: Mapping[str, Sequence[Epoch]]) -> Curves:
    """Build the training and validation curves of these runs; `epochs` by run id."""
    colors = shades(runs)
    live = any(run.state.active for run in runs)
    all_curves = tuple(
        _curve(
            metric,
            run,
            epochs.get(run.id, ()),
            colors[run.id],
            ended=live and not run.state.active,
        )
        for run in runs
    )
    running = {run.id for run in runs if run.state is RunState.RUNNING}
    drawn = tuple(_drawn(all_curves, running))
    return Curves(metric, _title(metric, all_curves), drawn, len(all_curves))


def describe(info: Curves) -> str:
    """Describe the chart in words, for those who cannot see it."""
    names = ", ".join(curve.name for curve in info.curves) or "no run"
    words = (
        f"{info.title}. Line chart of {info.metric} by epoch for {names}: training dashed, "
        "validation solid, the best epoch marked with a ring."
    )
    return " ".join(filter(None, [words, info.left_out]))


def curves_figure(info: Curves, *, text_color: str = TEXT_COLOR, height: int = 380) -> "go.Figure":
    """Draw the curves, their text in `text_color`.

    The title is left to the page, where it can break into lines on a phone.
    """
    courses, references = _split(info)
    figure = lines.figure(trace for curve in courses for trace in _traces(info.metric, curve))
    last = max((epoch for curve in courses for epoch in curve.epochs[-1:]), default=0)
    lines.lay_out(figure, text_color=text_color, height=height, percent=info.metric == "accuracy")
    values = [v for c in courses for v in (*c.train, *c.validation) if v is not None]
    if 1 < len(courses) <= MOST_NAMED:
        lines.label_ends(figure, _ends(courses), shown=values)
    lines.add_references(figure, references, curves=values, text_color=text_color)
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


def _curve(metric: Metric, run: Run, epochs: Sequence[Epoch], color: str, *, ended: bool) -> Curve:
    validation = tuple(_finite(getattr(epoch, f"val_{metric}")) for epoch in epochs)
    best_value = _finite(run.best_val_loss if metric == "loss" else run.best_val_accuracy)
    best = None
    if run.best_epoch is not None and best_value is not None:
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
        fitted_at_once=run.config.epochs_planned == 1,
        ended=ended,
    )


def _now(metric: Metric, run: Run) -> tuple[float, float] | None:
    progress = run.progress
    if run.state is not RunState.RUNNING or not progress or progress.epoch <= run.epochs_done:
        return None
    value = _finite(getattr(progress, metric))
    if value is None or not progress.batches:
        return None
    return run.epochs_done + progress.batch / progress.batches, value


def _drawn(curves: Sequence[Curve], running: Collection[str]) -> list[Curve]:
    """Return the curves to draw, in their order: all, or as many as a chart can hold.

    Those of running runs, then of others evenly by the value of their best epoch.
    """
    if len(curves) <= thinning.MOST_SEEDS:
        return list(curves)
    kept = {place for place, curve in enumerate(curves) if curve.run_id in running}
    others = [place for place, curve in enumerate(curves) if place not in kept and curve.epochs]
    bests = [curves[place].best for place in others]
    values = [float("nan") if best is None else best[1] for best in bests]
    count = max(thinning.FEWEST, thinning.MOST_SEEDS - len(kept))
    kept |= {others[place] for place in thinning.evenly(values, count)}
    return [curves[place] for place in sorted(kept)]


def _title(metric: Metric, curves: Sequence[Curve]) -> str:
    bests = [(curve.best[1], curve.best[0], curve) for curve in curves if curve.best]
    if not bests:
        return "Loss" if metric == "loss" else "Accuracy"
    pick = min if metric == "loss" else max
    value, epoch, curve = pick(bests, key=lambda best: best[0])
    text = _text(metric, value)
    if len(curves) == 1 and (metric == "accuracy" or curve.fitted_at_once):
        at = "" if curve.fitted_at_once else f" at the best epoch ({epoch})"
        return f"Validation {metric}{at}: {text}"
    if not curve.fitted_at_once:
        text += f" at epoch {epoch}"
    if len(curves) == 1:
        return f"Lowest validation loss: {text}"
    unique = sum(other.arch == curve.arch for other in curves) == 1
    name = ARCHITECTURES[curve.arch].label if unique else curve.name
    return f"{'Lowest' if metric == 'loss' else 'Highest'} validation {metric}: {name}, {text}"


def _text(metric: Metric, value: float) -> str:
    return format.loss(value) if metric == "loss" else format.percent(value)


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
    if curve.ended and (end := _last(curve.validation)) is not None:
        yield dict(
            x=curve.epochs[-1:],
            y=[end],
            mode="markers",
            marker={
                "size": 18,
                "color": curve.color,
                "symbol": "line-ns-open",
                "line": {"width": 4},
            },
            hoverinfo="skip",
            uid=f"{curve.run_id}-end",
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


def _split(info: Curves) -> tuple[list[Curve], list[lines.Reference]]:
    """Part the curves with a course from the single values that stand beside them, if any do."""
    courses = [curve for curve in info.curves if not curve.fitted_at_once]
    if not courses:
        return list(info.curves), []
    references = [
        lines.Reference(value, curve.color, f"{short(curve.name)} {_text(info.metric, value)}")
        for curve in info.curves
        if curve.fitted_at_once and (value := _last(curve.validation)) is not None
    ]
    return courses, references


def _ends(curves: Sequence[Curve]) -> list[lines.End]:
    """Name the last validation value of each curve that has one."""
    return [
        lines.End(value, curve.color, curve.name)
        for curve in curves
        if (value := _last(curve.validation)) is not None
    ]


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)
