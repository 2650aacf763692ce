"""Classifies a text with trained networks.

Reads with each run's own vocabulary, which is stored with the run, so a run always classifies a
text the same way. Imports no keras.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnlab import text
from rnnlab.arrays import npz_arrays
from rnnlab.config import RunConfig
from rnnlab.errors import DamagedFile, DamagedRun, DataError, RunNotFound
from rnnlab.inference import forward
from rnnlab.params import weight_shapes
from rnnlab.runs import Run
from rnnlab.store import RunStore
from rnnlab.text import Reading, Vocabulary
from rnnlab.tokenizers import WORDS, Cut, cutter


@dataclass(frozen=True, eq=False)
class Classifier:
    """The network of one run at its best epoch, ready to classify.

    `weights` are the arrays of `rnnlab.models.weights_of`, or of `rnnlab.training.linear`.
    """

    run: str  # its id
    name: str
    config: RunConfig
    weights: dict[str, np.ndarray]
    vocabulary: Vocabulary
    tokenizer: str = WORDS

    @classmethod
    def load(cls, store: RunStore, run: Run) -> "Classifier":
        """Load the classifier of a run that has finished at least one epoch. Read-only.

        Raises RunNotFound before the first epoch, DamagedRun where what is stored of the run cannot
        be used, StoreError where the store cannot be.
        """
        weights, vocabulary = _weights(store, run), _vocabulary(store, run)
        tokenizer = run.manifest.get("tokenizer", WORDS)
        return cls(run.id, run.name, run.config, weights, vocabulary, tokenizer)

    @property
    def arch(self) -> str:
        """The architecture's name."""
        return self.config.arch

    def read(self, content: str) -> Reading:
        """Read a text as the network does, with its own tokenizer, vocabulary and window."""
        return text.read(content, self.vocabulary, cut=self.cut, **self.config.window)

    @cached_property
    def cut(self) -> Cut:
        """The function that cuts a text into the network's words."""
        return cutter(self.tokenizer)


def _weights(store: RunStore, run: Run) -> dict[str, np.ndarray]:
    """Return a run's weights, which are those that its config needs; raises like `load`."""
    what = "weights"
    try:
        weights = npz_arrays(_file(store, run, "best", what))
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DamagedRun(run.id, run.name, what) from error
    for name, shape in weight_shapes(run.config).items():
        array = weights.get(name)
        if array is None or array.shape != shape or array.dtype.kind != "f":
            raise DamagedRun(run.id, run.name, what)
    return weights


def _vocabulary(store: RunStore, run: Run) -> Vocabulary:
    what = "vocabulary"
    try:
        return Vocabulary.from_bytes(_file(store, run, "vocabulary", what))
    except DataError as error:
        raise DamagedRun(run.id, run.name, what) from error


def _file(store: RunStore, run: Run, name: str, what: str) -> bytes:
    try:
        return store.artifact(run.id, name)
    except (DamagedFile, RunNotFound) as error:
        if isinstance(error, RunNotFound) and not run.is_trained:
            raise
        raise DamagedRun(run.id, run.name, what) from error


class Result(NamedTuple):
    """How one run classifies a text: the probability that it is positive, and how it was read.

    `probability` and `label` are None for a text without words. `run` is the run's id.
    """

    run: str
    name: str
    arch: str
    probability: float | None
    label: str | None  # "positive" or "negative"
    reading: Reading


def classify(content: str, classifiers: Iterable[Classifier]) -> tuple[Result, ...]:
    """Classify a text with each classifier, in their order.

    Networks with the same vocabulary and window share one reading.
    """
    readings: dict[tuple, Reading] = {}
    results = []
    for classifier in classifiers:
        config = classifier.config
        key = (classifier.tokenizer, classifier.vocabulary, *config.window.values())
        if key not in readings:
            readings[key] = classifier.read(content)
        reading = readings[key]
        probability = None
        if not reading.blank:
            (probability,) = forward.predict(config, classifier.weights, reading.ids[None]).tolist()
        results.append(
            Result(
                classifier.run,
                classifier.name,
                classifier.arch,
                probability,
                label(probability),
                reading,
            )
        )
    return tuple(results)


def label(probability: float | None) -> str | None:
    """Return "positive" above one half, else "negative", as keras's accuracy counts; keep None."""
    if probability is None:
        return None
    return "positive" if probability > 0.5 else "negative"
