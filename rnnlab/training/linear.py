"""The trainer of the linear baseline: TF-IDF and logistic regression, by scikit-learn.

Owns the fit, which is one epoch, and the names of its weights. Nothing in it is drawn at random,
and it needs no keras. Only worker processes import this module: scikit-learn costs a second.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from rnnlab.arrays import Reviews, npz_bytes
from rnnlab.config import RunConfig
from rnnlab.evaluation.metrics import Metrics, compute_metrics
from rnnlab.inference import forward
from rnnlab.runs import Epoch
from rnnlab.store.attempt import Attempt

THREADS = 1  # a worker; with a second, which waits for the other worker's, it took 3 times as long
PACKAGES: tuple[str, ...] = ("scikit-learn", "scipy", "numpy")


def manifest(config: RunConfig) -> dict[str, Any]:
    """Return what shapes the fit beside the config and the reviews: scikit-learn's defaults."""
    return {
        "penalty": "l2",
        "inverse_penalty_strength": 1.0,
        "solver": "lbfgs",
        "threads": THREADS,
    }


def configure(config: RunConfig) -> None:
    """Do nothing: the fit limits its threads itself."""


def warm_up(
    config: RunConfig, train: Reviews, validation: Reviews, *, urgent: Callable[[], bool]
) -> None:
    """Do nothing: there is no model to compile."""


def fit(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    attempt: Attempt,
    *,
    model: None = None,
    history: Sequence[Epoch] = (),
    checkpoint: bytes | None = None,
    paused: Callable[[], bool] = lambda: False,
    peak_memory_mb: Callable[[], float | None] = lambda: None,
) -> bool:
    """Fit the baseline and record it as epoch 1; return whether it was fitted.

    Where a stop was requested or it is `paused`, before or during the fit, nothing is recorded.
    There is nothing to prepare a `model` for or to continue from a `checkpoint`. Raises LostRun
    where the run went to another worker.
    """
    if history:  # an earlier worker died between recording the epoch and ending the run
        return True

    def stopped() -> bool:
        return paused() or attempt.stop_requested()

    if stopped():
        return False
    began_s = time.perf_counter()
    weights = fit_weights(config, train)
    if stopped():
        return False

    def metrics(reviews: Reviews) -> Metrics:
        return compute_metrics(reviews.labels[:, 0], forward.predict(config, weights, reviews.ids))

    training, validating = metrics(train), metrics(validation)
    attempt.record_epoch(
        Epoch(
            epoch=1,
            loss=training.log_loss,
            accuracy=training.accuracy,
            val_loss=validating.log_loss,
            val_accuracy=validating.accuracy,
            seconds=time.perf_counter() - began_s,
        ),
        checkpoint=b"",  # there is no second epoch to continue with
        best=npz_bytes(weights),
        peak_memory_mb=peak_memory_mb(),
    )
    return True


def fit_weights(config: RunConfig, train: Reviews) -> dict[str, np.ndarray]:
    """Fit the baseline; return its weights by name, float32.

    "tfidf/idf" and "logreg/coefficients" (vocab_size,), "logreg/intercept" (1,). Uses
    scikit-learn's defaults, so that the baseline owes nothing to tuning.
    """
    tfidf, logreg = TfidfTransformer(), LogisticRegression()
    bag = tfidf.fit_transform(forward.bag_of_words(train.ids, config.vocab_size))
    with threadpool_limits(THREADS):
        logreg.fit(bag, train.labels[:, 0])
    weights = {
        "tfidf/idf": tfidf.idf_,
        "logreg/coefficients": logreg.coef_[0],
        "logreg/intercept": logreg.intercept_,
    }
    return {name: array.astype(np.float32) for name, array in weights.items()}
