"""Rows of cells from JSON: an object on each line, a list of objects, or columns of values."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice

from rnnlab.datasets.reading.left_out import LeftOut
from rnnlab.datasets.reading.limits import MAX_COLUMNS
from rnnlab.errors import DataError

HEAD_ROWS = 50
_ROWS = ("rows", "data", "reviews", "records", "items", "results")
_DEPTH = 3  # of objects within objects
_START = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\[\]])")
_BLANK = re.compile(r"[\s,]*")

Row = tuple[list[str], int]


def is_json(head: str) -> bool:
    """Return whether a text begins as JSON objects do, and not as a review in brackets may."""
    return bool(_START.match(head.lstrip("\ufeff \t\r\n\0")))


def json_rows(content: bytes, encoding: str, left_out: LeftOut) -> Iterator[Row]:
    """Yield the names in the first objects, then the values of each in that order.

    Objects within an object give a column for each of their values, named "review.text". Lines
    after the first that are no objects are left out.
    """
    objects = _objects(content, encoding, left_out)
    first = list(islice(objects, HEAD_ROWS))
    names = list(dict.fromkeys(name for values, _ in first for name in values))
    if len(names) > MAX_COLUMNS:
        raise DataError(
            f"the objects of the file have {len(names):,} names, and at most {MAX_COLUMNS:,} are "
            "read: keep those of text and label"
        )
    yield names, 1
    for values, line in chain(first, objects):
        yield [values.get(name, "") for name in names], line


def _objects(content: bytes, encoding: str, left_out: LeftOut) -> Iterator[tuple[dict, int]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding)
    first, line, stripped = 0, "", ""
    while not stripped:
        first, line = first + 1, text.readline()
        if not line:
            return
        stripped = line.strip("\ufeff \t\r\n\0")
    whole = stripped.startswith("[")
    value: object = None
    if not whole:
        try:
            value = json.loads(stripped)
        except (ValueError, RecursionError):
            whole = True  # one object over several lines
        if isinstance(value, dict) and b"\n" not in content.strip():
            whole = _columns(value) is not None or any(map(_is_list, value.values()))
    if whole:
        rest = text.read()
        yield from _whole(f"{line}{rest}", first)
        return
    if not isinstance(value, dict):
        raise _not_json(first)
    yield _flat(value), first
    good, bad = 1, 0
    for number, line in enumerate(text, start=first + 1):
        stripped = line.strip("\ufeff \t\r\n\0")
        if not stripped:
            continue
        try:
            value = json.loads(stripped)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            good += 1
            yield _flat(value), number
        else:
            bad += 1
            left_out.add("no JSON object on the line", number)
            if bad >= good:
                raise _not_json(number)


def _whole(text: str, first_line: int) -> Iterator[tuple[dict, int]]:
    """Yield the objects of one JSON value: of a list bit by bit, as all at once may be large."""
    start = _BLANK.match(text.lstrip("\ufeff"))
    text = text.lstrip("\ufeff")
    place = start.end() if start else 0
    decoder = json.JSONDecoder()
    if text[place : place + 1] == "[":
        yield from _list(text, place + 1, decoder, first_line)
        return
    try:
        value, end = decoder.raw_decode(text, place)
    except (ValueError, RecursionError) as error:
        raise _not_json(first_line + getattr(error, "lineno", 1) - 1) from error
    columns = _columns(value) if isinstance(value, dict) else None
    lists = _lists(value) if isinstance(value, dict) else []
    if columns is not None:
        names = list(columns)
        for row, cells in enumerate(zip(*columns.values(), strict=True), start=1):
            yield {name: _cell(cell) for name, cell in zip(names, cells, strict=True)}, row
    elif len(lists) == 1:
        yield from ((_flat(part), row) for row, part in enumerate(lists[0], start=1))
    elif isinstance(value, dict):  # one review, or several objects that are each over several lines
        row = 1
        while isinstance(value, dict):
            yield _flat(value), row
            blank = _BLANK.match(text, end)
            place, row = blank.end() if blank else end, row + 1
            if place >= len(text):
                return
            try:
                value, end = decoder.raw_decode(text, place)
            except (ValueError, RecursionError) as error:
                raise _not_json(first_line + text.count("\n", 0, place)) from error
    else:
        raise _not_json(first_line)


def _list(
    text: str, place: int, decoder: json.JSONDecoder, first_line: int
) -> Iterator[tuple[dict, int]]:
    row, names = 0, None
    while True:
        blank = _BLANK.match(text, place)
        place = blank.end() if blank else place
        if text[place : place + 1] == "]":
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise _not_json(first_line + text.count("\n", 0, place)) from error
        row += 1
        if isinstance(value, list) and names is None and all(isinstance(x, str) for x in value):
            names = value  # a list of rows, its first one with the names
            continue
        if isinstance(value, list) and names is not None and len(value) == len(names):
            value = dict(zip(names, value, strict=True))
        if not isinstance(value, dict):
            raise _not_json(first_line + text.count("\n", 0, place))
        yield _flat(value), row


def _columns(value: Mapping) -> dict[str, list] | None:
    """Return an object of columns, each a list or an object by row; None for another."""
    columns = {
        str(name): list(cells.values()) if isinstance(cells, dict) else cells
        for name, cells in value.items()
        if isinstance(cells, (dict, list))
    }
    lengths = {len(cells) for cells in columns.values()}
    same = len(columns) == len(value) >= 2 and len(lengths) == 1 and lengths != {0}
    if not same or any(isinstance(cell, (dict, list)) for c in columns.values() for cell in c[:5]):
        return None
    by_row = all(isinstance(cells, list) for cells in value.values()) or all(
        isinstance(cells, dict) and "0" in cells for cells in value.values()
    )
    return columns if by_row else None


def _lists(value: Mapping) -> list[list[dict]]:
    """Return the lists of objects in an object; of several the one that is named as rows are."""
    lists = {name: part for name, part in value.items() if _is_list(part)}
    named = [part for name, part in lists.items() if str(name).lower() in _ROWS]
    return named if len(lists) > 1 and len(named) == 1 else list(lists.values())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


def _flat(value: Mapping, prefix: str = "", depth: int = 1) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, part in value.items():
        if isinstance(part, dict) and depth < _DEPTH:
            cells |= _flat(part, f"{prefix}{name}.", depth + 1)
        else:
            cells[f"{prefix}{name}"] = _cell(part)
    return cells


def _cell(value: object) -> str:
    """Return a JSON value as a cell's text; nothing for null."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _not_json(line: int) -> DataError:
    return DataError(
        f"line {line:,} of the file is no JSON object: write each review as "
        '{"text": "...", "label": 1} on a line of its own'
    )
