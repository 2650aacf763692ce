"""Reading a file in a process of its own: in the server's it would slow down every viewer's page.

The process is the command line's `rnnlab data …`, so the page says what the command says. A card
is kept for all viewers by the content of its file, or by its dataset.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import Any

import streamlit as st

from rnnlab.worker.launch import worker_environment

KEPT = 16  # cards
NICENESS = 5
_DIED = "the file could not be read to its end, perhaps for lack of memory: try a smaller one"


class Job:
    """A command that is running or has ended; `progress` from 0 to 1.

    `document` is what it printed, `error` why it failed; both None while it runs.
    """

    def __init__(self, arguments: Sequence[str], *, name: str, content: bytes | None) -> None:
        self.progress = 0.0
        self.document: dict[str, Any] | None = None
        self.error: str | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="rnnlab-data-")
        source = name
        if content is not None:
            source = os.path.join(self._folder.name, _safe(name))
            with open(source, "wb") as file:
                file.write(content)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rnnlab", "data", arguments[0], source, *arguments[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=worker_environment(),
        )
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)
        self._messages: list[str] = []
        self._listeners = [
            threading.Thread(target=listen, daemon=True) for listen in (self._follow, self._finish)
        ]
        for listener in self._listeners:
            listener.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.document is None and self.error is None

    def wait(self) -> None:
        """Wait until it has ended."""
        for listener in self._listeners:
            listener.join()

    def _follow(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line.startswith('{"progress":'):
                self.progress = json.loads(line)["progress"]
            elif line.strip():
                self._messages.append(line.strip())

    def _finish(self) -> None:
        assert self._process.stdout is not None
        printed = self._process.stdout.read()
        self._process.wait()
        self._listeners[0].join()
        document = None
        with suppress(ValueError):
            document = json.loads(printed)
        with suppress(OSError):
            self._folder.cleanup()
        if self._process.returncode == 0 and isinstance(document, dict):
            self.document = document
            return
        refused = document.get("error") if isinstance(document, dict) else None
        said = [line.removeprefix("rnnlab: ") for line in self._messages]
        expected = self._process.returncode == 2 and said
        self.document = document if refused else None
        self.error = refused or (said[-1] if expected else _DIED)


def check_file(
    digest: str, name: str, choices: Mapping[str, str], content: bytes, *, seen: Hashable = ()
) -> Job:
    """Return the job that checks a file, the same for all who give this one.

    `seen` says what models were trained on: once that is more, the file is checked anew.
    """
    flags = tuple(f"--{field.replace('_', '-')}={value}" for field, value in choices.items())
    return _check(digest, name, flags, seen, _content=content)


def check_dataset(dataset_id: str, *, seen: Hashable = ()) -> Job:
    """Return the job that checks a dataset, the same for all; `seen` as of `check_file`."""
    return _check("", dataset_id, (), seen, _content=None)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _check(
    digest: str, name: str, flags: tuple[str, ...], seen: Hashable, _content: bytes | None
) -> Job:
    return Job(["check", *flags, "--json", "--progress-lines"], name=name, content=_content)


def suspicious(dataset_id: str, runs: tuple[str, ...]) -> Job:
    """Return the job that finds suspicious labels, the same for all until there are other runs."""
    return _suspicious(dataset_id, runs)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _suspicious(dataset_id: str, runs: tuple[str, ...]) -> Job:
    return Job(["suspicious", "--json"], name=dataset_id, content=None)


def add_file(name: str, content: bytes, flags: Sequence[str]) -> Job:
    """Start to add a file as a dataset; ask `ui.roles` first whether this viewer may."""
    return Job(["add", *flags, "--json"], name=name, content=content)


def _safe(name: str) -> str:
    """Return a file name that stays in its folder, and is no flag."""
    bare = PurePath(name.replace("\\", "/")).name[-120:]
    return "".join(c if c.isalnum() or c in "._ -" else "_" for c in bare).lstrip("-. ") or "file"
