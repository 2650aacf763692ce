"""The datasets: real files, made whole, altered and cut short."""

import json
import pickle
import shutil
import zipfile

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from rnnlab import datasets
from rnnlab.datasets import bundled, encoded, keras_imdb
from rnnlab.datasets.encoded import Reviews
from rnnlab.errors import DataError, InvalidField
from rnnlab.text import Vocabulary, tokenize

TEXTS = [
    "A good film.", "A bad film!", "Schön 🎬", "", "the end of it", "good good good",
    "bad acting", "I liked it", "never again", "what a film",
]  # fmt: skip


def made_up_reviews():
    tokens = [tokenize(text) for text in TEXTS]
    labels = np.array([1, 0] * 5, dtype=np.uint8)
    return Reviews(TEXTS, tokens, labels, Vocabulary.count(tokens))


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "cache" / "made-up"
    encoded.build(folder, name="made-up", fingerprint="f" * 64, reviews=made_up_reviews())
    return folder


def test_reviews_come_back_with_labels_and_texts(copy):
    dataset = encoded.open_if_sound(copy)
    assert [dataset.text(row) for row in range(10)] == TEXTS
    assert dataset.labels.tolist() == [1, 0] * 5
    assert dataset.vocabulary == made_up_reviews().vocabulary


def test_split_is_scikit_learns(copy):
    dataset = encoded.open_if_sound(copy)
    train, validation = train_test_split(np.arange(10), test_size=0.2, random_state=42)
    assert dataset.train_rows.tolist() == train.tolist()
    assert dataset.validation_rows.tolist() == validation.tolist()


@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [2, 5, 9])
def test_inputs_are_what_reading_each_text_gives(copy, truncating, maxlen):
    from rnnlab.text import read

    dataset = encoded.open_if_sound(copy)
    rows = np.array([5, 0, 3, 2, 9])
    settings = {"vocab_size": 10, "maxlen": maxlen, "truncating": truncating}
    expected = [read(TEXTS[row], dataset.vocabulary, **settings).ids for row in rows]
    np.testing.assert_array_equal(dataset.inputs(rows, **settings), expected)


def test_inputs_of_many_reviews_are_the_same_in_pieces(copy, monkeypatch):
    dataset = encoded.open_if_sound(copy)
    settings = {"vocab_size": 10, "maxlen": 3, "truncating": "pre"}
    whole = dataset.inputs(np.arange(10), **settings)
    monkeypatch.setattr(encoded, "_CHUNK", 3)
    np.testing.assert_array_equal(dataset.inputs(np.arange(10), **settings), whole)


@pytest.mark.parametrize("name", ["values.npy", "vocabulary.txt", "meta.json", "texts.npy"])
def test_altered_copy_is_removed_and_never_used(copy, name, caplog):
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert encoded.open_if_sound(copy) is None
    assert not copy.exists()
    assert "damaged" in caplog.text


def test_copy_that_was_cut_short_is_never_used(copy):
    (copy / "offsets.npy").write_bytes((copy / "offsets.npy").read_bytes()[:50])
    assert encoded.open_if_sound(copy) is None


def test_second_process_that_builds_the_same_copy_does_no_harm(copy):
    encoded.build(copy, name="made-up", fingerprint="f" * 64, reviews=made_up_reviews())
    assert encoded.open_if_sound(copy) is not None
    assert [path.name for path in copy.parent.iterdir()] == ["made-up"]


def test_unknown_dataset_is_named_with_the_known_ones(tmp_path):
    with pytest.raises(InvalidField, match="dataset must be bundled or keras, got 'mnist'"):
        datasets.load("mnist", tmp_path)


@pytest.fixture
def csv_copy(tmp_path, monkeypatch):
    path = tmp_path / "reviews.csv"
    shutil.copy(bundled._path(), path)
    monkeypatch.setattr(bundled, "_path", lambda: path)
    return path


def test_altered_reviews_file_is_an_error_with_the_remedy(csv_copy):
    content = bytearray(csv_copy.read_bytes())
    content[1_000] ^= 1
    csv_copy.write_bytes(content)
    with pytest.raises(DataError, match=r"not the published one: .*--force-reinstall"):
        bundled.fingerprint()


def test_half_written_reviews_file_is_an_error(csv_copy, tmp_path):
    csv_copy.write_bytes(csv_copy.read_bytes()[:1_000_000])
    with pytest.raises(DataError, match="not the published one"):
        datasets.load("bundled", tmp_path)
    assert not (tmp_path / "cache").exists()


def test_missing_package_is_an_error_with_the_remedy(monkeypatch):
    monkeypatch.setattr(bundled, "PACKAGE", "no-such-package")
    with pytest.raises(DataError, match="missing: install it again"):
        bundled.fingerprint()


@pytest.mark.slow
def test_bundled_reviews_are_the_tutorials(tmp_path):
    dataset = datasets.load("bundled", tmp_path)
    first_words = "the and a of to is br in it i this that was as for with movie but film on"
    assert " ".join(dataset.vocabulary.words[:20]) == first_words
    assert (len(dataset.labels), int(dataset.labels.sum())) == (25_000, 12_500)
    assert (len(dataset.train_rows), len(dataset.validation_rows)) == (20_000, 5_000)
    assert dataset.text(0).startswith("I rented I AM CURIOUS-YELLOW")
    assert datasets.is_ready("bundled", tmp_path)


INDEX = {"the": 1, "and": 2, "film": 3, "good": 4}
SEQUENCES = [[1, 4, 6, 7], [1, 5], [1], [1, 7, 7, 2], [1, 6]]


@pytest.fixture
def npz(tmp_path, monkeypatch):
    """A file in the format of Keras's, as `numpy.savez` writes it, named by the person."""
    folder = tmp_path / "keras"
    folder.mkdir()
    x = np.empty(len(SEQUENCES), dtype=object)
    x[:] = SEQUENCES
    y = np.array([1, 0, 1, 0, 1])
    np.savez(folder / "imdb.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    (folder / "imdb_word_index.json").write_text(json.dumps(INDEX))
    monkeypatch.setenv("RNNLAB_KERAS_IMDB", str(folder / "imdb.npz"))
    return folder / "imdb.npz"


def test_keras_file_gives_its_reviews_with_their_ids(npz, tmp_path):
    dataset = datasets.load("keras", tmp_path)
    assert [dataset.text(row) for row in range(5)] == [
        "the film good",
        "and",
        "",
        "good good",
        "film",
    ]
    assert dataset.inputs(np.array([0, 3]), vocab_size=7, maxlen=4, truncating="pre").tolist() == [
        [1, 4, 6, 2],
        [0, 1, 2, 2],
    ]


class Malicious:
    def __reduce__(self):
        return (open, ("owned.txt", "w"))


def test_file_that_would_run_code_is_refused(npz, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = np.empty(1, dtype=object)
    x[0] = Malicious()
    np.savez(npz, x_train=x, y_train=np.array([1]))
    with pytest.raises(DataError, match="which no dataset needs"):
        datasets.load("keras", tmp_path)
    assert not (tmp_path / "owned.txt").exists()


def test_keras_file_that_was_cut_short_is_an_error(npz, tmp_path):
    npz.write_bytes(npz.read_bytes()[:300])
    with pytest.raises(DataError, match="cannot be read"):
        datasets.load("keras", tmp_path)


def test_keras_file_without_reviews_is_an_error(npz, tmp_path):
    with zipfile.ZipFile(npz, "w") as archive:
        archive.writestr("x_train.npy", pickle.dumps([1]))
    with pytest.raises(DataError, match="cannot be read"):
        datasets.load("keras", tmp_path)


def test_missing_keras_file_names_the_remedy(npz, tmp_path):
    npz.unlink()
    with pytest.raises(DataError, match=r"set RNNLAB_KERAS_IMDB to an imdb\.npz"):
        datasets.load("keras", tmp_path)


def test_file_in_kerass_cache_must_have_kerass_checksum(npz, tmp_path, monkeypatch):
    monkeypatch.delenv("RNNLAB_KERAS_IMDB")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    shutil.copytree(npz.parent, tmp_path / "home" / "datasets")
    with pytest.raises(DataError, match="not the file that Keras publishes"):
        keras_imdb.fingerprint()
