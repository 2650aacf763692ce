"""The reviews of keras.datasets.imdb, from Keras's cache or a file that is named.

25,000 to train on, which are the dataset `keras`, and 25,000 to test with.

Nothing is downloaded here. Keras's .npz holds pickled lists; the unpickler that reads them makes
nothing but lists and numbers, so no code in the file can run.
"""

import hashlib
import io
import itertools
import json
import os
import pickle
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from rnnlab.datasets.encoded import Reviews, offsets_of
from rnnlab.errors import DataError
from rnnlab.text import INDEX_FROM, START, UNKNOWN, Vocabulary

# keras/src/datasets/imdb.py of keras 3.15; for the word index it has the MD5
# bfafd718b763782e994055a2d397834f, which is that of the file with this SHA-256.
NPZ_SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
INDEX_SHA256 = "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6"
INDEX = "imdb_word_index.json"
NO_WORD = "\N{REPLACEMENT CHARACTER}"  # stands in a text for an unknown word; no index has it
REMEDY = (
    "set RNNLAB_KERAS_IMDB to an imdb.npz that you trust, with imdb_word_index.json beside it, or "
    'let Keras download both: python -c "from keras.datasets import imdb; imdb.load_data(); '
    'imdb.get_word_index()"'
)


def fingerprint() -> str:
    """Return one SHA-256 over both files. Raises DataError where one is missing or not Keras's."""
    npz, index = _paths()
    return hashlib.sha256(f"{_digest(npz)} {_digest(index)}".encode()).hexdigest()


def reviews() -> Reviews:
    """Return the training reviews in the order of keras.datasets.imdb.load_data.

    Their texts are put together from the word index. Raises DataError where a file is not in
    Keras's format.
    """
    return _reviews("train")


def test_reviews() -> Reviews:
    """Return the test reviews, which no run was trained or selected on; else like `reviews`."""
    return _reviews("test")


def seen_in_training(reviews: Reviews) -> np.ndarray:
    """Return whether each review has the words of a training review: bool (n,)."""
    values, offsets, _, _ = _read("train")
    seen = {values[start:end].tobytes() for start, end in itertools.pairwise(offsets)}
    bounds = itertools.pairwise(reviews.offsets)
    return np.array([reviews.values[start:end].tobytes() in seen for start, end in bounds])


def has_test_reviews() -> bool:
    """Return whether the files hold test reviews; cheap. One cut down to training has none."""
    try:
        npz, _ = _paths()
        with zipfile.ZipFile(npz) as archive:
            return "x_test.npy" in archive.namelist()
    except (DataError, OSError, zipfile.BadZipFile):
        return False


def words_of(text: str) -> list[str]:
    """Return the words of a text that was put together here, as the word index has them.

    Not `rnnlab.text.tokenize`: 21 words of Keras's index hold a capital, which that would lose.
    """
    return text.split(" ") if text else []


def _reviews(part: str) -> Reviews:
    values, offsets, labels, vocabulary = _read(part)
    word_of = ("", "", NO_WORD, "", *vocabulary.words)
    texts = [
        " ".join(word_of[i] for i in values[start:end].tolist() if i != START)
        for start, end in itertools.pairwise(offsets)
    ]
    return Reviews(texts, values, offsets, labels.astype(np.uint8), vocabulary)


def _read(part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, Vocabulary]:
    """Return values, offsets and labels of a part of the file, and the words of the index."""
    npz, index = _paths()
    try:
        vocabulary = _vocabulary(json.loads(index.read_bytes()))
        with zipfile.ZipFile(npz) as archive:
            lists = _lists(archive.read(f"x_{part}.npy"))
            labels = _labels(archive, part)
            if labels.shape != (len(lists),) or not np.isin(labels, (0, 1)).all():
                raise ValueError(f"y_{part} must be one 0 or 1 for each review")
            values, offsets = _flat(lists)
            if not _has_start_marks(values, offsets):
                before = () if part == "train" else (len(_labels(archive, "train")),)
                values, offsets, labels = _as_keras_loads(lists, labels, before=before)
        words = values[(values != START) & (values != UNKNOWN)] - INDEX_FROM
        if len(words) and not 1 <= words.min() <= words.max() <= len(vocabulary.words):
            raise ValueError(f"x_{part} has words that the word index lacks")
    # What unpickling a damaged file may raise is any error at all.
    except Exception as error:
        raise DataError(f"{npz} or {index.name} cannot be read ({error}): {REMEDY}") from error
    return values, offsets, labels, vocabulary


def _labels(archive: zipfile.ZipFile, part: str) -> np.ndarray:
    return np.load(io.BytesIO(archive.read(f"y_{part}.npy")), allow_pickle=False)


def _vocabulary(ranks: dict[str, int]) -> Vocabulary:
    words = sorted(ranks, key=ranks.__getitem__)
    if [ranks[word] for word in words] != list(range(1, len(words) + 1)):
        raise ValueError("the word index must number its words 1, 2, 3, ...")
    return Vocabulary.from_bytes(Vocabulary(tuple(words)).to_bytes())  # checks the words


def _flat(lists: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return all lists joined, int32, and their offsets."""
    if set(map(type, itertools.chain.from_iterable(lists))) - {int}:
        raise ValueError("the reviews must be lists of whole numbers")
    values = np.fromiter(itertools.chain.from_iterable(lists), dtype=np.int32)
    return values, offsets_of(lists)


def _has_start_marks(values: np.ndarray, offsets: np.ndarray) -> bool:
    """Return whether these are ids, as load_data returns them, rather than ranks.

    1 is the start mark among ids: the first of each review, and nowhere else. Among ranks it is
    "the".
    """
    starts = np.flatnonzero(values == START)
    return np.array_equal(starts, offsets[:-1])


def _as_keras_loads(
    lists: list[list[int]], labels: np.ndarray, *, before: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return values, offsets and labels as load_data makes them from Keras's file of ranks.

    It shuffles with seed 113, adds 3 to each rank and puts a 1 before each review
    (keras/src/datasets/imdb.py of keras 3.15). `before`: how many reviews each part that it
    shuffles first has, since all are shuffled by one generator.
    """
    generator = np.random.RandomState(113)
    for count in (*before, len(lists)):
        order = np.arange(count)
        generator.shuffle(order)
    ranks, offsets = _flat([lists[row] for row in order])
    values = np.insert(ranks + INDEX_FROM, offsets[:-1], START)
    return values, offsets + np.arange(len(offsets)), labels[order]


def _paths() -> tuple[Path, Path]:
    """Return the .npz and the word index. Raises DataError where one is missing or not Keras's."""
    named = os.environ.get("RNNLAB_KERAS_IMDB")
    if named:
        npz = Path(named).expanduser()
    else:
        keras_home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
        npz = Path(keras_home) / "datasets" / "imdb.npz"
    index = npz.with_name(INDEX)
    for path in (npz, index):
        if not path.is_file():
            raise DataError(f"the dataset keras needs {path}, which is missing: {REMEDY}")
    if not named:
        for path, sha256 in ((npz, NPZ_SHA256), (index, INDEX_SHA256)):
            if _digest(path) != sha256:
                raise DataError(
                    f"{path} is not the file that Keras publishes: delete it, then {REMEDY}"
                )
    return npz, index


def _digest(path: Path) -> str:
    try:
        stat = path.stat()
        return _digest_once(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): {REMEDY}") from error


@lru_cache(maxsize=4)
def _digest_once(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Placeholder:
    """What a pickle gets in place of anything it wants to make: keeps its state, runs nothing."""

    def __init__(self, *_: object) -> None:
        self.state: tuple = ()

    def __setstate__(self, state: tuple) -> None:
        self.state = state


class _ListsOnly(pickle.Unpickler):
    """An unpickler that refuses every global but those of an object array, and calls none of them.

    numpy's own would accept a forged dtype and read pointers out of the file's bytes.
    """

    _OF_ARRAYS = frozenset(
        {
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
        }
    )

    def find_class(self, module: str, name: str) -> type:
        if (module, name) in self._OF_ARRAYS:
            return _Placeholder
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no dataset needs")


def _lists(npy: bytes) -> list[list[int]]:
    """Return the lists in an .npy file of an object array, as numpy.save writes it."""
    file = io.BytesIO(npy)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("it is no array of lists")
    np.lib.format.read_array_header_1_0(file)
    _, _, _, _, lists = _ListsOnly(file).load().state  # version, shape, dtype, order, items
    if not isinstance(lists, list) or set(map(type, lists)) - {list}:
        raise ValueError("the reviews must be lists of whole numbers")
    return lists
