"""Numbers, times and lists as people read them."""

import math

import pytest

from rnnlab import format


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (format.count(8_809), "8,809"),
        (format.count(None), "–"),
        (format.plural(1, "minute"), "1 minute"),
        (format.plural(0, "minute"), "0 minutes"),
        (format.plural(1_200, "row"), "1,200 rows"),
        (format.loss(0.45121), "0.4512"),
        (format.loss(None), "–"),
        (format.loss(math.nan), "not a number"),
        (format.decimal(-0.216), "−0.22"),
        (format.decimal(-0.001), "0.00"),
        (format.decimal(1.25, 1), "1.2"),
        (format.percent(0.7934), "79.3\u00a0%"),
        (format.percent(1.0), "100.0\u00a0%"),
        (format.small_percent(0.00034), "0.034\u00a0%"),
        (format.small_percent(0.214), "21\u00a0%"),
        (format.small_percent(12.5), "1,250\u00a0%"),
        (format.small_percent(2e-7), "less than 0.001\u00a0%"),
        (format.signed(1.204), "+1.20"),
        (format.signed(-0.5), "−0.50"),
        (format.percent(None), "–"),
        (format.percent(math.nan), "–"),
        (format.duration(0.46), "0.5\u00a0s"),
        (format.duration(9.96), "10\u00a0s"),
        (format.duration(80), "1\u00a0min 20\u00a0s"),
        (format.duration(120), "2\u00a0min"),
        (format.duration(7_320), "2\u00a0h 2\u00a0min"),
        (format.duration(None), "–"),
        (format.duration(math.inf), "–"),
        (format.size(12), "12\u00a0B"),
        (format.size(35_236), "35.2\u00a0kB"),
        (format.size(611_000_000), "611\u00a0MB"),
        (format.size(4.8e9), "4.8\u00a0GB"),
        (format.size(1.2e12), "1,200\u00a0GB"),
        (format.size(None), "–"),
        (format.learning_rate(0.0001), "0.0001"),
        (format.learning_rate(0.000015), "1.5e-5"),
        (format.p_value(0.0312), "p = 0.031"),
        (format.p_value(0.00004), "p < 0.0001"),
        (format.listing([]), ""),
        (format.listing(["A"]), "A"),
        (format.listing(["A", "B"]), "A and B"),
        (format.listing(["A", "B", "C"]), "A, B and C"),
        (format.listing(["A", "B", "C"], "or"), "A, B or C"),
    ],
)
def test_figure_is_shown_as(shown, expected):
    assert shown == expected


def test_ranks_have_their_endings():
    ranks = {
        1: "1st",
        2: "2nd",
        3: "3rd",
        4: "4th",
        11: "11th",
        12: "12th",
        22: "22nd",
        113: "113th",
    }
    assert {number: format.ordinal(number) for number in ranks} == ranks


def test_difference_of_shares_is_in_points():
    assert format.points(0.0021) == "0.2 points"
    assert format.points(0.2) == "20.0 points"


def test_signs_are_as_wide_as_each_other():
    assert [format.signed(value) for value in (0.316, -0.316)] == ["+0.32", "−0.32"]
    assert [format.signed(value) for value in (0, 0.004, -0.004)] == ["0.00"] * 3
    assert format.signed(-0.0042, 3) == "−0.004"
    assert format.number(-1.25, 1) == "−1.2" and format.number(1.25, 3) == "1.250"
