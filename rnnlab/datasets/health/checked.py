"""The reviews that a health card is made of, from a file, a dataset of one's own or a built-in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.datasets.encoded import Dataset
from rnnlab.datasets.health.words import WordTable, count_words, from_dataset
from rnnlab.datasets.labelled import LabelledReviews, SkippedRows
from rnnlab.datasets.own.make import PARTS
from rnnlab.datasets.own.splits import TEST, TRAIN, VALIDATION
from rnnlab.datasets.reading.rows import LabelledRows

PART_NAMES = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}


@dataclass(frozen=True, eq=False)
class Checked:
    """Texts, labels uint8 (n,), and their words. `lines` are None where there is no file.

    `parts` int64 (n,) are those of the split that is known (see `own.splits`), None where it is
    still to be drawn. `left_out` are the rows of the file that cannot be used.
    """

    texts: Sequence[str]
    labels: np.ndarray
    words: WordTable
    lines: Sequence[int] | None = None
    parts: np.ndarray | None = None
    left_out: tuple[SkippedRows, ...] = ()

    @property
    def count(self) -> int:
        """The number of reviews."""
        return len(self.labels)

    def place(self, row: int) -> str:
        """Say where a review stands: "line 7", or "review 7"."""
        if self.lines is None or not self.lines[row]:
            return f"review {row + 1:,}"
        return f"line {self.lines[row]:,}"


class _Texts(Sequence[str]):
    """The texts of a dataset, read as they are asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset.labels)

    def __getitem__(self, row):  # type: ignore[no-untyped-def]
        if isinstance(row, slice):
            return [self[place] for place in range(*row.indices(len(self)))]
        if row >= len(self):
            raise IndexError(row)
        return self._dataset.text(row)


def from_rows(
    rows: LabelledRows,
    *,
    part_column: str | None = None,
    report: Callable[[float], None] = lambda share: None,
) -> Checked:
    """Return the rows of a file; `part_column`, one of its `others`, says the part of each."""
    parts = None
    if part_column is not None:
        cells = [cell.strip().lower() for cell in rows.others[part_column]]
        if set(cells) <= set(PARTS):
            parts = np.array([PARTS[cell] for cell in cells], np.int64)
    words = count_words(rows.texts, report=report)
    return Checked(rows.texts, rows.labels, words, rows.lines, parts, rows.left_out)


def from_reviews(reviews: LabelledReviews) -> Checked:
    """Return reviews that models are judged on."""
    words = count_words(reviews.texts, reviews.cut)
    return Checked(reviews.texts, reviews.labels, words, left_out=reviews.left_out)


def of_dataset(dataset: Dataset, config: RunConfig) -> Checked:
    """Return the reviews of an encoded dataset, split as a run of this config splits them."""
    parts = np.full(len(dataset.labels), TRAIN, np.int64)
    split = dataset.split(config)
    parts[split.validation], parts[split.test] = VALIDATION, TEST
    return Checked(_Texts(dataset), np.asarray(dataset.labels), from_dataset(dataset), parts=parts)
