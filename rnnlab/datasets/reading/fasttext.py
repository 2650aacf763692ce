"""Rows of cells from lines as fastText takes them: `__label__2 the text`."""

import io
import re
from collections.abc import Iterator

from rnnlab.datasets.reading.left_out import LeftOut

_LINE = re.compile(r"\s*((?:__label__[^\s,]+[\s,]*)+)(.*)", re.DOTALL)


def is_fasttext(head: str) -> bool:
    """Return whether a text begins with a label of fastText and a text after it."""
    match = _LINE.match(head.lstrip("\ufeff \t\r\n").split("\n", 1)[0])
    return match is not None and bool(match.group(2).strip())


def fasttext_rows(
    content: bytes, encoding: str, left_out: LeftOut
) -> Iterator[tuple[list[str], int]]:
    """Yield a header, then text and label of each line; those with several labels are left out."""
    yield ["text", "label"], 0
    for number, line in enumerate(io.TextIOWrapper(io.BytesIO(content), encoding), start=1):
        stripped = line.strip("\ufeff \t\r\n")
        if not stripped:
            continue
        match = _LINE.match(stripped)
        if match is None:
            left_out.add("no label", number)
            continue
        labels = match.group(1).replace(",", " ").split()
        if len(labels) > 1:
            left_out.add("more than one label", number)
        else:
            yield [match.group(2), labels[0]], number
