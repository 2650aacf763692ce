"""Classifies a text with trained networks.

Reads with each run's own vocabulary, which is stored with the run, so a run always classifies a
text the same way. Imports no keras.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnlab import text
from rnnlab.arrays import npz_arrays
from rnnlab.config import RunConfig
from rnnlab.errors import StoreError
from rnnlab.inference import forward
from rnnlab.runs import Run
from rnnlab.store import RunStore
from rnnlab.text import Reading, Vocabulary


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

    @classmethod
    def load(cls, store: RunStore, run: Run) -> "Classifier":
        """Load the classifier of a run that has finished at least one epoch. Read-only.

        Raises RunNotFound before the first epoch, StoreError or DataError for a damaged store.
        """
        try:
            weights = npz_arrays(store.artifact(run.id, "best"))
        except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise StoreError(
                f"the weights of run {run.id} cannot be read: delete the run, train again"
            ) from error
        vocabulary = Vocabulary.from_bytes(store.artifact(run.id, "vocabulary"))
        return cls(run.id, run.name, run.config, weights, vocabulary)

    @property
    def arch(self) -> str:
        """The architecture's name."""
        return self.config.arch

    def read(self, content: str) -> Reading:
        """Read a text as the network does, with its own vocabulary and window."""
        return text.read(content, self.vocabulary, **self.config.window)


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
        key = (classifier.vocabulary, *config.window.values())
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
