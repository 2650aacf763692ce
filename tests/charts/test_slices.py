"""Accuracy over slices, as tuples and as figures."""

import numpy as np
import pytest

from rnnlab.charts.slices import describe, slices, slices_figure
from rnnlab.compare.disagreements import Words, accuracy_by_length, accuracy_by_unknown_share
from tests.sides import side

LENGTHS = np.arange(1, 301)
WORDS = Words(
    np.where(np.arange(LENGTHS.sum()) % 3 == 0, 50, 10),
    np.concatenate([[0], np.cumsum(LENGTHS)]),
)
LABELS = np.ones(300, np.uint8)
SIDES = [
    side("<b>worse</b>", np.where(LENGTHS > 250, 0.4, 0.9), labels=LABELS),
    side("steady", np.full(300, 0.7), labels=LABELS),
]
COLORS = {"<b>worse</b>": "#0072B2", "steady": "#009E73"}


@pytest.mark.parametrize(
    ("by", "measure"), [("length", accuracy_by_length), ("unknown", accuracy_by_unknown_share)]
)
def test_each_side_has_a_line_of_its_slices(by, measure):
    info = slices(by, SIDES, WORDS, COLORS)
    assert [line.slices for line in info.lines] == [measure(one, WORDS) for one in SIDES]
    figure = slices_figure(info, text_color="#161B26")
    assert list(figure.data[0].y) == [one.accuracy for one in info.lines[0].slices]
    assert "<b>" not in figure.to_json().replace("\\u003c", "<")
    assert "steady" in describe(info)


def test_title_names_the_largest_drop_on_long_reviews():
    assert slices("length", SIDES, WORDS, COLORS).title == (
        "Largest gap from the shortest reviews to the longest: <b>worse</b>, 100.0 points lower"
    )
    assert slices("length", SIDES[1:], WORDS, COLORS).title == (
        "No model scores lower on the longest than on the shortest reviews"
    )
