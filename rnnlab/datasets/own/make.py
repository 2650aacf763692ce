"""Makes a dataset of one's own from labelled texts: its content and its description.

Owns what makes reviews fit to be trained on, and how the column of a split is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnnlab import tokenizers
from rnnlab.datasets.labelled import SkippedRows
from rnnlab.datasets.own import splits, times
from rnnlab.datasets.own.content import Content
from rnnlab.datasets.own.record import PART_NAMES, PART_WORDS, RANDOM, SplitChoice
from rnnlab.datasets.own.splits import TEST, TRAIN, VALIDATION, SplitRule
from rnnlab.datasets.own.unknown import unknown_shares
from rnnlab.datasets.split import Split, first_places
from rnnlab.errors import DataError
from rnnlab.text import words_of

MIN_REVIEWS = 20
MIN_OF_LABEL = 2
SPLIT_SEED = 42  # of the parts that a description counts
_NUMBERS = dict(zip(PART_NAMES, (TRAIN, VALIDATION, TEST), strict=True))
PARTS = {word: _NUMBERS[part] for word, part in PART_WORDS.items()}


class LabelledTexts(Protocol):
    """Texts, labels uint8 (n,), and how their file was read: `LabelledReviews`, `LabelledRows`."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts."""
        ...

    @property
    def labels(self) -> np.ndarray:
        """The labels, 1 for positive."""
        ...

    @property
    def left_out(self) -> tuple[SkippedRows, ...]:
        """The rows that are not used."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the file was read."""
        ...

    @property
    def others(self) -> Mapping[str, tuple[str, ...]]:
        """The cells of further columns."""
        ...


class Made(NamedTuple):
    """A dataset that can be added to a store."""

    content: Content
    description: dict[str, Any]


def make(
    reviews: LabelledTexts,
    *,
    split: SplitChoice = RANDOM,
    tokenizer: str = tokenizers.WORDS,
    source: Mapping[str, Any] | None = None,
    version_of: str | None = None,
) -> Made:
    """Make a dataset of labelled texts.

    Rows without a value in the column of the split are left out. Raises DataError where the reviews
    are too few, or their split leaves a part without one of the labels, InvalidField.
    """
    tokenizer = tokenizers.checked_tokenizer(tokenizer)
    kept, rule, skipped = _rule(reviews, split)
    texts = tuple(reviews.texts[row] for row in kept.tolist())
    labels = np.asarray(reviews.labels, np.uint8)[kept]
    check_enough(labels)
    content = Content(texts, labels, rule, tokenizer)
    parts = _checked_split(content)
    description = {
        "source": dict(source or {}),
        "remarks": list(reviews.remarks),
        "left_out": [asdict(rows) for rows in (*reviews.left_out, *skipped)],
        "reviews": len(texts),
        "positives": int(labels.sum()),
        "parts": _counts(parts),
        "split": asdict(split),
        "tokenizer": tokenizer,
        "version_of": version_of,
    }
    if tokenizer != tokenizers.WORDS:
        description["unknown"] = unknown_shares(texts, parts, tokenizer)
    return Made(content, description)


def _rule(
    reviews: LabelledTexts, split: SplitChoice
) -> tuple[np.ndarray, SplitRule, tuple[SkippedRows, ...]]:
    """Return the rows that are kept, how they are split, and those that are left out."""
    every_row = np.arange(len(reviews.texts))
    if split.kind == "random":
        return every_row, SplitRule("random", splits.NONE), ()
    cells = _cells(reviews, split)
    if split.kind == "group":
        return every_row, SplitRule("group", _group_numbers(cells)), ()
    filled = np.array([bool(cell.strip()) for cell in cells], bool)
    kept = np.flatnonzero(filled)
    values = [cells[row] for row in kept.tolist()]
    if split.kind == "time":
        rule = SplitRule("time", times.ranks(values, column=str(split.column)))
    else:
        rule = SplitRule("column", _part_numbers(values, str(split.column)))
    missing = len(cells) - len(kept)
    reason = f"nothing in the column {split.column}, by which the dataset is split"
    return kept, rule, (SkippedRows(reason, missing),) if missing else ()


def _cells(reviews: LabelledTexts, split: SplitChoice) -> tuple[str, ...]:
    wanted = str(split.column).strip().lower()
    for name, cells in reviews.others.items():
        if name.strip().lower() == wanted:
            return cells
    raise DataError(
        f"the reviews have no column {split.column}, by which they are to be split: name a column "
        "of the file with split_column"
    )


def _group_numbers(cells: Sequence[str]) -> np.ndarray:
    """Return numbers of the groups by first appearance; a row without one is a group of its own."""
    numbers: dict[object, int] = {}
    return np.array(
        [numbers.setdefault(cell.strip() or row, len(numbers)) for row, cell in enumerate(cells)],
        np.int64,
    )


def _part_numbers(cells: Sequence[str], column: str) -> np.ndarray:
    names = [cell.strip().lower() for cell in cells]
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        shown = ", ".join(name[:30] for name in unknown[:5])
        raise DataError(
            f"the column {column} must say train, validation or test, and has {shown}: rename "
            "these, or split in another way"
        )
    numbers = np.array([PARTS[name] for name in names], np.int64)
    if not np.any(numbers == TRAIN):
        raise DataError(f"no row is train in the column {column}: name the reviews to train on")
    return numbers


def check_enough(labels: np.ndarray) -> None:
    """Raise DataError where there are too few reviews, or too few of one label."""
    positives = int(labels.sum())
    fewest = min(positives, len(labels) - positives)
    if len(labels) < MIN_REVIEWS or fewest < MIN_OF_LABEL:
        raise DataError(
            f"a dataset to train on needs at least {MIN_REVIEWS} different reviews and "
            f"{MIN_OF_LABEL} of each label; there are {len(labels):,}, {positives:,} of them "
            "positive: add some"
        )


def check_parts(content: Content) -> dict[str, int]:
    """Return how many reviews each part has; each must have both labels. Raises DataError."""
    return _counts(_checked_split(content))


def _counts(parts: Split) -> dict[str, int]:
    return {name: len(rows) for name, rows in zip(PART_NAMES, parts, strict=True)}


def _checked_split(content: Content) -> Split:
    rule, labels = content.rule, content.labels
    twins = first_places(" ".join(words_of(text)) or text for text in content.texts)
    parts = splits.draw(rule, labels, twins, seed=SPLIT_SEED, test_set=False)
    for name, rows in zip(PART_NAMES, parts, strict=True):
        if len(rows) and len(np.unique(labels[rows])) < 2:
            label = "positive" if labels[rows[0]] else "negative"
            raise DataError(
                f"all {len(rows):,} {name} reviews are {label} under this split: choose another, "
                "or add reviews"
            )
    return parts
