"""The means of two models over all their seeds, those that failed among them."""

from typing import NamedTuple

import numpy as np

from rnnlab.compare import statistics
from rnnlab.compare.failures import constant_accuracy
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.side import Side
from rnnlab.compare.statistics import Difference


class Average(NamedTuple):
    """A's mean accuracy minus B's over all seeds, those that failed among them.

    `outcome` claims a side only if the interval leaves out 0, and the claim would stand with the
    highest failure rate that its seeds leave possible.
    """

    difference: Difference
    outcome: Outcome


def compare_averages(a: Side, b: Side, level: float) -> Average | None:
    """Compare the means over all seeds; None where neither side uses randomness."""
    if a.deterministic and b.deterministic:
        return None
    values_a, values_b = (_with_failed(side) for side in (a, b))
    difference = statistics.estimate_over_seeds_and_reviews(values_a, values_b).at(level)
    outcome = Outcome.NONE
    if difference.low > 0 and _lowest_mean(a) > _highest_mean(b):
        outcome = Outcome.A
    elif difference.high < 0 and _lowest_mean(b) > _highest_mean(a):
        outcome = Outcome.B
    return Average(difference, outcome)


def _with_failed(side: Side) -> np.ndarray:
    """Return a side's answers; failed runs without weights answer as the constant answer does."""
    labels = side.runs[0].labels
    constant = (labels == 1) == (labels.mean() >= 0.5)
    return np.concatenate([side.correct, np.tile(constant, (side.left_out.failed, 1))])


def _lowest_mean(side: Side) -> float:
    """Return the mean accuracy over all seeds at the highest failure rate that is possible."""
    return _mean_at(side, 0.0 if side.deterministic else side.failures.high)


def _highest_mean(side: Side) -> float:
    return _mean_at(side, 0.0 if side.deterministic else side.failures.low)


def _mean_at(side: Side, rate: float) -> float:
    guessing = constant_accuracy(side.runs[0].labels)
    return side.accuracy - rate * max(side.accuracy - guessing, 0.0)
