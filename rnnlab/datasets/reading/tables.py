"""Rows of cells from the bytes of a file: CSV in its dialects; other formats by their own readers.

`json_rows`, `parquet`, `fasttext` and `trees` read the others.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rnnlab.datasets.reading import fasttext
from rnnlab.datasets.reading.columns import MOST_LABELS, has_common_label, has_common_text
from rnnlab.datasets.reading.json_rows import is_json, json_rows
from rnnlab.datasets.reading.left_out import LeftOut
from rnnlab.datasets.reading.limits import MAX_COLUMNS, MAX_FIELD
from rnnlab.datasets.reading.parquet import MAGIC, parquet_rows
from rnnlab.errors import DataError

DELIMITERS = ",;\t|"
UNQUOTED = "\t|"  # by which files separate cells that may not quote
HEAD = 200_000  # characters by which the delimiter is chosen
HEAD_ROWS = 50
_SEP = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)

Quoting = Literal["quoted", "plain", "escaped"]
_QUOTING_WORDS: dict[Quoting, str] = {
    "quoted": "",
    "plain": ", quotes read as plain characters",
    "escaped": ", quotes escaped by a backslash",
}
Row = tuple[list[str], int]  # cells, and the line of the file on which the row ends


@dataclass(frozen=True)
class Table:
    """A file's rows, the header first; how its cells are told apart, in words."""

    rows: Iterator[Row]
    dialect: str


def open_table(content: bytes, encoding: str, left_out: LeftOut) -> Table:
    """Return the rows of a file that are not blank. Its text is decoded bit by bit.

    While they are read, rows that cannot be are counted in `left_out`, or DataError is raised for
    them, with their line.
    """
    if content.startswith(MAGIC):
        return Table(parquet_rows(content), "Parquet")
    csv.field_size_limit(max(MAX_FIELD, csv.field_size_limit()))  # of this whole process
    head = io.TextIOWrapper(io.BytesIO(content), encoding, newline="").read(HEAD)
    if "\0" in head.lstrip("\0").split("\n", 1)[0]:
        raise DataError(
            "the first line of the file holds NUL characters: save it as CSV UTF-8 and try again"
        )
    if is_json(head):
        return Table(json_rows(content, encoding, left_out), "JSON lines")
    if fasttext.is_fasttext(head):
        return Table(fasttext.fasttext_rows(content, encoding, left_out), "lines of fastText")
    skipped, delimiter = 0, None
    if match := _SEP.match(head):  # Excel's own line
        skipped, delimiter = 1, match.group(1)
        head = head[match.end() :]
    delimiter = delimiter or _delimiter(head)
    quoting = _quoting(content, encoding, delimiter, skipped)
    name = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(delimiter, delimiter)
    rows = _csv_rows(content, encoding, delimiter, skipped, quoting)
    return Table(rows, f"cells separated by {name}{_QUOTING_WORDS[quoting]}")


def _delimiter(head: str) -> str:
    """Return the delimiter under which the first rows make sense as a table.

    First the names of the columns count, then how many rows have as many cells as the first, then
    how many cells that is; the comma where all are equal.
    """

    def sense(delimiter: str) -> tuple[int, int, int]:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            rows = [row for row in islice(reader, HEAD_ROWS) if row]
        except csv.Error:
            rows = []
        if not rows or len(rows[0]) < 2:
            return (0, 0, 0)
        common = has_common_text(rows[0]) + has_common_label(rows[0])
        equal = sum(len(row) == len(rows[0]) for row in rows)
        return (common, equal, -len(rows[0]))

    return max(DELIMITERS, key=sense)


def _quoting(content: bytes, encoding: str, delimiter: str, skipped: int) -> Quoting:
    """Return what the quotes of a file are.

    They are plain characters where quotes would break a row or make one of several lines, and every
    line taken by itself is a row like the others: see `_is_plain`. Else they may be escaped by a
    backslash.
    """
    if b'"' not in content and encoding.startswith("utf-8"):
        return "quoted"
    broken = False
    alone: list[list[str]] = []  # rows that are of one line
    several = 0
    try:
        for row, _ in _csv_rows(content, encoding, delimiter, skipped, "quoted"):
            if any("\n" in cell or "\r" in cell for cell in row):
                several += 1
            elif len(alone) < HEAD_ROWS:
                alone.append(row)
        if not several:
            return "quoted"
    except DataError:
        broken = True
    plain = _csv_rows(content, encoding, delimiter, skipped, "plain")
    if (not broken or delimiter in UNQUOTED) and _is_plain(plain, alone, delimiter, broken=broken):
        return "plain"
    if broken and b'\\"' in content:
        try:
            for _ in _csv_rows(content, encoding, delimiter, skipped, "escaped"):
                pass
            return "escaped"
        except DataError:
            pass
    return "quoted"


def _is_plain(
    lines: Iterator[Row], alone: Sequence[Sequence[str]], delimiter: str, *, broken: bool
) -> bool:
    """Return whether each line of a file is a row of as many cells as the first.

    Where cells are separated by what a text hardly holds, and quotes break a row, nearly each is
    enough. Where texts may hold it, lines must also have a column with the few values that the rows
    `alone` have there: a label, and not a piece of a text.
    """
    share = 0.9 if broken else 1.0
    length, good, total = 0, 0, 0
    labels = {
        place: values
        for place in range(len(alone[0]) if alone else 0)
        if len(values := {row[place] for row in alone[1:] if len(row) > place}) <= MOST_LABELS
    }
    try:
        for row, _ in lines:
            length = length or len(row)
            good, total = good + (len(row) == length), total + 1
            if total > 1:
                labels = {p: v for p, v in labels.items() if p < len(row) and row[p] in v}
            if not broken and (good < total or (delimiter not in UNQUOTED and not labels)):
                return False
    except DataError:
        return False
    return length > 1 and good >= share * total


def _csv_rows(
    content: bytes, encoding: str, delimiter: str, skipped: int, quoting: Quoting
) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    for _ in range(skipped):
        text.readline()
    if quoting == "plain":
        reader = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    elif quoting == "escaped":
        reader = csv.reader(text, delimiter=delimiter, strict=True, escapechar="\\")
    else:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
    begin = 1
    try:
        for row in reader:
            if len(row) > MAX_COLUMNS:
                raise DataError(
                    f"line {reader.line_num + skipped:,} of the file has {len(row):,} cells, and "
                    f"at most {MAX_COLUMNS:,} are read: keep the columns of text and label"
                )
            if any(row):
                yield row, reader.line_num + skipped
            begin = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise DataError(
                f"line {begin + skipped:,} of the file begins a text of more than "
                f"{MAX_FIELD:,} characters: shorten it, or check that its quotes are closed"
            ) from error
        raise DataError(
            f"the row that begins on line {begin + skipped:,} of the file cannot be read "
            f'({error}): put each text in quotes, and write a quote inside a text twice ("")'
        ) from error
