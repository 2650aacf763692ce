import numpy as np
import pytest
from scipy import stats

from rnnlab.compare import significance


def test_looks_and_what_is_between_them_stay_within_five_percent_for_normal_scatter():
    """A difference that is none, tested by Welch's test after each seed from 3 to 20."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 6_000, 20))
    claimed = np.zeros(len(a), bool)
    for seeds in range(3, 21):
        p = stats.ttest_ind(a[:, :seeds], b[:, :seeds], axis=1, equal_var=False).pvalue
        claimed |= p < significance.level(seeds)
    assert claimed.mean() < 0.05 + 2 * (0.05 * 0.95 / len(a)) ** 0.5
    assert claimed.mean() > 0.03  # and no stricter than needed


def test_pair_level_is_that_of_tukeys_range():
    # R: qtukey(0.95, 3, Inf) = 3.314493; qtukey(0.95, 6, Inf) = 4.030092
    for models, quantile in ((3, 3.314493), (6, 4.030092)):
        expected = 2 * stats.norm.sf(quantile / np.sqrt(2))
        assert significance.pair_level(0.05, models) == pytest.approx(expected, rel=1e-4)
    assert significance.pair_level(0.03, 2) == 0.03


@pytest.mark.parametrize("models", [2, 3, 6])
@pytest.mark.parametrize("alpha", [0.05, 0.03, 0.0005])
def test_corrected_p_is_significant_just_below_the_pairs_level(models, alpha):
    level = significance.pair_level(alpha, models)
    for p in (0.9 * level, 1.1 * level):
        corrected = significance.corrected_p(p, alpha=alpha, models=models)
        assert (corrected < 0.05) == (p < level)
    assert significance.corrected_p(1.0, alpha=alpha, models=models) == 1
    assert significance.corrected_p(0.0, alpha=alpha, models=models) == 0


def test_next_look_is_the_next_planned_number_of_seeds():
    assert [significance.next_look(seeds) for seeds in (1, 3, 6, 20, 50)] == [3, 5, 10, 50, None]
