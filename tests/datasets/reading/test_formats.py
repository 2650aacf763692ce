"""Parquet, JSON of several shapes, and lines of fastText."""

import io

import pyarrow as pa
import pytest
from pyarrow import parquet

from rnnlab.datasets.reading import limits, reviews
from rnnlab.errors import DataError
from tests.datasets.reading.files import read

BOTH = (("a good film", "a dull film"), [1, 0])


def written(columns):
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()


def test_parquet_is_read():
    found = reviews.read(
        written({"id": [7, 8, 9], "text": [*BOTH[0], None], "label": pa.array([1, 0, 1])})
    )
    assert (found.texts, found.labels.tolist()) == BOTH
    assert found.remarks == ("Read as Parquet.",)
    assert found.left_out[0].description == "1 × no text (first on line 3)"


def test_parquet_of_booleans_and_categories_is_read():
    words = pa.array(BOTH[0]).dictionary_encode()
    found = reviews.read(written({"review": words, "sentiment": [True, False]}))
    assert (found.texts, found.labels.tolist()) == BOTH


def test_columns_of_lists_and_objects_in_parquet_are_passed_over():
    more = {"tags": [["a"], ["b"]], "who": [{"name": "x"}, {"name": "y"}]}
    found = reviews.read(written({**more, "text": list(BOTH[0]), "label": [1, 0]}))
    assert (found.texts, found.labels.tolist()) == BOTH


def test_text_that_parquet_holds_once_and_means_often_is_refused_by_its_size(monkeypatch):
    monkeypatch.setattr(limits, "MAX_MB", 1)
    words = pa.array(["word " * 20_000] * 100).dictionary_encode()
    with pytest.raises(DataError, match="more than 1 MB of text once it is decoded"):
        reviews.read(written({"text": words, "label": [1, 0] * 50}))


def test_damaged_and_too_wide_parquet_is_refused():
    content = written({"text": list(BOTH[0]), "label": [1, 0]})
    for damaged in (content[:-9], content[:4] + b"\0" * 40, content[:30] + content[60:]):
        with pytest.raises(DataError, match="the Parquet file cannot be read"):
            reviews.read(damaged)
    with pytest.raises(DataError, match="1,001 columns, and at most 1,000"):
        reviews.read(written({f"c{number}": [1] for number in range(1001)}))


@pytest.mark.parametrize(
    "content",
    [
        '{"review": {"text": "a good film", "stars": 5}}\n'
        '{"review": {"text": "a dull film", "stars": 1}}\n',
        '{"data": [{"text": "a good film", "label": 1}, {"text": "a dull film", "label": 0}]}',
        '{"text": {"0": "a good film", "1": "a dull film"}, "label": {"0": 1, "1": 0}}',
        '{"text": ["a good film", "a dull film"], "label": [1, 0]}',
        '[["text", "label"], ["a good film", 1], ["a dull film", 0]]',
        '{\n "text": "a good film",\n "label": 1\n}\n{\n "text": "a dull film",\n "label": 0\n}\n',
        '{"features": [{"name": "text"}], "rows": [{"row": {"text": "a good film", "label": 1}}, '
        '{"row": {"text": "a dull film", "label": 0}}]}',
        '\ufeff[{"text": "a good film", "label": 1},{"text": "a dull film", "label": 0}]',
    ],
)
def test_json_of_every_shape_is_read(content):
    found = read(content)
    assert (found.texts, found.labels.tolist()) == BOTH


def test_line_that_is_cut_short_is_left_out():
    lines = "".join(f'{{"text": "film {n} is it", "label": {n % 2}}}\n' for n in range(4))
    found = read(lines + '{"text": "a film th')
    assert (len(found.texts), found.left_out[0].description) == (
        4,
        "1 × no JSON object on the line (first on line 5)",
    )


def test_review_in_brackets_begins_no_json():
    assert read("[Spoilers] a good film,1\n[none] a dull film,0\n").labels.tolist() == [1, 0]


@pytest.mark.parametrize("content", ['{"a":' * 100_000, "[" * 100_000, '[{"a":' * 100_000])
def test_json_that_is_nested_without_end_is_refused(content):
    with pytest.raises(DataError, match=r"no JSON object|one column of reviews"):
        read(content)


@pytest.mark.parametrize(
    ("labels", "meanings"),
    [
        (("__label__2", "__label__1"), [1, 0]),
        (("__label__positive", "__label__negative"), [1, 0]),
        (("__label__5", "__label__1", "__label__3", "__label__2"), [1, 0, 0]),
    ],
)
def test_lines_of_fasttext_are_read(labels, meanings):
    found = read("".join(f"{label} a film, no. {n}\n" for n, label in enumerate(labels)))
    assert found.labels.tolist() == meanings
    assert found.texts[0] == "a film, no. 0"


def test_lines_of_fasttext_without_or_with_two_labels_are_left_out():
    found = read("__label__2 a film\n__label__1 __label__2 two of them\nno label here\n")
    assert [(rows.reason, rows.line) for rows in found.left_out] == [
        ("more than one label", 2),
        ("no label", 3),
    ]
