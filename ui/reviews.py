"""The labelled reviews that pages show: loaded once per server, prepared where they are missing."""

import subprocess
import sys
import threading
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnlab import datasets
from rnnlab.config import RunConfig
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
TUTORIAL_SPLIT = RunConfig()
SAMPLE_WORDS = (40, 160)  # short enough to read aloud, long enough to say something


class Sample(NamedTuple):
    """A validation review, and whether its writer liked the film."""

    text: str
    positive: bool


def load(name: str) -> Dataset | None:
    """Return the dataset, or None while a process of its own prepares it. Raises DataError."""
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


def sample(
    dataset: Dataset,
    number: int,
    *,
    words: tuple[int, int],
    positive: bool,
    config: RunConfig = TUTORIAL_SPLIT,
) -> Sample:
    """Return the `number`th validation review of that label whose length in words is in `words`.

    Of those that validate a run of the config. Past the last review it starts over; where none has
    such a length, any length will do.
    """
    split = (config.split_seed, config.test_set)
    rows = _rows(dataset.fingerprint, split, words, positive, _config=config, _dataset=dataset)
    row = int(rows[number % len(rows)])
    return Sample(dataset.text(row), positive)


@st.cache_resource(show_spinner=False)
def _load(name: str, home: str) -> Dataset:
    return datasets.load(name, get_lab().home)


@st.cache_resource(show_spinner=False, max_entries=100)
def _rows(
    fingerprint: str,
    split: tuple[int, bool],
    words: tuple[int, int],
    positive: bool,
    _config: RunConfig,
    _dataset: Dataset,
) -> np.ndarray:
    rows = _dataset.split(_config).validation
    rows = rows[_dataset.labels[rows] == int(positive)]
    lengths = _dataset.offsets[rows + 1] - _dataset.offsets[rows]
    fitting = rows[(lengths >= words[0]) & (lengths <= words[1])]
    return fitting if len(fitting) else rows


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
        self._stderr = ""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        self._stderr = self._process.communicate()[1]

    def check(self) -> None:
        """Raise DataError if the process has failed."""
        if self._process.poll():
            lines = self._stderr.strip().splitlines() or ["the process ended without a message"]
            raise DataError(f"The reviews could not be prepared: {lines[-1]}")


@st.cache_resource(show_spinner=False, ttl=RETRY_S)
def _preparation(name: str, home: str) -> _Preparation:
    return _Preparation(name)
