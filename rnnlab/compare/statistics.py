"""Intervals and p values for the difference of two networks, over reviews and over seeds.

Works on values (seeds, reviews) whose mean over the reviews is a network's figure: 1 and 0 for
correct and wrong give its accuracy, `auc_parts` give its AUC. Both networks predict the same
reviews. Knows no runs and no words (see `rnnlab.compare.verdict`), and not how many comparisons are
made (see `rnnlab.compare.significance`).
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
import scipy
from scipy.special import ndtr, ndtri, stdtr, stdtrit

ALPHA = 0.05
FARTHEST = 40.0  # standard errors; the normal tail beyond is 0 in floating point


class Difference(NamedTuple):
    """A figure of A minus that of B, its interval, and the p value of "they are equal".

    The interval is that of the level which the difference was asked for; `p` is of this pair alone.
    `seed_share` is the share of the squared standard error that the choice of seeds accounts for;
    the rest is the choice of reviews. None where the seeds were taken as given.
    """

    value: float
    low: float
    high: float
    p: float
    seed_share: float | None = None


class Estimated(Protocol):
    """An estimate whose interval can be had at any level."""

    @property
    def p(self) -> float:
        """The level whose interval ends at 0."""
        ...

    def at(self, alpha: float) -> Difference:
        """Return the difference with its 1 − alpha interval."""
        ...


class Estimate(NamedTuple):
    """A figure, or the difference of two, and the variances of its two sources of chance.

    `freedom` are the degrees of freedom of `of_seeds`. Each source has a quantile of its own, t for
    the few seeds and normal for the many reviews: half width = sqrt(t² seeds + z² reviews),
    Cochran's rule (1964, "Approximate significance levels of the Behrens-Fisher test", Biometrics
    20) on variances. One t for the sum, after Satterthwaite, claimed up to 7 % of the time at 5 %
    with three seeds. `counts_seeds` is False where the seeds were taken as given.
    """

    value: float
    of_seeds: float
    freedom: float
    of_reviews: float
    counts_seeds: bool = True

    @property
    def p(self) -> float:
        """The level whose interval ends at 0, found by its quantile of t: it cannot overflow."""
        if not self.of_seeds:
            return _normal_p(self.value, self.of_reviews)

        def beyond(t: float) -> float:
            z = min(-ndtri(stdtr(self.freedom, -t)), FARTHEST)
            return float(t * t * self.of_seeds + z * z * self.of_reviews - self.value**2)

        farthest = abs(self.value) / math.sqrt(self.of_seeds)
        t = farthest
        if beyond(farthest) > 0:
            t = float(scipy.optimize.brentq(beyond, 0.0, farthest))
        return float(2 * stdtr(self.freedom, -t))

    def at(self, alpha: float) -> Difference:
        """Return the difference with its 1 − alpha interval."""
        t, z = stdtrit(self.freedom, alpha / 2), ndtri(alpha / 2)
        half = math.sqrt(t * t * self.of_seeds + z * z * self.of_reviews)
        total = self.of_seeds + self.of_reviews
        share = (self.of_seeds / total if total else 0.0) if self.counts_seeds else None
        return Difference(self.value, self.value - half, self.value + half, self.p, share)


class ExactEstimate(NamedTuple):
    """The difference in accuracy of two single models, from the reviews that one alone gets right.

    p by McNemar's exact test (McNemar 1947; for classifiers: Dietterich 1998, "Approximate
    statistical tests for comparing supervised classification learning algorithms"). The interval is
    of the same test: the difference is (2 share − 1) · rate, where `share` is A's part of the
    reviews on which one alone is correct and `rate` that of such reviews. Both have Clopper and
    Pearson's exact interval (1934, Biometrika 26), and the ends that lie farthest are taken; so it
    leaves out 0 where p is below alpha, and nowhere else.
    """

    only_a: int
    only_b: int
    reviews: int

    @property
    def p(self) -> float:
        """McNemar's exact p value."""
        differ = self.only_a + self.only_b
        return float(scipy.stats.binomtest(self.only_a, differ, 0.5).pvalue) if differ else 1.0

    def at(self, alpha: float) -> Difference:
        """Return the difference with its 1 − alpha interval."""
        differ = self.only_a + self.only_b
        rate = scipy.stats.binomtest(differ, self.reviews).proportion_ci(1 - alpha, method="exact")
        low, high = -1.0, 1.0
        if differ:
            share = scipy.stats.binomtest(self.only_a, differ).proportion_ci(
                1 - alpha, method="exact"
            )
            low, high = 2 * float(share.low) - 1, 2 * float(share.high) - 1
        return Difference(
            (self.only_a - self.only_b) / self.reviews,
            low * float(rate.low if low > 0 else rate.high),
            high * float(rate.low if high < 0 else rate.high),
            self.p,
        )


def estimate_over_seeds_and_reviews(a: np.ndarray, b: np.ndarray) -> Estimate:
    """Estimate the difference for new seeds and new reviews; a (seeds, reviews), b likewise.

    At least two seeds each, which count as independent draws; or one row for a network that uses
    no randomness, whose figure no seed can move, against at least two seeds.

    Seeds and reviews are crossed random effects, and the seeds of A are not those of B: the
    "split-plot" design of studies with several readers and cases. With x[s, i] = figure + seed s +
    review i + rest, the variance of the difference is a sum (Obuchowski & Rockette 1995; Hillis
    2014, "A marginal-mean ANOVA approach for analyzing multireader multicase radiological imaging
    data", Statistics in Medicine 33):

    - seeds: var(figures of A) / n_A + var(figures of B) / n_B, as in Welch's test (degrees of
      freedom: Welch 1947); it holds the rest, since each seed has its own;
    - reviews: the variance, over reviews, of the difference of the groups' mean answers, less the
      rest that it holds too, and not below 0.

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
    of_reviews = _mean_variance(difference) - rest_a / n_a - rest_b / n_b
    return Estimate(float(difference.mean()), float(seeds), float(freedom), max(of_reviews, 0.0))


def estimate_over_shared_seeds(a: np.ndarray, b: np.ndarray) -> Estimate:
    """Estimate the difference for new seeds and reviews, row s of both being of the same seed.

    a, b: (seeds, reviews), at least two seeds. A seed decides the order of the batches on both
    sides, so their accuracies go together; the variance is that of the seeds' differences, with
    n − 1 degrees of freedom.
    """
    return estimate_of_one(a.astype(np.float64) - b)


def estimate_of_one(values: np.ndarray) -> Estimate:
    """Estimate a network's figure for new seeds and new reviews; values (seeds, reviews).

    A single row has no seeds: its figure is uncertain for the choice of reviews alone.
    """
    values = values.astype(np.float64)
    variance, rest = _seed_variance(values)
    n = len(values)
    reviews = max(_mean_variance(values.mean(axis=0)) - rest / n, 0.0)
    freedom = max(float(n - 1), 1.0)
    return Estimate(float(values.mean()), float(variance / n), freedom, reviews, n > 1)


def estimate_over_reviews(a: np.ndarray, b: np.ndarray) -> Estimate:
    """Estimate the difference of these very networks for new reviews, seeds as given.

    The paired normal interval over the reviews. On `auc_parts` it is DeLong's test.
    """
    difference = a.mean(axis=0) - b.mean(axis=0)
    return Estimate(float(difference.mean()), 0.0, 1.0, _mean_variance(difference), False)


def estimate_of_two_models(a: np.ndarray, b: np.ndarray) -> ExactEstimate:
    """Count the reviews that one of two single models alone gets right; a, b: bool (reviews,)."""
    return ExactEstimate(int(np.sum(a & ~b)), int(np.sum(b & ~a)), len(a))


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


def _mean_variance(values: np.ndarray) -> float:
    """Return the variance of the mean of values (reviews,)."""
    return float(values.var(ddof=1) / len(values))


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


def _normal_p(value: float, variance: float) -> float:
    if variance:
        return float(2 * ndtr(-abs(value) / math.sqrt(variance)))
    return float(value == 0)
