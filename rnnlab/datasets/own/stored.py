"""Finds the datasets of one's own of a lab, given its home: in the home's cache, else in its store.

The store is a later room than this one, so it is imported only once a dataset has to be read.
"""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab import home
from rnnlab.datasets import cache
from rnnlab.datasets.encoded import Dataset

if TYPE_CHECKING:
    from rnnlab.store.datasets import Datasets


def load(dataset_id: str, folder: Path) -> Dataset:
    """Return the dataset; encode it first where the home has no good copy.

    Raises DataError where the lab has no such dataset, or it is damaged.
    """
    copy = cache.find(folder, dataset_id, _start(dataset_id))
    if copy:
        return copy
    return cache.open_or_build(
        folder,
        dataset_id,
        fingerprint=fingerprint(dataset_id, folder),
        reviews=lambda: _datasets(folder).content(dataset_id).reviews(),
    )


def fingerprint(dataset_id: str, folder: Path) -> str:
    """Return the fingerprint of a dataset. Raises DataError where the lab has none of this id."""
    return _datasets(folder).get(dataset_id).fingerprint


def is_encoded(dataset_id: str, folder: Path) -> bool:
    """Return whether the home has an encoded copy. Raises DataError where the lab has no such."""
    if cache.folder(folder, dataset_id, _start(dataset_id)).is_dir():
        return True
    _datasets(folder).get(dataset_id)
    return False


def forget(dataset_id: str, folder: Path) -> None:
    """Delete the encoded copy from a home, if it has one."""
    shutil.rmtree(cache.folder(folder, dataset_id, _start(dataset_id)), ignore_errors=True)


def _start(dataset_id: str) -> str:
    """Return the start of the fingerprint that the id holds, by which copies are found."""
    return dataset_id.partition("-")[2]


def _datasets(folder: Path) -> "Datasets":
    from rnnlab.store.database import Database
    from rnnlab.store.datasets import Datasets

    return Datasets(Database(home.store_url(folder)))
