"""How many seeds a comparison needs to see a difference of a given size.

Owns the calculation from the scatter of the seeds and the number of reviews at hand. Queues
nothing.
"""

from typing import NamedTuple

import scipy
from scipy.special import ndtr, ndtri, stdtrit

from rnnlab.compare import significance
from rnnlab.compare.statistics import ALPHA, Estimate

POWER = 0.8


class SeedsNeeded(NamedTuple):
    """The seeds on each side with which a true difference is claimed four times in five.

    They are a number that a look is planned for (`significance.LOOKS`); None if the highest is not
    enough. `low` and `high` say how far that is known, as the scatter of few seeds is: from the
    ends of the 95 % interval of its variance. `reviews_limit` is the smallest difference that these
    reviews can show with any number of seeds.
    """

    difference: float
    seeds: int | None
    low: int | None
    high: int | None
    reviews_limit: float


def seeds_to_reach(needed: SeedsNeeded, seeds: int) -> int | None:
    """Return the seeds on each side to go on to from `seeds`, for the power that was asked for.

    None where these reviews or any planned number of seeds cannot give it, or `seeds` had it.
    """
    if needed.seeds is None or needed.seeds > seeds:
        return needed.seeds
    return None if seeds in significance.LOOKS else significance.next_look(seeds)


def seeds_needed(estimate: Estimate, seeds: int, *, difference: float) -> SeedsNeeded:
    """Return the seeds that show a true `difference` of accuracy, from an estimate of `seeds`.

    `seeds` is the number on the smaller side. The interval is that of a variance with the
    estimate's degrees of freedom (chi-square).
    """
    scatter = estimate.of_seeds * seeds  # of one seed on each side
    freedom = estimate.freedom
    lowest, highest = (
        scatter * freedom / scipy.stats.chi2.ppf(end, freedom) for end in (1 - ALPHA / 2, ALPHA / 2)
    )
    quantiles = -ndtri(max(significance.LOOKS.values()) / 2) + ndtri(POWER)
    return SeedsNeeded(
        difference,
        _smallest(scatter, estimate.of_reviews, difference),
        _smallest(lowest, estimate.of_reviews, difference),
        _smallest(highest, estimate.of_reviews, difference),
        float(quantiles * estimate.of_reviews**0.5),
    )


def _smallest(scatter: float, of_reviews: float, difference: float) -> int | None:
    """Return the smallest planned number of seeds with enough power; None if none has it."""
    for seeds in significance.LOOKS:
        if _power(scatter / seeds, of_reviews, seeds, difference) >= POWER:
            return seeds
    return None


def _power(of_seeds: float, of_reviews: float, seeds: int, difference: float) -> float:
    alpha = significance.level(seeds)
    t, z = stdtrit(2.0 * (seeds - 1), alpha / 2), ndtri(alpha / 2)
    half = (t * t * of_seeds + z * z * of_reviews) ** 0.5
    error = (of_seeds + of_reviews) ** 0.5
    return float(ndtr((difference - half) / error)) if error else 1.0
