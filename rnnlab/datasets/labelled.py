"""Labelled reviews, and the reader of a person's own CSV with the columns `text` and `label`.

Owns what a row must look like, and the reasons why rows are left out.
"""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnnlab.errors import DataError
from rnnlab.text import tokenize

LABELS = {
    "0": 0,
    "0.0": 0,
    "neg": 0,
    "negative": 0,
    "1": 1,
    "1.0": 1,
    "pos": 1,
    "positive": 1,
}
COLUMNS = ("text", "label")
ALLOWED = "0 or 1, neg or pos, negative or positive"
MAX_MB = 500  # of 2**20 bytes, as Streamlit counts; 200,000 reviews take about 270
HEAD = 1_000_000  # bytes in which the first line is looked for
MAX_FIELD = 10_000_000  # characters of one text; csv's own limit is 131,072

_MARKS = (  # the longer first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = {  # how files begin that people take for a CSV, and what they are
    b"PK\3\4": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\x93NUMPY": "a NumPy array",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_NOT_BLANK = re.compile(rb"[^\0 \t\r\n]")
_FIRST_LINE = re.compile(r"[^\r\n]+")
_LETTER = re.compile(r"[^\W_]")


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
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    left_out: tuple[SkippedRows, ...]
    fingerprint: str
    cut: Callable[[str], list[str]] = tokenize

    @property
    def left_out_count(self) -> int:
        """The number of rows that were left out."""
        return sum(rows.count for rows in self.left_out)


def labelled(
    texts: Sequence[str],
    labels: Sequence[int],
    *,
    left_out: Sequence[SkippedRows] = (),
    cut: Callable[[str], list[str]] = tokenize,
) -> LabelledReviews:
    """Return texts and their labels of 0 and 1 as reviews, with their fingerprint."""
    digest = hashlib.sha256(bytes(labels))
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return LabelledReviews(
        tuple(texts), np.array(labels, np.uint8), tuple(left_out), digest.hexdigest(), cut
    )


def read(content: bytes) -> LabelledReviews:
    """Read the reviews of a CSV file's content; columns other than `text` and `label` are ignored.

    UTF-8, with or without a mark, or UTF-16 or UTF-32 with one; cells separated by commas,
    semicolons or tabs. Raises DataError where the columns are missing, the labels are on another
    scale, or no row can be used.
    """
    rows = _rows(content)
    header, _ = next(rows)
    names = [name.strip().lower() for name in header]
    if any(names.count(column) != 1 for column in COLUMNS):
        shown = ", ".join(repr(name[:30]) for name in header[:10])
        raise DataError(
            "the CSV must have one column `text` and one column `label`, named in its first line; "
            f"found {shown}{', ...' if len(header) > 10 else ''}: rename the columns"
        )
    at_text, at_label = (names.index(column) for column in COLUMNS)
    texts: list[str] = []
    labels: list[int] = []
    left_out: dict[str, list[int]] = {}  # reason to count and first line
    for row, line in rows:
        reason: str | None
        if len(row) != len(header):
            reason = "fewer cells than columns"
            if len(row) > len(header):
                reason = "more cells than columns (put quotes around a text that has commas in it)"
        else:
            text, label = row[at_text], row[at_label].strip(" \t\r\n\0").lower()
            reason = _unusable(text, label, line)
        if reason is None:
            texts.append(text)
            labels.append(LABELS[label])
        else:
            left_out.setdefault(reason, [0, line])[0] += 1
    skipped = tuple(SkippedRows(reason, *counted) for reason, counted in left_out.items())
    if not texts:
        reasons = (
            "; ".join(f"{rows.count:,} × {rows.reason}" for rows in skipped) or "it has no rows"
        )
        raise DataError(
            f"no row of the CSV can be used ({reasons}): give each row a text and a label"
        )
    return labelled(texts, labels, left_out=skipped)


def _unusable(text: str, label: str, line: int) -> str | None:
    """Return why a row is left out, or None. Raises DataError for a label on another scale."""
    if not label:
        return "no label"
    if label not in LABELS:
        try:
            float(label)
        except ValueError:
            return f"the label is not {ALLOWED}"
        # One star of five is not positive: half of such a file would be read the wrong way round.
        raise DataError(
            f"line {line}: a label must be {ALLOWED}, got {label[:20]}: if your labels are "
            "ratings, convert them to 0 and 1 first"
        )
    if not text.strip():
        return "no text"
    if not _LETTER.search(text) and not tokenize(text):
        return "no word in the text"
    return None


def _rows(content: bytes) -> Iterator[tuple[list[str], int]]:
    """Yield the rows that are not blank and the lines on which they end, the header first."""
    csv.field_size_limit(max(MAX_FIELD, csv.field_size_limit()))  # of this whole process
    mark, encoding = next((pair for pair in _MARKS if content.startswith(pair[0])), (b"", "utf-8"))
    first = _first_line(content, len(mark), encoding)
    delimiter = max(",;\t", key=first.count)  # the comma, where all are as frequent
    # Decoded bit by bit: a string of all may hold four bytes for each character.
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        yield from ((row, reader.line_num) for row in reader if row)
    except csv.Error as error:
        raise DataError(
            f"line {reader.line_num} of the CSV cannot be read ({error}): put each text in "
            'quotes, and write a quote inside a text twice ("")'
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"line {_undecodable_line(content, encoding)} of the CSV is not UTF-8: save it as "
            "UTF-8 (in Excel: Save as, CSV UTF-8) and try again"
        ) from error


def _first_line(content: bytes, mark: int, encoding: str) -> str:
    """Return the first line that is not blank. Raises DataError where this is no text at all."""
    if len(content) > MAX_MB << 20:
        raise DataError(f"a CSV must be at most {MAX_MB} MB: split it into smaller files")
    for start, kind in _FORMATS.items():
        if content.startswith(start):
            raise DataError(f"this file is {kind}, not a CSV: save its table as CSV UTF-8 first")
    if not _NOT_BLANK.search(content, mark):
        raise DataError(
            "the CSV is empty: start it with a line `text,label`, then a line for each review"
        )
    match = _FIRST_LINE.search(content[:HEAD].decode(encoding, errors="ignore"))
    first = match.group() if match else ""
    if "\0" in first:
        raise DataError(
            "the first line of the CSV holds NUL characters (it may be UTF-16 without a mark, or "
            "no text at all): save it as UTF-8 and try again"
        )
    return first


def _undecodable_line(content: bytes, encoding: str) -> int:
    """Return the line with the first byte that this encoding cannot read."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return content[: error.start].count(b"\n") + 1
    raise AssertionError("the content can be read")
