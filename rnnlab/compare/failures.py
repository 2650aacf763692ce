"""How often a group's seeds fail, with the interval of the rate and the test of two rates.

Which seeds fail is `rnnlab.compare.stuck`'s to tell.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy

from rnnlab.compare.statistics import ALPHA

RATES = np.arange(2_001) / 2_000  # that are tested


class FailureRate(NamedTuple):
    """How many of a group's seeds failed, and the exact 95 % interval of the share that would.

    Sterne's (1954, Biometrika 41): the rates that the two-sided exact binomial test does not
    reject. None of 3 leaves rates up to 63 % possible.
    """

    failed: int
    seeds: int
    low: float
    high: float


@lru_cache(maxsize=1_000)
def failure_rate(failed: int, seeds: int) -> FailureRate:
    """Return the failure rate of `seeds` seeds of which `failed` failed."""
    chances = np.asarray(scipy.stats.binom.pmf(np.arange(seeds + 1), seeds, RATES[:, None]))
    observed = chances[:, failed, None] * (1 + 1e-7)  # as likely, but for rounding
    p = np.sum(chances, axis=1, where=chances <= observed)
    possible = RATES[p > ALPHA]
    return FailureRate(failed, seeds, float(possible[0]), float(possible[-1]))


def failure_p(a: FailureRate, b: FailureRate) -> float:
    """Return the p value of "both fail equally often", by Fisher's exact test (1934)."""
    counts = np.array([[rate.failed, rate.seeds - rate.failed] for rate in (a, b)])
    return float(scipy.stats.fisher_exact(counts).pvalue)


def constant_accuracy(labels: np.ndarray) -> float:
    """Return the accuracy of the constant answer, the more frequent label."""
    share = float(np.mean(labels == 1))
    return max(share, 1 - share)
