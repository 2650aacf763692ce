"""Where a lab keeps its files: the home folder, and the store's URL.

Owns the environment variables `RNNLAB_HOME` and `RNNLAB_STORE`, and reads numbers
from others.
"""

import math
import os
from pathlib import Path
from urllib.parse import quote

from rnnlab.errors import InvalidField, RnnlabError

STORE_FILE = "lab.db"


def home() -> Path:
    """Return the lab's folder: `RNNLAB_HOME`, else `.rnnlab` in the current folder.

    Creates it if it is missing. Raises RnnlabError where it cannot be created, or where it has no
    store yet and cannot be written to.
    """
    named = os.environ.get("RNNLAB_HOME") or ".rnnlab"
    try:
        folder = Path(named).expanduser().absolute()
    except RuntimeError as error:  # "~somebody" whom this machine does not know
        raise RnnlabError(
            f"RNNLAB_HOME must be a folder, got {named}, whose user this machine does not know: "
            "choose another folder"
        ) from error
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        shown = str(folder).encode("utf-8", "backslashreplace").decode()
        raise RnnlabError(
            f"RNNLAB_HOME must be a folder whose path is UTF-8, got {shown}: rename the folder, "
            "or choose another"
        ) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RnnlabError(
            f"RNNLAB_HOME must be a folder that can be created, got {folder} "
            f"({error.strerror}): choose another folder"
        ) from error
    if not os.access(folder, os.W_OK) and not (folder / STORE_FILE).exists():
        raise RnnlabError(
            f"RNNLAB_HOME must be a folder that you can write to, got {folder}: "
            "choose another folder, or change its permissions"
        )
    return folder


def store_url(folder: Path | None = None) -> str:
    """Return the SQLAlchemy URL of the store: `RNNLAB_STORE`, else `lab.db` in the home.

    `folder` is the home, by default the one that the environment names.
    """
    return (
        os.environ.get("RNNLAB_STORE") or f"sqlite:///{quote(str((folder or home()) / STORE_FILE))}"
    )


def worker_log() -> Path:
    """Return the path of the workers' log, which need not be there yet."""
    return home() / "logs" / "worker.log"


def number(variable: str, default: float, *, low: float, high: float) -> float:
    """Return the number in an environment variable, or the default. Raises InvalidField."""
    text = os.environ.get(variable) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        remedy = f"set it to a number in this range, or unset it to use {default:g}"
        raise InvalidField(variable, text, f"{low:g}–{high:g}", remedy)
    return value
