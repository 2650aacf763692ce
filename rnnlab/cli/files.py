"""Reads and writes the files that are named on the command line; "-" is standard input."""

import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnnlab.errors import RnnlabError


def read(name: str, *, flag: str, limit_mb: int, remedy: str) -> bytes:
    """Return the bytes of a file, of standard input for "-".

    Raises RnnlabError, with the remedy where it is larger than the limit.

    Reads no more than the limit, so that no device or huge file fills the memory.
    """
    limit = limit_mb * 1_000_000
    try:
        if name == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(name).expanduser().open("rb") as file:
                content = file.read(limit + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RnnlabError(
            f"{flag} must be a text file that can be read, got {name!r} ({reason}): check its path"
        ) from error
    if len(content) > limit:
        raise RnnlabError(f"{flag} must be at most {limit_mb} MB, {name!r} is larger: {remedy}")
    return content


def check_writable(name: str, *, flag: str) -> None:
    """Check that a file can be written, before what goes into it is made. Raises RnnlabError."""
    with _scratch(name, flag) as (path, scratch):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        scratch.touch()


def write(name: str, content: bytes, *, flag: str) -> Path:
    """Write a file, in place of an earlier one; return its absolute path. Atomic.

    Raises RnnlabError where it cannot be written.
    """
    with _scratch(name, flag) as (path, scratch):
        scratch.write_bytes(content)
        os.replace(scratch, path)
    return path


@contextmanager
def _scratch(name: str, flag: str) -> Iterator[tuple[Path, Path]]:
    """Yield the path of a file, and of another beside it, which is gone afterwards."""
    try:
        path = Path(name).expanduser().resolve()
        scratch = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            yield path, scratch
        finally:
            scratch.unlink(missing_ok=True)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RnnlabError(
            f"{flag} must be a file that can be written, got {name!r} ({reason}): "
            "name one in another folder"
        ) from error
