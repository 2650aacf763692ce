"""Measures how well probabilities fit labels: accuracy, losses, ROC and calibration.

Imports no keras, and scikit-learn, a second's import, for the ROC alone. The metrics themselves are
a line of numpy each: scikit-learn's check their inputs for 10 ms, which 500 seeds multiply.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.errors import DataError
from rnnlab.evaluation.seeds import mean_and_sd

BINS = 15  # of the calibration error, as in Guo et al. (2017)
CLIP = 1e-7  # keras's epsilon; without it one certain and wrong answer makes log loss infinite


class Metrics(NamedTuple):
    """How well probabilities fit labels. None where a metric is undefined.

    `accuracy` counts a review as positive above one half, as keras does. `log_loss` is the mean
    cross-entropy in nats with probabilities clipped to `CLIP` from 0 and 1, as in keras. `roc_auc`
    is None where all reviews have one label; `f1`, of the positive reviews, where no review is
    positive or predicted to be. `brier` is the mean squared distance of probability and label.
    `ece` is the expected calibration error of `reliability`.
    """

    accuracy: float
    log_loss: float
    roc_auc: float | None
    f1: float | None
    brier: float
    ece: float


class Bin(NamedTuple):
    """The reviews whose probability lies in (low, high]; the first bin includes 0.

    `probability` is their mean probability, `positive` the share of positive reviews; both are
    None for an empty bin.
    """

    low: float
    high: float
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls
    probability: float | None
    positive: float | None


class Confusion(NamedTuple):
    """The confusion matrix: numbers of reviews by label and prediction."""

    true_negatives: int
    false_positives: int
    false_negatives: int
    true_positives: int


class Roc(NamedTuple):
    """The receiver operating characteristic: float64 (points,) each, from (0, 0) to (1, 1)."""

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray


def compute_metrics(labels: np.ndarray, probabilities: np.ndarray) -> Metrics:
    """Compute the metrics of probabilities (n,) of being positive, given labels (n,) of 0 and 1.

    Raises DataError if there are no reviews.
    """
    if not len(labels):
        raise DataError("there are no reviews to evaluate: add labelled reviews")
    probabilities = np.asarray(probabilities, np.float64)
    positive = labels == 1
    counts = confusion(labels, probabilities)
    named_positive = 2 * counts.true_positives + counts.false_positives + counts.false_negatives
    of_label = np.clip(np.where(positive, probabilities, 1 - probabilities), CLIP, None)
    return Metrics(
        accuracy=(counts.true_negatives + counts.true_positives) / len(labels),
        log_loss=float(-np.mean(np.log(of_label))),
        roc_auc=float(np.mean(auc_parts(labels, probabilities))) if _both(labels) else None,
        f1=2 * counts.true_positives / named_positive if named_positive else None,
        brier=float(np.mean((probabilities - positive) ** 2)),
        ece=calibration_error(reliability(labels, probabilities)),
    )


def metrics_over_seeds(of_seeds: Sequence[Metrics]) -> tuple[Metrics, Metrics]:
    """Return the mean of each metric and its standard deviation; see `seeds.mean_and_sd`."""
    columns = [mean_and_sd(values) for values in zip(*of_seeds, strict=True)]
    return (
        Metrics._make(column.mean for column in columns),
        Metrics._make(column.sd for column in columns),
    )


def reliability(
    labels: np.ndarray, probabilities: np.ndarray, *, bins: int = BINS
) -> tuple[Bin, ...]:
    """Sort the reviews into bins of equal width over their probability of being positive."""
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
    """Compute the expected calibration error, 0–1.

    It is the mean, over the reviews, of their bin's distance between mean probability and share of
    positive reviews. As Naeini, Cooper and Hauskrecht (2015, "Obtaining well calibrated
    probabilities using Bayesian binning", AAAI) define it for two classes: bins over the
    probability of *being positive*. Guo et al. (2017, "On calibration of modern neural networks",
    ICML, eq. 3) bin the probability of the predicted class, which for two classes folds the diagram
    at one half.
    """
    total = sum(b.count for b in bins)
    return sum(
        b.count / total * abs(b.positive - b.probability)
        for b in bins
        if b.positive is not None and b.probability is not None
    )


def confusion(
    labels: np.ndarray, probabilities: np.ndarray, *, threshold: float = 0.5
) -> Confusion:
    """Count the reviews by label and prediction; above `threshold` the prediction is positive."""
    predicted, positive = probabilities > threshold, labels == 1
    return Confusion(
        int(np.sum(~predicted & ~positive)),
        int(np.sum(predicted & ~positive)),
        int(np.sum(~predicted & positive)),
        int(np.sum(predicted & positive)),
    )


def roc(labels: np.ndarray, probabilities: np.ndarray) -> Roc | None:
    """Compute the ROC without the points on its straight lines; None if all have one label."""
    from sklearn.metrics import roc_curve

    if not _both(labels):
        return None
    false_positive_rate, true_positive_rate, _ = roc_curve(labels, probabilities)
    return Roc(false_positive_rate, true_positive_rate)


def auc_parts(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Compute each review's share in the AUC: float64 (reviews,), whose mean is the AUC.

    Their variance over the number of reviews is the AUC's variance after DeLong, DeLong and
    Clarke-Pearson (1988, Biometrics 44), to a part in the number of positive or negative reviews;
    computed by ranks as in Sun and Xu (2014, IEEE Signal Processing Letters 21). Needs both labels.
    """
    positive = labels == 1
    ranks = _ranks(probabilities)
    parts = np.empty(len(labels))
    for group, others in ((positive, ~positive), (~positive, positive)):
        # How many of the other label rank below each review; ties count one half.
        below = ranks[group] - _ranks(probabilities[group])
        parts[group] = below / np.sum(others)
    parts[~positive] = 1 - parts[~positive]
    auc = parts[positive].mean()
    for group in (positive, ~positive):
        parts[group] = auc + (parts[group] - auc) * len(labels) / np.sum(group)
    return parts


def _both(labels: np.ndarray) -> bool:
    """Return whether there are reviews of both labels."""
    return bool(0 < np.count_nonzero(labels) < len(labels))


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return each value's rank from 1, the mean of theirs for equal values.

    As scipy.stats.rankdata, whose import would take a worker 0.7 s.
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]
