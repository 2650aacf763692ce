"""Reviews on which two sides disagree, and accuracy by kind of review.

Owns the pairing review by review, and the slices by length and by unknown words. Draws nothing:
see `rnnlab.charts.slices`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnlab.compare import statistics
from rnnlab.compare.side import Side
from rnnlab.datasets import Dataset
from rnnlab.text import UNKNOWN, Vocabulary, words_of

UNKNOWN_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0)
LENGTH_BINS = 6
MIN_SLICE_REVIEWS = 40  # the accuracy of fewer says nothing


class DisputedReview(NamedTuple):
    """A review on which one side is correct and the other wrong.

    `row` is its place among the reviews; `a` and `b` are the sides' probabilities of positive,
    means over their seeds that learned.
    """

    row: int
    positive: bool
    a: float
    b: float


class Disagreement(NamedTuple):
    """The numbers of reviews that both or neither side gets right, and those that one side does.

    The disputed reviews are sorted by how far the two probabilities lie apart, farthest first.
    """

    both: int
    neither: int
    a_right: tuple[DisputedReview, ...]
    b_right: tuple[DisputedReview, ...]


class Slice(NamedTuple):
    """The reviews with low <= x <= high: their number, a typical seed's accuracy, its interval.

    The 95 % interval counts the choice of seeds and of reviews. Of a single run it is Wilson's, of
    the choice of reviews alone.
    """

    low: float
    high: float
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls
    accuracy: float
    accuracy_low: float
    accuracy_high: float


@dataclass(frozen=True, eq=False)
class Words:
    """The words of reviews as ids of the full vocabulary, one review after another.

    values: int32, without start marks; offsets: int64 (n + 1,). Words outside the vocabulary are
    `UNKNOWN`.
    """

    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def from_rows(cls, dataset: Dataset, rows: np.ndarray) -> "Words":
        """Return the words of these rows of a dataset."""
        starts, ends = dataset.offsets[rows] + 1, dataset.offsets[rows + 1]
        offsets = np.concatenate([[0], np.cumsum(ends - starts)])
        places = np.repeat(starts - offsets[:-1], ends - starts) + np.arange(offsets[-1])
        return cls(np.asarray(dataset.values[places]), offsets)

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        vocabulary: Vocabulary,
        *,
        cut: Callable[[str], list[str]] = words_of,
    ) -> "Words":
        """Return the words of these texts; `cut` returns those of one."""
        index = vocabulary.index
        ids = [[index.get(word, UNKNOWN) for word in cut(text)] for text in texts]
        flat = np.fromiter((i for review in ids for i in review), np.int32)
        return cls(flat, np.concatenate([[0], np.cumsum([len(review) for review in ids])]))

    @cached_property
    def lengths(self) -> np.ndarray:
        """The number of words in each review: int64 (n,)."""
        return np.diff(self.offsets)

    def unknown_share(self, vocab_size: int) -> np.ndarray:
        """Return the share of each review's words outside a vocabulary of this size: (n,).

        0 for a review without words.
        """
        if vocab_size not in self._unknown_shares:  # sides mostly share a vocabulary
            unknown = (self.values >= vocab_size) | (self.values == UNKNOWN)
            sums = np.concatenate([[0], np.cumsum(unknown)])
            counts = sums[self.offsets[1:]] - sums[self.offsets[:-1]]
            self._unknown_shares[vocab_size] = counts / np.maximum(self.lengths, 1)
        return self._unknown_shares[vocab_size]

    @cached_property
    def _unknown_shares(self) -> dict[int, np.ndarray]:
        return {}


def disagreement(a: Side, b: Side) -> Disagreement:
    """Compare two sides review by review, by the mean prediction of the seeds that learned."""
    positive = a.runs[0].labels == 1
    mean_a, mean_b = (
        np.mean([run.probabilities for run in side.learned_runs], axis=0) for side in (a, b)
    )
    right_a, right_b = (mean_a > 0.5) == positive, (mean_b > 0.5) == positive
    order = np.argsort(-np.abs(mean_a - mean_b), kind="stable")

    def disputed(which: np.ndarray) -> tuple[DisputedReview, ...]:
        return tuple(
            DisputedReview(int(row), bool(positive[row]), float(mean_a[row]), float(mean_b[row]))
            for row in order[which[order]]
        )

    return Disagreement(
        int(np.sum(right_a & right_b)),
        int(np.sum(~right_a & ~right_b)),
        disputed(right_a & ~right_b),
        disputed(~right_a & right_b),
    )


def accuracy_by_length(side: Side, words: Words) -> tuple[Slice, ...]:
    """Return the accuracy by review length in words, in slices of about as many reviews each."""
    edges = np.unique(np.quantile(words.lengths, np.linspace(0, 1, LENGTH_BINS + 1)))
    return _slices(side, words.lengths, edges)


def accuracy_by_unknown_share(side: Side, words: Words) -> tuple[Slice, ...]:
    """Return the accuracy by the share of words outside the side's vocabulary."""
    share = words.unknown_share(side.runs[0].config.vocab_size)
    return _slices(side, share, np.array(UNKNOWN_EDGES))


def _slices(side: Side, x: np.ndarray, edges: np.ndarray) -> tuple[Slice, ...]:
    """Return the slices with enough reviews; a value on an edge belongs to the upper slice."""
    bins = max(len(edges) - 1, 1)
    place = np.searchsorted(edges[1:-1], x, side="right")
    slices = []
    for number in range(bins):
        correct = side.typical[:, place == number]
        count = correct.shape[1]
        if count >= MIN_SLICE_REVIEWS:
            upper = edges[min(number + 1, len(edges) - 1)]
            slices.append(
                Slice(float(edges[number]), float(upper), count, *_accuracy_interval(correct))
            )
    return tuple(slices)


def _accuracy_interval(correct: np.ndarray) -> tuple[float, float, float]:
    """Return the accuracy of some networks on some reviews, and the ends of its interval."""
    accuracy = float(correct.mean())
    if len(correct) == 1:
        low, high = statistics.wilson(np.array([accuracy]), np.array([correct.shape[1]]))
        return accuracy, float(low[0]), float(high[0])
    interval = statistics.estimate_of_one(correct).at(statistics.ALPHA)
    return accuracy, max(interval.low, 0.0), min(interval.high, 1.0)
