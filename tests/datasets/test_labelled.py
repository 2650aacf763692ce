import numpy as np
import pytest

from rnnlab.datasets import labelled
from rnnlab.errors import DataError


def read(text, encoding="utf-8"):
    return labelled.read(text.encode(encoding))


def test_labels_are_read_in_every_spelling_and_case():
    spellings = ["0", "1", "neg", "POS", "Negative", "positive", "0.0", "1.0", " pos "]
    found = read("text,label\n" + "".join(f"a film,{label}\n" for label in spellings))
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
    with pytest.raises(DataError, match="line 3 of the CSV is not UTF-8: save it as UTF-8"):
        read("text,label\na film,1\nein schöner Film,1\n", "latin-1")


def test_utf_16_without_a_mark_is_refused():
    with pytest.raises(DataError, match="UTF-16 without a mark"):
        read("text,label\na film,1\n", "utf-16-le")


def test_quotes_commas_and_line_ends_inside_quotes_belong_to_the_text():
    found = read('text,label\n"He said ""go"", so\nI went",1\nnot "bad",0\n')
    assert found.texts == ('He said "go", so\nI went', 'not "bad"')
    assert found.labels.tolist() == [1, 0]


@pytest.mark.parametrize("row", ['"He said "go" to me",1', '"never closed,1'])
def test_broken_quotes_are_refused_with_the_line_and_the_remedy(row):
    with pytest.raises(DataError, match=r"line 3 of the CSV .* write a quote inside a text twice"):
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
        "a film,neutral\n"
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
    assert "not 0 or 1" in reasons[3]
    assert reasons[4] == "fewer cells than columns"
    assert "put quotes around" in reasons[5]
    assert found.left_out_count == 7


def test_line_counts_the_lines_inside_quotes():
    assert read('text,label\n"a\nfilm",1\n,1\n').left_out[0].line == 4


@pytest.mark.parametrize("label", ["2", "-1", "0.7", "5"])
def test_ratings_are_refused_rather_than_read_the_wrong_way_round(label):
    with pytest.raises(DataError, match=rf"line 3: a label must be 0 or 1.*got {label}: .*ratings"):
        read(f"text,label\na film,1\na film,{label}\n")


@pytest.mark.parametrize("header", ["review,sentiment", "text,text,label", "a film", "text"])
def test_wrong_columns_are_named_with_the_remedy(header):
    with pytest.raises(DataError, match=r"one column `text` and one column `label`") as error:
        read(f"{header}\na film,1\n")
    assert f"'{header.split(',')[0]}'" in str(error.value)
    assert "rename the columns" in str(error.value)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "\0\0"])
def test_empty_file_says_what_it_should_hold(content):
    with pytest.raises(DataError, match="the CSV is empty: start it with a line `text,label`"):
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
    monkeypatch.setattr(labelled, "MAX_MB", 1)
    with pytest.raises(DataError, match="a CSV must be at most 1 MB: split it into smaller files"):
        read("text,label\n" + "the,1\n" * 175_000)


@pytest.mark.parametrize("rows", [1, 50_000])
def test_line_that_is_not_utf_8_is_named_wherever_it_stands(rows):
    content = b"text,label\n" + b"the film,1\n" * rows + "\u00e9t\u00e9,1\n".encode("latin-1")
    with pytest.raises(DataError, match=rf"line {rows + 2} of the CSV is not UTF-8"):
        labelled.read(content)


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
    monkeypatch.setattr(labelled.csv, "reader", None)
    with pytest.raises(DataError, match=f"this file is {kind}, not a CSV: save its table as CSV"):
        labelled.read(content)
