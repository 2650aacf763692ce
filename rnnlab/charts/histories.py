"""The epochs of a group's runs as arrays, one row a run, for charts over seeds.

Arrays, because a group may have hundreds of runs. Draws nothing: see `rnnlab.charts.over_seeds`.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

import numpy as np

from rnnlab.runs import Epoch, Run

Quantity = Literal["loss", "accuracy", "gap"]
Axis = Literal["epoch", "seconds", "reviews"]

TRAIN_REVIEWS = 20_000  # of a run whose manifest does not count them


class Course(NamedTuple):
    """Some runs up to the epoch that each of them reached.

    x: float64 (epochs,), means over the runs; validation and train: (runs, epochs), train is None
    for a gap; extremes: the lowest and the highest of what was smoothed, (epochs,) each, or None.
    """

    x: np.ndarray
    validation: np.ndarray
    train: np.ndarray | None
    extremes: tuple[np.ndarray, np.ndarray] | None


class Histories:
    """The epochs of runs as arrays: float64 (runs, epochs), NaN where a run had ended.

    Each run has at least one epoch. `at_best` and `best_x` are each run's value and place at the
    epoch whose weights are kept, NaN where there is none: float64 (runs,), not smoothed.
    `smoothing` is the width in epochs of a centred moving average.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        epochs: Sequence[Sequence[Epoch]],
        quantity: Quantity,
        axis: Axis,
        smoothing: int = 1,
    ) -> None:
        self.runs = runs
        self.lengths = np.array([len(of_run) for of_run in epochs])
        self._width = smoothing
        self.x = _positions(runs, epochs, axis)
        train = None
        if quantity == "gap":
            values = _column(epochs, "val_loss") - _column(epochs, "loss")
        else:
            values = _column(epochs, f"val_{quantity}")
            train = self._smoothed(_column(epochs, quantity), "mean")
        self.train = train
        self.validation = self._smoothed(values, "mean")
        self._values = values
        rows = np.arange(len(runs))
        best = np.array([run.best_epoch or 0 for run in runs])
        known = (best > 0) & (best <= self.lengths)
        place = np.where(known, best - 1, 0)
        self.at_best = np.where(known, values[rows, place], np.nan)
        self.best_x = np.where(known, self.x[rows, place], np.nan)

    def course(self, rows: np.ndarray) -> Course:
        """Return these runs as far as all of them have come."""
        length = self.lengths[rows].min()
        extremes = None
        if self._width > 1:
            low, high = (self._smoothed(self._values[rows], kind) for kind in ("min", "max"))
            extremes = (low[:, :length].min(axis=0), high[:, :length].max(axis=0))
        return Course(
            self.x[rows, :length].mean(axis=0),
            self.validation[rows, :length],
            None if self.train is None else self.train[rows, :length],
            extremes,
        )

    def _smoothed(self, values: np.ndarray, kind: Literal["mean", "min", "max"]) -> np.ndarray:
        """Return a figure of the epochs around each: the moving mean, minimum or maximum."""
        if self._width == 1:
            return values
        import pandas as pd

        # Runs as columns, all at once: a series for each took most of the time of a chart.
        rolling = pd.DataFrame(values.T).rolling(self._width, center=True, min_periods=1)
        smoothed = getattr(rolling, kind)().to_numpy().T
        return np.where(np.isnan(values), np.nan, smoothed)


def _column(epochs: Sequence[Sequence[Epoch]], name: str) -> np.ndarray:
    values = np.full((len(epochs), max(map(len, epochs))), np.nan)
    read = attrgetter(name)
    for row, of_run in zip(values, epochs, strict=True):
        row[: len(of_run)] = [read(epoch) for epoch in of_run]
    return values


def _positions(runs: Sequence[Run], epochs: Sequence[Sequence[Epoch]], axis: Axis) -> np.ndarray:
    if axis == "seconds":
        return _column(epochs, "seconds").cumsum(axis=1)
    if axis == "epoch":
        return _column(epochs, "epoch")
    counts = [run.manifest.get("train_reviews", TRAIN_REVIEWS) for run in runs]
    return _column(epochs, "epoch") * np.array(counts, float)[:, None]
