"""Rows and cells of CSV files and JSON lines."""

import csv

import pytest

from rnnlab.datasets.reading import tables
from rnnlab.errors import DataError
from tests.datasets.reading.files import read


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


def test_line_counts_the_lines_inside_quotes():
    assert read('text,label\n"a\nfilm",1\n,1\n').left_out[0].line == 4


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


def test_text_longer_than_the_csv_modules_limit_is_read():
    assert len(read(f"text,label\n{'film ' * 60_000},1\n").texts[0]) == 300_000


def test_half_of_a_character_in_json_leaves_its_row_out():
    found = read('{"text": "a \\ud800 film", "label": 1}\n{"text": "a bore", "label": 0}\n')
    assert found.texts == ("a bore",)
    assert found.left_out[0].reason == "half of a character in the text"


def test_json_list_may_begin_after_blank_lines():
    assert read('\n\n[{"text": "a film", "label": 1}]').texts == ("a film",)
