"""Sentences that go with numbers, word for word."""

import pytest

from rnnlab.compare import stuck, verdict, wording
from rnnlab.compare.sample_size import SeedsNeeded
from tests.sides import BAD, GOOD, group


@pytest.mark.parametrize(
    ("needed", "sentence"),
    [
        (
            SeedsNeeded(0.01, 10, 5, 20, 0.006),
            "To see a difference of 1 point with this scatter, train 10 seeds of each model "
            "(between 5 and 20).",
        ),
        (
            SeedsNeeded(0.005, 10, 10, None, 0.004),
            "To see a difference of 0.5 points with this scatter, train 10 seeds of each model "
            "(between 10 and more than 50).",
        ),
        (
            SeedsNeeded(0.01, None, 20, None, 0.006),
            "To see a difference of 1 point with this scatter, more than 50 seeds of each model "
            "would be needed.",
        ),
        (
            SeedsNeeded(0.01, None, None, None, 0.0234),
            "These 2,000 reviews can show no difference smaller than 2.3 points, however many "
            "seeds are trained.",
        ),
        (
            SeedsNeeded(0.01, 3, 3, 3, 0.006),
            "With this scatter, a difference of 1 point would have shown in at least 4 of 5 such "
            "comparisons.",
        ),
    ],
)
def test_outlook_says_how_many_seeds_would_show_the_margin(needed, sentence):
    assert wording.outlook(group("a", GOOD), group("b", GOOD, first=11), needed) == sentence


def test_outlook_names_the_only_side_that_has_seeds():
    once = group("tfidf", (0.80,), arch="tfidf-logreg")
    needed = SeedsNeeded(0.01, 5, 5, 5, 0.006)
    assert wording.outlook(once, group("lstm", GOOD), needed) == (
        "To see a difference of 1 point with this scatter, train 5 seeds of lstm."
    )


def test_outlook_is_said_only_where_no_difference_is_shown():
    good, bad = group("lstm", GOOD), group("gru", BAD, arch="gru")
    (found,) = verdict.compare_sides([good, bad])
    assert found.outlook == ""
    (found,) = verdict.compare_sides([good, group("twin", GOOD, first=11)])
    assert "a difference of 1 point" in found.outlook or "can show no" in found.outlook


@pytest.mark.parametrize(
    ("accuracies", "sentence"),
    [
        (GOOD, ""),
        ((0.80, 0.51, 0.79), "1 of 3 seeds of lstm got stuck near guessing (51.0\u00a0%)."),
        ((0.51,), "lstm got stuck near guessing (51.0\u00a0%)."),
        (
            (*GOOD, *(0.5 + seed / 1_000 for seed in range(7))),
            f"7 of {len(GOOD) + 7} seeds of lstm got stuck near guessing "
            "(50.0\u00a0% to 50.6\u00a0%).",
        ),
    ],
)
def test_seeds_that_are_stuck_are_told_with_their_accuracies(accuracies, sentence):
    assert wording.failed_seeds(group("lstm", accuracies)) == sentence


def test_counts_of_failed_seeds_are_short():
    assert [stuck.describe(*counts) for counts in ((0, 3), (2, 3), (1, 1))] == [
        "",
        "2 of 3 seeds failed",
        "its only seed failed",
    ]


def test_side_of_which_no_seed_learned_is_named():
    sides = [group("lstm", GOOD), group("rnn", (0.51, 0.50, 0.52), arch="embedding-rnn")]
    (found,) = verdict.compare_sides(sides)
    assert "No seed of rnn learned." in found.findings
    assert "that of the seeds that learned" not in found.findings


def test_mean_that_the_failure_rate_could_overturn_is_not_called_certain():
    rnn = group("rnn", (0.65, 0.51, 0.652, 0.648, 0.651), arch="embedding-rnn")
    (found,) = verdict.compare_sides([group("lstm", GOOD), rnn])
    # None of 3 seeds failed, so 63 % could, which would bring lstm's mean to that of rnn.
    doubt = "higher than rnn, which is not certain: up to 63\u00a0% of its seeds may fail."
    assert doubt in found.findings


def test_failure_rates_name_their_side_where_they_differ():
    lstm, gru = group("lstm", GOOD), group("gru", BAD, arch="gru")
    (found,) = verdict.compare_sides([lstm, gru])
    assert "None of 3 seeds failed, which leaves" in found.rests_on
    (found,) = verdict.compare_sides([lstm, group("gru", (*BAD, 0.75, 0.51), arch="gru")])
    assert "None of 3 seeds of lstm failed, which leaves failure rates of up to" in found.rests_on
    assert "1 of 5 seeds of gru failed: a failure rate between" in found.rests_on
