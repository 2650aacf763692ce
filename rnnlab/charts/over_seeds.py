"""Curves of groups: lines of their seeds, their mean, and a band for how far the seeds scatter.

Snapshots → small tuples; `over_seeds_figure` draws them. Means and bands are those of the seeds
that learned. They end where the first of those ends: beyond, they would describe the others alone.
Of many seeds, means and bands count all and some are drawn (see `thinning`). A group that is fitted
in one go, such as the TF-IDF baseline, is a horizontal reference line beside the curves of others.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import scipy

from rnnlab import format
from rnnlab.charts import thinning
from rnnlab.charts.histories import Axis, Histories, Quantity
from rnnlab.charts.styling import TraceStyle
from rnnlab.charts.thinning import Drawn
from rnnlab.compare.groups import Group
from rnnlab.runs import Epoch, Run

Band = Literal["sd", "interval"]

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
    """One run's validation values; `best` is the point of the kept epoch.

    `stuck` seeds count in no mean.
    """

    run_id: str
    name: str
    validation: Line
    best: tuple[float, float] | None
    stuck: bool = False


class GroupCurve(NamedTuple):
    """A group's mean over the seeds that learned, with the band of validation (None for one).

    `seeds` are those that are drawn. `train` is None for a gap. `at_best` are the values of all
    seeds that learned at their kept epochs. `extremes` are the lowest minimum and the highest
    maximum over the seeds; None where nothing is smoothed. `fitted_at_once` says that the group's
    runs have one epoch only.
    """

    style: TraceStyle
    seeds: tuple[SeedCurve, ...]
    train: Line | None
    validation: Line
    band: tuple[np.ndarray, np.ndarray] | None
    at_best: np.ndarray
    extremes: tuple[np.ndarray, np.ndarray] | None = None
    fitted_at_once: bool = False


class GroupCurves(NamedTuple):
    """What a chart shows: its finding as the title, its x axis, and a curve for each group."""

    quantity: Quantity
    axis: Axis
    title: str
    curves: tuple[GroupCurve, ...]
    drawn: Drawn


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
    parts = []
    for group in groups:
        runs = [run for run in group.runs if epochs.get(run.id)]
        if runs:
            parts.append((group, runs))
    learned = [sum(run.id not in stuck for run in runs) for _, runs in parts]
    failed = [len(runs) - count for (_, runs), count in zip(parts, learned, strict=True)]
    shares = thinning.share_of(learned), thinning.share_of(failed)
    curves = []
    for group, runs in parts:
        histories = Histories(runs, [epochs[run.id] for run in runs], quantity, axis, smoothing)
        # By the name of what is compared: some seeds alone have another than their group.
        style = styles[group.id]._replace(name=group.name)
        at_once = group.config.epochs_planned == 1
        curves.append(_group(style, histories, stuck, shares, band, at_once))
    seeds = [seed for curve in curves for seed in curve.seeds]
    n_failed = sum(seed.stuck for seed in seeds)
    longest = max((len(epochs[run.id]) for _, runs in parts for run in runs), default=0)
    drawn = Drawn(len(seeds) - n_failed, sum(learned), n_failed, sum(failed), longest)
    return GroupCurves(quantity, axis, _title(quantity, curves), tuple(curves), drawn)


def describe(info: GroupCurves, *, band: Band = "sd") -> str:
    """Describe the chart in words, for those who cannot see it."""
    names = ", ".join(curve.style.name for curve in info.curves) or "no run"
    words = (
        f"{info.title}. Line chart of {_NOUNS[info.quantity]} by {AXES[info.axis]} for {names}; "
        f"thin lines are single seeds, bands show the {BANDS[band]}."
    )
    return " ".join(filter(None, [words, info.drawn.sentence]))


_NOUNS: dict[Quantity, str] = {
    "loss": "loss",
    "accuracy": "accuracy",
    "gap": "validation loss minus training loss",
}


def _group(
    style: TraceStyle,
    histories: Histories,
    stuck: Collection[str],
    shares: tuple[int, int],
    band: Band,
    fitted_at_once: bool,
) -> GroupCurve:
    not_learned = np.array([run.id in stuck for run in histories.runs])
    # The seeds that learned, or all if none did.
    counted = np.flatnonzero(~not_learned) if not not_learned.all() else np.arange(len(not_learned))
    at_best = histories.at_best[counted]
    course = histories.course(counted)
    mean, trend = course.validation.mean(axis=0), None
    if course.train is not None:
        trend = Line(course.x, course.train.mean(axis=0))
    around = None
    if len(counted) > 1:
        spread = course.validation.std(axis=0, ddof=1)
        if band == "interval":
            spread = scipy.stats.t.ppf(0.975, len(counted) - 1) * spread / np.sqrt(len(counted))
        around = (mean - spread, mean + spread)
    return GroupCurve(
        style,
        tuple(_seed(histories, place, not_learned) for place in _drawn(histories, stuck, shares)),
        trend,
        Line(course.x, mean),
        around,
        at_best[~np.isnan(at_best)],
        course.extremes,
        fitted_at_once,
    )


def _drawn(histories: Histories, stuck: Collection[str], shares: tuple[int, int]) -> list[int]:
    """Return the places of the runs to draw: of each kind its share, evenly by their accuracy."""
    accuracies = [
        float("nan") if run.best_val_accuracy is None else run.best_val_accuracy
        for run in histories.runs
    ]
    drawn = []
    for is_stuck, share in zip((False, True), shares, strict=True):
        places = [
            place for place, run in enumerate(histories.runs) if (run.id in stuck) is is_stuck
        ]
        drawn += [places[i] for i in thinning.evenly([accuracies[p] for p in places], share)]
    return sorted(drawn)


def _seed(histories: Histories, place: int, stuck: np.ndarray) -> SeedCurve:
    run, length = histories.runs[place], histories.lengths[place]
    x, value = histories.x[place, :length], histories.at_best[place]
    best = None
    if not np.isnan(histories.best_x[place]):
        best = (float(histories.best_x[place]), float(value))
    line = Line(x, histories.validation[place, :length])
    return SeedCurve(run.id, run.name, line, best, bool(stuck[place]))


def _title(quantity: Quantity, curves: Sequence[GroupCurve]) -> str:
    """Name the highest or lowest mean; no claim that it is better, which takes a verdict."""
    at_best = [(curve.at_best, curve) for curve in curves if len(curve.at_best)]
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
