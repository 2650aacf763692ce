"""Intervals and p values for the difference of two networks, over reviews and over seeds.

Works on values (seeds, reviews) whose mean over the reviews is a network's figure: 1 and 0 for
correct and wrong give its accuracy, `auc_parts` give its AUC. Both networks predict the same
reviews. Knows no runs and no words: see `rnnlab.compare.verdict`.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtr, stdtrit
from scipy.stats import binomtest

ALPHA = 0.05  # the intervals are 95 % intervals
DRAWS = 4_000  # of the bootstrap; its ends then vary by about 3 % of the interval's width
FARTHEST = 40.0  # standard errors; the normal tail beyond is 0 in floating point


class Difference(NamedTuple):
    """A figure of A minus that of B, its 95 % interval, and the p value of "they are equal".

    `seed_share` is the share of the squared standard error that the choice of seeds accounts for;
    the rest is the choice of reviews. None where the seeds were taken as given.
    """

    value: float
    low: float
    high: float
    p: float
    seed_share: float | None = None


def difference_over_seeds_and_reviews(a: np.ndarray, b: np.ndarray) -> Difference:
    """Estimate the difference for new seeds and new reviews; a (seeds, reviews), b likewise.

    At least two seeds each, which count as independent draws; or one row for a network that uses
    no randomness, whose figure no seed can move, against at least two seeds.

    Seeds and reviews are crossed random effects, and the seeds of A are not those of B: the
    "split-plot" design of studies with several readers and cases. With x[s, i] = figure + seed s +
    review i + rest, the variance of the difference is a sum (Obuchowski & Rockette 1995; Hillis
    2014, "A marginal-mean ANOVA approach for analyzing multireader multicase radiological imaging
    data", Statistics in Medicine 33):

    - seeds: var(figures of A) / n_A + var(figures of B) / n_B, as in Welch's test; it holds the
      rest, since each seed has its own;
    - reviews: the variance, over reviews, of the difference of the groups' mean answers, less the
      rest that it holds too, and not below 0.

    Each source has a quantile of its own, t for the few seeds (degrees of freedom: Welch 1947) and
    normal for the many reviews: half width = sqrt(t² seeds + z² reviews), Cochran's rule (1964,
    "Approximate significance levels of the Behrens-Fisher test", Biometrics 20) on variances. One
    t for the sum, after Satterthwaite, claimed up to 7 % of the time at 5 % with three seeds.

    Seeds can agree by luck: three of them all miss a plateau on which others stay. So a group's
    variance is at least that of the rest alone, and that of the seeds at least what both groups
    together have (Student's pooled variance, which is Welch's where the groups are of one size).
    Without the latter, 3 seeds against 10 of the same network, half of which stay on a plateau,
    were called different 11 % of the time. See `make bench-verdict`.

    Where one side has no seeds, variance and degrees of freedom are the other's alone. There is no
    second side then to tell of a plateau that all of its seeds happen to miss.
    """
    a, b = a.astype(np.float64), b.astype(np.float64)  # scipy's t in float32 gives NaN far out
    (variance_a, rest_a), (variance_b, rest_b) = _seed_variance(a), _seed_variance(b)
    n_a, n_b = len(a), len(b)
    seeds = variance_a / n_a + variance_b / n_b
    freedom = 1.0  # of no importance where the seeds do not scatter at all
    if min(n_a, n_b) == 1:
        freedom = float(max(n_a, n_b) - 1)
    elif seeds:
        pooled = ((n_a - 1) * variance_a + (n_b - 1) * variance_b) / (n_a + n_b - 2)
        seeds = max(seeds, pooled * (1 / n_a + 1 / n_b))
        freedom = (variance_a / n_a + variance_b / n_b) ** 2 / (
            (variance_a / n_a) ** 2 / (n_a - 1) + (variance_b / n_b) ** 2 / (n_b - 1)
        )
    difference = a.mean(axis=0) - b.mean(axis=0)
    of_reviews = difference.var(ddof=1) / len(difference) - rest_a / n_a - rest_b / n_b
    reviews = max(of_reviews, 0.0)
    value = float(difference.mean())
    half = _half_width(seeds, freedom, reviews)
    p = _p(value, seeds, freedom, reviews)
    share = float(seeds / (seeds + reviews)) if seeds + reviews else 0.0
    return Difference(value, value - half, value + half, p, share)


def difference_over_reviews(a: np.ndarray, b: np.ndarray) -> Difference:
    """Estimate the difference of these very networks for new reviews, seeds as given.

    The paired normal interval over the reviews. On `auc_parts` it is DeLong's test.
    """
    difference = a.mean(axis=0) - b.mean(axis=0)
    value = float(difference.mean())
    variance = difference.var(ddof=1) / len(difference)
    half = -ndtri(ALPHA / 2) * math.sqrt(variance)
    return Difference(value, value - half, value + half, _normal_p(value, variance))


def difference_of_two_models(a: np.ndarray, b: np.ndarray) -> Difference:
    """Compute the difference in accuracy of two single models; a, b: bool (reviews,), correct.

    p by McNemar's exact test (McNemar 1947; for classifiers: Dietterich 1998, "Approximate
    statistical tests for comparing supervised classification learning algorithms"). The interval
    is the percentile bootstrap over the pairs (Efron & Tibshirani 1993, chapter 13): reviews drawn
    with replacement fall, multinomially, to A alone, B alone, or neither. Its random seed is fixed.
    """
    count, only_a, only_b = len(a), int(np.sum(a & ~b)), int(np.sum(b & ~a))
    shares = np.array([only_a, only_b, count - only_a - only_b]) / count
    drawn = np.random.default_rng(0).multinomial(count, shares, size=DRAWS)
    low, high = np.quantile((drawn[:, 0] - drawn[:, 1]) / count, [ALPHA / 2, 1 - ALPHA / 2])
    differ = only_a + only_b
    p = float(binomtest(only_a, differ, 0.5).pvalue) if differ else 1.0
    return Difference((only_a - only_b) / count, float(low), float(high), p)


def holm(ps: Sequence[float]) -> list[float]:
    """Return the p values corrected for their number, in their order.

    Holm (1979, "A simple sequentially rejective multiple test procedure").
    """
    corrected, least = [0.0] * len(ps), 0.0
    for rank, place in enumerate(np.argsort(ps, kind="stable")):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = least
    return corrected


def wilson(shares: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the 95 % intervals of shares of `counts` reviews: float64, like `shares`.

    Wilson (1927, "Probable inference, the law of succession, and statistical inference", JASA).
    scipy offers it for one share at a time, with an exact p value that takes 3 ms each.
    """
    square = ndtri(ALPHA / 2) ** 2
    middle = (shares + square / (2 * counts)) / (1 + square / counts)
    half = np.sqrt(square * (shares * (1 - shares) / counts + square / (4 * counts**2)))
    half /= 1 + square / counts
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _seed_variance(values: np.ndarray) -> tuple[float, float]:
    """Return the variance of a network's figure over seeds, and the part of it that is the rest.

    Both are 0 for a network without seeds, in one row.
    """
    if len(values) == 1:
        return 0.0, 0.0
    figures = values.mean(axis=1)
    # The mean square of the residuals of a two-way analysis of variance without replication.
    reviews = values.shape[1]
    rest = (values - figures[:, None]).var(axis=0, ddof=1).sum() / (reviews - 1) / reviews
    return max(figures.var(ddof=1), rest), rest


def _half_width(seeds: float, freedom: float, reviews: float) -> float:
    t, z = stdtrit(freedom, ALPHA / 2), ndtri(ALPHA / 2)
    return math.sqrt(t * t * seeds + z * z * reviews)


def _p(value: float, seeds: float, freedom: float, reviews: float) -> float:
    """Return the ALPHA whose interval ends at 0, found by its quantile of t: it cannot overflow."""
    if not seeds:
        return _normal_p(value, reviews)

    def beyond(t: float) -> float:
        z = min(-ndtri(stdtr(freedom, -t)), FARTHEST)
        return float(t * t * seeds + z * z * reviews - value * value)

    farthest = abs(value) / math.sqrt(seeds)
    t = float(brentq(beyond, 0.0, farthest)) if beyond(farthest) > 0 else farthest
    return float(2 * stdtr(freedom, -t))


def _normal_p(value: float, variance: float) -> float:
    if variance:
        return float(2 * ndtr(-abs(value) / math.sqrt(variance)))
    return float(value == 0)
