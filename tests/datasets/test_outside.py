import numpy as np
import pytest

from rnnlab.datasets import outside
from rnnlab.errors import DataError, InvalidField
from rnnlab.evaluation import predictions
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.text import Vocabulary, pad
from tests.keras_files import PUBLISHED_INDEX, TEST, TRAIN, objects
from tests.networks import fixed_weights, tiny


def fed(ids, reviews, **fields):
    """What a run of the dataset keras says of these reviews, and what it says of these ids."""
    config = tiny("gru", dataset="keras", **fields)
    words = Vocabulary(tuple(PUBLISHED_INDEX)).top(config.vocab_size)
    reader = Classifier("r1", "gru-1", config, fixed_weights(config), words)
    (found,) = predictions.predict_texts([reader], reviews)
    cut = [[i if i < config.vocab_size else 2 for i in one] for one in ids]
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in cut])])
    inputs = pad(
        np.concatenate(cut).astype(np.int32),
        offsets,
        maxlen=config.maxlen,
        truncating=config.truncating,
    )
    return found, forward.predict(config, reader.weights, inputs)


@pytest.mark.slow
@pytest.mark.parametrize("fields", [{}, {"vocab_size": 10, "truncating": "post"}])
def test_reviews_are_fed_as_keras_loads_and_feeds_them(published_npz, monkeypatch, fields):
    from keras.src.datasets import imdb
    from keras.utils import pad_sequences

    monkeypatch.setattr(imdb, "get_file", lambda **_: str(published_npz))  # no download
    _, (x, y) = imdb.load_data(num_words=10)
    found, expected = fed([list(map(int, one)) for one in x], outside.load("imdb-test"), **fields)
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-7)
    assert found.labels.tolist() == y.tolist()
    assert len(set(expected.tolist())) == len(TEST)  # so the order is tested, too
    padded = pad_sequences(x, maxlen=5, truncating=fields.get("truncating", "pre"))
    config = tiny("gru", **fields)
    np.testing.assert_allclose(
        forward.predict(config, fixed_weights(config), padded), found.probabilities, atol=1e-7
    )


def test_ids_with_unknown_words_are_fed_as_they_were_saved(published_npz):
    ids = [[1, 2, 8], [1, 5, 5, 2], [1], [1, 8, 2, 7]]
    labels = np.array([1, 0, 1, 0])
    others = objects([[1, 6]] * len(ids))
    np.savez(published_npz, x_train=others, y_train=labels, x_test=objects(ids), y_test=labels)
    found, expected = fed(ids, outside.load("imdb-test"))
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-7)
    assert found.labels.tolist() == [1, 0, 1, 0]
    assert not found.used_for_selection


def test_changed_file_is_read_anew_and_an_equal_one_is_not(published_npz):
    first = outside.load("imdb-test")
    assert outside.load("imdb-test") is first
    x, other = objects([[1], [2]]), objects([[3], [4]])
    np.savez(published_npz, x_train=other, y_train=[1, 0], x_test=x, y_test=[1, 0])
    assert len(outside.load("imdb-test").texts) == 2


def test_test_review_with_the_words_of_a_training_review_is_left_out(published_npz):
    x, test = objects([[2, 1], [3]]), objects([[3], [1, 2], [2, 1], [4]])
    np.savez(published_npz, x_train=x, y_train=[1, 0], x_test=test, y_test=[1, 0, 1, 1])
    reviews = outside.load("imdb-test")
    assert sorted(reviews.texts) == ["good", "the \u00e9t\u00e9"]
    assert [rows.description for rows in reviews.left_out] == [
        "2 × the same words as a training review"
    ]


def test_file_without_test_reviews_is_not_offered(published_npz):
    assert outside.available("imdb-test")
    np.savez(published_npz, x_train=objects(TRAIN), y_train=np.array([1, 0, 1]))
    assert not outside.available("imdb-test")
    with pytest.raises(DataError, match="RNNLAB_KERAS_IMDB"):
        outside.load("imdb-test")
    published_npz.unlink()
    assert not outside.available("imdb-test")


def test_test_reviews_that_are_none_are_refused(published_npz):
    x = objects(TRAIN)
    np.savez(published_npz, x_train=x, y_train=[1, 0, 1], x_test=objects([[9]]), y_test=[1])
    with pytest.raises(DataError, match="x_test has words that the word index lacks"):
        outside.load("imdb-test")
    np.savez(published_npz, x_train=x, y_train=[1, 0, 1], x_test=x, y_test=[1, 0, 2])
    with pytest.raises(DataError, match="y_test must be one 0 or 1 for each review"):
        outside.load("imdb-test")


def test_rotten_tomatoes_are_half_positive_and_all_have_words():
    assert outside.available("rotten-tomatoes")
    reviews = outside.load("rotten-tomatoes")
    assert (len(reviews.texts), int(reviews.labels.sum())) == (8_530, 4_265)
    assert reviews.texts[0].startswith("the rock is destined to be the 21st century's new")
    assert all(map(reviews.cut, reviews.texts))


def test_unknown_set_is_named_with_the_known_ones():
    for ask in (outside.available, outside.load):
        with pytest.raises(InvalidField, match="on must be rotten-tomatoes or imdb-test, got"):
            ask("amazon")
