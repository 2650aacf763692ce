"""The labelled rows of a person's file, each as it stands there: equal texts are kept.

`reviews` makes reviews of them that a model is judged on, each text once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from rnnlab.characters import half_character
from rnnlab.datasets.labelled import SkippedRows
from rnnlab.datasets.reading.columns import (
    SAMPLE,
    Columns,
    are_named,
    find_column,
    find_columns,
    has_common_label,
    has_common_text,
    is_data,
)
from rnnlab.datasets.reading.containers import unwrap
from rnnlab.datasets.reading.encodings import find_encoding
from rnnlab.datasets.reading.labels import LabelScale, UnknownLabels, find_scale, normalize
from rnnlab.datasets.reading.left_out import LeftOut
from rnnlab.datasets.reading.limits import MAX_FIELD
from rnnlab.datasets.reading.parquet import MAGIC
from rnnlab.datasets.reading.tables import Row, Table, open_table
from rnnlab.datasets.reading.trees import PART, Tree
from rnnlab.errors import DataError
from rnnlab.format import plural
from rnnlab.text import has_entity, words_of

_LETTER = re.compile(r"[^\W_]")
_FOLDERS = "folders with a review in each file"
_BEFORE_HEADER = 4  # lines that may stand above the names of columns
_SPREAD = 2_000  # rows from all over a file by whose content columns are told apart


class Choices(NamedTuple):
    """What a person says of a file; None where it is to be told from the file itself.

    `text_column` and `label_column` are names in its first line, `positive` is the label that means
    positive, `encoding` one that Python knows.
    """

    text_column: str | None = None
    label_column: str | None = None
    positive: str | None = None
    encoding: str | None = None


DETECTED = Choices()


@dataclass(frozen=True, eq=False)
class LabelledRows:
    """The rows of a file that have a text with words and a label of two classes, in its order.

    labels uint8 (n,), 1 for positive; `lines` are those on which rows end; `others` holds the cells
    of the columns that were asked for, by name. `left_out` and `remarks` say how the file was read;
    `header`, `columns`, `encoding`, `dialect` and `scale` say it piece by piece.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    lines: tuple[int, ...]
    left_out: tuple[SkippedRows, ...]
    remarks: tuple[str, ...]
    header: tuple[str, ...]
    columns: Columns
    encoding: str
    dialect: str
    scale: LabelScale
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class _Kept(NamedTuple):
    text: str
    label: str  # as `normalize` gives it
    line: int
    others: tuple[str, ...]


def read_rows(
    content: bytes | Tree, choices: Choices = DETECTED, *, others: Sequence[str] = ()
) -> LabelledRows:
    """Read the labelled rows of a file or a folder; of other columns those named in `others`.

    The parts `train` and `test` of a tree are its column "part", and come without being named.
    Raises DataError where the file cannot be read, its columns or labels cannot be told, or no row
    can be used.
    """
    opened = _Opened(content, choices)
    header, columns = opened.header, opened.columns
    if opened.has_parts and PART not in others:
        others = (*others, PART)
    places = [find_column(header, name) for name in others]
    rows = _with_text(opened.rows, columns, len(header), places, opened.left_out)
    if not rows:
        raise unusable(opened.left_out)
    try:
        scale = find_scale({row.label for row in rows}, positive=choices.positive)
    except UnknownLabels as error:
        error.header = tuple(header)
        raise
    used, labels = [], []
    for row in rows:
        meaning = scale.values[row.label]
        if meaning is None:
            opened.left_out.add("the label is neither positive nor negative", row.line)
        else:
            used.append(row)
            labels.append(meaning)
    if not used:
        raise unusable(opened.left_out)
    return LabelledRows(
        tuple(row.text for row in used),
        np.array(labels, np.uint8),
        tuple(row.line for row in used),
        opened.left_out.rows(),
        (*opened.remarks(scale), *_long_rows(used, opened.table), *_entities(used)),
        tuple(header),
        columns,
        opened.encoding,
        opened.table.dialect,
        scale,
        {name: tuple(row.others[place] for row in used) for place, name in enumerate(others)},
    )


class _Opened:
    """A file whose format, encoding and columns are told, with its rows still to be read."""

    def __init__(self, content: bytes | Tree, choices: Choices) -> None:
        self._inner = content if isinstance(content, Tree) else unwrap(content)
        self._choices = choices
        inner, self.left_out = self._inner, LeftOut()
        if isinstance(inner, Tree):
            self.encoding = find_encoding(inner.joined(), named=choices.encoding)
            self.left_out.extend(inner.left_out.rows())
        elif inner.startswith(MAGIC):
            self.encoding = "utf-8"
        else:
            self.encoding = find_encoding(inner, named=choices.encoding)
        self.table = self._table(self.left_out)
        first = list(islice(self.table.rows, _BEFORE_HEADER + 1))
        before = _lines_before_header([row for row, _ in first])
        if before:
            self.left_out.add("above the line of column names", first[0][1], count=before)
        self.header = [_bare(name) for name in first[before][0]] if first else []
        head = [*first[before + 1 :], *islice(self.table.rows, SAMPLE)]
        named = are_named(
            self.header, text_column=choices.text_column, label_column=choices.label_column
        )
        sample = [row for row, _ in (head if named else self._spread())]
        self.has_names = not is_data(self.header, sample[0 if named else 1 :])
        if not self.has_names:
            head.insert(0, (self.header, first[before][1]))
            self.header = [f"column {number}" for number in range(1, len(self.header) + 1)]
        elif not named:
            sample = sample[before + 1 :]
        self.rows = chain(head, self.table.rows)
        self.columns = find_columns(
            self.header, sample, text_column=choices.text_column, label_column=choices.label_column
        )

    @property
    def has_parts(self) -> bool:
        """Whether every review is in a part of its own, as folders say."""
        return isinstance(self._inner, Tree) and self._inner.has_parts()

    def _table(self, left_out: LeftOut) -> Table:
        if isinstance(self._inner, Tree):
            return Table(self._inner.rows(self.encoding), _FOLDERS)
        return open_table(self._inner, self.encoding, left_out)

    def _spread(self) -> list[Row]:
        """Return rows from all over the file: sorted by label, its head has only one."""
        rows: list[Row] = []
        step = 1
        for number, row in enumerate(self._table(LeftOut()).rows):
            if number % step == 0:
                rows.append(row)
                if len(rows) >= _SPREAD:
                    rows, step = rows[::2], 2 * step
        return rows

    def remarks(self, scale: LabelScale) -> list[str]:
        """Say how the file was read, where that was a choice; a sentence each."""
        names = (self.columns.text_name, self.columns.label_name)
        remarks = []
        if not self.has_names:
            remarks.append("No line of column names: the first line is read as a review.")
        if (names[0].lower(), names[1].lower()) != ("text", "label"):
            remarks.append(f"Columns: {names[0]} and {names[1]}.")
        if scale.words:
            remarks.append(f"Labels: {scale.words}.")
        dialect = self.table.dialect
        if "quotes" in dialect or not dialect.startswith("cells"):
            remarks.append(f"Read as {dialect}.")
        if self._choices.encoding or not self.encoding.startswith("utf"):
            remarks.append(f"Encoding: {self.encoding}.")
        return remarks


def _bare(name: str) -> str:
    return name.strip(" \t\r\n\0\ufeff")


def _lines_before_header(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows stand above the names of columns, as titles in an export do."""
    for place, row in enumerate(rows):
        if has_common_text(row) and has_common_label(row):
            return place
    return 0


def _long_rows(rows: Sequence[_Kept], table: Table) -> list[str]:
    """Say that texts run over several lines of the file: a stray quote may have joined them."""
    if not table.dialect.startswith("cells"):
        return []
    long = [row for row in rows if "\n" in row.text.strip() or "\r" in row.text.strip()]
    if not long:
        return []
    runs = "text runs" if len(long) == 1 else "texts run"
    return [f"{len(long):,} {runs} over several lines, the first up to line {long[0].line:,}."]


def unusable(left_out: LeftOut) -> DataError:
    """Return the error of a file without a row that can be used."""
    return DataError(
        f"no row of the file can be used ({left_out.words() or 'it has no rows'}): give each row a "
        "text and a label"
    )


def _entities(rows: Sequence[_Kept]) -> list[str]:
    """Say in how many texts entities of HTML are decoded."""
    count = sum(has_entity(row.text) for row in rows)
    return [f"HTML entities are decoded in {plural(count, 'text')}."] if count else []


def _with_text(
    rows: Iterable[Row],
    columns: Columns,
    width: int,
    others: Sequence[int],
    left_out: LeftOut,
) -> list[_Kept]:
    """Return the rows with a text that has words; labels are as they stand."""
    kept = []

    def take(row: list[str], line: int) -> None:
        while len(row) > width and not row[-1]:  # cells that Excel adds
            row.pop()
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
        elif len(text) > MAX_FIELD:
            raise DataError(
                f"line {line:,} of the file holds a text of more than {MAX_FIELD:,} characters: "
                "shorten it"
            )
        elif half_character(text) is not None:
            left_out.add("half of a character in the text", line)
        elif not _LETTER.search(text) and not words_of(text):
            left_out.add("no word in the text", line)
        else:
            kept.append(_Kept(text, label, line, tuple(row[place] for place in others)))

    for row, line in rows:
        take(row, line)
    return kept
