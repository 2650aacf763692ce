"""The verdict where the runs of a group were trained on several splits of the reviews."""

import dataclasses

import pytest

from rnnlab.compare import verdict
from rnnlab.compare.groups import group_runs
from rnnlab.compare.groups import on_one_split as on_one
from rnnlab.compare.side import Side
from tests.sides import BAD, GOOD, run


def only(*sides):
    (found,) = verdict.compare_sides(sides)
    return found


def on_splits(arch, of_splits, *, test_set=False):
    """A group of runs: {split seed: an accuracy for each seed}, each split with its own reviews."""
    part = "test" if test_set else "validation"
    return [
        dataclasses.replace(
            run(
                accuracy,
                arch=arch,
                seed=seed,
                reviews=f"split {split}",
                split_seed=split,
                test_set=test_set,
            ),
            part=part,
        )
        for split, accuracies in of_splits.items()
        for seed, accuracy in enumerate(accuracies, start=1)
    ]


def on_one_split(*groups_of_runs):
    """The sides of these groups on the split that they are compared on."""
    groups = [group_runs(runs)[0] for runs in groups_of_runs]
    return [Side.from_group(g, g.runs, other_splits=g.other_splits) for g in on_one(groups)]


@pytest.mark.parametrize("test_set", [False, True])
def test_runs_on_three_splits_tell_what_other_training_reviews_would_change(test_set):
    lstm = on_splits("lstm", {42: GOOD, 1: (0.79,), 2: (0.81,)}, test_set=test_set)
    gru = on_splits("gru", {42: BAD, 1: (0.76,), 2: (0.75,)}, test_set=test_set)
    found = only(*on_one_split(lstm, gru))
    assert found.over_splits.by_split == pytest.approx((0.03, 0.06, 0.051), abs=2e-3)
    assert "Over 3 splits of the reviews, LSTM × 3" in found.rests_on
    assert "This counts the choice of training reviews as well" in found.rests_on
    assert "left out" not in found.rests_on
    assert found.rests_on.startswith("3 seeds against 3 seeds")


def test_runs_on_fewer_splits_are_left_out_and_counted():
    lstm = on_splits("lstm", {42: GOOD, 1: (0.79, 0.8)})
    found = only(*on_one_split(lstm, on_splits("gru", {42: BAD})))
    assert found.over_splits is None
    assert "The choice of training reviews is not counted." in found.rests_on
    assert "2 runs of LSTM × 3 left out: trained on another split of the reviews." in found.rests_on


def test_verdict_names_the_part_of_the_reviews_that_it_rests_on():
    for test_set, words in (
        (True, "the same 2,000 test reviews, which played no part in training or in any choice."),
        (False, "the same 2,000 validation reviews."),
    ):
        sides = [on_splits(arch, {42: GOOD}, test_set=test_set) for arch in ("lstm", "gru")]
        assert words in only(*on_one_split(*sides)).rests_on
