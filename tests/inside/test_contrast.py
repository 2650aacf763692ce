"""What is said of two dials side by side."""

import numpy as np
import pytest

from rnnlab.inside.contrast import Shown, contrast
from rnnlab.inside.dial import Dial
from rnnlab.inside.dynamics import FixedPoint


def shown(name, accuracy, *words):
    """A network whose points have these time constants; infinite ones are no stable points."""
    sizes = [1.1 if np.isinf(constant) else np.exp(-1 / constant) for constant in words]
    points = tuple(FixedPoint(np.zeros(2), np.array([size]), 0.0) for size in sizes)
    zeros = np.zeros(2)
    dial = Dial(zeros, np.eye(2), (1, 0), np.zeros((1, 2)), 0.9, points, (0.5,) * len(points))
    return Shown(name, accuracy, dial)


FAILED, LEARNED = shown("rnn-1", 0.56, np.inf), shown("rnn-3", 0.748, 34, 24, np.inf)


@pytest.mark.parametrize("pair", [(FAILED, LEARNED), (LEARNED, FAILED)])
def test_a_network_without_a_stable_point_is_named_in_either_order(pair):
    assert contrast(*pair) == (
        "rnn-1 (56.0\u00a0%) has no stable point, so its state never settles; rnn-3 "
        "(74.8\u00a0%) has 2 stable points, and what it reads fades to about a third in 34 words."
    )


def test_two_that_keep_what_they_read_differ_in_how_long():
    sentence = contrast(LEARNED, shown("lstm-1", None, 94))
    assert sentence.endswith("in 34 words in rnn-3 (74.8\u00a0%) and in 94 words in lstm-1.")


def test_two_without_a_stable_point():
    assert contrast(FAILED, FAILED).startswith("No stable point was found in rnn-1")


@pytest.mark.parametrize(
    ("constants", "sentence"),
    [
        (
            (94.1, 4.2),
            "One slow direction: what was read fades to about a third in 94 words. In all other "
            "directions, it takes 5 words at most.",
        ),
        ((2.1, 1.7), "No slow direction: what was read fades to about a third in 2 words."),
        ((1.1, np.inf), "No slow direction: what was read fades to about a third in 1 word."),
    ],
)
def test_time_constants_are_said_as_what_they_are(constants, sentence):
    values = np.exp([-1 / constant for constant in constants if np.isfinite(constant)])
    dial = LEARNED.dial._replace(points=(FixedPoint(np.zeros(2), values, 0.0),))
    assert dial.sentence == sentence


def test_a_network_without_a_stable_point_is_not_said_to_keep_nothing():
    assert FAILED.dial.sentence == (
        "No stable resting point was found: on average words, the state never settles."
    )
