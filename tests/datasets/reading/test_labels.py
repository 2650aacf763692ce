"""Which labels are positive and which negative."""

import numpy as np
import pytest

from rnnlab.errors import DataError
from tests.datasets.reading.files import read


def test_labels_are_read_in_every_spelling_and_case():
    spellings = ["0", "1", "neg", "POS", "Negative", "positive", "0.0", "1.0", " pos "]
    rows = [f"film number {place},{label}\n" for place, label in enumerate(spellings)]
    found = read("text,label\n" + "".join(rows))
    assert found.labels.tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 1]
    assert found.labels.dtype == np.uint8
    assert found.left_out == ()


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
    assert stars.remarks == ("Labels: stars from 1 to 5 (1–2 negative, 4–5 positive, 3 left out).",)
    signs = read("text,label\n" + "".join(f"{n + 2} good films,{n}\n" for n in (-1, 1)))
    assert signs.remarks == ("Labels: −1 and 1 (−1 negative, 1 positive, 0 left out).",)
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
        (("0", "1", "2"), "numbers on no scale that is known"),
        (("0", "1", "2", "3"), "numbers on no scale that is known"),
        (("0", "2"), "the labels are 0, 2, and nothing"),
        (("-1", "0"), "the labels are -1, 0, and nothing"),
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
