"""The words of texts as numbers, which all findings are counted from."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnlab.datasets.encoded import Dataset
from rnnlab.text import INDEX_FROM, words_of

Cut = Callable[[str], list[str]]
CHUNK = 2_000_000  # words
_STEP = 2_000  # texts between two reports


@dataclass(frozen=True, eq=False)
class WordTable:
    """Words of text i are `names[ids[offsets[i]:offsets[i + 1]]]`.

    ids int32, offsets int64 (n + 1,), `names` in any order.
    """

    ids: np.ndarray
    offsets: np.ndarray
    names: Sequence[str]

    @property
    def lengths(self) -> np.ndarray:
        """The number of words of each text: int64 (n,)."""
        return np.diff(self.offsets)

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each word occurs: int64 (len(names),)."""
        return np.bincount(self.ids, minlength=len(self.names))

    def of(self, row: int) -> np.ndarray:
        """Return the ids of one text."""
        return self.ids[self.offsets[row] : self.offsets[row + 1]]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum over each text of a small number that each word has: int64 (n,)."""
        sums = np.zeros(len(self.offsets) - 1, np.int64)
        for start, end in self.chunks():
            offsets = self.offsets[start : end + 1]
            totals = np.cumsum(values[self.ids[offsets[0] : offsets[-1]]], dtype=np.int64)
            totals = np.concatenate([[0], totals])
            sums[start:end] = np.diff(totals[offsets - offsets[0]])
        return sums

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield first and last row of pieces of some words, so that little is in memory at once."""
        start, count = 0, len(self.offsets) - 1
        while start < count:
            end = int(np.searchsorted(self.offsets, self.offsets[start] + CHUNK, side="right")) - 1
            end = min(max(end, start + 1), count)
            yield start, end
            start = end


def count_words(
    texts: Sequence[str], cut: Cut = words_of, report: Callable[[float], None] = lambda share: None
) -> WordTable:
    """Cut texts into words and number them by first appearance."""
    index: dict[str, int] = {}
    ids, offsets = array("i"), [0]
    for row, text in enumerate(texts):
        words = cut(text)
        ids.extend(index.setdefault(word, len(index)) for word in words)
        offsets.append(len(ids))
        if row % _STEP == 0:
            report(row / len(texts))
    numbers = np.frombuffer(ids, np.int32) if ids else np.empty(0, np.int32)
    return WordTable(numbers, np.array(offsets, np.int64), list(index))


def from_dataset(dataset: Dataset) -> WordTable:
    """Return the words of a dataset as its networks read them, without the start marks."""
    offsets = np.asarray(dataset.offsets)
    kept = np.ones(len(dataset.values), bool)
    kept[offsets[:-1]] = False
    ids = np.asarray(dataset.values)[kept] - (INDEX_FROM + 1)
    return WordTable(
        ids.astype(np.int32), offsets - np.arange(len(offsets)), dataset.vocabulary.words
    )
