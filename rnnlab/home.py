"""Where a lab keeps its files: the home folder, and the store's URL.

Owns the environment variables `RNNLAB_HOME` and `RNNLAB_STORE`, and how others are read.
"""

import math
import os
from pathlib import Path

from rnnlab.errors import InvalidField, RnnlabError


def home() -> Path:
    """The lab's folder, made if it is missing: `RNNLAB_HOME`, else `.rnnlab` in this folder.

    Raises RnnlabError where it cannot be made or written to.
    """
    folder = Path(os.environ.get("RNNLAB_HOME") or ".rnnlab").expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RnnlabError(
            f"RNNLAB_HOME must be a folder that can be made, got {folder} "
            f"({error.strerror}): name another folder"
        ) from error
    if not os.access(folder, os.W_OK):
        raise RnnlabError(
            f"RNNLAB_HOME must be a folder that can be written to, got {folder}: "
            "name another folder, or change its permissions"
        )
    return folder


def store_url() -> str:
    """The SQLAlchemy URL of the store: `RNNLAB_STORE`, else `lab.db` in the home."""
    return os.environ.get("RNNLAB_STORE") or f"sqlite:///{home() / 'lab.db'}"


def log_folder() -> Path:
    """The folder of the workers' log files, made if it is missing."""
    folder = home() / "logs"
    folder.mkdir(exist_ok=True)
    return folder


def number(variable: str, default: float, *, low: float, high: float) -> float:
    """The number in an environment variable, or the default. Raises InvalidField."""
    text = os.environ.get(variable) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        remedy = f"set it to a number in this range, or leave it out ({default:g})"
        raise InvalidField(variable, text, f"{low:g}–{high:g}", remedy)
    return value
