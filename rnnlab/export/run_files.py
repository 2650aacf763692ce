"""A run as files for other tools: which files there are, and a folder or a ZIP of them.

Only `keras_files` needs keras, in a process of its own; the files of `quick` take no time.
"""

import io
import json
import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from rnnlab import home
from rnnlab.datasets.own.record import is_own
from rnnlab.errors import InvalidField, RnnlabError, WrongState
from rnnlab.evaluation.predictions import dataset_finder
from rnnlab.export import keras_files, linear_script, notebook, own_reviews, script
from rnnlab.names import file_stem
from rnnlab.report import documents, table_formats
from rnnlab.runs import HISTORY_KEYS, Epoch, Run, RunState
from rnnlab.store import RunStore
from rnnlab.tasks import TASKS

HISTORY, CONFIG, SCRIPT = "history.csv", "config.json", "train.py"
NOTEBOOK = "notebook.ipynb"
_REMEDIES = {
    RunState.QUEUED: "wait until it ends",
    RunState.RUNNING: "wait until it ends, or stop it",
    RunState.INTERRUPTED: "resume it and wait until it ends",
}


def is_network(run: Run) -> bool:
    """Return whether keras trains the run, and can write its model."""
    return run.config.architecture.is_network


def quick(run: Run, epochs: Iterable[Epoch]) -> dict[str, str]:
    """Return the texts of the files that need no keras, by name. Starts no process."""
    import pandas as pd  # most of a second, needed only here

    columns = ["epoch", *HISTORY_KEYS, "seconds"]
    return {
        HISTORY: table_formats.to_text(pd.DataFrame(map(vars, epochs), columns=columns), "csv"),
        CONFIG: json.dumps(documents.exported_run(run), indent=1, allow_nan=False) + "\n",
        SCRIPT: (script if is_network(run) else linear_script).text(run),
        NOTEBOOK: notebook.text_of(run, letters=run.config.dataset in TASKS),
    }


def write(store: RunStore, run: Run, folder: Path) -> tuple[str, ...]:
    """Write the run's files into a new folder; return their names, sorted. Atomic.

    Raises WrongState where the run has no weights or is still training, InvalidField where the
    folder cannot be made or is not empty, StoreError where the run's files are damaged.
    """
    _check(run)
    try:
        target = folder.expanduser().resolve()
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InvalidField("to", str(folder), "a new or empty folder", "choose another folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.parent / f".{target.name}-{secrets.token_hex(4)}"
        scratch.mkdir()
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        remedy = f"choose another folder ({reason})"
        raise InvalidField("to", str(folder), "a folder that can be made", remedy) from error
    try:
        _fill(store, run, scratch)
        os.rename(scratch, target)  # replaces an empty folder
    except OSError as error:
        raise RnnlabError(
            f"the run could not be written to {folder} ({error.strerror}): check that its disk has "
            "room, or choose another folder"
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _names(target)


def archive(store: RunStore, run: Run) -> bytes:
    """Return a ZIP of what `write` writes, in one folder. Raises WrongState, StoreError."""
    _check(run)
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="rnnlab-") as scratch:
        folder = Path(scratch)
        _fill(store, run, folder)
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            for name in _names(folder):
                file.write(folder / name, f"{file_stem(run.name, run.id)}/{name}")
    return buffer.getvalue()


def _check(run: Run) -> None:
    if not run.is_trained:
        suffix = "" if run.best_epoch else " and has no finished epoch"
        remedy = _REMEDIES.get(run.state, "train it again")
        raise WrongState(f"run {run.name} is {run.state}{suffix}: {remedy}, then export it")


def _fill(store: RunStore, run: Run, folder: Path) -> None:
    """Put the run's files into an empty folder."""
    for name, text in quick(run, store.epochs(run.id)).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    (folder / "weights.npz").write_bytes(store.artifact(run.id, "best"))
    (folder / "vocabulary.txt").write_bytes(store.artifact(run.id, "vocabulary"))
    if is_network(run):
        keras_files.make(run.id, folder)
    if is_own(run.config.dataset):
        content = own_reviews.lines(dataset_finder(home.home())(run), run.config)
        with (folder / own_reviews.FILE).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(content)


def _names(folder: Path) -> tuple[str, ...]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(path.relative_to(folder).as_posix() for path in files))
