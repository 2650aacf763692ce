"""Sentences that go with numbers, word for word."""

import pytest

from rnnlab.compare import wording
from rnnlab.compare.sample_size import SeedsNeeded
from tests.sides import GOOD, group


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
