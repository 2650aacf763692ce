"""The room on the disk of a lab: what is said where there is none, and what keeps files small."""

import contextlib
import errno
import os
import shutil
from pathlib import Path

from rnnlab.format import size

LEAST = 100_000_000  # bytes; with less, no run is started or resumed: it would be interrupted
FULL_EXIT = errno.ENOSPC  # the exit code of a process that ended because nothing could be written
_FULL = (errno.ENOSPC, errno.EDQUOT)


def free_bytes(folder: Path) -> int:
    """Return the room on a folder's disk; a folder that is gone has none."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def is_full(error: BaseException) -> bool:
    """Return whether the system refused to write because a disk, or a share of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


def why_interrupted(folder: Path) -> str:
    """Return what is recorded of a run that a full disk has interrupted."""
    return f"The disk was full: {size(free_bytes(folder))} free in {folder}."


def notice(folder: Path) -> str | None:
    """Return what a full disk means for the lab, and what to do; None while there is room."""
    free = free_bytes(folder)
    if free >= LEAST:
        return None
    return (
        f"The disk is full: {size(free)} free in {folder}. You can look at everything, but nothing "
        f"is trained until {size(LEAST)} are free there; then it goes on automatically."
    )


def rotate(log: Path, limit: int) -> None:
    """Move a log of more than `limit` bytes to a second file, in place of what is there.

    What still writes to it goes on in that file.
    """
    with contextlib.suppress(OSError):  # not there, or somebody else moved it
        if log.stat().st_size > limit:
            os.replace(log, log.with_name(f"{log.name}.1"))


def trim(folder: Path, limit: int) -> None:
    """Delete files of a cache, the least recently used first, until it has at most `limit` bytes.

    A file that another process reads stays readable to it.
    """
    with contextlib.suppress(OSError):  # no folder
        files = [(entry, entry.stat()) for entry in os.scandir(folder) if entry.is_file()]
        total = sum(status.st_size for _, status in files)
        for entry, status in sorted(
            files, key=lambda file: max(file[1].st_atime, file[1].st_mtime)
        ):
            if total <= limit:
                return
            with contextlib.suppress(FileNotFoundError):
                os.unlink(entry.path)
            total -= status.st_size
