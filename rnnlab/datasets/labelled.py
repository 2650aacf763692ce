"""Labelled reviews, and the rows of their source that are not used.

`rnnlab.datasets.reading` reads them from a person's own file.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnlab.text import words_of


@dataclass(frozen=True)
class SkippedRows:
    """Rows that are not used: why, how many, and the line of a file on which the first ends."""

    reason: str
    count: int
    line: int | None = None

    @property
    def description(self) -> str:
        """All of that in words: "2 × no label (first on line 7)"."""
        where = "" if self.line is None else f" (first on line {self.line:,})"
        return f"{self.count:,} × {self.reason}{where}"


@dataclass(frozen=True, eq=False)
class LabelledReviews:
    """Texts and their labels, uint8 (n,), 1 for positive; and the rows that were left out.

    `fingerprint` names the reviews and their order. `cut` gives the words of one of these texts.
    `remarks` say how their file was read, a sentence each. `others` has the cells of further
    columns that were asked for, by name, one for each text.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    left_out: tuple[SkippedRows, ...]
    fingerprint: str
    cut: Callable[[str], list[str]] = words_of
    remarks: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = ""  # of their file

    @property
    def left_out_count(self) -> int:
        """The number of rows that were left out."""
        return sum(rows.count for rows in self.left_out)


def labelled(
    texts: Sequence[str],
    labels: Sequence[int],
    *,
    left_out: Sequence[SkippedRows] = (),
    cut: Callable[[str], list[str]] = words_of,
    remarks: Sequence[str] = (),
    others: Mapping[str, tuple[str, ...]] | None = None,
) -> LabelledReviews:
    """Return texts and their labels of 0 and 1 as reviews, with their fingerprint."""
    digest = hashlib.sha256(bytes(labels))
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return LabelledReviews(
        tuple(texts),
        np.array(labels, np.uint8),
        tuple(left_out),
        digest.hexdigest(),
        cut,
        tuple(remarks),
        others or {},
    )
