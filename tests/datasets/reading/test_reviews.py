"""Labelled reviews from files as people have them."""

import pytest

from rnnlab.errors import DataError
from tests.datasets.reading.files import read


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


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "\0\0"])
def test_empty_file_says_what_it_should_hold(content):
    with pytest.raises(DataError, match="the file is empty: start it with a line `text,label`"):
        read(content)


def test_file_without_a_usable_row_says_why():
    with pytest.raises(DataError, match=r"1 × no text; 2 × no label"):
        read("text,label\n,1\na,\nb,\n")
    with pytest.raises(DataError, match="it has no rows"):
        read("text,label\n")


def test_cell_that_begins_like_a_formula_is_text():
    assert read('text,label\n"=1+1 film",1\n').texts == ("=1+1 film",)


def test_fingerprint_tells_other_texts_labels_and_orders_apart():
    files = ["a film,1\na bore,0\n", "a bore,0\na film,1\n", "a film,1\na bore,1\n", "a film,1\n"]
    found = [read("text,label\n" + rows).fingerprint for rows in files]
    assert len(set(found)) == 4
    assert read("label,text\r\nPOS,a film\r\nneg,a bore\r\n").fingerprint == found[0]


@pytest.mark.parametrize("content", ["sep=,", "sep=;\n", '"'])
def test_file_without_a_first_line_of_names_is_refused(content):
    with pytest.raises(DataError, match=r"one column of reviews|begins on line 1"):
        read(content)


def test_html_entities_are_decoded_and_counted():
    found = read(
        "text,label\nIt isn&#39;t good &amp; so on,0\nfine &amp;quot;art&amp;quot;,1\nR&D,1\n"
    )
    assert found.remarks == ("HTML entities are decoded in 2 texts.",)
    assert found.cut(found.texts[0]) == ["it", "isn't", "good", "so", "on"]
