"""Where a home keeps encoded datasets; one process at a time may write there."""

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from rnnlab.datasets import encoded
from rnnlab.datasets.encoded import Dataset, Reviews
from rnnlab.errors import DataError

log = logging.getLogger(__name__)


def folder(home: Path, name: str, fingerprint: str) -> Path:
    """Return the folder of the encoded copy of that source in a home.

    A home that has none and cannot be written to keeps it in the person's own cache.
    """
    leaf = f"{name}-{fingerprint[:12]}-v{encoded.FORMAT}"
    cache = home / "cache"
    place = cache if cache.exists() else home
    if (cache / leaf).is_dir() or not place.exists() or os.access(place, os.W_OK):
        return cache / leaf
    own = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own) / "rnnlab" / leaf


def find(home: Path, name: str, fingerprint: str) -> Dataset | None:
    """Return the encoded copy of that source in a home if it is undamaged. Read-only."""
    with contextlib.suppress(DataError):
        source = folder(home, name, fingerprint)
        return encoded.read(source) if source.is_dir() else None
    return None


def open_or_build(
    home: Path, name: str, *, fingerprint: str, reviews: Callable[[], Reviews]
) -> Dataset:
    """Return the dataset in a home, encoded from `reviews()` first where there is no good copy.

    Processes that ask at once wait for the first of them. Raises DataError where the home cannot
    be written to, and whatever `reviews` raises.
    """
    copy = find(home, name, fingerprint)
    if copy:
        return copy
    source = folder(home, name, fingerprint)
    with _locked(source.parent):
        if source.is_dir():  # another process has made it meanwhile, or it is damaged
            try:
                return encoded.read(source)
            except DataError as error:
                log.warning("%s; encoding them again", error)
        try:
            encoded.build(source, name=name, fingerprint=fingerprint, reviews=reviews())
        except OSError as error:
            raise _cannot_write(source.parent, error) from error
        return encoded.read(source)


@contextlib.contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Hold the lock of the cache folder. The kernel frees it when its process dies."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / ".lock").open("w")
    except OSError as error:
        raise _cannot_write(cache, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cannot_write(cache: Path, error: OSError) -> DataError:
    return DataError(
        f"{cache} cannot hold the encoded reviews ({error.strerror}): free 120 MB of disk space "
        "there, or choose another folder with RNNLAB_HOME"
    )
