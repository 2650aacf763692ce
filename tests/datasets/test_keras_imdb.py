"""Files in Keras's format, made whole, altered, forged and cut short."""

import pickle
import shutil
import zipfile

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.datasets import keras_imdb
from rnnlab.errors import DataError
from tests.keras_files import objects

IDS = [[1, 4, 6, 7], [1, 5], [1], [1, 7, 7], [1, 6]]


def reviews_of(dataset):
    pairs = zip(dataset.offsets[:-1], dataset.offsets[1:], strict=True)
    return [dataset.values[start:end].tolist() for start, end in pairs]


@pytest.mark.slow
def test_keras_file_gives_what_load_data_makes_of_it(npz, tmp_path, monkeypatch):
    from keras.src.datasets import imdb

    monkeypatch.setattr(imdb, "get_file", lambda **_: str(npz))  # no download
    (x, y), _ = imdb.load_data(num_words=100)
    dataset = datasets.load("keras", tmp_path)
    assert reviews_of(dataset) == [list(review) for review in x]
    assert dataset.labels.tolist() == y.tolist()


def test_ranks_in_keras_file_become_ids_behind_a_start_mark(npz, tmp_path):
    dataset = datasets.load("keras", tmp_path)
    assert sorted(reviews_of(dataset)) == sorted(IDS)
    row = reviews_of(dataset).index([1, 4, 6, 7])
    assert (dataset.text(row), dataset.labels[row]) == ("the film good", 1)
    assert dataset.vocabulary.words == ("the", "and", "film", "good")
    inputs = dataset.inputs(np.array([row]), vocab_size=7, maxlen=5, truncating="pre")
    assert inputs.tolist() == [[0, 1, 4, 6, 2]]


def test_ids_that_were_saved_after_load_data_are_taken_as_they_are(npz, tmp_path):
    np.savez(npz, x_train=objects(IDS), y_train=np.array([1, 0, 1, 0, 1]))
    dataset = datasets.load("keras", tmp_path)
    assert reviews_of(dataset) == IDS
    assert dataset.labels.tolist() == [1, 0, 1, 0, 1]
    texts = ["the film good", "and", "", "good good", "film"]
    assert [dataset.text(row) for row in range(5)] == texts


class Opens:
    def __reduce__(self):
        return (open, ("owned.txt", "w"))


class ForgedType:
    """A dtype of objects that claims to hold none, so that numpy takes bytes for pointers."""

    def __reduce__(self):
        return np.dtype, ("O8", False, True), (3, "|", None, None, None, -1, -1, 0)


class ForgedArray:
    def __reduce__(self):
        reconstruct = np._core.multiarray._reconstruct
        state = (1, (1,), ForgedType(), False, b"\x41" * 8)
        return reconstruct, (np.ndarray, (0,), b"b"), state


def with_pickle(npz, content):
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    head = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    np.savez(npz, y_train=np.array([1]))
    with zipfile.ZipFile(npz, "a") as archive:
        archive.writestr("x_train.npy", head + pickle.dumps(content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (Opens(), "names .*open, which no dataset needs"),
        (ForgedArray(), "must be lists of whole numbers"),
        (objects([Opens()]), "names .*open, which no dataset needs"),
        (objects(["not a list"]), "must be lists of whole numbers"),
        (objects([[1, 2.5]]), "must be lists of whole numbers"),
        (objects([[2, 5]]), "words that the word index lacks"),
        (objects([[0, 2]]), "words that the word index lacks"),
        (objects([[1], [2]]), "one 0 or 1 for each review"),
        ([[1]], "cannot be read"),
    ],
)
def test_file_that_holds_anything_but_reviews_is_refused(
    npz, tmp_path, monkeypatch, content, reason
):
    monkeypatch.chdir(tmp_path)
    with_pickle(npz, content)
    with pytest.raises(DataError, match=reason):
        datasets.load("keras", tmp_path)
    assert not (tmp_path / "owned.txt").exists()


def test_keras_file_that_was_cut_short_is_an_error(npz, tmp_path):
    npz.write_bytes(npz.read_bytes()[:300])
    with pytest.raises(DataError, match=r"cannot be read .*set RNNLAB_KERAS_IMDB"):
        datasets.load("keras", tmp_path)


@pytest.mark.parametrize("index", ['{"the": 1, "and": 3}', '{"the": 1', '["the"]', '{"a\\nb": 1}'])
def test_damaged_word_index_is_an_error(npz, tmp_path, index):
    npz.with_name("imdb_word_index.json").write_text(index)
    with pytest.raises(DataError, match="cannot be read"):
        datasets.load("keras", tmp_path)


@pytest.mark.parametrize("name", ["imdb.npz", "imdb_word_index.json"])
def test_missing_keras_file_names_the_remedy(npz, tmp_path, name):
    npz.with_name(name).unlink()
    with pytest.raises(DataError, match=rf"{name}, which is missing: set RNNLAB_KERAS_IMDB"):
        datasets.load("keras", tmp_path)


def test_file_in_kerass_cache_must_have_kerass_checksum(npz, tmp_path, monkeypatch):
    monkeypatch.delenv("RNNLAB_KERAS_IMDB")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    shutil.copytree(npz.parent, tmp_path / "home" / "datasets")
    with pytest.raises(DataError, match=r"imdb\.npz is not the file that Keras publishes"):
        keras_imdb.fingerprint()
