"""What a file is and how its text is encoded."""

import pytest

from rnnlab.datasets.reading import limits, reviews, tables
from rnnlab.errors import DataError
from tests.datasets.reading.files import read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_are_read_right(encoding):
    assert read("text,label\nein schöner Film – 映画,1\n", encoding).texts == (
        "ein schöner Film – 映画",
    )


def test_other_encoding_is_refused_with_its_line():
    with pytest.raises(DataError, match="line 3 of the file is not UTF-8: save it as UTF-8"):
        read("text,label\na film,1\nein schöner Film,1\n", "latin-1")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_nuls(encoding):
    assert read("text,label\na good film,1\n", encoding).texts == ("a good film",)


def test_other_encoding_is_offered_with_a_line_as_it_would_read_and_taken_when_named():
    korean = "text,label\n정말\t좋은 영화였다,1\n지루한 영화였다,0\n"
    with pytest.raises(DataError, match=r"name its encoding: cp949 \(Korean\) reads “정말 좋은"):
        read(korean, "cp949")
    found = read(korean, "cp949", encoding="cp949")
    assert found.texts[0] == "정말\t좋은 영화였다"
    assert found.remarks == ("Encoding: cp949.",)
    with pytest.raises(
        DataError, match="encoding must be one that text is written in, got 'klingon'"
    ):
        read(korean, "cp949", encoding="klingon")
    with pytest.raises(DataError, match="line 2 of the file cannot be read as ascii"):
        read(korean, encoding="ascii")


def test_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_MB", 1)
    with pytest.raises(DataError, match="a file must be at most 1 MB: split it into smaller ones"):
        read("text,label\n" + "the,1\n" * 175_000)


@pytest.mark.parametrize("rows", [1, 50_000])
def test_line_that_is_not_utf_8_is_named_wherever_it_stands(rows):
    content = b"text,label\n" + b"the film,1\n" * rows + "\u00e9t\u00e9,1\n".encode("latin-1")
    with pytest.raises(DataError, match=rf"line {rows + 2:,} of the file is not UTF-8"):
        reviews.read(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
        (
            b"\x80\x04\x95\x10\0\0\0",
            "a pickle of Python, which could run a program when it is opened",
        ),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x7fELF\2", "a program"),
    ],
)
def test_file_that_is_no_text_is_known_by_its_content_and_not_parsed(content, kind, monkeypatch):
    monkeypatch.setattr(tables.csv, "reader", None)
    with pytest.raises(DataError, match=f"this file is {kind}, not text: save its table as CSV"):
        reviews.read(content)


@pytest.mark.parametrize(
    "encoding",
    ["base64", "rot13", "hex", "zlib", "bz2", "undefined", "punycode", "a\0b", "é", "x" * 5000],
)
def test_encoding_that_no_text_is_written_in_is_refused(encoding):
    with pytest.raises(DataError, match=r"encoding must be|cannot be read as"):
        read("text,label\na film,1\n", encoding=encoding)
