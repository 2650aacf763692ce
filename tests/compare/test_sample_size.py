import numpy as np
import pytest

from rnnlab.compare import significance
from rnnlab.compare.sample_size import SeedsNeeded, seeds_needed, seeds_to_reach
from rnnlab.compare.statistics import Estimate


def estimate(sd, *, seeds=5, of_reviews=0.0):
    """An estimate from this many seeds a side whose accuracies have this standard deviation."""
    return Estimate(0.0, 2 * sd**2 / seeds, 2.0 * (seeds - 1), of_reviews)


def test_more_scatter_needs_more_seeds():
    needed = [seeds_needed(estimate(sd), 5, difference=0.01).seeds for sd in (0.001, 0.006, 0.01)]
    assert needed == sorted(needed)
    assert needed[0] == 3


def test_seeds_needed_have_the_power_that_is_promised():
    sd, rng = 0.008, np.random.default_rng(0)
    needed = seeds_needed(estimate(sd), 5, difference=0.01).seeds
    from scipy import stats

    a, b = rng.normal(0.01, sd, (4_000, needed)), rng.normal(0, sd, (4_000, needed))
    p = stats.ttest_ind(a, b, axis=1, equal_var=False).pvalue
    assert np.mean(p < significance.level(needed)) >= 0.75


def test_range_of_the_seeds_narrows_with_what_is_known_of_the_scatter():
    few = seeds_needed(estimate(0.008, seeds=3), 3, difference=0.01)
    many = seeds_needed(estimate(0.008, seeds=20), 20, difference=0.01)
    assert few.low <= many.low <= many.seeds
    assert few.high is None or few.high >= many.high


@pytest.mark.parametrize(
    ("needed", "seeds", "target"),
    [(10, 5, 10), (5, 7, 10), (5, 5, None), (None, 5, None), (3, 60, None)],
)
def test_seeds_to_reach_are_those_of_a_planned_look(needed, seeds, target):
    assert seeds_to_reach(SeedsNeeded(0.01, needed, needed, needed, 0.004), seeds) == target


def test_reviews_can_be_too_few_for_any_number_of_seeds():
    needed = seeds_needed(estimate(0.001, of_reviews=0.01**2), 5, difference=0.01)
    assert needed.seeds is None
    assert needed.reviews_limit > 0.02
