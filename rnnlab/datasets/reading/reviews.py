"""Labelled reviews from the bytes of a person's file, and why rows of it are left out."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rnnlab.characters import half_character
from rnnlab.datasets.labelled import LabelledReviews, SkippedRows, labelled
from rnnlab.datasets.reading.columns import SAMPLE, Columns, find_columns
from rnnlab.datasets.reading.encodings import find_encoding
from rnnlab.datasets.reading.labels import find_scale, normalize
from rnnlab.datasets.reading.tables import Row, Table, open_table
from rnnlab.errors import DataError
from rnnlab.text import words_of

_LETTER = re.compile(r"[^\W_]")


class Choices(NamedTuple):
    """What a person says of a file; None where it is to be told from the file itself.

    `text_column` and `label_column` are names in its first line, `positive` is the label that means
    positive, `encoding` one that Python knows.
    """

    text_column: str | None = None
    label_column: str | None = None
    positive: str | None = None
    encoding: str | None = None


class _Review(NamedTuple):
    text: str
    label: str  # as `normalize` gives it
    line: int


class _LeftOut:
    """Counts the rows that are not used, by their reason."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}  # count and first line

    def add(self, reason: str, line: int) -> None:
        self._counts.setdefault(reason, [0, line])[0] += 1

    def rows(self) -> tuple[SkippedRows, ...]:
        rows = (SkippedRows(reason, *counted) for reason, counted in self._counts.items())
        return tuple(sorted(rows, key=lambda group: group.line or 0))


DETECTED = Choices()


def read(content: bytes, choices: Choices = DETECTED) -> LabelledReviews:
    """Read the labelled reviews of a file: CSV, or JSON lines.

    Other columns are ignored. Texts with the same words count once; where their labels contradict
    each other, none counts. Raises DataError where the file cannot be read, its columns or labels
    cannot be told, or no row can be used.
    """
    encoding = find_encoding(content, named=choices.encoding)
    table = open_table(content, encoding)
    header, _ = next(table.rows, ([], 1))
    head = list(islice(table.rows, SAMPLE))
    columns = find_columns(
        header,
        [row for row, _ in head],
        text_column=choices.text_column,
        label_column=choices.label_column,
    )
    left_out = _LeftOut()
    reviews = _with_text(head, table, columns, len(header), left_out)
    if not reviews:
        raise _unusable(left_out)
    scale = find_scale({review.label for review in reviews}, positive=choices.positive)
    texts, labels = _usable(reviews, scale.values, left_out)
    if not texts:
        raise _unusable(left_out)
    remarks = [f"Labels: {scale.words}."] if scale.words else []
    if (columns.text_name.lower(), columns.label_name.lower()) != ("text", "label"):
        remarks.insert(0, f"Columns: {columns.text_name} and {columns.label_name}.")
    if "plain" in table.dialect or table.dialect == "JSON lines":
        remarks.append(f"Read as {table.dialect}.")
    if choices.encoding or not encoding.startswith("utf"):
        remarks.append(f"Encoding: {encoding}.")
    return labelled(texts, labels, left_out=left_out.rows(), remarks=remarks)


def _with_text(
    head: Sequence[Row], table: Table, columns: Columns, width: int, left_out: _LeftOut
) -> list[_Review]:
    """Return the rows with a text that has words; labels are as they stand."""
    reviews = []

    def take(row: list[str], line: int) -> None:
        if len(row) != width:
            reason = "fewer cells than columns"
            if len(row) > width:
                reason = "more cells than columns (put quotes around a text that has commas in it)"
            left_out.add(reason, line)
            return
        text, label = row[columns.text], normalize(row[columns.label])
        if not label:
            left_out.add("no label", line)
        elif not text.strip():
            left_out.add("no text", line)
        elif half_character(text) is not None:
            left_out.add("half of a character in the text", line)
        elif not _LETTER.search(text) and not words_of(text):
            left_out.add("no word in the text", line)
        else:
            reviews.append(_Review(text, label, line))

    for row, line in head:
        take(row, line)
    for row, line in table.rows:
        take(row, line)
    return reviews


def _usable(
    reviews: Sequence[_Review], meanings: Mapping[str, int | None], left_out: _LeftOut
) -> tuple[list[str], list[int]]:
    """Return the texts and labels that count, each text once."""
    places: dict[str, int] = {}  # of each text's first review, by its words
    kept: list[tuple[_Review, int]] = []
    contradicted: set[int] = set()
    for review in reviews:
        meaning = meanings[review.label]
        if meaning is None:
            left_out.add("the label is neither positive nor negative", review.line)
            continue
        words = " ".join(words_of(review.text)) or review.text
        first = places.setdefault(words, len(kept))
        if first == len(kept):
            kept.append((review, meaning))
        elif kept[first][1] == meaning:
            left_out.add("the same text again", review.line)
        else:
            left_out.add("the same text with the other label", review.line)
            contradicted.add(first)
    for place in sorted(contradicted):
        left_out.add("the same text with the other label", kept[place][0].line)
    used = [pair for place, pair in enumerate(kept) if place not in contradicted]
    return [review.text for review, _ in used], [label for _, label in used]


def _unusable(left_out: _LeftOut) -> DataError:
    reasons = "; ".join(f"{rows.count:,} × {rows.reason}" for rows in left_out.rows())
    return DataError(
        f"no row of the file can be used ({reasons or 'it has no rows'}): give each row a text "
        "and a label"
    )
