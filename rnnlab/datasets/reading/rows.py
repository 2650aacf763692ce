"""The labelled rows of a person's file, each as it stands there: equal texts are kept.

`reviews` makes reviews of them that a model is judged on, each text once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import numpy as np

from rnnlab.characters import half_character
from rnnlab.datasets.labelled import SkippedRows
from rnnlab.datasets.reading.columns import SAMPLE, Columns, find_column, find_columns
from rnnlab.datasets.reading.encodings import find_encoding
from rnnlab.datasets.reading.labels import LabelScale, find_scale, normalize
from rnnlab.datasets.reading.left_out import LeftOut
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
    content: bytes, choices: Choices = DETECTED, *, others: Sequence[str] = ()
) -> LabelledRows:
    """Read the labelled rows of a file; of other columns those named in `others`.

    Raises DataError where the file cannot be read, its columns or labels cannot be told, or no row
    can be used.
    """
    encoding = find_encoding(content, named=choices.encoding)
    left_out = LeftOut()
    table = open_table(content, encoding)
    header, _ = next(table.rows, ([], 1))
    head = list(islice(table.rows, SAMPLE))
    columns = find_columns(
        header,
        [row for row, _ in head],
        text_column=choices.text_column,
        label_column=choices.label_column,
    )
    places = [find_column(header, name) for name in others]
    rows = _with_text(head, table, columns, len(header), places, left_out)
    if not rows:
        raise unusable(left_out)
    scale = find_scale({row.label for row in rows}, positive=choices.positive)
    used, labels = [], []
    for row in rows:
        meaning = scale.values[row.label]
        if meaning is None:
            left_out.add("the label is neither positive nor negative", row.line)
        else:
            used.append(row)
            labels.append(meaning)
    if not used:
        raise unusable(left_out)
    return LabelledRows(
        tuple(row.text for row in used),
        np.array(labels, np.uint8),
        tuple(row.line for row in used),
        left_out.rows(),
        _remarks(columns, scale, table, encoding, choices),
        tuple(header),
        columns,
        encoding,
        table.dialect,
        scale,
        {name: tuple(row.others[place] for row in used) for place, name in enumerate(others)},
    )


def unusable(left_out: LeftOut) -> DataError:
    """Return the error of a file without a row that can be used."""
    return DataError(
        f"no row of the file can be used ({left_out.words() or 'it has no rows'}): give each row a "
        "text and a label"
    )


def _remarks(
    columns: Columns, scale: LabelScale, table: Table, encoding: str, choices: Choices
) -> tuple[str, ...]:
    remarks = [f"Labels: {scale.words}."] if scale.words else []
    if (columns.text_name.lower(), columns.label_name.lower()) != ("text", "label"):
        remarks.insert(0, f"Columns: {columns.text_name} and {columns.label_name}.")
    if "plain" in table.dialect or table.dialect == "JSON lines":
        remarks.append(f"Read as {table.dialect}.")
    if choices.encoding or not encoding.startswith("utf"):
        remarks.append(f"Encoding: {encoding}.")
    return tuple(remarks)


def _with_text(
    head: Sequence[Row],
    table: Table,
    columns: Columns,
    width: int,
    others: Sequence[int],
    left_out: LeftOut,
) -> list[_Kept]:
    """Return the rows with a text that has words; labels are as they stand."""
    kept = []

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
            kept.append(_Kept(text, label, line, tuple(row[place] for place in others)))

    for row, line in head:
        take(row, line)
    for row, line in table.rows:
        take(row, line)
    return kept
