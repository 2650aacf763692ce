"""What networks answer to the same words in other orders."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.inference.classify import Classifier, classify


class Arrangement(NamedTuple):
    """The words of a text in some order, and the probability that each classifier gives."""

    words: tuple[str, ...]
    probabilities: tuple[float, ...]


def arrangements(
    classifiers: Sequence[Classifier], words: Sequence[str], count: int
) -> tuple[Arrangement, ...]:
    """Return the words as they are, and in `count` random orders that are always the same."""
    rng = np.random.default_rng(0)
    orders = [list(words), *(list(rng.permutation(words)) for _ in range(count))]
    return tuple(
        Arrangement(
            tuple(map(str, order)),
            tuple(result.probability or 0.0 for result in classify(" ".join(order), classifiers)),
        )
        for order in orders
    )


def spread(orders: Sequence[Arrangement], place: int) -> tuple[float, float]:
    """Return the lowest and highest probability of the classifier at that place."""
    values = [order.probabilities[place] for order in orders]
    return min(values), max(values)
