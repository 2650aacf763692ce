"""Curves of groups: every seed's line, their mean, and a band for how far the seeds scatter.

Snapshots → small tuples; `over_seeds_figure` draws them. Means and bands are those of the seeds
that learned. They end where the first of those ends: beyond, they would describe the others alone.
A group that is fitted in one go, such as the TF-IDF baseline, is a horizontal reference line beside
the curves of others.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from rnnlab import format
from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.groups import Group
from rnnlab.runs import Epoch, Run

Quantity = Literal["loss", "accuracy", "gap"]
Axis = Literal["epoch", "seconds", "reviews"]
Band = Literal["sd", "interval"]

TRAIN_REVIEWS = 20_000  # of a run whose manifest does not count them
AXES: dict[Axis, str] = {
    "epoch": "epoch",
    "seconds": "seconds of training",
    "reviews": "reviews seen",
}
BANDS: dict[Band, str] = {
    "sd": "± 1 standard deviation over seeds",
    "interval": "95 % interval of the mean",
}


class Line(NamedTuple):
    """Values along the axis, one for each epoch; NaN where not finite."""

    x: np.ndarray
    y: np.ndarray


class SeedCurve(NamedTuple):
    """One run's values. `train` is None for a gap. `best` is the point of the kept epoch.

    `extremes` are the minimum and the maximum that each smoothed validation value was averaged
    from; None where nothing is smoothed. `stuck` seeds count in no mean.
    """

    run_id: str
    name: str
    train: Line | None
    validation: Line
    best: tuple[float, float] | None
    extremes: tuple[np.ndarray, np.ndarray] | None
    stuck: bool = False


class GroupCurve(NamedTuple):
    """A group's mean over the seeds that learned, with the band of validation (None for one).

    `extremes` are the lowest minimum and the highest maximum over the seeds; None where nothing
    is smoothed. `fitted_at_once` says that the group's runs have one epoch only.
    """

    style: TraceStyle
    seeds: tuple[SeedCurve, ...]
    train: Line | None
    validation: Line
    band: tuple[np.ndarray, np.ndarray] | None
    extremes: tuple[np.ndarray, np.ndarray] | None = None
    fitted_at_once: bool = False


class GroupCurves(NamedTuple):
    """What a chart shows: its finding as the title, its x axis, and a curve for each group."""

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
    stuck: Collection[str] = (),
) -> GroupCurves:
    """Build the curves of these groups; `epochs` by run id, `styles` by group id.

    stuck: the ids of the runs that did not learn. smoothing: the width in epochs of a centred
    moving average; 1 leaves the values as they are. Groups without a finished epoch are left out.
    """
    curves = []
    for group in groups:
        seeds = tuple(
            _seed(run, epochs[run.id], quantity, axis, smoothing)._replace(stuck=run.id in stuck)
            for run in group.runs
            if epochs.get(run.id)
        )
        if seeds:
            # By the name of what is compared: some seeds alone have another than their group.
            style = styles[group.id]._replace(name=group.name)
            curves.append(_group(style, seeds, band, group.config.epochs_planned == 1))
    return GroupCurves(quantity, axis, _title(quantity, curves), tuple(curves))


def describe(info: GroupCurves, *, band: Band = "sd") -> str:
    """Describe the chart in words, for those who cannot see it."""
    names = ", ".join(curve.style.name for curve in info.curves) or "no run"
    return (
        f"{info.title}. Line chart of {_NOUNS[info.quantity]} by {AXES[info.axis]} for {names}; "
        f"thin lines are single seeds, bands show the {BANDS[band]}."
    )


_NOUNS: dict[Quantity, str] = {
    "loss": "loss",
    "accuracy": "accuracy",
    "gap": "validation loss minus training loss",
}


def _seed(
    run: Run, epochs: Sequence[Epoch], quantity: Quantity, axis: Axis, smoothing: int
) -> SeedCurve:
    x = _positions(run, epochs, axis)
    train = None
    if quantity == "gap":
        validation = _column(epochs, "val_loss") - _column(epochs, "loss")
    else:
        validation = _column(epochs, f"val_{quantity}")
        train = Line(x, _smooth(_column(epochs, quantity), smoothing))
    rolling = validation.rolling(smoothing, center=True, min_periods=1)
    best = None
    if run.best_epoch is not None and run.best_epoch <= len(epochs):
        place = run.best_epoch - 1
        best = (float(x[place]), float(validation.iloc[place]))
    return SeedCurve(
        run.id,
        run.name,
        train,
        Line(x, _smooth(validation, smoothing)),
        best,
        None if smoothing == 1 else (rolling.min().to_numpy(), rolling.max().to_numpy()),
    )


def _column(epochs: Sequence[Epoch], name: str) -> pd.Series:
    # One column, not a frame of the epochs: pandas copies each dataclass deeply, and building
    # the frames took half the time of drawing 20 runs.
    return pd.Series([getattr(epoch, name) for epoch in epochs], dtype=float)


def _positions(run: Run, epochs: Sequence[Epoch], axis: Axis) -> np.ndarray:
    if axis == "seconds":
        return _column(epochs, "seconds").cumsum().to_numpy()
    reviews = run.manifest.get("train_reviews", TRAIN_REVIEWS) if axis == "reviews" else 1
    return _column(epochs, "epoch").to_numpy() * reviews


def _smooth(values: pd.Series, smoothing: int) -> np.ndarray:
    if smoothing == 1:
        return values.to_numpy(float)
    return values.rolling(smoothing, center=True, min_periods=1).mean().to_numpy()


def _group(
    style: TraceStyle, seeds: tuple[SeedCurve, ...], band: Band, fitted_at_once: bool
) -> GroupCurve:
    counted = _counted(seeds)
    first = counted[0]
    if len(counted) == 1:
        return GroupCurve(
            style, seeds, first.train, first.validation, None, first.extremes, fitted_at_once
        )
    length = min(len(seed.validation.x) for seed in counted)
    validation = np.stack([seed.validation.y[:length] for seed in counted])  # (seeds, epochs)
    x = np.mean([seed.validation.x[:length] for seed in counted], axis=0)
    mean, spread = validation.mean(axis=0), validation.std(axis=0, ddof=1)
    if band == "interval":
        spread = t.ppf(0.975, len(counted) - 1) * spread / np.sqrt(len(counted))
    trains = [seed.train.y[:length] for seed in counted if seed.train is not None]
    extremes = [seed.extremes for seed in counted if seed.extremes is not None]
    return GroupCurve(
        style,
        seeds,
        Line(x, np.mean(trains, axis=0)) if trains else None,
        Line(x, mean),
        (mean - spread, mean + spread),
        (
            np.min([low[:length] for low, _ in extremes], axis=0),
            np.max([high[:length] for _, high in extremes], axis=0),
        )
        if extremes
        else None,
        fitted_at_once,
    )


def _counted(seeds: Sequence[SeedCurve]) -> tuple[SeedCurve, ...]:
    """Return the seeds that learned, or all if none did."""
    return tuple(seed for seed in seeds if not seed.stuck) or tuple(seeds)


def _title(quantity: Quantity, curves: Sequence[GroupCurve]) -> str:
    """Name the highest or lowest mean; no claim that it is better, which takes a verdict."""
    at_best = [
        (
            np.array([seed.best[1] for seed in _counted(curve.seeds) if seed.best is not None]),
            curve,
        )
        for curve in curves
    ]
    at_best = [(values, curve) for values, curve in at_best if len(values)]
    if not at_best:
        return _NOUNS[quantity].capitalize()
    pick = min if quantity == "loss" else max
    values, curve = pick(at_best, key=lambda pair: float(pair[0].mean()))
    name, text = curve.style.name, _mean_text(values, quantity)
    mean = "mean " if len(values) > 1 else ""
    if quantity == "gap":
        what = f"{mean}gap at the best epoch"
        return f"Widest {what}: {name} ({text})" if len(curves) > 1 else f"{name}: {what} {text}"
    what = f"{mean}validation {quantity}"
    if len(curves) == 1:
        return f"{name}: {what} {text}"
    return f"{'Lowest' if quantity == 'loss' else 'Highest'} {what}: {name} ({text})"


def _mean_text(values: np.ndarray, quantity: Quantity) -> str:
    share = quantity == "accuracy"
    scale, digits = (100, 1) if share else (1, 4)
    text = f"{scale * values.mean():.{digits}f}"
    if len(values) > 1:
        text += f" ± {scale * values.std(ddof=1):.{digits}f}"
    return text + (f"{format.NO_BREAK}%" if share else "")
