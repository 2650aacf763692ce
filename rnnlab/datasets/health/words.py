"""The words of texts as numbers, which all findings are counted from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnlab.datasets.encoded import Dataset, offsets_of
from rnnlab.text import INDEX_FROM, words_of

Cut = Callable[[str], list[str]]
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
        """Return the sum over each text of a value that each word has: (n,)."""
        totals = np.concatenate([[0], np.cumsum(values[self.ids], dtype=np.int64)])
        return totals[self.offsets[1:]] - totals[self.offsets[:-1]]


def count_words(
    texts: Sequence[str], cut: Cut = words_of, report: Callable[[float], None] = lambda share: None
) -> WordTable:
    """Cut texts into words and number them by first appearance."""
    index: dict[str, int] = {}
    parts = []
    for row, text in enumerate(texts):
        words = cut(text)
        parts.append(
            np.fromiter(
                (index.setdefault(word, len(index)) for word in words), np.int32, len(words)
            )
        )
        if row % _STEP == 0:
            report(row / len(texts))
    ids = np.concatenate(parts) if parts else np.empty(0, np.int32)
    return WordTable(ids, offsets_of(parts), list(index))


def from_dataset(dataset: Dataset) -> WordTable:
    """Return the words of a dataset as its networks read them, without the start marks."""
    offsets = np.asarray(dataset.offsets)
    kept = np.ones(len(dataset.values), bool)
    kept[offsets[:-1]] = False
    ids = np.asarray(dataset.values)[kept] - (INDEX_FROM + 1)
    return WordTable(
        ids.astype(np.int32), offsets - np.arange(len(offsets)), dataset.vocabulary.words
    )
