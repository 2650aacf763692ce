"""Where reviews come from: the bundled set, and keras's own.

`load` gives a `Dataset` whose reviews were encoded once and are mapped from disk since.
"""

from pathlib import Path

from rnnlab.datasets import bundled, encoded, keras_imdb
from rnnlab.datasets.encoded import Dataset
from rnnlab.errors import InvalidField

__all__ = ["Dataset", "is_ready", "load"]

_SOURCES = {"bundled": bundled, "keras": keras_imdb}


def load(name: str, home: Path) -> Dataset:
    """The dataset of that name; encodes it first (seconds) where the home has no sound copy.

    Raises DataError where its file is missing, altered or unreadable, with the remedy.
    """
    source = _source(name)
    fingerprint = source.fingerprint()
    folder = encoded.folder(home, name, fingerprint)
    found = encoded.open_if_sound(folder)
    if found is None:
        encoded.build(folder, name=name, fingerprint=fingerprint, reviews=source.reviews())
        found = encoded.open_if_sound(folder)
    return found


def is_ready(name: str, home: Path) -> bool:
    """Whether `load` would find it encoded. Raises DataError like `load`."""
    return encoded.folder(home, name, _source(name).fingerprint()).is_dir()


def _source(name: str):
    if name not in _SOURCES:
        raise InvalidField("dataset", name, " or ".join(_SOURCES), "choose one of these")
    return _SOURCES[name]
