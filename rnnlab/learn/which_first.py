"""A text of the task which-first with its two letters where a viewer puts them."""

from collections.abc import Sequence

import numpy as np

from rnnlab.datasets.synthetic import WORDS
from rnnlab.inference.classify import Classifier, classify

FIRST, SECOND = WORDS[:2]  # a before b is positive


def row(length: int, places: tuple[int, int], *, positive: bool) -> tuple[str, ...]:
    """Return a row of letters that are always the same, with a and b at two places, from 0.

    The a is at the earlier place where `positive`, else the b. Equal places are made neighbours.
    """
    rng = np.random.default_rng(0)
    letters = [str(letter) for letter in rng.choice(WORDS[2:], length)]
    early, late = min(places), max(places)
    if early == late:
        early, late = (early, late + 1) if late + 1 < length else (early - 1, late)
    letters[early], letters[late] = (FIRST, SECOND) if positive else (SECOND, FIRST)
    return tuple(letters)


def answers(classifiers: Sequence[Classifier], letters: Sequence[str]) -> tuple[float, ...]:
    """Return the probability that each classifier gives for "a comes first"."""
    results = classify(" ".join(letters), classifiers)
    return tuple(result.probability or 0.0 for result in results)
