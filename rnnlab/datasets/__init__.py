"""Where reviews come from: the bundled set, Keras's own, the order lab's tasks, a person's own.

A dataset is named by `RunConfig.dataset_id`. `load` returns a `Dataset` whose reviews were encoded
once and are mapped from disk, or made in memory for a task.
"""

from pathlib import Path

from rnnlab import format
from rnnlab.datasets import bundled, cache, keras_imdb, synthetic
from rnnlab.datasets.encoded import Dataset
from rnnlab.datasets.own import stored
from rnnlab.datasets.own.record import is_own
from rnnlab.errors import DataError, InvalidField
from rnnlab.fields import FIELDS

__all__ = ["Dataset", "forget", "is_ready", "load", "prepare"]

_SOURCES = {"bundled": bundled, "keras": keras_imdb}


def load(name: str, home: Path, *, fingerprint: str | None = None) -> Dataset:
    """Return the dataset of that name; encode it first (seconds) where the home has no good copy.

    With a `fingerprint`, the dataset that had it; a copy in the home is enough for that. Raises
    DataError where its file is missing, altered, another, or unreadable, with the remedy.
    """
    if synthetic.is_synthetic(name):
        return synthetic.load(name, fingerprint=fingerprint)
    if is_own(name):
        return stored.load(name, home)
    source = _source(name)
    if fingerprint:
        copy = cache.find(home, name, fingerprint)
        if copy:
            return copy
    present = source.fingerprint()
    if fingerprint not in (None, present):
        raise DataError(
            f"the reviews of the dataset {name} have changed since this run was queued: "
            "restore their file, or train a new run"
        )
    return cache.open_or_build(home, name, fingerprint=present, reviews=source.reviews)


def prepare(name: str, home: Path, *, fingerprint: str | None = None) -> str:
    """Return the fingerprint of the dataset that a run queued now will be trained on.

    A dataset that this process alone may know how to find is encoded at once, so that a worker
    needs no more than its copy. With a `fingerprint`, it is that one. Raises DataError like `load`.
    """
    if name == "bundled" and fingerprint in (None, bundled.SHA256):
        return bundled.fingerprint()
    if is_own(name):
        return stored.fingerprint(name, home)  # a worker finds it in the store
    return load(name, home, fingerprint=fingerprint).fingerprint


def is_ready(name: str, home: Path) -> bool:
    """Return whether `load` would find it encoded. Raises DataError like `load`."""
    if synthetic.is_synthetic(name):
        return True
    if is_own(name):
        return stored.is_encoded(name, home)
    return cache.folder(home, name, _source(name).fingerprint()).is_dir()


def forget(name: str, home: Path) -> None:
    """Delete the encoded copy of a dataset of one's own from a home, if it has one."""
    stored.forget(name, home)


def _source(name: str):
    if name not in _SOURCES:
        choices = format.listing(FIELDS["dataset"].choices, "or")
        raise InvalidField("dataset", name, choices, "choose one of these")
    return _SOURCES[name]
