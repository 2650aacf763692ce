"""Compares two sides over several splits of the reviews, so that the training set counts too.

Owns the corrected resampled t interval. A verdict on one split (see `rnnlab.compare.verdict`)
knows how models differ with their seeds and with the reviews they are judged on; how they would
with other reviews to train on, only runs on other splits can tell.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.datasets.split import HELD_OUT_SHARE, TEST_SHARE
from rnnlab.evaluation.predictions import Predictions
from rnnlab.format import NO_BREAK

MIN_SPLITS = 3
LEVEL = 0.95


class SplitDifference(NamedTuple):
    """The accuracy of A minus that of B over splits: mean, 95 % interval, and two-sided p value.

    `by_split` has the difference on each split, in the order of the split seeds.
    """

    value: float
    low: float
    high: float
    p: float
    by_split: tuple[float, ...]


def difference_over_splits(by_split: Sequence[float], *, test_to_train: float) -> SplitDifference:
    """Return the mean of the differences on K splits with its interval, for K >= 2.

    The splits share training reviews, so their differences are not independent and s²/K is too
    small a variance. It is corrected to (1/K + test_to_train)·s², with K − 1 degrees of freedom
    (Nadeau and Bengio 2003, "Inference for the generalization error", eq. 9). `test_to_train` is
    the number of reviews judged on over that of training reviews.
    """
    count, mean = len(by_split), float(np.mean(by_split))
    error = math.sqrt((1 / count + test_to_train) * float(np.var(by_split, ddof=1)))
    reach = float(stdtrit(count - 1, (1 + LEVEL) / 2)) * error
    statistic = 0.0 if mean == 0 else abs(mean) / error if error else math.inf
    p = 2 * float(stdtr(count - 1, -statistic))
    return SplitDifference(mean, mean - reach, mean + reach, p, tuple(map(float, by_split)))


def compare_over_splits(
    a: Sequence[Predictions], b: Sequence[Predictions]
) -> SplitDifference | None:
    """Compare the accuracies of two sides on the splits that both have; None for fewer than three.

    a, b: the predictions of each side's runs on every split, for the reviews that their split
    holds out. On each split the difference is that of the means over the seeds there.
    """
    of_a, of_b = _accuracies(a), _accuracies(b)
    shared = sorted(of_a.keys() & of_b.keys())
    if min(len({seed for seed, _ in shared}), len({reviews for _, reviews in shared})) < MIN_SPLITS:
        return None  # reviews that all splits share say nothing of other reviews to judge on
    return difference_over_splits(
        [of_a[split] - of_b[split] for split in shared], test_to_train=_test_to_train(a[0].config)
    )


def sentence(a: str, b: str, difference: SplitDifference) -> str:
    """Say what the difference is once the choice of training reviews counts, too."""
    better, other, (value, low, high, *_) = a, b, difference
    if value < 0:
        better, other, value, low, high = b, a, -value, -high, -low
    splits = format.plural(len(difference.by_split), "split")
    return (
        f"Over {splits} of the reviews, {better} scores {format.points(value)} higher than {other} "
        f"(95{NO_BREAK}% interval {format.signed(100 * low, 1)} to "
        f"{format.signed(100 * high, 1)} points, "
        f"{format.p_value(difference.p)}). This counts the choice of training reviews as well."
    )


def _accuracies(runs: Sequence[Predictions]) -> dict[tuple[int, str], float]:
    """Return the mean accuracy over the seeds of each split, by its seed and its reviews."""
    splits: dict[tuple[int, str], list[float]] = {}
    for run in runs:
        splits.setdefault((run.config.split_seed, run.reviews), []).append(
            float(run.correct.mean())
        )
    return {split: float(np.mean(accuracies)) for split, accuracies in splits.items()}


def _test_to_train(config: RunConfig) -> float:
    held_out = HELD_OUT_SHARE / (1 - HELD_OUT_SHARE)
    return held_out * TEST_SHARE if config.test_set else held_out
