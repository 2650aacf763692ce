"""Labelled reviews from files as people have them."""

import csv

import numpy as np
import pytest

from rnnlab.datasets.reading import encodings, reviews, tables
from rnnlab.datasets.reading.reviews import Choices
from rnnlab.errors import DataError


def read(text, written_in="utf-8", **choices):
    return reviews.read(text.encode(written_in), Choices(**choices))


def test_labels_are_read_in_every_spelling_and_case():
    spellings = ["0", "1", "neg", "POS", "Negative", "positive", "0.0", "1.0", " pos "]
    rows = [f"film number {place},{label}\n" for place, label in enumerate(spellings)]
    found = read("text,label\n" + "".join(rows))
    assert found.labels.tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 1]
    assert found.labels.dtype == np.uint8
    assert found.left_out == ()


def test_columns_may_stand_in_any_order_and_case_beside_others():
    found = read("id,Label,source, TEXT\n7,pos,web,a good film\n")
    assert (found.texts, found.labels.tolist()) == (("a good film",), [1])


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


def test_quotes_commas_and_line_ends_inside_quotes_belong_to_the_text():
    found = read('text,label\n"He said ""go"", so\nI went",1\nnot "bad",0\n')
    assert found.texts == ('He said "go", so\nI went', 'not "bad"')
    assert found.labels.tolist() == [1, 0]


@pytest.mark.parametrize("row", ['"He said "go" to me",1', '"never closed,1'])
def test_broken_quotes_are_refused_with_the_line_and_the_remedy(row):
    with pytest.raises(DataError, match=r"line 3 of the file .* write a quote inside a text twice"):
        read(f"text,label\na film,1\n{row}")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_part_cells_too(delimiter):
    found = read(f"text{delimiter}label\ngood, warm{delimiter}1\n")
    assert found.texts == ("good, warm",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end):
    found = read(end.join(["text,label", "a film,1", "", "a bore,0", ""]))
    assert (found.texts, found.left_out) == (("a film", "a bore"), ())


def test_nul_in_a_text_is_kept_and_the_row_is_used():
    found = read("text,label\na\0film,1\n")
    assert (found.texts, found.left_out) == (("a\0film",), ())


def test_rows_left_out_are_counted_with_reason_and_first_line():
    found = read(
        "text,label\n"
        "a film,1\n"
        ",1\n"
        "  ,0\n"
        "...!?,0\n"
        "a film,\n"
        "another film,neutral\n"
        "short\n"
        "a good, warm film,1\n"
    )
    assert found.texts == ("a film",)
    assert [(one.count, one.line) for one in found.left_out] == [
        (2, 3),
        (1, 5),
        (1, 6),
        (1, 7),
        (1, 8),
        (1, 9),
    ]
    reasons = [one.reason for one in found.left_out]
    assert reasons[:3] == ["no text", "no word in the text", "no label"]
    assert "neither positive nor negative" in reasons[3]
    assert reasons[4] == "fewer cells than columns"
    assert "put quotes around" in reasons[5]
    assert found.left_out_count == 7


def test_line_counts_the_lines_inside_quotes():
    assert read('text,label\n"a\nfilm",1\n,1\n').left_out[0].line == 4


@pytest.mark.parametrize(
    ("labels", "meanings"),
    [
        (("TRUE", "false"), (1, 0)),
        (("yes", "no"), (1, 0)),
        (("1.00", "-1"), (1, 0)),
        (("4", "0"), (1, 0)),
        (("4", "0", "2"), (1, 0, None)),
        (("__label__2", "__label__1"), (1, 0)),
        (("fresh", "rotten"), (1, 0)),
        (("positive", "neutral", "negative"), (1, None, 0)),
        (("1", "2.0", "3", "4", "5"), (0, 0, None, 1, 1)),
        (("5", "1"), (1, 0)),
        (("1", "4", "5", "6", "7", "10"), (0, 0, None, None, 1, 1)),
        (("bad", "ham"), (0, 1)),
        (("1", "nan", "None", "", "0"), (1, None, None, None, 0)),
    ],
)
def test_labels_of_every_scale_are_read(labels, meanings):
    rows = [f"film number {place},{label}\n" for place, label in enumerate(labels)]
    found = read("text,label\n" + "".join(rows))
    assert found.labels.tolist() == [meaning for meaning in meanings if meaning is not None]
    assert found.left_out_count == meanings.count(None)


def test_middle_of_a_scale_is_named_as_left_out():
    stars = read("text,label\n" + "".join(f"film number {n},{n}\n" for n in range(1, 6)))
    assert stars.remarks == ("Labels: stars from 1 to 5: 1–2 negative, 4–5 positive, 3 left out.",)
    assert stars.left_out[0].description == (
        "1 × the label is neither positive nor negative (first on line 4)"
    )


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("1", "2"), "the labels are 1, 2, and nothing tells which one is positive"),
        (("4", "5"), "the labels are 4, 5, and nothing"),
        (("0.7", "0.2"), "the labels are 0.2, 0.7, and nothing"),
        (
            ("ham", "spam"),
            "the labels are ham, spam, and nothing tells which one is positive: say which",
        ),
        (("1", "2", "3"), "numbers on no scale that is known"),
        (("sport", "news", "art"), r"of 3 classes \(art, news, sport\)"),
        (("sport", "news", "positive"), r"of 3 classes"),
        (("spam",), "all labels are spam"),
    ],
)
def test_labels_that_are_not_of_two_classes_are_refused_with_the_way_out(labels, message):
    rows = "".join(f"film number {place},{label}\n" for place, label in enumerate(labels))
    with pytest.raises(DataError, match=message):
        read("text,label\n" + rows)


def test_positive_label_may_be_named():
    content = "text,label\na film,Ham\na bore,spam\n"
    found = read(content, positive="HAM")
    assert found.labels.tolist() == [1, 0]
    assert found.remarks == ("Labels: “ham” is positive, “spam” negative.",)
    with pytest.raises(DataError, match=r"positive must be one of the labels .* ham, spam"):
        read(content, positive="egg")
    assert read("text,label\na film,0\na bore,1\n", positive="0").labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    "header", ["review,sentiment", "id,review_text,rating", "Comment,Stars", "words,feeling"]
)
def test_columns_are_found_by_common_names_and_by_content(header):
    width = header.count(",")
    first = "17," if width == 2 else ""
    rows = "".join(f"{first}film number {n} is good,{n % 2}\n" for n in range(6))
    found = read(f"{header}\n{rows}")
    assert (len(found.texts), found.labels.tolist()) == (6, [0, 1] * 3)
    assert found.remarks == (f"Columns: {' and '.join(header.split(',')[-2:])}.",)


def test_columns_may_be_named():
    content = "text,label,title,stars\na film,0,the big night,1\na bore,1,a small day,0\n"
    found = read(content, text_column="Title", label_column="stars")
    assert (found.texts, found.labels.tolist()) == (("the big night", "a small day"), [1, 0])
    with pytest.raises(DataError, match=r"text_column is name, which no column has: choose one of"):
        read(content, text_column="name")


@pytest.mark.parametrize("header", ["text,text,label", "a film", "text", "id,number"])
def test_columns_that_cannot_be_told_are_named_with_the_remedy(header):
    with pytest.raises(DataError, match=r"one column of reviews and one of labels") as error:
        read(f"{header}\n1,2\n3,4\n")
    assert f"'{header.split(',')[0]}'" in str(error.value)
    assert "rename the columns" in str(error.value)


def test_same_text_counts_once_and_contradicting_labels_not_at_all():
    found = read("text,label\nA good film.,1\na bore,0\na GOOD film!,1\nso so,0\nSo so,1\n")
    assert found.texts == ("A good film.", "a bore")
    assert [(rows.count, rows.line) for rows in found.left_out] == [(1, 4), (2, 6)]
    assert [rows.reason for rows in found.left_out] == [
        "the same text again",
        "the same text with the other label",
    ]


def test_same_text_in_typographic_characters_counts_once():
    found = read("text,label\nI don\u2019t like it.,0\nI don&#39;t like it,0\nI don't like it,0\n")
    assert found.texts == ("I don\u2019t like it.",)
    assert found.cut(found.texts[0]) == ["i", "don't", "like", "it"]


def test_line_of_excel_that_names_the_delimiter_is_skipped():
    found = read("sep=;\ntext;label\na, film;1\n;0\n")
    assert (found.texts, found.left_out[0].line) == (("a, film",), 4)


@pytest.mark.parametrize(
    "content",
    [
        '{"text": "a film", "label": 1}\n\n{"label": "0", "text": "a bore", "id": 7}\n',
        '[{"text": "a film", "label": true},\n {"text": "a bore", "label": false}]',
    ],
)
def test_json_lines_and_a_json_list_are_read(content):
    found = read(content)
    assert (found.texts, found.labels.tolist()) == (("a film", "a bore"), [1, 0])
    assert found.remarks == ("Read as JSON lines.",)


def test_line_that_is_no_json_object_is_named():
    with pytest.raises(DataError, match="line 2 of the file is no JSON object"):
        read('{"text": "a film", "label": 1}\n{"text": \n')


def test_file_that_does_not_quote_is_read_so_and_it_is_said():
    found = read('text\tlabel\n" The plot is tight.\t1\nwarm\t1\nan "art" film\t0\nJoy.\t1\n')
    assert found.texts == ('" The plot is tight.', "warm", 'an "art" film', "Joy.")
    assert found.remarks == ("Read as cells separated by tabs, quotes read as plain characters.",)


def test_pair_of_stray_quotes_makes_no_review_of_several_lines():
    found = read('text\tlabel\n"One.\t1\nTwo.\t0\nThree."\t1\n')
    assert len(found.texts) == 3


def test_row_that_cannot_be_read_is_named_by_the_line_on_which_it_begins():
    rows = "".join(f"a film of {n},1\n" for n in range(50))
    with pytest.raises(DataError, match="the row that begins on line 3 of the file"):
        read(f'text,label\na film,1\n"never closed,1\n{rows}more, commas, here\n')


def test_oversized_text_has_a_remedy_of_its_own(monkeypatch):
    monkeypatch.setattr(tables, "MAX_FIELD", 200_000)
    limit = csv.field_size_limit(131_072)
    try:
        with pytest.raises(DataError, match="line 2 of the file begins a text of more than 200,0"):
            read(f"text,label\n{'film ' * 60_000},1\n")
    finally:
        csv.field_size_limit(limit)


def test_other_encoding_is_offered_with_a_line_as_it_would_read_and_taken_when_named():
    korean = "text,label\n정말 좋은 영화였다,1\n지루한 영화였다,0\n"
    with pytest.raises(DataError, match=r"name its encoding: cp949 \(Korean\) reads “정말 좋은"):
        read(korean, "cp949")
    found = read(korean, "cp949", encoding="cp949")
    assert found.texts[0] == "정말 좋은 영화였다"
    assert found.remarks == ("Encoding: cp949.",)
    with pytest.raises(DataError, match="encoding must be one that text is written in, got 'klingon'"):
        read(korean, "cp949", encoding="klingon")
    with pytest.raises(DataError, match="line 2 of the file cannot be read as ascii"):
        read(korean, encoding="ascii")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "\0\0"])
def test_empty_file_says_what_it_should_hold(content):
    with pytest.raises(DataError, match="the file is empty: start it with a line `text,label`"):
        read(content)


def test_file_without_a_usable_row_says_why():
    with pytest.raises(DataError, match=r"1 × no text; 2 × no label"):
        read("text,label\n,1\na,\nb,\n")
    with pytest.raises(DataError, match="it has no rows"):
        read("text,label\n")


def test_text_longer_than_the_csv_modules_limit_is_read():
    assert len(read(f"text,label\n{'film ' * 60_000},1\n").texts[0]) == 300_000


def test_cell_that_begins_like_a_formula_is_text():
    assert read('text,label\n"=1+1 film",1\n').texts == ("=1+1 film",)


def test_fingerprint_tells_other_texts_labels_and_orders_apart():
    files = ["a film,1\na bore,0\n", "a bore,0\na film,1\n", "a film,1\na bore,1\n", "a film,1\n"]
    found = [read("text,label\n" + rows).fingerprint for rows in files]
    assert len(set(found)) == 4
    assert read("label,text\r\nPOS,a film\r\nneg,a bore\r\n").fingerprint == found[0]


def test_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(encodings, "MAX_MB", 1)
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
        (b"PK\3\4\x14\0\x06\0text,label\n", "a ZIP archive or an Excel workbook"),
        (b"\x1f\x8b\x08text,label\n", "a compressed file"),
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


@pytest.mark.parametrize("content", ["sep=,", "sep=;\n", '"'])
def test_file_without_a_first_line_of_names_is_refused(content):
    with pytest.raises(DataError, match=r"one column of reviews|begins on line 1"):
        read(content)


def test_half_of_a_character_in_json_leaves_its_row_out():
    found = read('{"text": "a \\ud800 film", "label": 1}\n{"text": "a bore", "label": 0}\n')
    assert found.texts == ("a bore",)
    assert found.left_out[0].reason == "half of a character in the text"


def test_json_list_may_begin_after_blank_lines():
    assert read('\n\n[{"text": "a film", "label": 1}]').texts == ("a film",)
