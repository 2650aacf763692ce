"""Tells what a file is and in which encoding its text is written; guesses none in silence."""

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.datasets.reading import limits
from rnnlab.datasets.reading.limits import MAX_MB
from rnnlab.errors import DataError

__all__ = ["CANDIDATES", "MAX_MB", "Candidate", "UnknownEncoding", "find_encoding"]

CANDIDATES = {  # what text files are written in where they are not UTF-8, by what a person calls it
    "cp949": "Korean",
    "cp1252": "Western European",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "cp1251": "Cyrillic",
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
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF document",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"ARROW1": "an Arrow file",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a file compressed by Zstandard",
    b"version https://git-lfs": "a note that stands for a file of Git LFS",
    **dict.fromkeys(
        (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
        "a pickle of Python, which could run a program when it is opened",
    ),
}
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|\?xml)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.02  # of a text's bytes; of random ones it is 11 %
_NOT_BLANK = re.compile(rb"[^\0 \t\r\n]")
PIECE = 1 << 20  # bytes that are decoded at once
_HEAD = 4_096  # bytes in which UTF-16 without a mark shows
_DETECT = 200_000  # bytes from which an encoding is detected
SAMPLES = 5  # lines that show how an encoding reads


class Candidate(NamedTuple):
    """An encoding that can read a whole file, whose it is, and how a line and some more read."""

    encoding: str
    language: str
    sample: str
    samples: tuple[str, ...] = ()


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
    encoding = mark or named or _unmarked_utf(content) or "utf-8"
    if not encoding.startswith(("utf-16", "utf-32")):
        _check_binary(content)
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
    limits.check_size(len(content))
    for start, kind in _FORMATS.items():
        if content.startswith(start):
            raise DataError(f"this file is {kind}, not text: save its table as CSV UTF-8 first")
    if _WEB_PAGE.match(content[:200].removeprefix(codecs.BOM_UTF8)):
        raise DataError(
            "this file is a web page, not a table: download the file itself, not the page about it"
        )
    mark = next((mark for mark, _ in _MARKS if content.startswith(mark)), b"")
    if not _NOT_BLANK.search(content, len(mark)):
        raise DataError(
            "the file is empty: start it with a line `text,label`, then a line for each review"
        )


def _check_binary(content: bytes) -> None:
    """Raise DataError for a file that is no text in any encoding of bytes."""
    head = content[: 1 << 16]
    if len(_CONTROLS.findall(head)) > max(_MOST_CONTROLS * len(head), 8):
        raise DataError("this file is no text: save its table as CSV UTF-8 first")


def _unmarked_utf(content: bytes) -> str | None:
    """Return which UTF-16 or UTF-32 a file without a mark is written in; None where it is not.

    Every character of ASCII has a NUL there, at the place that tells which; the line ends and
    delimiters of any text are some. No text in another encoding has NULs.
    """
    head = content[: min(_HEAD, len(content) // 4 * 4)] or content[: len(content) // 2 * 2]
    nuls = [head[start::4].count(0) / max(len(head[start::4]), 1) for start in range(4)]
    fits = []
    if min(nuls[2:]) > 0.9 or min(nuls[:2]) > 0.9:
        fits = ["utf-32-le" if nuls[3] > 0.9 and nuls[0] < 0.5 else "utf-32-be"]
    elif max(nuls) >= 0.05 and head.count(0) > 2:
        even, odd = nuls[0] + nuls[2], nuls[1] + nuls[3]
        if min(even, odd) < 0.2 * max(even, odd):
            fits = ["utf-16-le" if odd > even else "utf-16-be"]
    return next((name for name in fits if _undecodable_line(content, name) is None), None)


def _candidates(content: bytes, line: int) -> list[Candidate]:
    """Return the encodings that can read all of a file, the detected one first."""
    lines = [part.strip() for part in content.splitlines()[line - 1 :] if not part.isascii()]
    offers = []
    for encoding, language in _possible(content).items():
        if _undecodable_line(content, encoding) is None:
            samples = [
                " ".join(part[: 4 * SAMPLE].decode(encoding, errors="ignore").split())[:SAMPLE]
                for part in lines[:SAMPLES]
            ]
            offers.append(Candidate(encoding, language, samples[0], tuple(samples)))
    return offers


def _possible(content: bytes) -> dict[str, str]:
    """Return the usual encodings, and that which charset-normalizer detects, by language."""
    from charset_normalizer import from_bytes

    letters = b"\n".join(part for part in content[:_DETECT].splitlines() if not part.isascii())
    guess = from_bytes(letters).best() if letters else None
    if guess is None or guess.encoding in CANDIDATES:
        return CANDIDATES
    return CANDIDATES | {guess.encoding: "as detected"}


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
