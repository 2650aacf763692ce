"""Where reviews come from: the bundled set, and keras's own.

`load` gives a `Dataset` whose reviews were encoded once and are mapped from disk since.
"""

from pathlib import Path

from rnnlab.datasets import bundled, cache, keras_imdb
from rnnlab.datasets.encoded import Dataset
from rnnlab.errors import InvalidField

__all__ = ["Dataset", "is_ready", "load"]

_SOURCES = {"bundled": bundled, "keras": keras_imdb}


def load(name: str, home: Path) -> Dataset:
    """The dataset of that name; encodes it first (seconds) where the home has no sound copy.

    Raises DataError where its file is missing, altered or unreadable, with the remedy.
    """
    source = _source(name)
    return cache.open_or_build(home, name, fingerprint=source.fingerprint(), reviews=source.reviews)


def is_ready(name: str, home: Path) -> bool:
    """Whether `load` would find it encoded. Raises DataError like `load`."""
    return cache.folder(home, name, _source(name).fingerprint()).is_dir()


def _source(name: str):
    if name not in _SOURCES:
        raise InvalidField("dataset", name, " or ".join(_SOURCES), "choose one of these")
    return _SOURCES[name]
