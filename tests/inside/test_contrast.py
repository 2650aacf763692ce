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
        "rnn-1 (56.0\u00a0%) has no stable point, so what it reads is not kept; rnn-3 "
        "(74.8\u00a0%) has 2 stable points and keeps it for about 34 words."
    )


def test_two_that_keep_what_they_read_differ_in_how_long():
    sentence = contrast(LEARNED, shown("lstm-1", None, 94))
    assert sentence.endswith("in 34 words in rnn-3 (74.8\u00a0%) and in 94 words in lstm-1.")


def test_two_that_keep_nothing():
    assert contrast(FAILED, FAILED).startswith("Neither rnn-1")
