"""How well probabilities fit labels: accuracy, losses, ROC and calibration.

Imports no keras; scikit-learn, a second's import, is loaded by the functions that need it.
"""

from collections.abc import Sequence
from statistics import fmean, stdev
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from rnnlab.errors import DataError

BINS = 15  # of the calibration error, as in Guo et al. (2017)
CLIP = 1e-7  # keras's epsilon: without it one sure and wrong answer makes the log loss infinite


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


def compute_metrics(labels: np.ndarray, probabilities: np.ndarray) -> Metrics:
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


def mean_and_sd(found: Sequence[Metrics]) -> tuple[Metrics, Metrics]:
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


def auc_parts(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Each review's share in the AUC: float64 (reviews,), whose mean is the AUC.

    Their variance over the number of reviews is the AUC's variance after DeLong, DeLong and
    Clarke-Pearson (1988, Biometrics 44), to a part in the number of positive or negative reviews;
    by ranks as Sun and Xu (2014, IEEE Signal Processing Letters 21) have it. Needs both labels.
    """
    positive = labels == 1
    ranks = rankdata(probabilities)
    parts = np.empty(len(labels))
    for group, others in ((positive, ~positive), (~positive, positive)):
        # How many of the other label stand below each review; of two that are level, one half.
        below = ranks[group] - rankdata(probabilities[group])
        parts[group] = below / np.sum(others)
    parts[~positive] = 1 - parts[~positive]
    auc = parts[positive].mean()
    for group in (positive, ~positive):
        parts[group] = auc + (parts[group] - auc) * len(labels) / np.sum(group)
    return parts
