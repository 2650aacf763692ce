"""What makes labelled texts a dataset to train on, and what its id depends on."""

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.datasets.labelled import labelled
from rnnlab.datasets.own import times
from rnnlab.datasets.own.content import Content
from rnnlab.datasets.own.make import make
from rnnlab.datasets.own.record import SplitChoice
from rnnlab.datasets.own.unknown import sentence
from rnnlab.errors import DataError, InvalidField
from rnnlab.lab import Lab
from rnnlab.text import UNKNOWN
from tests.own import PARTS, own_reviews, texts_of


def test_bytes_hold_the_whole_content():
    content = make(own_reviews(), split=SplitChoice("column", "part")).content
    again = Content.from_bytes(content.to_bytes())
    assert again.texts == content.texts
    assert again.fingerprint == content.fingerprint
    np.testing.assert_array_equal(again.rule.assignment, content.rule.assignment)


@pytest.mark.parametrize("damage", [b"", b"PK", b"no archive"])
def test_damaged_content_is_an_error_with_the_remedy(damage):
    with pytest.raises(DataError, match=r"damaged .*: delete it"):
        Content.from_bytes(damage)


def test_fingerprint_covers_texts_labels_split_and_tokenizer():
    reviews = own_reviews()
    texts, labels = list(reviews.texts), reviews.labels.tolist()
    others = dict(reviews.others)
    flipped = labelled(texts, [1 - labels[0], *labels[1:]], others=others)
    edited = labelled(["another text", *texts[1:]], labels, others=others)
    made = [
        make(reviews),
        make(flipped),
        make(edited),
        make(reviews, tokenizer="characters-3"),
        make(reviews, split=SplitChoice("group", "film")),
        make(reviews, split=SplitChoice("column", "part")),
    ]
    assert len({dataset.content.fingerprint for dataset in made}) == len(made)
    assert make(own_reviews()).content.fingerprint == made[0].content.fingerprint


def test_description_counts_reviews_and_parts():
    description = make(own_reviews(), split=SplitChoice("column", "part")).description
    assert description["reviews"] == len(PARTS)
    assert description["parts"] == {
        "train": PARTS.count("train"),
        "validation": PARTS.count("dev"),
        "test": PARTS.count("test"),
    }


def test_rows_without_a_part_are_left_out_and_counted():
    reviews = own_reviews()
    parts = ("", "", *reviews.others["part"][2:])
    reviews = labelled(reviews.texts, reviews.labels.tolist(), others={"part": parts})
    description = make(reviews, split=SplitChoice("column", "part")).description
    assert description["reviews"] == len(PARTS) - 2
    assert description["left_out"][0]["count"] == 2


def test_tokenizers_are_compared_by_what_they_leave_unknown():
    description = make(own_reviews(), tokenizer="characters-1").description
    words, letters = description["unknown"]["words"], description["unknown"]["characters-1"]
    assert words[0] > letters[0] == 0.0
    assert "letters 0.0\u00a0%" in sentence(description["unknown"])
    assert "unknown" not in make(own_reviews()).description


def test_too_few_reviews_are_refused():
    with pytest.raises(DataError, match="at least 20 different reviews and 2 of each label"):
        make(labelled(texts_of(19), [0, 1] * 9 + [0]))
    with pytest.raises(DataError, match="0 of them positive"):
        make(labelled(texts_of(40), [0] * 40))


@pytest.mark.parametrize(
    ("split", "others", "message"),
    [
        (("column", "part"), {"part": ("train",) * 39 + ("tset",)}, "tset: rename these"),
        (("column", "part"), {"part": ("test",) * 40}, "no row is train"),
        (("column", "part"), {}, "no column part"),
        (("time", "at"), {"at": ("2020",) * 40}, "all times .* are the same"),
        (("time", "at"), {"at": ("2020-01-01", "soon") * 20}, "such as soon"),
    ],
)
def test_column_that_cannot_split_is_refused_with_the_remedy(split, others, message):
    with pytest.raises(DataError, match=message):
        make(labelled(texts_of(40), [0, 1] * 20, others=others), split=SplitChoice(*split))


def test_part_with_one_label_alone_is_refused():
    parts = ("train",) * 30 + ("test",) * 10
    reviews = labelled(texts_of(40), [0, 1] * 15 + [1] * 10, others={"part": parts})
    with pytest.raises(DataError, match="all 10 test reviews are positive"):
        make(reviews, split=SplitChoice("column", "part"))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2021", "2019", "2020", "2019"], [2, 0, 1, 0]),
        (["2021-03-01", "2021-02-28T23:59:59Z", "2021-02-28"], [2, 1, 0]),
        (["31.01.2020", "01.02.2020"], [0, 1]),
        (["01/31/2020", "02/01/2020"], [0, 1]),
        (["31/01/2020", "01/02/2020"], [0, 1]),
        (["1609459200", "1609459199"], [1, 0]),
        (["March 3, 2020", "March 2, 2020"], [1, 0]),
    ],
)
def test_times_are_put_in_order(cells, expected):
    assert times.ranks(cells, column="at").tolist() == expected


def test_dates_that_may_be_either_are_refused():
    with pytest.raises(DataError, match="days first or months first"):
        times.ranks(["01/02/2020", "03/04/2020"], column="at")


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (("sideways", None), "split"),
        (("group", None), "split_column"),
        (("random", "a"), "split_c"),
    ],
)
def test_split_choice_is_checked(choice, field):
    with pytest.raises(InvalidField, match=f"^{field}"):
        SplitChoice(*choice)


def test_words_of_the_test_part_alone_come_last(lab_home):
    texts = [*texts_of(30), *(f"onlyhere onlyhere word {n}" for n in range(10))]
    parts = ("train",) * 24 + ("dev",) * 6 + ("test",) * 10
    reviews = labelled(texts, [0, 1] * 20, others={"part": parts})
    lab = Lab()
    own = lab.add_dataset(reviews, "mine", split=SplitChoice("column", "part"))
    dataset = datasets.load(own.id, lab.home)
    words = dataset.vocabulary.words
    seen = {word for text in texts[:30] for word in text.split()}
    assert set(words[: len(seen)]) == seen
    config = preset("lstm", dataset=own.id, vocab_size=len(seen) + 4, maxlen=5, test_set=True)
    inputs = dataset.inputs(dataset.split(config).test, **config.window)
    assert (inputs[:, 1:3] == UNKNOWN).all()
