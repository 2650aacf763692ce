"""Reading what a person named on the command line: a file, or standard input for "-"."""

import sys
from pathlib import Path

from rnnlab.errors import RnnlabError


def content(name: str, *, flag: str, limit_mb: int, remedy: str) -> bytes:
    """What is in the file. Raises RnnlabError, with the remedy where it is larger than the limit.

    Reads no more than the limit, so that no device or huge file fills the memory.
    """
    limit = limit_mb * 1_000_000
    try:
        if name == "-":
            found = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(name).expanduser().open("rb") as file:
                found = file.read(limit + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RnnlabError(
            f"{flag} must be a text file that can be read, got {name!r} ({reason}): check its path"
        ) from error
    if len(found) > limit:
        raise RnnlabError(f"{flag} must be at most {limit_mb} MB, {name!r} is larger: {remedy}")
    return found
