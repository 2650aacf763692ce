"""How well runs judge labelled reviews: their predictions, and metrics from them.

Imports no keras; scikit-learn, a second's import, is loaded by the functions that need it. How
reviews are read: see `rnnlab.inference.batch`; which of two runs is better: `rnnlab.verdict`.
"""

import hashlib
import io
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean, stdev
from typing import NamedTuple

import numpy as np

from rnnlab import chance, datasets
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.errors import DataError, RnnlabError
from rnnlab.inference import batch
from rnnlab.inference.classify import Classifier
from rnnlab.runs import Run
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt

log = logging.getLogger(__name__)

ARTIFACT = "predictions"  # the file that a worker keeps with a run
BINS = 15  # of the calibration error, as in Guo et al. (2017)
CLIP = 1e-7  # keras's epsilon: without it one sure and wrong answer makes the log loss infinite


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one run says of labelled reviews, at the weights of its best epoch.

    labels: uint8 (n,), 1 for positive; probabilities: float32 (n,), of being positive. `reviews`
    names the reviews and their order: runs can be paired where it is equal. `chosen` says whether
    these reviews chose the best epoch, so that the figures flatter.
    """

    run: str  # its id
    name: str
    config: RunConfig
    labels: np.ndarray
    probabilities: np.ndarray
    reviews: str
    chosen: bool = False

    @cached_property
    def correct(self) -> np.ndarray:
        """Which reviews it gets right: bool (n,)."""
        return (self.probabilities > 0.5) == (self.labels == 1)

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share in the AUC, see `rnnlab.chance.auc_parts`; needs both labels."""
        return chance.auc_parts(self.labels, self.probabilities)


class Metrics(NamedTuple):
    """How well probabilities fit labels. None where the data leave a figure undefined.

    `accuracy` counts a review as positive above one half, as keras does. `log_loss` is the mean
    cross-entropy in nats with probabilities clipped to `CLIP` from 0 and 1, as in keras. `roc_auc`
    is None where all reviews have one label; `f1`, of the positive reviews, where no review is
    positive and none is called so. `brier` is the mean squared distance of probability and label.
    `ece` is the expected calibration error of `reliability`.
    """

    accuracy: float
    log_loss: float
    roc_auc: float | None
    f1: float | None
    brier: float
    ece: float


class Bin(NamedTuple):
    """The reviews whose probability lies in (low, high]; the first bin holds 0 as well.

    `probability` is their mean probability, `positive` the share of them that is positive; both
    are None where there is none.
    """

    low: float
    high: float
    count: int
    probability: float | None
    positive: float | None


class Confusion(NamedTuple):
    """How many reviews are called what: true and false, positives and negatives."""

    true_negatives: int
    false_positives: int
    false_negatives: int
    true_positives: int


class Roc(NamedTuple):
    """The receiver operating characteristic: float64 (points,) each, from (0, 0) to (1, 1).

    A review is called positive at or above `thresholds`; the first is infinite.
    """

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    thresholds: np.ndarray


def on_validation(run: Run, classifier: Classifier, dataset: Dataset) -> Predictions:
    """What a run says of the validation reviews of the dataset that it was trained on.

    Raises DataError where this is another dataset, whose validation reviews it may have learned.
    """
    reviews = _validation_reviews(run, dataset)
    return _of_validation(run, dataset, batch.rows(classifier, dataset, _rows(dataset)), reviews)


def stored(store: RunStore, run: Run, dataset: Dataset) -> Predictions:
    """What `on_validation` gives, as the run's worker kept it. Read-only.

    Predicted anew where there is nothing sound of these weights and reviews, as for a run of an
    earlier version. Raises DataError like `on_validation`, RunNotFound before the first epoch.
    """
    reviews = _validation_reviews(run, dataset)
    try:
        with np.load(io.BytesIO(store.artifact(run.id, ARTIFACT)), allow_pickle=False) as kept:
            made_of = (str(kept["reviews"]), str(kept["best"]))
            probabilities = kept["probabilities"]
    except (RnnlabError, ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        made_of = None
    if made_of != (reviews, store.digest(run.id, "best")):
        return on_validation(run, Classifier.of(store, run), dataset)
    return _of_validation(run, dataset, probabilities, reviews)


def keep(attempt: Attempt, store: RunStore, home: Path) -> None:
    """Keep with a run that is about to end what `stored` reads: an .npz, and what it was made of.

    Nothing before its first epoch. A failure is logged and harms nothing, since `stored` can do
    without.
    """
    run = store.get(attempt.run.id)
    if run.best_epoch is None:
        return
    try:
        fingerprint = run.manifest.get("dataset_sha256")
        dataset = datasets.load(run.config.dataset, home, fingerprint=fingerprint)
        found = on_validation(run, Classifier.of(store, run), dataset)
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


def on_texts(
    classifiers: Sequence[Classifier], reviews: LabelledReviews
) -> tuple[Predictions, ...]:
    """What each run says of labelled texts, in the order of the classifiers."""
    found = batch.texts(classifiers, reviews.texts, cut=reviews.cut)
    return tuple(
        Predictions(
            one.run, one.name, one.config, reviews.labels, probabilities, reviews.fingerprint
        )
        for one, probabilities in zip(classifiers, found, strict=True)
    )


def metrics(labels: np.ndarray, probabilities: np.ndarray) -> Metrics:
    """The metrics of probabilities (n,) of being positive, given labels (n,) of 0 and 1.

    Raises DataError where there is no review.
    """
    from sklearn.metrics import brier_score_loss, f1_score, log_loss, roc_auc_score

    if not len(labels):
        raise DataError("there is no review to evaluate: add labelled reviews")
    probabilities = np.asarray(probabilities, np.float64)
    called = probabilities > 0.5
    both = 0 < np.count_nonzero(labels) < len(labels)
    any_positive = np.any(labels) or np.any(called)
    return Metrics(
        accuracy=float(np.mean(called == labels)),
        log_loss=float(log_loss(labels, np.clip(probabilities, CLIP, 1 - CLIP), labels=[0, 1])),
        roc_auc=float(roc_auc_score(labels, probabilities)) if both else None,
        f1=float(f1_score(labels, called, zero_division=0.0)) if any_positive else None,
        brier=float(brier_score_loss(labels, probabilities, labels=[0, 1])),
        ece=calibration_error(reliability(labels, probabilities)),
    )


def over_seeds(found: Sequence[Metrics]) -> tuple[Metrics, Metrics]:
    """The mean of each metric, and its standard deviation; None where either is undefined."""
    columns = list(zip(*found, strict=True))
    means = (None if None in column else fmean(column) for column in columns)
    spreads = (None if None in column or len(column) < 2 else stdev(column) for column in columns)
    return Metrics(*means), Metrics(*spreads)


def reliability(
    labels: np.ndarray, probabilities: np.ndarray, *, bins: int = BINS
) -> tuple[Bin, ...]:
    """The reviews in bins of equal width over their probability of being positive."""
    edges = np.linspace(0, 1, bins + 1)
    # Closed on the right as in Guo et al. (2017), and as scikit-learn's calibration_curve has it.
    place = np.searchsorted(edges[1:-1], probabilities)
    counts = np.bincount(place, minlength=bins)
    sums = np.bincount(place, weights=probabilities, minlength=bins)
    positives = np.bincount(place, weights=labels, minlength=bins)
    return tuple(
        Bin(
            float(edges[i]),
            float(edges[i + 1]),
            int(count),
            float(sums[i] / count) if count else None,
            float(positives[i] / count) if count else None,
        )
        for i, count in enumerate(counts)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: the mean, over the reviews, of their bin's distance between
    mean probability and share of positive reviews; 0–1.

    As Naeini, Cooper and Hauskrecht (2015, "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI) have it for two classes: bins over the probability of *being positive*. Guo et
    al. (2017, "On calibration of modern neural networks", ICML, eq. 3) bin the probability of the
    class that is named, which for two classes folds the diagram at one half.
    """
    total = sum(one.count for one in bins)
    return sum(one.count / total * abs(one.positive - one.probability) for one in bins if one.count)


def confusion(
    labels: np.ndarray, probabilities: np.ndarray, *, threshold: float = 0.5
) -> Confusion:
    """How many reviews are called what, where those above `threshold` are called positive."""
    called, positive = probabilities > threshold, labels == 1
    return Confusion(
        int(np.sum(~called & ~positive)),
        int(np.sum(called & ~positive)),
        int(np.sum(~called & positive)),
        int(np.sum(called & positive)),
    )


def roc(labels: np.ndarray, probabilities: np.ndarray) -> Roc | None:
    """The ROC, without the points on its straight lines; None where all have one label."""
    from sklearn.metrics import roc_curve

    if not 0 < np.count_nonzero(labels) < len(labels):
        return None
    return Roc(*roc_curve(labels, probabilities))


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
