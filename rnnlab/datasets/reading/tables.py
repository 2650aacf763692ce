"""Rows of cells from the text of a file: CSV in its dialects, or JSON lines."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rnnlab.datasets.reading.columns import LABEL_NAMES, TEXT_NAMES
from rnnlab.errors import DataError

MAX_FIELD = 10_000_000  # characters of one text; csv's own limit is 131,072
MAX_COLUMNS = 1_000
DELIMITERS = ",;\t|"
UNQUOTED = "\t|"  # by which files separate cells that may not quote
HEAD = 200_000  # characters by which the delimiter is chosen
HEAD_ROWS = 50
_SEP = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)

Row = tuple[list[str], int]  # cells, and the line of the file on which the row ends


@dataclass(frozen=True)
class Table:
    """A file's rows, the header first; how its cells are told apart, in words."""

    rows: Iterator[Row]
    dialect: str


def open_table(content: bytes, encoding: str) -> Table:
    """Return the rows of a file that are not blank. Its text is decoded bit by bit.

    While they are read, DataError is raised for a row that cannot be, with its line.
    """
    csv.field_size_limit(max(MAX_FIELD, csv.field_size_limit()))  # of this whole process
    head = io.TextIOWrapper(io.BytesIO(content), encoding, newline="").read(HEAD)
    if "\0" in head.lstrip("\0").split("\n", 1)[0]:
        raise DataError(
            "the first line of the file holds NUL characters: save it as CSV UTF-8 and try again"
        )
    if head.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return Table(_json_rows(content, encoding), "JSON lines")
    skipped, delimiter = 0, None
    if match := _SEP.match(head):  # Excel's own line
        skipped, delimiter = 1, match.group(1)
        head = head[match.end() :]
    delimiter = delimiter or _delimiter(head)
    plain = _is_plain(content, encoding, delimiter, skipped)
    name = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(delimiter, delimiter)
    quotes = ", quotes read as plain characters" if plain else ""
    rows = _csv_rows(content, encoding, delimiter, skipped, plain=plain)
    return Table(rows, f"cells separated by {name}{quotes}")


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
        names = {cell.strip().lower() for cell in rows[0]}
        common = bool(names & set(TEXT_NAMES)) + bool(names & set(LABEL_NAMES))
        equal = sum(len(row) == len(rows[0]) for row in rows)
        return (common, equal, -len(rows[0]))

    return max(DELIMITERS, key=sense)


def _is_plain(content: bytes, encoding: str, delimiter: str, skipped: int) -> bool:
    """Return whether the file does not quote: read so, all rows have as many cells as the first.

    Only where quotes would break a row or make one of several lines, and where cells are separated
    by what a text hardly holds: a text with commas in it has to be quoted.
    """
    if delimiter not in UNQUOTED or (b'"' not in content and encoding.startswith("utf-8")):
        return False
    try:
        rows = _csv_rows(content, encoding, delimiter, skipped, plain=False)
        if not any("\n" in cell or "\r" in cell for row, _ in rows for cell in row):
            return False
    except DataError:
        pass
    length = None
    for row, _ in _csv_rows(content, encoding, delimiter, skipped, plain=True):
        length = length or len(row)
        if len(row) != length:
            return False
    return True


def _csv_rows(
    content: bytes, encoding: str, delimiter: str, skipped: int, *, plain: bool
) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    for _ in range(skipped):
        text.readline()
    if plain:
        reader = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_NONE)
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
            if row:
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


def _json_rows(content: bytes, encoding: str) -> Iterator[Row]:
    """Yield the names in the first objects, then the values of each in that order."""
    objects = _objects(io.TextIOWrapper(io.BytesIO(content), encoding))
    first = list(islice(objects, HEAD_ROWS))
    names = list(dict.fromkeys(name for values, _ in first for name in values))[:MAX_COLUMNS]
    yield names, 1
    yield from (([_cell(values.get(name)) for name in names], line) for values, line in first)
    for values, line in objects:
        yield [_cell(values.get(name)) for name in names], line


def _objects(text: io.TextIOWrapper) -> Iterator[tuple[dict, int]]:
    """Yield the objects of JSON lines with their lines, or those of one JSON list."""
    first = True
    for number, line in enumerate(text, start=1):
        stripped = line.strip("\ufeff \t\r\n")
        if first and stripped.startswith("["):
            yield from _list_objects(stripped + text.read())
            return
        if stripped:
            yield _object(stripped, number), number
            first = False


def _list_objects(text: str) -> Iterator[tuple[dict, int]]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(getattr(error, "lineno", 1)) from error
    for place, value in enumerate(values, start=1):
        if not isinstance(value, dict):
            raise _not_json(place)
        yield value, place


def _object(line: str, number: int) -> dict:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _not_json(number) from error
    if not isinstance(value, dict):
        raise _not_json(number)
    return value


def _not_json(line: int) -> DataError:
    return DataError(
        f"line {line:,} of the file is no JSON object: write each review as "
        '{"text": "...", "label": 1} on a line of its own'
    )


def _cell(value: object) -> str:
    """Return a JSON value as a cell's text; nothing for null."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
