"""Reviews of a file that networks have seen."""

import pytest

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.datasets import overlap
from rnnlab.datasets.labelled import labelled
from rnnlab.errors import DataError
from tests import labs

TEXTS = [f"It\u2019s film number {n}, and it isn't bad<br />at all {n * n}" for n in range(50)]


@pytest.fixture
def dataset(lab_home):
    labs.encode_reviews(lab_home, TEXTS)
    return datasets.load("bundled", lab_home)


def test_rows_that_train_or_select_are_seen_and_those_of_a_test_set_are_not(dataset):
    plain, tested = preset("lstm"), preset("lstm", test_set=True)
    assert overlap.seen_rows(dataset, [plain, preset("gru")]).tolist() == list(range(50))
    test = dataset.split(tested).test
    assert len(test) == 5
    assert not set(overlap.seen_rows(dataset, [tested])) & set(test)


def test_reviews_with_the_words_of_a_seen_one_are_left_out_and_counted(dataset):
    seen, unseen = [0, 1, 2], [dataset.text(3), "film number 1 and no more", "never seen"]
    same = [dataset.text(0).upper().replace(",", " ;"), dataset.text(1)]
    reviews = labelled([*unseen, *same], [1, 0, 1, 1, 0])
    found = overlap.without_seen(reviews, dataset, dataset.first_twins[seen])
    assert found.texts == tuple(unseen)
    assert found.labels.tolist() == [1, 0, 1]
    (group,) = found.left_out
    assert group.description == (
        "2 × among the training or validation reviews of the dataset bundled"
    )
    assert found.fingerprint == labelled(unseen, [1, 0, 1]).fingerprint


def test_reviews_that_nobody_has_seen_stay_the_same(dataset):
    reviews = labelled(["a new review", ""], [1, 0])
    assert overlap.without_seen(reviews, dataset, dataset.first_twins) is reviews


def test_file_of_which_all_is_seen_is_refused(dataset):
    with pytest.raises(DataError, match=r"all reviews of the file are among .* bundled"):
        overlap.without_seen(labelled(TEXTS[:2], [1, 0]), dataset, dataset.first_twins)
