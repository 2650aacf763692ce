"""Where a home keeps encoded datasets, and who may write there: one process at a time."""

import contextlib
import fcntl
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from rnnlab.datasets import encoded
from rnnlab.datasets.encoded import Dataset, Reviews
from rnnlab.errors import DataError

log = logging.getLogger(__name__)


def folder(home: Path, name: str, fingerprint: str) -> Path:
    """Where the copy of that source lies in a home."""
    return home / "cache" / f"{name}-{fingerprint[:12]}-v{encoded.FORMAT}"


def find(home: Path, name: str, fingerprint: str) -> Dataset | None:
    """The sound copy of that source in a home, if there is one. Read-only."""
    with contextlib.suppress(DataError):
        source = folder(home, name, fingerprint)
        return encoded.read(source) if source.is_dir() else None
    return None


def open_or_build(
    home: Path, name: str, *, fingerprint: str, reviews: Callable[[], Reviews]
) -> Dataset:
    """The dataset in a home; made from `reviews()` first where there is no sound copy.

    Processes that ask at once wait for the first of them. Raises DataError where the home cannot
    be written to, and whatever `reviews` raises.
    """
    copy = find(home, name, fingerprint)
    if copy:
        return copy
    source = folder(home, name, fingerprint)
    with _alone(source.parent):
        if source.is_dir():  # another process has made it meanwhile, or it is damaged indeed
            try:
                return encoded.read(source)
            except DataError as error:
                log.warning("%s; making it anew", error)
        found = reviews()
        try:
            encoded.build(source, name=name, fingerprint=fingerprint, reviews=found)
        except OSError as error:
            raise _cannot_write(source.parent, error) from error
        return encoded.read(source)


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Holds the lock of the cache folder. The kernel frees it when its process dies."""
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
        "there, or name another folder with RNNLAB_HOME"
    )
