"""The comparison over splits beside a plain formula, and how often its interval holds the truth."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from rnnlab.compare import splits
from rnnlab.config import preset
from rnnlab.evaluation.predictions import Predictions

GAPS = (0.012, 0.004, 0.021, 0.010, 0.015)


def test_interval_is_nadeau_and_bengios():
    found = splits.difference_over_splits(GAPS, test_to_train=0.25)
    mean = sum(GAPS) / 5
    variance = sum((gap - mean) ** 2 for gap in GAPS) / 4
    error = math.sqrt((1 / 5 + 5_000 / 20_000) * variance)
    assert found.value == pytest.approx(mean)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 4, mean, error))
    assert found.p == pytest.approx(2 * stats.t.sf(mean / error, 4))
    assert found.by_split == GAPS


def test_without_the_correction_it_is_students_paired_t_test():
    found = splits.difference_over_splits(GAPS, test_to_train=0.0)
    theirs = stats.ttest_1samp(GAPS, 0.0)
    interval = theirs.confidence_interval()
    assert found.p == pytest.approx(theirs.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_equal_differences_have_no_width():
    assert splits.difference_over_splits([0.0] * 3, test_to_train=0.25)[:4] == (0, 0, 0, 1.0)
    found = splits.difference_over_splits([0.5] * 3, test_to_train=0.25)
    assert (found.low, found.high, found.p) == (0.5, 0.5, 0.0)


def runs_of(arch, accuracies, *, part="test", test_set=True):
    """Predictions of 1,000 reviews by runs with these accuracies: {split seed: one for a seed}."""
    return [
        Predictions(
            f"{arch}-{split}-{seed}",
            arch,
            preset(arch, seed=seed, split_seed=split, test_set=test_set),
            np.ones(1_000, np.uint8),
            np.where(np.arange(1_000) < 1_000 * accuracy, 0.9, 0.1).astype(np.float32),
            f"held out by {split}",
            part=part,
        )
        for split, of_seeds in accuracies.items()
        for seed, accuracy in enumerate(of_seeds)
    ]


A = {1: (0.80, 0.82), 2: (0.79,), 3: (0.84, 0.80, 0.82), 9: (0.5,)}
B = {3: (0.80,), 2: (0.80, 0.78), 1: (0.80,), 42: (0.9,)}


@pytest.mark.parametrize(("test_set", "ratio"), [(True, 0.125), (False, 0.25)])
def test_splits_that_both_sides_have_are_compared_by_means_over_seeds(test_set, ratio):
    part = "test" if test_set else "validation"
    sides = (
        runs_of(arch, made, part=part, test_set=test_set)
        for arch, made in (("lstm", A), ("gru", B))
    )
    found = splits.compare_over_splits(*sides)
    assert found.by_split == pytest.approx((0.81 - 0.80, 0.79 - 0.79, 0.82 - 0.80))
    assert found == splits.difference_over_splits(found.by_split, test_to_train=ratio)


def test_two_splits_are_too_few():
    few = {split: A[split] for split in (1, 2)}
    assert splits.compare_over_splits(runs_of("lstm", few), runs_of("gru", B)) is None


def test_reviews_from_elsewhere_are_the_same_for_every_split():
    sides = [
        [dataclasses.replace(run, reviews="IMDB's test reviews") for run in runs_of(arch, A)]
        for arch in ("lstm", "gru")
    ]
    assert splits.compare_over_splits(*sides) is None


def test_sentence_starts_with_the_higher_side():
    found = splits.difference_over_splits([-gap for gap in GAPS], test_to_train=0.125)
    words = splits.sentence("LSTM × 3", "GRU × 3", found).replace("\u00a0", " ")
    assert words == (
        "Over 5 splits of the reviews, GRU × 3 scores 1.2 points higher than LSTM × 3 (95 % "
        f"interval {100 * -found.high:+.1f} to {100 * -found.low:+.1f} points, p = "
        f"{found.p:.2g}). This counts the choice of training reviews as well."
    )


def nearest_mean_accuracy(x, y, train, test, features):
    """The accuracy of the classifier that takes the nearer of two means, on the first features."""
    x = x[:, :features]
    means = [x[train][y[train] == label].mean(axis=0) for label in (0, 1)]
    near = [np.square(x[test] - mean).sum(axis=1) for mean in means]
    return np.mean((near[1] < near[0]) == y[test])


def test_interval_holds_the_expected_difference_in_at_least_94_percent():
    """Over fresh pools of reviews, each split five times; without the correction it holds 85 %."""
    rng = np.random.default_rng(0)
    pools, count, shift = 600, 100, np.array([0.7, 0.5, *[0.1] * 18])
    gaps = np.empty((pools, 5))
    for pool in gaps:
        y = rng.integers(0, 2, count)
        x = rng.normal(size=(count, 20)) + np.where(y[:, None] == 1, shift, -shift)
        for split in range(5):
            order = rng.permutation(count)
            train, test = order[count // 5 :], order[: count // 5]
            few, all_ = (nearest_mean_accuracy(x, y, train, test, k) for k in (2, 20))
            pool[split] = few - all_
    truth = gaps.mean()

    def coverage(ratio):
        found = [splits.difference_over_splits(pool, test_to_train=ratio) for pool in gaps]
        return np.mean([one.low <= truth <= one.high for one in found])

    assert coverage(0.25) >= 0.94
    assert coverage(0.0) < 0.92
