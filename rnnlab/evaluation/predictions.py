"""What runs predict for labelled reviews, and the copy of it that is kept with each run.

Imports no keras. How reviews are read: see `rnnlab.inference.batch`; metrics of predictions:
`rnnlab.evaluation.metrics`; which of two runs is better: `rnnlab.compare.verdict`.
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

ARTIFACT = "predictions"  # the file that a worker keeps with a run


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one run says of labelled reviews, at the weights of its best epoch.

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
        """Which reviews it gets right: bool (n,)."""
        return (self.probabilities > 0.5) == (self.labels == 1)

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share of the AUC (see `metrics.auc_parts`); needs both labels."""
        return metrics.auc_parts(self.labels, self.probabilities)


def predict_validation(run: Run, classifier: Classifier, dataset: Dataset) -> Predictions:
    """What a run says of the validation reviews of the dataset that it was trained on.

    Raises DataError where this is another dataset, whose validation reviews it may have learned.
    """
    reviews = _validation_reviews(run, dataset)
    return _of_validation(
        run, dataset, batch.predict_rows(classifier, dataset, _rows(dataset)), reviews
    )


def load_predictions(store: RunStore, run: Run, dataset: Dataset) -> Predictions:
    """What `predict_validation` gives, as the run's worker kept it. Read-only.

    Predicted anew where there is nothing sound of these weights and reviews, as for a run of an
    earlier version. Raises DataError like `predict_validation`, RunNotFound before the first epoch.
    """
    reviews = _validation_reviews(run, dataset)
    try:
        with np.load(io.BytesIO(store.artifact(run.id, ARTIFACT)), allow_pickle=False) as kept:
            made_of = (str(kept["reviews"]), str(kept["best"]))
            probabilities = kept["probabilities"]
    except (RnnlabError, ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        made_of = None
    if made_of != (reviews, store.digest(run.id, "best")):
        return predict_validation(run, Classifier.load(store, run), dataset)
    return _of_validation(run, dataset, probabilities, reviews)


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
        found = predict_validation(run, Classifier.load(store, run), dataset)
        buffer = io.BytesIO()
        np.savez(
            buffer,
            probabilities=found.probabilities,
            reviews=np.array(found.reviews),
            best=np.array(store.digest(run.id, "best")),
        )
        attempt.save(ARTIFACT, buffer.getvalue())
    except Exception:
        log.exception("run %s: its predictions are not kept", run.id)


def predict_texts(
    classifiers: Sequence[Classifier], reviews: LabelledReviews
) -> tuple[Predictions, ...]:
    """What each run says of labelled texts, in the order of the classifiers."""
    found = batch.predict_texts(classifiers, reviews.texts, cut=reviews.cut)
    return tuple(
        Predictions(
            one.run, one.name, one.config, reviews.labels, probabilities, reviews.fingerprint
        )
        for one, probabilities in zip(classifiers, found, strict=True)
    )


def _rows(dataset: Dataset) -> np.ndarray:
    return np.asarray(dataset.validation_rows)


def _validation_reviews(run: Run, dataset: Dataset) -> str:
    """The name of the validation reviews and their order. Raises DataError if not the run's."""
    trained_on = run.manifest.get("dataset_sha256", dataset.fingerprint)
    if run.config.dataset != dataset.name or trained_on != dataset.fingerprint:
        raise DataError(
            f"{run.name} was trained on the dataset {run.config.dataset} ({trained_on[:12]}), "
            f"not on {dataset.name} ({dataset.fingerprint[:12]}) as it stands here: train it again"
        )
    return hashlib.sha256(dataset.fingerprint.encode() + _rows(dataset).tobytes()).hexdigest()


def _of_validation(
    run: Run, dataset: Dataset, probabilities: np.ndarray, reviews: str
) -> Predictions:
    labels = np.asarray(dataset.labels[_rows(dataset)])
    chosen = run.config.epochs is not None  # what is fitted at once has no epoch to choose
    return Predictions(run.id, run.name, run.config, labels, probabilities, reviews, chosen)
