"""Curves of groups: every seed's line, their mean, and a band for how far the seeds scatter.

Snapshots → small tuples → a Plotly figure. A mean and its band end where the first seed ends:
beyond, they would speak of the seeds that are left.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from rnnlab.charts import lines
from rnnlab.charts.styling import TraceStyle, escape, faded
from rnnlab.compare.groups import Group
from rnnlab.runs import Epoch, Run

if TYPE_CHECKING:
    import plotly.graph_objects as go

Quantity = Literal["loss", "accuracy", "gap"]
Axis = Literal["epoch", "seconds", "reviews"]
Band = Literal["sd", "interval"]

TRAIN_REVIEWS = 20_000  # of a run that does not say
AXES = {"epoch": "epoch", "seconds": "seconds of training", "reviews": "reviews seen"}
BANDS = {"sd": "± 1 standard deviation over seeds", "interval": "95 % interval of the mean"}


class Line(NamedTuple):
    """A figure along the axis, an entry for each epoch; NaN where it was not finite."""

    x: np.ndarray
    y: np.ndarray


class SeedCurve(NamedTuple):
    """One run's figures. `train` is None for a gap. `best` is the point of the kept epoch.

    `extremes` are the least and the most that each smoothed validation figure was made of; None
    where nothing is smoothed.
    """

    run_id: str
    name: str
    train: Line | None
    validation: Line
    best: tuple[float, float] | None
    extremes: tuple[np.ndarray, np.ndarray] | None


class GroupCurve(NamedTuple):
    """A group's mean over its seeds, with the band of validation (None for one seed)."""

    style: TraceStyle
    seeds: tuple[SeedCurve, ...]
    train: Line | None
    validation: Line
    band: tuple[np.ndarray, np.ndarray] | None


class GroupCurves(NamedTuple):
    """What a chart shows: its finding as the title, what it is drawn over, a curve a group."""

    quantity: Quantity
    axis: Axis
    title: str
    curves: tuple[GroupCurve, ...]


def group_curves(
    groups: Sequence[Group[Run]],
    epochs: Mapping[str, Sequence[Epoch]],
    styles: Mapping[str, TraceStyle],
    *,
    quantity: Quantity = "loss",
    axis: Axis = "epoch",
    band: Band = "sd",
    smoothing: int = 1,
) -> GroupCurves:
    """The curves of these groups; `epochs` by run id, `styles` by group id.

    smoothing: the width in epochs of a centred moving average; 1 leaves the figures as they are.
    Groups without a finished epoch are left out.
    """
    found = []
    for group in groups:
        seeds = tuple(
            _seed(run, epochs[run.id], quantity, axis, smoothing)
            for run in group.runs
            if epochs.get(run.id)
        )
        if seeds:
            style = styles[group.id]._replace(
                name=group.name
            )  # some seeds alone are called otherwise
            found.append(_group(style, seeds, band))
    return GroupCurves(quantity, axis, _finding(quantity, found), tuple(found))


def describe(info: GroupCurves, *, band: Band = "sd") -> str:
    """The chart in words, for those who cannot see it."""
    names = ", ".join(curve.style.name for curve in info.curves) or "no run"
    return (
        f"{info.title}. Line chart of {_NOUNS[info.quantity]} by {AXES[info.axis]} for {names}; "
        f"thin lines are single seeds, bands show {BANDS[band]}."
    )


def group_curves_figure(
    info: GroupCurves,
    *,
    text_color: str,
    height: int = 420,
    train: bool = True,
    extremes: bool = False,
) -> "go.Figure":
    """The Plotly figure of `group_curves`; `train` and `extremes` say what is drawn beside."""
    figure = lines.figure(
        trace
        for curve in info.curves
        for trace in _traces(info, curve, train=train, extremes=extremes)
    )
    lines.lay_out(figure, text_color=text_color, height=height, percent=info.quantity == "accuracy")
    lines.label_ends(
        figure,
        [
            lines.End(_last(curve.validation.y), curve.style.color, curve.style.name)
            for curve in info.curves
        ],
        shown=[value for curve in info.curves for value in _values(curve, train)],
    )
    figure.update_xaxes(title_text=AXES[info.axis], rangemode="tozero")
    if info.quantity == "gap":
        figure.add_hline(y=0, line={"color": text_color, "width": 1.5}, opacity=0.6)
    return figure


# ---- tuples ------------------------------------------------------------------------------

_NOUNS = {
    "loss": "loss",
    "accuracy": "accuracy",
    "gap": "validation loss less training loss",
}


def _seed(
    run: Run, epochs: Sequence[Epoch], quantity: Quantity, axis: Axis, smoothing: int
) -> SeedCurve:
    x = _positions(run, epochs, axis)
    if quantity == "gap":
        raw, train = _figures(epochs, "val_loss") - _figures(epochs, "loss"), None
    else:
        raw, train = _figures(epochs, f"val_{quantity}"), _figures(epochs, quantity)
    rolling = raw.rolling(smoothing, center=True, min_periods=1)
    best = None
    if run.best_epoch is not None and run.best_epoch <= len(epochs):
        place = run.best_epoch - 1
        best = (float(x[place]), float(raw[place]))
    return SeedCurve(
        run.id,
        run.name,
        None if train is None else Line(x, _smooth(train, smoothing)),
        Line(x, _smooth(raw, smoothing)),
        best,
        None if smoothing == 1 else (rolling.min().to_numpy(), rolling.max().to_numpy()),
    )


def _figures(epochs: Sequence[Epoch], name: str) -> pd.Series:
    # One column, not a frame of the epochs: pandas copies each dataclass deeply, and building
    # the frames took half the time of drawing 20 runs.
    return pd.Series([getattr(epoch, name) for epoch in epochs], dtype=float)


def _positions(run: Run, epochs: Sequence[Epoch], axis: Axis) -> np.ndarray:
    if axis == "seconds":
        return _figures(epochs, "seconds").cumsum().to_numpy()
    reviews = run.manifest.get("train_reviews", TRAIN_REVIEWS) if axis == "reviews" else 1
    return _figures(epochs, "epoch").to_numpy() * reviews


def _smooth(values: pd.Series, smoothing: int) -> np.ndarray:
    if smoothing == 1:
        return values.to_numpy(float)
    return values.rolling(smoothing, center=True, min_periods=1).mean().to_numpy()


def _group(style: TraceStyle, seeds: tuple[SeedCurve, ...], band: Band) -> GroupCurve:
    if len(seeds) == 1:
        return GroupCurve(style, seeds, seeds[0].train, seeds[0].validation, None)
    length = min(len(seed.validation.x) for seed in seeds)
    validation = np.stack([seed.validation.y[:length] for seed in seeds])  # (seeds, epochs)
    x = np.mean([seed.validation.x[:length] for seed in seeds], axis=0)
    mean, spread = validation.mean(axis=0), validation.std(axis=0, ddof=1)
    if band == "interval":
        spread = t.ppf(0.975, len(seeds) - 1) * spread / np.sqrt(len(seeds))
    train = None
    if seeds[0].train is not None:
        train = Line(x, np.mean([seed.train.y[:length] for seed in seeds], axis=0))
    return GroupCurve(style, seeds, train, Line(x, mean), (mean - spread, mean + spread))


def _finding(quantity: Quantity, curves: Sequence[GroupCurve]) -> str:
    at_best = [
        (np.array([seed.best[1] for seed in curve.seeds if seed.best is not None]), curve)
        for curve in curves
    ]
    at_best = [(values, curve) for values, curve in at_best if len(values)]
    if not at_best:
        return _NOUNS[quantity].capitalize()
    pick = max if quantity == "accuracy" else min
    values, curve = pick(at_best, key=lambda pair: pair[0].mean())
    shown = _mean_text(values, quantity)
    if quantity == "gap":
        values, curve = max(at_best, key=lambda pair: pair[0].mean())
        shown = _mean_text(values, quantity)
        return f"Widest gap at the best epoch: {curve.style.name}, {shown}"
    if quantity == "loss":
        return f"Lowest validation loss: {curve.style.name}, {shown}"
    return f"{curve.style.name} leads: {shown}"


def _mean_text(values: np.ndarray, quantity: Quantity) -> str:
    share = quantity == "accuracy"
    scale, digits = (100, 1) if share else (1, 4)
    text = f"{scale * values.mean():.{digits}f}"
    if len(values) > 1:
        text += f" ± {scale * values.std(ddof=1):.{digits}f}"
    return text + (" %" if share else "")


# ---- figures -----------------------------------------------------------------------------


def _traces(info: GroupCurves, curve: GroupCurve, *, train: bool, extremes: bool) -> Iterator[dict]:
    shown = ".1%" if info.quantity == "accuracy" else ".4f"
    name, color = escape(curve.style.name), curve.style.color
    many = len(curve.seeds) > 1
    if curve.band is not None:
        low, high = curve.band
        x = curve.validation.x
        yield dict(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=faded(color, 0.18),
            line={"width": 0},
            hoverinfo="skip",
            mode="lines",
            uid=f"{curve.style.id}-band",
        )
    for seed in curve.seeds:
        own = escape(seed.name)
        if many:
            yield dict(
                x=seed.validation.x,
                y=seed.validation.y,
                mode="lines",
                opacity=0.55,
                line={"color": color, "width": 1.2},
                uid=seed.run_id,
                hovertemplate=f"{own}: %{{y:{shown}}}<extra></extra>",
            )
        if extremes and seed.extremes:
            for side, values in zip(("least", "most"), seed.extremes, strict=True):
                yield dict(
                    x=seed.validation.x,
                    y=values,
                    mode="lines",
                    opacity=0.6,
                    line={"color": color, "width": 1, "dash": "dot"},
                    hoverinfo="skip",
                    uid=f"{seed.run_id}-{side}",
                )
        if seed.best:
            yield dict(
                x=[seed.best[0]],
                y=[seed.best[1]],
                mode="markers",
                customdata=[seed.run_id],
                marker={
                    "size": 8 if many else 13,
                    "color": "rgba(0,0,0,0)",
                    "line": {"color": color, "width": 2 if many else 3},
                },
                hovertemplate=f"{own}, the best epoch: %{{y:{shown}}}<extra></extra>",
                uid=f"{seed.run_id}-best",
            )
    if train and curve.train is not None:
        yield dict(
            x=curve.train.x,
            y=curve.train.y,
            mode=_mode(curve.train),
            opacity=0.75,
            line={"color": color, "width": 2, "dash": "dash"},
            marker={"size": 5},
            hovertemplate=f"{name}, training: %{{y:{shown}}}<extra></extra>",
            uid=f"{curve.style.id}-train",
        )
    yield dict(
        x=curve.validation.x,
        y=curve.validation.y,
        mode=_mode(curve.validation),
        line={"color": color, "width": 3.5},
        marker={"size": 7},
        hovertemplate=f"{name}: %{{y:{shown}}}<extra></extra>",
        uid=f"{curve.style.id}-validation",
    )


def _mode(line: Line) -> str:
    return "lines+markers" if len(line.x) < 3 else "lines"  # a line needs two points to be seen


def _values(curve: GroupCurve, train: bool) -> list[float]:
    drawn = [curve.validation, *(seed.validation for seed in curve.seeds)]
    if train and curve.train is not None:
        drawn.append(curve.train)
    values = np.concatenate([line.y for line in drawn])
    return values[np.isfinite(values)].tolist()


def _last(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if len(finite) else 0.0
