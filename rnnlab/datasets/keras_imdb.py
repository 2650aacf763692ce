"""keras.datasets.imdb's 25,000 training reviews, from keras's cache or a file that is named.

Nothing is downloaded here. Keras's .npz holds pickled lists; they are read by an unpickler that
can make nothing but numpy arrays and plain values, so no code in the file can run.
"""

import hashlib
import io
import json
import os
import pickle
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from rnnlab.datasets.encoded import Reviews
from rnnlab.errors import DataError
from rnnlab.text import INDEX_FROM, Vocabulary

# keras/src/datasets/imdb.py of keras 3.15
NPZ_SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
INDEX = "imdb_word_index.json"
REMEDY = (
    "set RNNLAB_KERAS_IMDB to an imdb.npz that you trust, with imdb_word_index.json beside it, or "
    'let Keras download both: python -c "from keras.datasets import imdb; imdb.load_data(); '
    'imdb.get_word_index()"'
)


def fingerprint() -> str:
    """One SHA-256 over both files. Raises DataError where one is missing or not Keras's."""
    npz, index = _paths()
    return hashlib.sha256(f"{_digest(npz)} {_digest(index)}".encode()).hexdigest()


def reviews() -> Reviews:
    """The training reviews in keras's order; texts are put together from the word index."""
    npz, index = _paths()
    try:
        ranks: dict[str, int] = json.loads(index.read_bytes())
        vocabulary = Vocabulary(tuple(sorted(ranks, key=ranks.__getitem__)))
        with zipfile.ZipFile(npz) as archive:
            sequences = _read_npy(archive.read("x_train.npy"))
            labels = _read_npy(archive.read("y_train.npy")).astype("uint8")
        tokens = [
            [vocabulary.words[i - INDEX_FROM - 1] for i in sequence if i > INDEX_FROM]
            for sequence in sequences
        ]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError,
            zipfile.BadZipFile, pickle.UnpicklingError) as error:  # fmt: skip
        raise DataError(f"{npz} or {index.name} cannot be read ({error}): {REMEDY}") from error
    return Reviews([" ".join(words) for words in tokens], tokens, labels, vocabulary)


def _paths() -> tuple[Path, Path]:
    named = os.environ.get("RNNLAB_KERAS_IMDB")
    if named:
        npz = Path(named).expanduser()
    else:
        keras_home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
        npz = Path(keras_home) / "datasets" / "imdb.npz"
    for path in (npz, npz.with_name(INDEX)):
        if not path.is_file():
            raise DataError(f"the dataset keras needs {path}, which is missing: {REMEDY}")
    if not named and _digest(npz) != NPZ_SHA256:
        raise DataError(f"{npz} is not the file that Keras publishes: delete it, then {REMEDY}")
    return npz, npz.with_name(INDEX)


def _digest(path: Path) -> str:
    stat = path.stat()
    return _digest_once(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4)
def _digest_once(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _ArraysOnly(pickle.Unpickler):
    """Refuses every global but the three that a pickled object array is made of."""

    _ALLOWED = ("_reconstruct", "ndarray", "dtype")

    def find_class(self, module: str, name: str) -> object:
        if name in self._ALLOWED and module.split(".")[0] == "numpy":
            return {
                "_reconstruct": np._core.multiarray._reconstruct,
                "ndarray": np.ndarray,
                "dtype": np.dtype,
            }[name]
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no dataset needs")


def _read_npy(content: bytes) -> np.ndarray:
    """The array of an .npy file; of an object array, plain lists only."""
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    read_header = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    _, _, dtype = read_header(file)
    if not dtype.hasobject:
        return np.load(io.BytesIO(content), allow_pickle=False)
    return _ArraysOnly(file).load()
