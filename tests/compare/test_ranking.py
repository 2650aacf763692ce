"""Who leads among several sides: the sentence must not say more than the verdicts."""

import pytest

from rnnlab.compare import verdict
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.ranking import rank
from tests.sides import BAD, GOOD, group


def ranked(*sides):
    return rank(sides, verdict.compare_sides(sides))


def test_side_that_is_better_than_its_only_opponent_is_called_better():
    ranking = ranked(group("gru", BAD, arch="gru"), group("lstm", GOOD))
    assert ranking.headline == "lstm is better than gru by 5.1 points"
    assert ranking.details == "Significantly better than gru."
    (opponent,) = ranking.opponents
    assert (opponent.name, opponent.outcome) == ("gru", Outcome.A)
    assert opponent.difference.value == pytest.approx(0.051, abs=1e-3)
    assert opponent.difference.low > 0


def test_lead_within_chance_is_too_close_to_call():
    a = group("lstm", (0.795, 0.775, 0.778))
    b = group("gru", (0.785, 0.765, 0.78), arch="gru")
    assert ranked(a, b).headline == "lstm scores 0.6 points higher than gru: too close to call"
    assert ranked(a, b).details == "No significant difference from gru."
    assert ranked(b, a) == ranked(a, b)


def test_rivals_stand_in_the_order_of_their_accuracy_and_are_ranking_apart_by_outcome():
    ranking = ranked(
        group("rnn", BAD, arch="embedding-rnn"),
        group("lstm", GOOD),
        group("single", (0.76,), arch="gru"),
    )
    assert [opponent.name for opponent in ranking.opponents] == ["single", "rnn"]
    assert ranking.details == (
        "Significantly better than rnn. Too few seeds to tell it apart from single."
    )
    assert ranking.headline == "lstm scores 4.0 points higher than single: too few seeds to tell"


def test_side_alone_has_its_accuracy_and_how_its_seeds_scatter():
    ranking = ranked(group("lstm", GOOD))
    assert ranking.headline == "lstm: 80.0\u00a0% accuracy"
    assert ranking.details.startswith("Over 3 seeds, the standard deviation is 0.3 points.")


def test_side_that_is_better_than_all_others_is_best():
    sides = (
        group("rnn", BAD, arch="embedding-rnn"),
        group("lstm", GOOD),
        group("gru", BAD, arch="gru"),
    )
    assert ranked(*sides).headline == "lstm is best: 80.0\u00a0% accuracy"


def test_sides_of_equal_accuracy_are_not_called_level():
    a, b = group("a", GOOD), group("b", GOOD, first=11)
    assert ranked(a, b).headline in (
        "a and b: too close to call",
        "b and a: too close to call",
    )
