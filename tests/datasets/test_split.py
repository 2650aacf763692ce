"""Which reviews train, select and test a run: drawn as scikit-learn draws them, without twins."""

import dataclasses
import hashlib

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.datasets import encoded, split
from rnnlab.errors import DataError

TUTORIAL = {  # SHA-256 of the rows as the first version of this lab drew them
    "train": "0e85e4b8ad79ac071fd6bf423aca07d406e48d5f01013636a43164ecc1c78a36",
    "validation": "b054429ca423c253b3c494f7260aa45cc315afe9e9b74296d56f8c100b1faf95",
}


def digest(rows):
    return hashlib.sha256(np.asarray(rows, "<i8").tobytes()).hexdigest()


def rows_of(dataset, **changes):
    return dataset.split(preset("lstm", **changes))


@pytest.fixture
def bundled(warm_home):
    """The real reviews."""
    return datasets.load("bundled", warm_home)


@pytest.fixture
def made_up(tmp_path):
    """Encode these texts; every second one is positive."""

    def build(texts):
        reviews = encoded.encode(texts, [row % 2 for row in range(len(texts))])
        encoded.build(tmp_path / "copy", name="made-up", fingerprint="f" * 64, reviews=reviews)
        return encoded.read(tmp_path / "copy")

    return build


def test_default_rows_are_the_tutorials_to_the_last_bit(bundled):
    train, validation, test = rows_of(bundled)
    assert {"train": digest(train), "validation": digest(validation)} == TUTORIAL
    assert (len(train), len(validation), len(test)) == (20_000, 5_000, 0)


@pytest.mark.parametrize("count", [2, 3, 10, 11, 25_000])
@pytest.mark.parametrize("seed", [0, 42, 2**32 - 1])
def test_rows_held_out_are_those_of_train_test_split(count, seed):
    expected = train_test_split(np.arange(count), test_size=0.2, random_state=seed)
    for rows, theirs in zip(split.hold_out(count, seed=seed), expected, strict=True):
        np.testing.assert_array_equal(rows, theirs)


@pytest.mark.parametrize("seed", [42, 7])
def test_halves_are_those_of_a_second_train_test_split_without_twins(bundled, seed):
    train, validation, test = rows_of(bundled, split_seed=seed, test_set=True)
    held_out = train_test_split(np.arange(25_000), test_size=0.2, random_state=seed)[1]
    theirs = train_test_split(held_out, test_size=0.5, random_state=seed)
    np.testing.assert_array_equal(validation, theirs[0])
    seen = {bundled.text(row) for row in (*train, *validation)}
    twins = {row for row in theirs[1] if bundled.text(row) in seen}
    assert twins and not twins & set(test)
    assert set(test) <= set(theirs[1])


def test_test_set_takes_no_review_from_training(bundled):
    plain, parts = rows_of(bundled), rows_of(bundled, test_set=True)
    assert digest(parts.train) == TUTORIAL["train"]
    assert set(parts.validation) | set(parts.test) <= set(plain.validation)
    assert not set(parts.validation) & set(parts.test)
    assert (len(parts.validation), len(parts.test)) == (2_500, 2_481)


def test_both_halves_have_about_as_many_positive_reviews(bundled):
    for seed in range(5):
        parts = rows_of(bundled, split_seed=seed, test_set=True)
        for rows in (parts.validation, parts.test):
            assert abs(bundled.labels[rows].mean() - 0.5) < 0.03  # three standard errors


def test_split_seeds_hold_out_different_reviews_and_each_split_is_drawn_once(bundled):
    first, second = rows_of(bundled, split_seed=1), rows_of(bundled, split_seed=2)
    shared = set(first.validation) & set(second.validation)
    assert len(shared) == pytest.approx(1_000, abs=100)
    assert rows_of(bundled, split_seed=1) is first


def test_twin_differs_at_most_in_what_the_tokenizer_drops(made_up):
    dataset = made_up(["A good film.", "a bad film", "A GOOD film!", "good film a", "a bad film"])
    assert dataset.first_twins.tolist() == [0, 1, 0, 3, 1]


def test_no_text_of_the_test_set_occurs_elsewhere(made_up):
    dataset = made_up([f"review {row % 60}" for row in range(100)])
    train, validation, test = rows_of(dataset, test_set=True)
    assert len(validation) == 10
    seen = {dataset.text(row) for row in (*train, *validation)}
    assert all(dataset.text(row) not in seen for row in test)
    assert len(test) < 10


def test_dataset_without_a_second_review_to_hold_out_has_no_test_set(made_up):
    dataset = made_up([f"review {row}" for row in range(5)])
    assert len(rows_of(dataset).validation) == 1
    with pytest.raises(DataError, match="at least 6 reviews in the dataset: add some"):
        rows_of(dataset, test_set=True)


def test_stored_rows_serve_the_tutorials_split(made_up):
    dataset = made_up([f"review {row}" for row in range(20)])
    other = dataclasses.replace(dataset, validation_rows=dataset.validation_rows[::-1])
    assert rows_of(other).validation.tolist() == dataset.validation_rows[::-1].tolist()
    assert rows_of(other, split_seed=1).validation.tolist() != other.validation_rows.tolist()
