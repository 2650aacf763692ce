"""Who leads among several sides: the sentence must not say more than the verdicts."""

import pytest

from rnnlab.compare import verdict
from rnnlab.compare.ranking import rank
from rnnlab.compare.verdict import Outcome
from tests.sides import BAD, GOOD, group


def found(*sides):
    return rank(sides, verdict.compare_sides(sides))


def test_side_that_is_better_than_all_others_is_the_best():
    told = found(group("gru", BAD, arch="gru"), group("lstm", GOOD))
    assert told.headline == "lstm is the best: 80.0\u00a0% right"
    assert told.details == "It is better than gru."
    (opponent,) = told.opponents
    assert (opponent.name, opponent.outcome) == ("gru", Outcome.A)
    assert opponent.difference.value == pytest.approx(0.051, abs=1e-3)
    assert opponent.difference.low > 0


def test_lead_within_chance_is_not_sure():
    a = group("lstm", (0.80, 0.72, 0.778))
    b = group("gru", (0.79, 0.74, 0.75), arch="gru")
    assert found(a, b).headline == "lstm leads by 0.6 points, not surely"
    assert found(a, b).details == "No difference is shown to gru."
    assert found(b, a) == found(a, b)


def test_rivals_stand_in_the_order_of_their_accuracy_and_are_told_apart_by_outcome():
    told = found(
        group("rnn", BAD, arch="embedding-rnn"),
        group("lstm", GOOD),
        group("single", (0.76,), arch="gru"),
    )
    assert [opponent.name for opponent in told.opponents] == ["single", "rnn"]
    assert told.details == (
        "It is better than rnn. There are not enough seeds to tell it from single."
    )
    assert told.headline == "lstm leads by 4.0 points, not surely"


def test_side_alone_has_its_accuracy_and_how_its_seeds_scatter():
    told = found(group("lstm", GOOD))
    assert told.headline == "lstm: 80.0\u00a0% right"
    assert told.details.startswith("80.0\u00a0% of the reviews ± 0.3 points over 3 seeds.")


def test_sides_of_equal_accuracy_are_level():
    a, b = group("a", GOOD), group("b", GOOD, first=11)
    assert found(a, b).headline.endswith("are level")
