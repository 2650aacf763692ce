"""Splits of one's own datasets: scikit-learn's where they match, twins always on one side."""

import itertools

import numpy as np
import pytest
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from rnnlab.datasets.own.splits import NONE, TEST, TRAIN, VALIDATION, SplitRule, draw
from rnnlab.errors import DataError

RANDOM = SplitRule("random", NONE)
SEEDS = pytest.mark.parametrize("seed", [0, 42, 2**32 - 1])


def labels_of(count, share=0.3):
    return (np.random.RandomState(3).rand(count) < share).astype(np.uint8)


def alone(count):
    """No text has a twin."""
    return np.arange(count)


def drawn(rule, labels, twins=None, *, seed=42, test_set=False):
    twins = alone(len(labels)) if twins is None else twins
    return draw(rule, labels, twins, seed=seed, test_set=test_set)


@SEEDS
@pytest.mark.parametrize("count", [20, 21, 101, 3_000])
def test_random_split_is_that_of_train_test_split_with_stratify(count, seed):
    labels = labels_of(count)
    train, held_out = train_test_split(
        np.arange(count), test_size=0.2, random_state=seed, stratify=labels
    )
    split = drawn(RANDOM, labels, seed=seed)
    np.testing.assert_array_equal(split.train, train)
    np.testing.assert_array_equal(split.validation, held_out)
    assert len(split.test) == 0


@SEEDS
def test_held_out_reviews_are_halved_as_train_test_split_does(seed):
    labels = labels_of(400)
    split = drawn(RANDOM, labels, seed=seed, test_set=True)
    held_out = drawn(RANDOM, labels, seed=seed).validation
    theirs = train_test_split(held_out, test_size=0.5, random_state=seed, stratify=labels[held_out])
    np.testing.assert_array_equal(split.validation, theirs[0])
    np.testing.assert_array_equal(split.test, theirs[1])


@SEEDS
def test_split_by_groups_is_that_of_group_shuffle_split(seed):
    groups = np.random.RandomState(5).randint(0, 37, 500)
    theirs = GroupShuffleSplit(n_splits=1, test_size=0.2, random_state=seed)
    train, held_out = next(theirs.split(groups, groups=groups))
    split = drawn(SplitRule("group", groups), labels_of(500), seed=seed)
    np.testing.assert_array_equal(split.train, train)
    np.testing.assert_array_equal(split.validation, held_out)


@pytest.mark.parametrize("test_set", [False, True])
@pytest.mark.parametrize("kind", ["random", "group", "time", "column"])
def test_twins_are_never_on_two_sides(kind, test_set):
    random = np.random.RandomState(7)
    count = 600
    twins = alone(count)
    for row in range(0, count, 40):
        twins[row] = twins[random.randint(0, row + 1)]
    assignment = {
        "random": NONE,
        "group": random.randint(0, 60, count),
        "time": random.randint(0, 90, count),
        "column": random.randint(0, 3, count),
    }[kind]
    split = drawn(SplitRule(kind, assignment), labels_of(count), twins, test_set=test_set)
    sides = [set(twins[rows].tolist()) for rows in split]
    assert not sides[0] & sides[1]
    assert not (sides[0] | sides[1]) & sides[2]


def test_groups_that_share_a_text_stay_together():
    groups = np.repeat(np.arange(50), 4)
    twins = alone(200)
    twins[5], twins[9] = 1, 5 - 4  # a text of group 0 is in group 1 and in group 2
    for seed in range(20):
        split = drawn(SplitRule("group", groups), labels_of(200), twins, seed=seed)
        assert set(range(12)) <= set(split.train.tolist()) or set(range(12)) <= set(
            split.validation.tolist()
        )


@pytest.mark.parametrize("test_set", [False, True])
def test_split_by_time_holds_out_the_latest_whatever_the_seed(test_set):
    ranks = np.random.RandomState(2).permutation(100)
    rule = SplitRule("time", ranks)
    split = drawn(rule, labels_of(100), test_set=test_set)
    again = drawn(rule, labels_of(100), test_set=test_set, seed=7)
    for rows, same in zip(split, again, strict=True):
        np.testing.assert_array_equal(rows, same)
    assert sorted(ranks[split.train]) == list(range(80))
    assert sorted(ranks[split.validation]) == list(range(80, 90 if test_set else 100))
    assert sorted(ranks[split.test]) == (list(range(90, 100)) if test_set else [])


def test_reviews_of_one_time_stay_on_one_side():
    ranks = np.repeat(np.arange(7), 10)
    split = drawn(SplitRule("time", ranks), labels_of(70))
    assert not set(ranks[split.train]) & set(ranks[split.validation])
    assert len(split.validation) == 10


def test_given_parts_are_kept_and_the_test_part_is_used_by_nothing_else():
    parts = np.array([TRAIN] * 60 + [VALIDATION] * 20 + [TEST] * 20)
    rule = SplitRule("column", parts)
    for seed, test_set in itertools.product((1, 2), (False, True)):
        split = drawn(rule, labels_of(100), seed=seed, test_set=test_set)
        assert split.train.tolist() == list(range(60))
        assert split.validation.tolist() == list(range(60, 80))
        assert split.test.tolist() == list(range(80, 100))


def test_validation_part_that_is_not_given_is_drawn_from_the_train_part():
    parts = np.array([TRAIN] * 60 + [TEST] * 40)
    split = drawn(SplitRule("column", parts), labels_of(100), test_set=True)
    assert sorted([*split.train, *split.validation]) == list(range(60))
    assert (len(split.validation), len(split.test)) == (12, 40)


def test_given_validation_part_is_halved_where_no_test_part_is_given():
    parts = np.array([TRAIN] * 60 + [VALIDATION] * 40)
    split = drawn(SplitRule("column", parts), labels_of(100), test_set=True)
    assert (len(split.train), len(split.validation), len(split.test)) == (60, 20, 20)


def test_part_without_reviews_is_refused():
    with pytest.raises(DataError, match=r"no review .* validation part"):
        drawn(SplitRule("group", np.zeros(30, np.int64)), labels_of(30))
