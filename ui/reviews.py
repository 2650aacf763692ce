"""The labelled reviews as the pages show them: loaded once per server, prepared when missing."""

import subprocess
import sys
import threading
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnlab import datasets
from rnnlab.datasets import Dataset
from rnnlab.errors import DataError, RnnlabError
from rnnlab.worker.launch import worker_environment
from ui.reader import get_lab

_PREPARE = """
import sys
from rnnlab import datasets, home
from rnnlab.errors import RnnlabError
try:
    datasets.load(sys.argv[1], home.home())
except RnnlabError as error:
    sys.exit(str(error))
"""
RETRY_S = 60  # a preparation that failed is tried again then
SAMPLE_WORDS = (40, 160)  # short enough to read aloud, long enough to say something


class Sample(NamedTuple):
    """A validation review, and whether its writer liked the film."""

    text: str
    positive: bool


def load(name: str) -> Dataset | None:
    """The dataset, or None while a process of its own prepares it. Raises DataError."""
    lab = get_lab()
    if datasets.is_ready(name, lab.home):
        return _load(name, str(lab.home))
    _preparation(name, str(lab.home)).check()
    return None


@st.fragment(run_every=1.0)
def wait(name: str, message: str) -> None:
    """Show the message while the dataset is being prepared; rerun the page once it is there."""
    try:
        ready = load(name) is not None
    except RnnlabError:
        ready = True  # the page shows the error
    if ready:
        st.rerun()
    st.caption(f":material/hourglass_top: {message}")


def sample(dataset: Dataset, number: int, *, words: tuple[int, int], positive: bool) -> Sample:
    """The `number`th validation review of that label and length in words; starts over at the end.

    Where none is of that length, of all with that label.
    """
    rows = _rows(dataset.fingerprint, words, positive, _dataset=dataset)
    row = int(rows[number % len(rows)])
    return Sample(dataset.text(row), positive)


@st.cache_resource(show_spinner=False)
def _load(name: str, home: str) -> Dataset:
    return datasets.load(name, get_lab().home)


@st.cache_resource(show_spinner=False, max_entries=100)
def _rows(fingerprint: str, words: tuple[int, int], positive: bool, _dataset: Dataset):
    rows = np.asarray(_dataset.validation_rows)
    rows = rows[_dataset.labels[rows] == int(positive)]
    lengths = _dataset.offsets[rows + 1] - _dataset.offsets[rows]
    fit = rows[(lengths >= words[0]) & (lengths <= words[1])]
    return fit if len(fit) else rows


class _Preparation:
    """A process that encodes a dataset: in this one it would slow down every viewer's page."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PREPARE, name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=worker_environment(),
        )
        self._said = ""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        self._said = self._process.communicate()[1]

    def check(self) -> None:
        """Raises DataError where it ended without success."""
        if self._process.poll():
            last = self._said.strip().splitlines()[-1:] or ["it ended without a word"]
            raise DataError(f"the reviews could not be prepared: {last[0]}")


@st.cache_resource(show_spinner=False, ttl=RETRY_S)
def _preparation(name: str, home: str) -> _Preparation:
    return _Preparation(name)
