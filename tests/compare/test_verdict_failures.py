"""Verdicts where seeds fail."""

import numpy as np
import pytest

from rnnlab.compare import verdict
from rnnlab.compare.outcome import Outcome
from tests.sides import GOOD, group


def only(*sides):
    (found,) = verdict.compare_sides(sides)
    return found


STUCK = (0.52, 0.75, 0.752, 0.53, 0.748, 0.751, 0.749)


def test_verdict_is_about_the_seeds_that_learned_and_names_those_that_failed():
    lstm = group("lstm", (*GOOD, 0.801, 0.799, 0.802, 0.797))
    rnn = group("rnn", STUCK, arch="embedding-rnn")
    found = only(lstm, rnn)
    assert found.outcome is Outcome.A
    assert found.accuracy.value == pytest.approx(0.05, abs=2e-3)
    assert "2 of 7 seeds of rnn got stuck near guessing (52.0\u00a0% and 53.0\u00a0%)." in (
        found.findings
    )
    assert "The difference is that of the seeds that learned." in found.findings
    assert found.average.difference.value == pytest.approx(0.114, abs=2e-3)
    assert (found.failures_a.failed, found.failures_b.failed) == (0, 2)
    possible, low, high = (
        f"{100 * share:.0f}\u00a0%" for share in (found.failures_a.high, *found.failures_b[2:])
    )
    assert (
        f"None of 7 seeds of lstm failed, which leaves failure rates of up to {possible} possible."
        in (found.rests_on)
    )
    assert f"2 of 7 seeds of rnn failed: a failure rate between {low} and {high}" in found.rests_on


def test_failed_seeds_raise_the_seeds_that_a_verdict_needs():
    found = only(group("lstm", GOOD), group("rnn", STUCK[:3], arch="embedding-rnn"))
    assert found.outcome is Outcome.SEEDS
    assert "train at least 5 seeds of rnn." in found.rests_on


def test_seeds_that_all_fail_need_enough_of_them_to_rule_out_chance():
    lstm, rnn = (*GOOD, 0.801, 0.799), (0.52, 0.53, 0.51, 0.525, 0.515)
    few = only(group("lstm", lstm[:3]), group("rnn", rnn[:3], arch="embedding-rnn"))
    assert few.outcome is Outcome.SEEDS
    many = only(group("lstm", lstm), group("rnn", rnn, arch="embedding-rnn"))
    assert many.outcome is Outcome.A
    assert "rnn fails more often than lstm" in many.findings


def test_mean_over_all_seeds_is_claimed_only_beyond_the_failure_rate_that_is_possible():
    few, many = (
        only(
            group("lstm", np.full(seeds, 0.8) + 0.002 * np.arange(seeds) / seeds),
            group("gru", np.full(seeds, 0.7) + 0.002 * np.arange(seeds) / seeds, arch="gru"),
        )
        for seeds in (3, 10)
    )
    # None of 3 seeds failed: 63 % could, at which the mean would be 61 %.
    assert (few.outcome, few.average.outcome) == (Outcome.A, Outcome.NONE)
    # None of 10: 26 % could, at which it would be 72 %.
    assert (many.outcome, many.average.outcome) == (Outcome.A, Outcome.A)


def test_only_seeds_that_learned_are_compared_where_each_side_has_one():
    a = group("lstm", (0.52, 0.80, 0.53))
    b = group("rnn", (0.75, 0.52, 0.53, 0.51), arch="embedding-rnn")
    found = only(a, b)
    assert found.outcome is Outcome.SEEDS
    only_a = int(np.sum(a.runs[1].correct & ~b.runs[0].correct))
    assert f"lstm alone is correct on {only_a} reviews" in found.rests_on


def test_five_seeds_that_all_fail_are_worse_than_a_model_without_randomness():
    rnn = group("rnn", (0.52, 0.53, 0.51, 0.525, 0.515), arch="embedding-rnn")
    found = only(group("tfidf", (0.80,), arch="tfidf-logreg"), rnn)
    # A typical seed that learned would let all five fail once in 32 times.
    assert found.outcome is Outcome.A
    assert "No seed of rnn learned." in found.findings
