"""Encoded reviews: what comes back, and copies that were altered or cut short."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from rnnlab.datasets import encoded
from rnnlab.errors import DataError
from rnnlab.text import read

TEXTS = [
    "A good film.",
    "A bad film!",
    "Schön 🎬",
    "",
    "the end of it",
    "good good good",
    "bad acting",
    "I liked it",
    "never again",
    "what a film",
]
LABELS = [1, 0] * 5


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "cache" / "made-up"
    reviews = encoded.encode(TEXTS, LABELS)
    encoded.build(folder, name="made-up", fingerprint="f" * 64, reviews=reviews)
    return folder


def test_reviews_come_back_with_labels_and_texts(copy):
    dataset = encoded.read(copy)
    assert (dataset.name, dataset.fingerprint) == ("made-up", "f" * 64)
    assert [dataset.text(row) for row in range(10)] == TEXTS
    assert dataset.labels.tolist() == LABELS
    assert dataset.vocabulary.words[:5] == ("good", "a", "film", "bad", "it")


def test_values_hold_each_review_behind_its_start_mark(copy):
    dataset = encoded.read(copy)
    starts, ends = dataset.offsets[:-1], dataset.offsets[1:]
    reviews = [dataset.values[a:b].tolist() for a, b in zip(starts, ends, strict=True)]
    assert reviews[0] == [1, 5, 4, 6]
    assert reviews[3] == [1]
    assert reviews[5] == [1, 4, 4, 4]
    assert isinstance(dataset.values, np.memmap)


def test_split_is_scikit_learns(copy):
    dataset = encoded.read(copy)
    train, validation = train_test_split(np.arange(10), test_size=0.2, random_state=42)
    assert dataset.train_rows.tolist() == train.tolist()
    assert dataset.validation_rows.tolist() == validation.tolist()


@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [2, 5, 9])
def test_inputs_are_what_reading_each_text_gives(copy, truncating, maxlen):
    dataset = encoded.read(copy)
    rows = np.array([5, 0, 3, 2, 9])
    settings = {"vocab_size": 10, "maxlen": maxlen, "truncating": truncating}
    expected = [read(TEXTS[row], dataset.vocabulary, **settings).ids for row in rows]
    np.testing.assert_array_equal(dataset.inputs(rows, **settings), expected)


def test_inputs_of_many_reviews_are_the_same_in_pieces(copy, monkeypatch):
    dataset = encoded.read(copy)
    settings = {"vocab_size": 10, "maxlen": 3, "truncating": "pre"}
    whole = dataset.inputs(np.arange(10), **settings)
    monkeypatch.setattr(encoded, "_CHUNK", 3)
    np.testing.assert_array_equal(dataset.inputs(np.arange(10), **settings), whole)


@pytest.mark.parametrize("name", ["values.npy", "vocabulary.txt", "meta.json", "texts.npy"])
def test_altered_copy_is_never_read(copy, name):
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DataError, match="damaged"):
        encoded.read(copy)


def test_copy_that_was_cut_short_is_never_read(copy):
    (copy / "offsets.npy").write_bytes((copy / "offsets.npy").read_bytes()[:50])
    with pytest.raises(DataError, match=r"offsets\.npy altered"):
        encoded.read(copy)


def test_copy_whose_checksums_are_gone_is_never_read(copy):
    (copy / "meta.json").write_text('{"name": "made-up", "fingerprint": "f", "sha256": {}}')
    with pytest.raises(DataError, match=r"meta\.json is altered"):
        encoded.read(copy)


def test_single_review_is_no_dataset(tmp_path):
    with pytest.raises(DataError, match="has 1 reviews, and needs at least 2"):
        reviews = encoded.encode(["good"], [1])
        encoded.build(tmp_path / "one", name="one", fingerprint="f" * 64, reviews=reviews)
