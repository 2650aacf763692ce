"""Predictions of runs for labelled reviews, and the copy that is stored with each run.

Imports no keras. Reviews are read by `rnnlab.inference.batch`, metrics computed by
`rnnlab.evaluation.metrics`, runs compared by `rnnlab.compare`.
"""

import hashlib
import io
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rnnlab import datasets
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.errors import DataError, RnnlabError
from rnnlab.evaluation import metrics
from rnnlab.inference import batch
from rnnlab.inference.classify import Classifier
from rnnlab.runs import Run
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt

log = logging.getLogger(__name__)

ARTIFACT = "predictions"  # the name under which a worker stores them with a run


@dataclass(frozen=True, eq=False)
class Predictions:
    """The predictions of one run for labelled reviews, with the weights of its best epoch.

    labels: uint8 (n,), 1 for positive; probabilities: float32 (n,), of being positive. `reviews`
    names the reviews and their order: runs can be paired where it is equal. `used_for_selection`
    says whether these reviews also chose the best epoch, which makes the figures optimistic.
    """

    run: str  # its id
    name: str
    config: RunConfig
    labels: np.ndarray
    probabilities: np.ndarray
    reviews: str
    used_for_selection: bool = False

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each prediction is correct: bool (n,)."""
        return (self.probabilities > 0.5) == (self.labels == 1)

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share in the AUC (see `metrics.auc_parts`); needs both labels."""
        return metrics.auc_parts(self.labels, self.probabilities)


def predict_validation(run: Run, classifier: Classifier, dataset: Dataset) -> Predictions:
    """Predict the validation reviews of the dataset that a run was trained on.

    Raises DataError for another dataset, whose validation reviews it may have been trained on.
    """
    reviews = _validation_reviews(run, dataset)
    rows = dataset.split(run.config).validation
    return _of_validation(run, dataset, batch.predict_rows(classifier, dataset, rows), reviews)


def load_predictions(store: RunStore, run: Run, dataset: Dataset) -> Predictions:
    """Load what `predict_validation` returns, as the run's worker stored it. Read-only.

    Predicts anew if nothing valid is stored for these weights and reviews, as for a run of an
    earlier version. Raises DataError like `predict_validation`, RunNotFound before the first epoch.
    """
    reviews = _validation_reviews(run, dataset)
    try:
        with np.load(io.BytesIO(store.artifact(run.id, ARTIFACT)), allow_pickle=False) as arrays:
            made_from = (str(arrays["reviews"]), str(arrays["best"]))
            probabilities = arrays["probabilities"]
    except (RnnlabError, ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        made_from = None
    if made_from is None or made_from != (reviews, store.digest(run.id, "best")):
        return predict_validation(run, Classifier.load(store, run), dataset)
    return _of_validation(run, dataset, probabilities, reviews)


def load_validation_predictions(
    store: RunStore, home: Path, runs: Sequence[Run]
) -> list[Predictions]:
    """Load the predictions of each run for its own validation reviews; each dataset once.

    Raises DataError where a dataset is missing, RunNotFound for a run before its first epoch.
    """
    loaded: dict[tuple[str, str | None], Dataset] = {}
    predictions = []
    for run in runs:
        name, fingerprint = run.config.dataset, run.manifest.get("dataset_sha256")
        if (name, fingerprint) not in loaded:
            loaded[name, fingerprint] = datasets.load(name, home, fingerprint=fingerprint)
        predictions.append(load_predictions(store, run, loaded[name, fingerprint]))
    return predictions


def save_predictions(attempt: Attempt, store: RunStore, home: Path) -> None:
    """Store the validation predictions of a run that is about to end, for `load_predictions`.

    An .npz of the probabilities and of what they were made from. Does nothing before the first
    epoch. A failure is logged and harms nothing, since `load_predictions` predicts anew.
    """
    run = store.get(attempt.run.id)
    if run.best_epoch is None:
        return
    try:
        fingerprint = run.manifest.get("dataset_sha256")
        dataset = datasets.load(run.config.dataset, home, fingerprint=fingerprint)
        predictions = predict_validation(run, Classifier.load(store, run), dataset)
        buffer = io.BytesIO()
        np.savez(
            buffer,
            probabilities=predictions.probabilities,
            reviews=np.array(predictions.reviews),
            best=np.array(store.digest(run.id, "best")),
        )
        attempt.save(ARTIFACT, buffer.getvalue())
    except Exception:
        log.exception("run %s: its predictions were not stored", run.id)


def predict_texts(
    classifiers: Sequence[Classifier], reviews: LabelledReviews
) -> tuple[Predictions, ...]:
    """Predict labelled texts with each run, in the order of the classifiers."""
    probabilities = batch.predict_texts(classifiers, reviews.texts, cut=reviews.cut)
    return tuple(
        Predictions(
            reader.run, reader.name, reader.config, reviews.labels, of_run, reviews.fingerprint
        )
        for reader, of_run in zip(classifiers, probabilities, strict=True)
    )


def _validation_reviews(run: Run, dataset: Dataset) -> str:
    """Return the name of the validation reviews and their order; DataError if not the run's."""
    trained_on = run.manifest.get("dataset_sha256", dataset.fingerprint)
    if run.config.dataset != dataset.name or trained_on != dataset.fingerprint:
        raise DataError(
            f"{run.name} was trained on the dataset {run.config.dataset} ({trained_on[:12]}), "
            f"not on {dataset.name} ({dataset.fingerprint[:12]}) as it is here: train it again"
        )
    rows = dataset.split(run.config).validation
    return hashlib.sha256(dataset.fingerprint.encode() + rows.tobytes()).hexdigest()


def _of_validation(
    run: Run, dataset: Dataset, probabilities: np.ndarray, reviews: str
) -> Predictions:
    labels = np.asarray(dataset.labels[dataset.split(run.config).validation])
    # What is fitted at once has no best epoch to select.
    selected = run.config.epochs is not None
    return Predictions(run.id, run.name, run.config, labels, probabilities, reviews, selected)
