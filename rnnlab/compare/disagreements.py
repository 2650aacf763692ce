"""Where two sides disagree, and on which kinds of reviews a side is right.

Owns the pairing review by review, and the slices by length and by unknown words. Draws nothing:
see `rnnlab.charts.slices`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnlab.compare import statistics
from rnnlab.compare.verdict import Side
from rnnlab.datasets import Dataset
from rnnlab.text import UNKNOWN, Vocabulary, tokenize

UNKNOWN_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0)
LENGTH_BINS = 6
MIN_SLICE_REVIEWS = 40  # reviews in a slice; the accuracy of fewer says nothing


class DisputedReview(NamedTuple):
    """A review on which one side is right and the other wrong.

    `row` is its place among the reviews; `a` and `b` are the sides' probabilities of positive,
    means over their seeds.
    """

    row: int
    positive: bool
    a: float
    b: float


class Disagreement(NamedTuple):
    """How many reviews both, neither, or one side alone gets right; the latter, the most
    confidently disputed first."""

    both: int
    neither: int
    a_right: tuple[DisputedReview, ...]
    b_right: tuple[DisputedReview, ...]


class Slice(NamedTuple):
    """The reviews with low <= x <= high: how many, the accuracy and its 95 % Wilson interval."""

    low: float
    high: float
    count: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float


@dataclass(frozen=True, eq=False)
class Words:
    """The words of reviews as ids at full vocabulary, one review after another.

    values: int32, start marks left out; offsets: int64 (n + 1,). Words that the vocabulary lacks
    are `UNKNOWN`.
    """

    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def from_rows(cls, dataset: Dataset, rows: np.ndarray) -> "Words":
        """The words of these rows."""
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
        cut: Callable[[str], list[str]] = tokenize,
    ) -> "Words":
        """The words of these texts; `cut` gives those of one."""
        index = vocabulary.index
        ids = [[index.get(word, UNKNOWN) for word in cut(text)] for text in texts]
        flat = np.fromiter((i for review in ids for i in review), np.int32)
        return cls(flat, np.concatenate([[0], np.cumsum([len(review) for review in ids])]))

    @cached_property
    def lengths(self) -> np.ndarray:
        """Words in each review: int64 (n,)."""
        return np.diff(self.offsets)

    def unknown_share(self, vocab_size: int) -> np.ndarray:
        """The share of each review's words that a network of this vocabulary does not know: (n,).

        0 for a review without a word.
        """
        if vocab_size not in self._unknown_shares:  # sides mostly share a vocabulary
            unknown = (self.values >= vocab_size) | (self.values == UNKNOWN)
            sums = np.concatenate([[0], np.cumsum(unknown)])
            found = sums[self.offsets[1:]] - sums[self.offsets[:-1]]
            self._unknown_shares[vocab_size] = found / np.maximum(self.lengths, 1)
        return self._unknown_shares[vocab_size]

    @cached_property
    def _unknown_shares(self) -> dict[int, np.ndarray]:
        return {}


def disagreement(a: Side, b: Side) -> Disagreement:
    """Where two sides that judged the same reviews disagree; a side speaks by its seeds' mean."""
    positive = a.runs[0].labels == 1
    says_a, says_b = (np.mean([run.probabilities for run in side.runs], axis=0) for side in (a, b))
    right_a, right_b = (says_a > 0.5) == positive, (says_b > 0.5) == positive
    order = np.argsort(-np.abs(says_a - says_b), kind="stable")

    def splits(which: np.ndarray) -> tuple[DisputedReview, ...]:
        return tuple(
            DisputedReview(int(row), bool(positive[row]), float(says_a[row]), float(says_b[row]))
            for row in order[which[order]]
        )

    return Disagreement(
        int(np.sum(right_a & right_b)),
        int(np.sum(~right_a & ~right_b)),
        splits(right_a & ~right_b),
        splits(~right_a & right_b),
    )


def accuracy_by_length(side: Side, words: Words) -> tuple[Slice, ...]:
    """Accuracy by review length in words, in slices of about as many reviews each."""
    edges = np.unique(np.quantile(words.lengths, np.linspace(0, 1, LENGTH_BINS + 1)))
    return _slices(side, words.lengths, edges)


def accuracy_by_unknown_share(side: Side, words: Words) -> tuple[Slice, ...]:
    """Accuracy by the share of words that the side's vocabulary lacks."""
    share = words.unknown_share(side.runs[0].config.vocab_size)
    return _slices(side, share, np.array(UNKNOWN_EDGES))


def _slices(side: Side, x: np.ndarray, edges: np.ndarray) -> tuple[Slice, ...]:
    """The slices between the edges that hold reviews enough; a value on an edge is of the upper."""
    bins = max(len(edges) - 1, 1)
    place = np.searchsorted(edges[1:-1], x, side="right")
    right = side.correct.mean(axis=0)  # of each review: the share of seeds that get it right
    counts = np.bincount(place, minlength=bins)
    sums = np.bincount(place, weights=right, minlength=bins)
    kept = np.flatnonzero(counts >= MIN_SLICE_REVIEWS)
    counts = counts[kept]
    shares = sums[kept] / counts
    lows, highs = edges[kept], edges[np.minimum(kept + 1, len(edges) - 1)]
    columns = (lows, highs, counts, shares, *statistics.wilson(shares, counts))
    return tuple(Slice(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
