"""Seeds that fail: which of a group's networks learned, and how often its seeds fail.

Owns the rule that tells a network that learned from one that got stuck near guessing, and the
interval of a failure rate.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import binom, fisher_exact

from rnnlab.compare.statistics import ALPHA

RATES = np.arange(2_001) / 2_000  # that are tested
GUESSING_LEVEL = 0.01  # of the test that a network is better than any constant answer
# Balanced accuracy is the mean of both labels' accuracies: 50 % for any constant answer, whatever
# the share of positive reviews, and the accuracy itself where both labels are as frequent.
NEAR_GUESSING = 0.6
WEAK = 1 / 2  # of the lead over 50 % of the group's best seed: less is near guessing, too
FAR_BELOW = 2 / 3  # of it: less is a failure, too, if a gap sets it apart from the better seeds
GAP = 0.04  # seeds that learn lie closer together


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
    chances = np.asarray(binom.pmf(np.arange(seeds + 1), seeds, RATES[:, None]))
    observed = chances[:, failed, None] * (1 + 1e-7)  # as likely, but for rounding
    p = np.sum(chances, axis=1, where=chances <= observed)
    possible = RATES[p > ALPHA]
    return FailureRate(failed, seeds, float(possible[0]), float(possible[-1]))


def failure_p(a: FailureRate, b: FailureRate) -> float:
    """Return the p value of "both fail equally often", by Fisher's exact test (1934)."""
    counts = np.array([[rate.failed, rate.seeds - rate.failed] for rate in (a, b)])
    return float(fisher_exact(counts).pvalue)


def learned(correct: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which of a group's networks learned: bool (seeds,); correct: bool (seeds, reviews).

    A network got stuck near guessing if its balanced accuracy is not surely above that of a
    constant answer, is below 60 %, or has less than half of the lead over 50 % that the group's
    best has. It failed, too, with less than two thirds of that lead, if a gap of 4 points sets it
    apart from the better seeds. All learned where the reviews have one label, which tells nothing.
    """
    positive = labels == 1
    if positive.all() or not positive.any():
        return np.ones(len(correct), bool)
    parts = [correct[:, positive], correct[:, ~positive]]
    leads = np.mean([part.mean(axis=1) for part in parts], axis=0) - 0.5
    variances = [part.var(axis=1) / part.shape[1] for part in parts]
    errors = np.sqrt(np.sum(variances, axis=0)) / 2
    best = leads.max()
    least = max(NEAR_GUESSING - 0.5, WEAK * best)
    above_guessing = (leads > -ndtri(GUESSING_LEVEL) * errors) & (leads >= least)
    order = np.argsort(-leads, kind="stable")
    gaps = np.flatnonzero((-np.diff(leads[order]) > GAP) & (leads[order][1:] < FAR_BELOW * best))
    cluster = np.zeros(len(leads), bool)
    cluster[order[: gaps[0] + 1] if len(gaps) else order] = True
    return above_guessing & cluster


def constant_accuracy(labels: np.ndarray) -> float:
    """Return the accuracy of the constant answer, the more frequent label."""
    share = float(np.mean(labels == 1))
    return max(share, 1 - share)
