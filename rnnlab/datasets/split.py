"""Which reviews train a run, which select its best epoch, and which only test it.

Owns how a split is drawn. All of it equals scikit-learn's `train_test_split`, whose import would
cost a second: called once for the reviews held out and once for their halves, both times with the
split seed.
"""

import itertools
import math
from collections.abc import Hashable, Iterable
from typing import Literal, NamedTuple

import numpy as np

from rnnlab.errors import DataError

HELD_OUT_SHARE = 0.2
TEST_SHARE = 0.5  # of the reviews held out


class Split(NamedTuple):
    """Rows of a dataset, each int64. `test` is empty unless a run keeps a test set."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def part(self, name: Literal["validation", "test"]) -> np.ndarray:
        """Return the rows of a part that is held out."""
        return self.test if name == "test" else self.validation


def hold_out(count: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to train on, and the fifth that is held out: int64."""
    return _train_test_split(np.arange(count), HELD_OUT_SHARE, seed)


def halve(train: np.ndarray, held_out: np.ndarray, *, seed: int, first_twins: np.ndarray) -> Split:
    """Split the rows held out by `seed` into validation and test, half each.

    A test review with the same words as a review that trains or validates is left out: for every
    vocabulary a model reads the two as one, so it would be tested on what it has seen. Raises
    DataError where one review is held out.
    """
    if len(held_out) < 2:
        raise DataError(
            "a test set needs at least 6 reviews in the dataset: add some, or train without one"
        )
    validation, test = _train_test_split(held_out, TEST_SHARE, seed)
    seen = np.isin(first_twins[test], first_twins[np.concatenate([train, validation])])
    return Split(train, validation, test[~seen])


def first_equal(values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the row of the first review with the same ids as each: int64 (n,)."""
    values, offsets = np.asarray(values), np.asarray(offsets)
    pairs = itertools.pairwise(offsets.tolist())
    return first_places(values[start:end].tobytes() for start, end in pairs)


def first_places(items: Iterable[Hashable]) -> np.ndarray:
    """Return the place of the first item that equals each: int64 (n,)."""
    first: dict[Hashable, int] = {}
    places = (first.setdefault(item, place) for place, item in enumerate(items))
    return np.fromiter(places, np.int64)


def _train_test_split(rows: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what `train_test_split(rows, test_size=share, random_state=seed)` does."""
    order = np.random.RandomState(seed).permutation(len(rows))
    count = math.ceil(share * len(rows))
    return rows[order[count:]], rows[order[:count]]
