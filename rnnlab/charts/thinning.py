"""Which of many seeds a chart draws, and which points of a long line.

A browser needs as long for a chart as it has lines and points, and nobody can tell 500 lines apart.
Owns the choice and the words for it. What a chart leaves out it says; means and bands count all.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MOST_SEEDS = 60  # on one chart, over all of its groups, unless that were fewer than `FEWEST` each
FEWEST = 2  # the lowest and the highest
MOST_POINTS = 240  # of a line; a chart is some 600 px wide


class Drawn(NamedTuple):
    """How many lines a chart draws of how many seeds that learned, and of how many that failed.

    `points` are those of the longest line.
    """

    learned: int
    all_learned: int
    failed: int = 0
    all_failed: int = 0
    points: int = 0

    @property
    def sentence(self) -> str:
        """Say what is left out and how the rest was chosen; empty where everything is drawn."""
        sentences = []
        if self.learned < self.all_learned:
            sentences.append(
                f"{self.learned:,} of {self.all_learned:,} single seeds are drawn, evenly chosen "
                "from the lowest to the highest; means and bands count all."
            )
        if self.failed < self.all_failed:
            sentences.append(f"Failed ones: {self.failed:,} of {self.all_failed:,} are drawn.")
        elif sentences and self.failed:
            sentences.append(f"Failed ones: all {self.failed:,}.")
        if self.points > MOST_POINTS:
            sentences.append(
                f"Of {self.points:,} epochs, each stretch shows its lowest and its highest value."
            )
        return " ".join(sentences)


def share_of(group_sizes: Sequence[int], most: int = MOST_SEEDS) -> int:
    """Return how many seeds a chart draws of each group, so that they are `most` together.

    Groups that need less than an equal share leave the rest to the others.
    """
    if sum(group_sizes) <= most:
        return max(group_sizes, default=0)
    remaining = most
    for place, size in enumerate(sorted(group_sizes)):
        share = remaining // (len(group_sizes) - place)
        if size > share:
            return max(share, FEWEST)
        remaining -= size
    return max(group_sizes)


def evenly(values: Sequence[float], count: int) -> list[int]:
    """Return the places of `count` values, evenly from the lowest to the highest, in their order.

    Both of these are among them. NaN is taken as the lowest.
    """
    if count >= len(values):
        return list(range(len(values)))
    order = np.argsort(np.nan_to_num(np.asarray(values, float), nan=-np.inf), kind="stable")
    steps = np.linspace(0, len(values) - 1, count).round().astype(int)
    return sorted(order[steps].tolist())


def places(values: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """Return which values of a line are drawn: int64, ascending; all if they are at most `most`.

    Of more, the first, the last, and the lowest and highest of each stretch: no peak is lost.
    """
    if len(values) <= most:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), most // 2).astype(int)
    missing = np.isnan(values)
    low, high = np.where(missing, np.inf, values), np.where(missing, -np.inf, values)
    kept = [0, len(values) - 1]
    for start, end in itertools.pairwise(edges):
        kept += [start + int(low[start:end].argmin()), start + int(high[start:end].argmax())]
    return np.unique(kept)


class Joined(NamedTuple):
    """Several lines as one trace, a gap after each: float32, and the name of each point's line."""

    x: np.ndarray
    y: np.ndarray
    names: list[str]


def join(lines: Sequence[tuple[str, np.ndarray, np.ndarray]]) -> Joined:
    """Join lines, each a name with x and y, into one trace of at most `MOST_POINTS` a line."""
    xs, ys, names = [], [], []
    for name, x, y in lines:
        kept = places(y)
        xs += [x[kept], [np.nan]]
        ys += [y[kept], [np.nan]]
        names += [name] * (len(kept) + 1)
    return Joined(
        np.concatenate(xs).astype(np.float32), np.concatenate(ys).astype(np.float32), names
    )
