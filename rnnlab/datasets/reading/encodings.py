"""Tells what a file is and in which encoding its text is written; guesses none in silence."""

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.errors import DataError

MAX_MB = 500  # of 2**20 bytes, as Streamlit counts; 200,000 reviews take about 270
CANDIDATES = {  # what text files are written in where they are not UTF-8, by what a person calls it
    "cp949": "Korean",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "cp1251": "Cyrillic",
    "cp1252": "Western European",
}
SAMPLE = 60  # characters of a line that is shown

_MARKS = (  # the longer first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = {  # how files begin that people take for a table of text, and what they are
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
PIECE = 1 << 20  # bytes that are decoded at once
_HEAD = 4_096  # bytes in which UTF-16 without a mark shows


class Candidate(NamedTuple):
    """An encoding that can read a whole file, whose it is, and how a line then reads."""

    encoding: str
    language: str
    sample: str


class UnknownEncoding(DataError):
    """A text that is not Unicode; `candidates` are the encodings that can read it."""

    def __init__(self, line: int, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        offers = "; ".join(
            f"{offer.encoding} ({offer.language}) reads “{offer.sample}”" for offer in candidates
        )
        named = ", or name its encoding" + (f": {offers}" if offers else "")
        super().__init__(
            f"line {line:,} of the file is not UTF-8: save it as UTF-8 (in Excel: Save as, CSV "
            f"UTF-8){named}"
        )


def find_encoding(content: bytes, *, named: str | None = None) -> str:
    """Return the encoding in which all of the file can be read: `named`, or a Unicode one.

    Raises UnknownEncoding for text in another encoding, DataError for a file that is too large,
    empty or no text, and where the named encoding is unknown or does not fit.
    """
    _check(content)
    mark = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    if named is not None:
        _check_name(named)
    encoding = mark or named or _unmarked_utf_16(content) or "utf-8"
    line = _undecodable_line(content, encoding)
    if line is None:
        return encoding
    if encoding == named:
        raise DataError(
            f"line {line:,} of the file cannot be read as {named}: choose another encoding"
        )
    raise UnknownEncoding(line, _candidates(content, line))


def _check_name(encoding: str) -> None:
    """Raise DataError where no text is written in an encoding, as in Python's base64 or zlib."""
    try:
        "text,label".encode(encoding)
    except (LookupError, ValueError) as error:
        raise DataError(
            f"encoding must be one that text is written in, got {encoding[:40]!r}: choose "
            f"{', '.join(CANDIDATES)} or another"
        ) from error


def _check(content: bytes) -> None:
    if len(content) > MAX_MB << 20:
        raise DataError(f"a file must be at most {MAX_MB} MB: split it into smaller ones")
    for start, kind in _FORMATS.items():
        if content.startswith(start):
            raise DataError(f"this file is {kind}, not text: save its table as CSV UTF-8 first")
    mark = next((mark for mark, _ in _MARKS if content.startswith(mark)), b"")
    if not _NOT_BLANK.search(content, len(mark)):
        raise DataError(
            "the file is empty: start it with a line `text,label`, then a line for each review"
        )


def _unmarked_utf_16(content: bytes) -> str | None:
    """Return which UTF-16 a file without a mark is written in; None where it is not.

    Of Latin text every second byte is NUL; of no text in another encoding is any.
    """
    head = content[: min(_HEAD, len(content) // 2 * 2)]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not head or max(even, odd) < 0.3 * len(head) / 2 or min(even, odd) > 0.05 * len(head) / 2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _candidates(content: bytes, line: int) -> list[Candidate]:
    raw = content.splitlines()[line - 1].strip()[: 4 * SAMPLE]
    offers = []
    for encoding, language in CANDIDATES.items():
        if _undecodable_line(content, encoding) is None:
            sample = raw.decode(encoding, errors="ignore")[:SAMPLE]
            offers.append(Candidate(encoding, language, sample))
    return offers


def _undecodable_line(content: bytes, encoding: str) -> int | None:
    """Return the line with the first byte that this encoding cannot read; None if it reads all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), PIECE):  # a string of all may hold 4 bytes for each
            end = start + PIECE
            decoder.decode(content[start:end], end >= len(content))
        return None
    except UnicodeError:  # of which some tell no place
        pass
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return content[: error.start].count(b"\n") + 1
    except UnicodeError:
        pass
    return 1
