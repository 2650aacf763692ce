"""Training a baseline with scikit-learn: TF-IDF of the bag of words, and logistic regression.

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
from rnnlab.evaluation.metrics import compute_metrics
from rnnlab.inference import forward
from rnnlab.runs import Epoch
from rnnlab.store.attempt import Attempt

THREADS = 1  # a worker; with a second, which waits for the other worker's, it took 3 times as long
PACKAGES = ("scikit-learn", "scipy", "numpy")


def manifest(config: RunConfig) -> dict[str, Any]:
    """What shapes the fit beside the config and the reviews: scikit-learn's defaults in words."""
    return {
        "penalty": "l2",
        "inverse_penalty_strength": 1.0,
        "solver": "lbfgs",
        "threads": THREADS,
    }


def fit(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    attempt: Attempt,
    *,
    history: Sequence[Epoch] = (),
    paused: Callable[[], bool] = lambda: False,
    peak_memory_mb: Callable[[], float | None] = lambda: None,
) -> bool:
    """Whether it was fitted; recorded as epoch 1 with its weights.

    False where a stop was requested or `paused` said so, before the fit or in it: then nothing is
    recorded. Raises LostRun where the run went to another worker.
    """
    if history:  # a worker died between recording the epoch and saying that it ended
        return True

    def left() -> bool:
        return paused() or attempt.stop_requested()

    if left():
        return False
    began_s = time.perf_counter()
    weights = fitted(config, train)
    if left():
        return False
    figures = {}
    for prefix, reviews in (("", train), ("val_", validation)):
        found = compute_metrics(reviews.labels[:, 0], forward.predict(config, weights, reviews.ids))
        figures |= {f"{prefix}loss": found.log_loss, f"{prefix}accuracy": found.accuracy}
    attempt.record_epoch(
        Epoch(epoch=1, seconds=time.perf_counter() - began_s, **figures),
        checkpoint=b"",  # there is no epoch to go on with
        best=npz_bytes(weights),
        peak_memory_mb=peak_memory_mb(),
    )
    return True


def fitted(config: RunConfig, train: Reviews) -> dict[str, np.ndarray]:
    """The weights by name, float32: "tfidf/idf" and "logreg/coefficients" (vocab_size,),
    "logreg/intercept" (1,).

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
