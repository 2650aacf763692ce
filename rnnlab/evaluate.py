"""How well runs judge labelled reviews: their predictions, and metrics from them.

Reads reviews through the numpy forward pass, so it imports no keras; scikit-learn, a second's
import, is loaded by the functions that need it. Compares no two runs: see `rnnlab.verdict`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnlab import chance, forward
from rnnlab.classify import Classifier
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.errors import DataError
from rnnlab.reviews_csv import LabelledReviews
from rnnlab.runs import Run
from rnnlab.text import START, UNKNOWN, Vocabulary, pad, tokenize

BATCH_BYTES = 20_000_000  # the ids of the reviews that are read at once
TEXTS = 2_000  # texts cut into words at once; their words take about 40 MB
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
    trained_on = run.manifest.get("dataset_sha256", dataset.fingerprint)
    if run.config.dataset != dataset.name or trained_on != dataset.fingerprint:
        raise DataError(
            f"{run.name} was trained on the dataset {run.config.dataset} ({trained_on[:12]}), "
            f"not on {dataset.name} ({dataset.fingerprint[:12]}) as it stands here: train it again"
        )
    rows = np.asarray(dataset.validation_rows)
    return Predictions(
        run.id,
        run.name,
        run.config,
        np.asarray(dataset.labels[rows]),
        predict_rows(classifier, dataset, rows),
        hashlib.sha256(dataset.fingerprint.encode() + rows.tobytes()).hexdigest(),
        chosen=run.config.epochs is not None,
    )


def on_texts(
    classifiers: Sequence[Classifier], reviews: LabelledReviews
) -> tuple[Predictions, ...]:
    """What each run says of labelled texts, in the order of the classifiers."""
    return tuple(
        Predictions(
            one.run, one.name, one.config, reviews.labels, probabilities, reviews.fingerprint
        )
        for one, probabilities in zip(
            classifiers, predict_texts(classifiers, reviews.texts), strict=True
        )
    )


def predict_rows(classifier: Classifier, dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """The probability that each of these reviews is positive: float32 (len(rows),)."""
    config = classifier.config
    probabilities = np.empty(len(rows), np.float32)
    for part in _batches(len(rows), config.maxlen):
        ids = dataset.inputs(rows[part], **_window(config))
        probabilities[part] = forward.predict(config, classifier.weights, ids)
    return probabilities


def predict_texts(classifiers: Sequence[Classifier], texts: Sequence[str]) -> list[np.ndarray]:
    """The probability that each text is positive: float32 (len(texts),) for each classifier.

    Each text is cut into words once, and read once for all networks with the same vocabulary and
    window. A text without a word is read as an empty review.
    """
    readers: dict[tuple, list[int]] = {}
    for number, classifier in enumerate(classifiers):
        key = (classifier.vocabulary, *_window(classifier.config).values())
        readers.setdefault(key, []).append(number)
    found = [np.empty(len(texts), np.float32) for _ in classifiers]
    for start in range(0, len(texts), TEXTS):
        tokens = [tokenize(text) for text in texts[start : start + TEXTS]]
        for (vocabulary, *_), numbers in readers.items():
            ids = _ids(tokens, vocabulary, classifiers[numbers[0]].config)
            for number in numbers:
                one = classifiers[number]
                found[number][start : start + TEXTS] = forward.predict(one.config, one.weights, ids)
    return found


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


def _window(config: RunConfig) -> dict:
    return {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}


def _batches(count: int, maxlen: int) -> Iterator[slice]:
    size = max(1, BATCH_BYTES // (4 * maxlen))
    return (slice(start, start + size) for start in range(0, count, size))


def _ids(tokens: list[list[str]], vocabulary: Vocabulary, config: RunConfig) -> np.ndarray:
    """The ids of texts as `rnnlab.text.read` gives them: int32 (len(tokens), maxlen).

    Looks up only the words that the network will read.
    """
    index, maxlen = vocabulary.index, config.maxlen
    flat, offsets = [], [0]
    for words in tokens:
        if config.truncating == "post" or len(words) < maxlen:
            flat.append(START)
            words = words[: maxlen - 1]
        else:
            words = words[-maxlen:]
        flat += [index.get(word, UNKNOWN) for word in words]
        offsets.append(len(flat))
    values = np.array(flat, np.int32)
    values[values >= config.vocab_size] = UNKNOWN
    return pad(values, np.array(offsets), maxlen=maxlen, truncating=config.truncating)
