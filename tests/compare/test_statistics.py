import itertools

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from rnnlab.compare import statistics
from rnnlab.evaluation import metrics
from tests.sides import noisy


def right(shares, reviews=1_000, *, seed=0):
    """Which reviews networks get right, by chance alone: bool (len(shares), reviews)."""
    rng = np.random.default_rng(seed)
    return rng.uniform(size=(len(shares), reviews)) < np.array(shares)[:, None]


def over_seeds(a, b):
    return statistics.estimate_over_seeds_and_reviews(a, b).at(0.05)


def over_reviews(a, b):
    return statistics.estimate_over_reviews(a, b).at(0.05)


def of_two(a, b):
    return statistics.estimate_of_two_models(a, b).at(0.05)


def alike(figures, reviews=1_000):
    """Values whose seeds have these figures and which hold nothing but seeds and reviews."""
    return np.array(figures)[:, None] + np.tile([-0.1, 0.1], reviews // 2)


def delong_by_definition(labels, one, other):
    """The two AUCs' difference and its variance, from all pairs (DeLong et al. 1988, eq. 4-6)."""

    def components(scores):
        gap = scores[labels == 1][:, None] - scores[labels == 0][None]
        above = (gap > 0) + 0.5 * (gap == 0)
        return above.mean(axis=1), above.mean(axis=0)

    (pos_one, neg_one), (pos_other, neg_other) = components(one), components(other)
    variance = np.var(pos_one - pos_other, ddof=1) / len(pos_one)
    variance += np.var(neg_one - neg_other, ddof=1) / len(neg_one)
    return pos_one.mean() - pos_other.mean(), variance


def test_without_chance_of_reviews_it_is_welchs_test():
    a, b = [0.79, 0.80, 0.84, 0.78], [0.75, 0.74, 0.78, 0.71]
    found = over_seeds(alike(a), alike(b))
    oracle = stats.ttest_ind(a, b, equal_var=False)
    assert found.p == pytest.approx(oracle.pvalue, rel=1e-6)
    interval = oracle.confidence_interval()
    assert found[:3] == pytest.approx((0.0575, interval.low, interval.high), rel=1e-6)
    assert found.seed_share == pytest.approx(1)


def test_without_chance_of_seeds_it_is_the_paired_test_over_reviews():
    (a,), (b,) = right([0.80]), right([0.78], seed=1)
    found = over_seeds(np.tile(a, (3, 1)), np.tile(b, (3, 1)))
    error = np.std(a * 1.0 - b, ddof=1) / np.sqrt(1_000)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(found.value) / error), rel=1e-6)
    assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert found.seed_share == pytest.approx(0)


def test_both_sources_add_up_with_a_quantile_each():
    rng = np.random.default_rng(3)
    hard_a, hard_b = rng.normal(size=(2, 4_000))
    seeds_a, seeds_b = np.array([0.0, 0.02, 0.05]), np.array([0.01, 0.03, -0.01])
    a, b = seeds_a[:, None] + hard_a, seeds_b[:, None] + hard_b
    found = over_seeds(a, b)
    of_seeds = (np.var(seeds_a, ddof=1) + np.var(seeds_b, ddof=1)) / 3
    of_reviews = np.var(hard_a - hard_b, ddof=1) / 4_000
    freedom = stats.ttest_ind(seeds_a, seeds_b, equal_var=False).df
    half = np.hypot(stats.t.ppf(0.975, freedom) * np.sqrt(of_seeds), 1.959964 * np.sqrt(of_reviews))
    assert found.high - found.low == pytest.approx(2 * half, rel=1e-6)
    assert found.seed_share == pytest.approx(of_seeds / (of_seeds + of_reviews), rel=1e-6)


def test_p_value_is_where_the_interval_ends_at_nought():
    rng = np.random.default_rng(3)
    values = 0.02 * rng.normal(size=(2, 4, 1)) + rng.normal(size=(2, 1, 900))
    a, b = values[0] + 0.11, values[1]
    found = over_seeds(a, b)
    assert 0.001 < found.p < 0.999
    again = statistics.estimate_over_seeds_and_reviews(a, b).at(found.p)
    assert min(abs(again.low), abs(again.high)) < 1e-9


def test_noise_of_single_answers_is_counted_once():
    # Each answer of each seed is a coin of its own: 3 · 1,000 coins a side and nothing else.
    errors = []
    for seed in range(200):
        found = over_seeds(right([0.8] * 30, seed=seed), right([0.8] * 30, seed=seed + 1_000))
        errors.append((found.high - found.low) / 2 / 2.0)  # t with 58 degrees of freedom
    assert np.mean(errors) == pytest.approx(np.sqrt(2 * 0.16 / 30_000), rel=0.12)


def test_seeds_that_agree_by_luck_are_not_believed():
    rng = np.random.default_rng(0)
    lucky = np.stack([rng.permutation([1.0] * 80 + [0.0] * 20) for _ in range(3)])
    assert np.ptp(lucky.mean(axis=1)) == 0
    worse = np.stack([rng.permutation([1.0] * 76 + [0.0] * 24) for _ in range(3)])
    assert over_seeds(lucky, worse).p > 0.05


def test_three_seeds_past_a_plateau_do_not_beat_ten_of_which_half_stay():
    past, stuck = [0.79, 0.791, 0.792], [0.55] * 5 + [0.79] * 5
    assert stats.ttest_ind(past, stuck, equal_var=False).pvalue < 0.05
    assert over_seeds(alike(past), alike(stuck)).p > 0.05


def test_p_values_far_out_stay_numbers():
    rng = np.random.default_rng(1)
    a, b = 0.02 * rng.normal(size=(2, 12, 1)) + rng.normal(size=(2, 1, 5_000))
    gaps = np.geomspace(0.02, 100, 400)
    ps = [over_seeds(a - a.mean() + gap, b - b.mean()).p for gap in gaps]
    assert all(more >= less for more, less in itertools.pairwise(ps))
    assert 0 < ps[-1] < 1e-30 < 0.05 < ps[0]


def test_values_in_single_precision_give_the_same_answer():
    a, b = right([0.8, 0.81, 0.79]), right([0.7, 0.72, 0.71], seed=1)
    singles = over_seeds(a.astype(np.float32), b.astype(np.float32))
    assert singles == pytest.approx(over_seeds(a, b), rel=1e-12)


def test_equal_groups_differ_by_nothing_and_opposite_ones_surely():
    a = right([0.8, 0.81, 0.79])
    assert over_seeds(a, a)[0] == 0
    assert over_seeds(a, a).p == 1
    assert over_seeds(np.ones((3, 50)), np.zeros((3, 50))).p == 0
    assert over_seeds(np.ones((3, 50)), np.ones((3, 50))).p == 1


@pytest.mark.parametrize("sizes", [(3, 3), (5, 5), (3, 10)])
def test_equal_settings_are_called_different_in_at_most_one_of_twenty(sizes):
    rng = np.random.default_rng(0)
    claims = 0
    for _ in range(600):
        hard = rng.normal(size=400)
        level = rng.normal(0.8, 0.05, size=(sum(sizes), 1))
        correct = hard + 0.3 * rng.normal(size=(sum(sizes), 400)) < level
        claims += over_seeds(correct[: sizes[0]], correct[sizes[0] :]).p < 0.05
    assert 0 < claims <= 30


def test_one_that_draws_nothing_is_judged_against_the_scatter_of_the_others_seeds_alone():
    one, seeds = [0.75], [0.79, 0.80, 0.84, 0.78]
    found = over_seeds(alike(seeds), alike(one))
    oracle = stats.ttest_1samp(seeds, 0.75)
    interval = oracle.confidence_interval()
    assert found.p == pytest.approx(oracle.pvalue, rel=1e-6)
    assert found[:2] == pytest.approx((0.0525, interval.low - 0.75), rel=1e-6)
    assert found.seed_share == pytest.approx(1)
    swapped = over_seeds(alike(one), alike(seeds))
    assert (swapped.value, swapped.p) == pytest.approx((-found.value, found.p))


@pytest.mark.parametrize("seeds", [3, 5])
def test_one_that_draws_nothing_is_called_different_in_at_most_one_of_twenty(seeds):
    rng = np.random.default_rng(0)
    # Both have the same share right: the mean of Phi((0.8 + 0.05 z) / sqrt(1.09)) over z.
    level = 0.8 * np.sqrt(1.09 / (1.09 + 0.05**2))
    claims = 0
    for _ in range(600):
        hard = rng.normal(size=400)
        levels = np.append(level, rng.normal(0.8, 0.05, size=seeds))
        correct = hard + 0.3 * rng.normal(size=(1 + seeds, 400)) < levels[:, None]
        claims += over_seeds(correct[:1], correct[1:]).p < 0.05
    assert 0 < claims <= 30


def test_two_models_are_tested_by_mcnemars_exact_test():
    a = np.array([True] * 20 + [False] * 80)
    b = np.array([False] * 15 + [True] * 11 + [False] * 74)
    found = of_two(a, b)  # 15 right by A alone, 6 by B alone
    assert found.value == pytest.approx(0.09)
    # 2 · P(X <= 6), X binomial(21, 1/2), counted by hand: 2 · 82,160 / 2^21.
    assert found.p == pytest.approx(2 * 82_160 / 2**21)


@pytest.mark.parametrize("accuracy", [0.75, 0.79, 0.795, 0.81])
def test_exact_interval_leaves_out_nought_just_where_the_exact_test_is_significant(accuracy):
    (a,), (b,) = right([0.80]), right([accuracy], seed=1)
    difference = of_two(a, b)
    assert difference.low < difference.value < difference.high
    assert (difference.low > 0 or difference.high < 0) == (difference.p < 0.05)


def test_exact_interval_is_clopper_and_pearsons_of_share_and_rate():
    a = np.array([True] * 30 + [False] * 70)
    b = np.array([False] * 20 + [True] * 14 + [False] * 66)  # A alone 20, B alone 4
    share = stats.binomtest(20, 24).proportion_ci(method="exact")
    rate = stats.binomtest(24, 100).proportion_ci(method="exact")
    difference = of_two(a, b)
    assert difference.low == pytest.approx((2 * share.low - 1) * rate.low)
    assert difference.high == pytest.approx((2 * share.high - 1) * rate.high)


def test_exact_interval_holds_the_true_difference_in_nearly_all_draws():
    rng = np.random.default_rng(0)
    for only_a, only_b in ((0.02, 0.02), (0.10, 0.06), (0.30, 0.01)):
        drawn = rng.multinomial(500, [only_a, only_b, 1 - only_a - only_b], size=120)
        held = [
            interval.low <= only_a - only_b <= interval.high
            for interval in (
                statistics.ExactEstimate(int(x), int(y), 500).at(0.05) for x, y, _ in drawn
            )
        ]
        assert np.mean(held) >= 0.92


def test_equal_models_have_no_difference():
    (a,) = right([0.8])
    same = of_two(a, a)
    assert (same.value, same.p) == (0, 1)
    assert same.low == -same.high < 0  # 1,000 reviews without a disagreement leave some possible
    assert over_reviews(a[None], a[None]) == (0, 0, 0, 1, None)


def test_difference_of_shared_seeds_is_the_paired_t_test():
    a, b = [0.79, 0.80, 0.84, 0.78], [0.75, 0.77, 0.78, 0.71]
    difference = statistics.estimate_over_shared_seeds(alike(a), alike(b)).at(0.05)
    oracle = stats.ttest_rel(a, b)
    interval = oracle.confidence_interval()
    assert difference[:4] == pytest.approx((0.05, interval.low, interval.high, oracle.pvalue))


def test_figure_of_one_network_is_the_one_sample_t_interval_where_seeds_alone_vary():
    seeds = [0.79, 0.80, 0.84, 0.78]
    values = np.repeat(np.array(seeds)[:, None], 1_000, axis=1)
    figure = statistics.estimate_of_one(values).at(0.05)
    interval = stats.ttest_1samp(seeds, 0).confidence_interval()
    assert figure[:3] == pytest.approx((0.8025, interval.low, interval.high))


def test_level_moves_the_interval_with_the_quantiles_of_both_sources():
    a, b = [0.79, 0.80, 0.84, 0.78], [0.75, 0.74, 0.78, 0.71]
    estimate = statistics.estimate_over_seeds_and_reviews(alike(a), alike(b))
    oracle = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.99)
    assert estimate.at(0.01)[1:3] == pytest.approx((oracle.low, oracle.high))


def test_over_reviews_is_the_paired_normal_test():
    a, b = right([0.8, 0.8]), right([0.76], seed=1)
    found = over_reviews(a, b)
    gaps = a.mean(axis=0) - b[0]
    z = gaps.mean() / stats.sem(gaps)
    assert found.value == pytest.approx(a.mean() - b.mean())
    assert found.p == pytest.approx(2 * stats.norm.sf(z))
    assert found.low == pytest.approx(found.value - 1.959964 * stats.sem(gaps))


def test_auc_parts_average_to_scikit_learns_auc():
    labels, probabilities = noisy(700)
    parts = metrics.auc_parts(labels, probabilities)
    assert parts.mean() == pytest.approx(roc_auc_score(labels, probabilities))


def test_difference_in_auc_is_delongs():
    labels, one = noisy(900)
    other = np.clip(one + np.random.default_rng(5).normal(0, 0.2, 900), 0, 1)
    found = over_reviews(
        metrics.auc_parts(labels, one)[None], metrics.auc_parts(labels, other)[None]
    )
    value, variance = delong_by_definition(labels, one, other)
    assert found.value == pytest.approx(value)
    assert found.high - found.value == pytest.approx(1.959964 * np.sqrt(variance), rel=0.005)


def test_wilson_intervals_are_scipys():
    counts = np.array([1, 1, 40, 40, 833, 833, 5_000])
    right = np.array([0, 1, 0, 37, 640, 833, 2_500])
    found = np.transpose(statistics.wilson(right / counts, counts))
    expected = [
        stats.binomtest(int(k), int(n)).proportion_ci(method="wilson")
        for k, n in zip(right, counts, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)
