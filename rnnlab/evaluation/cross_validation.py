"""What two simple models say of every review of a dataset, each time without having seen it.

Five folds: each model is fitted on four and predicts the fifth (Stone 1974). Owns the two models,
which are stronger cousins of the lab's baselines: TF-IDF of words and pairs of words with logistic
regression, and the average of word vectors. Twins, and reviews of one group, share a fold.
"""

import math
import warnings
from collections.abc import Callable

import numpy as np
from scipy import sparse

from rnnlab.datasets import Dataset

FOLDS = 5
SEED = 42
TFIDF, AVERAGE = "TF-IDF of words and pairs", "average of word vectors"
INVERSE_PENALTY_STRENGTH = 10.0
MIN_REVIEWS_OF_FEATURE = 2
VECTOR_SIZE, EPOCHS, BATCH, STEP = 16, 10, 64, 0.01
MIN_UPDATES = 500  # with few reviews, ten epochs leave every answer near one half
MAX_WORDS = 20_000

Predict = Callable[[np.ndarray, np.ndarray], np.ndarray]


def cross_validated(dataset: Dataset) -> dict[str, np.ndarray]:
    """Return each model's probability that a review is positive: float64 (n,), by its name.

    Takes seconds for some thousand reviews, minutes for 25,000.
    """
    labels = np.asarray(dataset.labels).astype(int)
    words = _counts(dataset, pairs=False)
    pairs = _counts(dataset, pairs=True)
    folds = _folds(dataset, labels)
    return {
        TFIDF: _predicted(folds, _tfidf_reader(sparse.hstack([words, pairs]).tocsr(), labels)),
        AVERAGE: _predicted(folds, _average_reader(words, labels)),
    }


def _folds(dataset: Dataset, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    groups = dataset.first_twins
    if dataset.rule is not None and dataset.rule.kind == "group":
        groups = np.asarray(dataset.rule.assignment)
    fewest = int(np.bincount(labels, minlength=2).min())
    folds = max(2, min(FOLDS, fewest))
    if len(np.unique(groups)) == len(labels):
        drawn = StratifiedKFold(folds, shuffle=True, random_state=SEED)
        return list(drawn.split(labels, labels))
    drawn = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    return list(drawn.split(labels, labels, groups))


def _predicted(folds: list[tuple[np.ndarray, np.ndarray]], predict: Predict) -> np.ndarray:
    probabilities = np.empty(sum(len(held_out) for _, held_out in folds))
    for train, held_out in folds:
        probabilities[held_out] = predict(train, held_out)
    return probabilities


def _counts(dataset: Dataset, *, pairs: bool) -> sparse.csr_matrix:
    """Return how often each word, or pair of neighbours, is in each review: (n, features)."""
    values = np.asarray(dataset.values).astype(np.int64)
    offsets = np.asarray(dataset.offsets)
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    if pairs:
        inside = rows[1:] == rows[:-1]
        features = (values[:-1] * (values.max() + 1) + values[1:])[inside]
        rows = rows[1:][inside]
    else:
        features = values
    names, columns = np.unique(features, return_inverse=True)
    ones = np.ones(len(columns), np.float64)
    counts = sparse.csr_matrix((ones, (rows, columns)), (len(offsets) - 1, len(names)))
    frequent = np.diff(counts.tocsc().indptr) >= MIN_REVIEWS_OF_FEATURE
    return counts[:, frequent]


def _tfidf_reader(counts: sparse.csr_matrix, labels: np.ndarray) -> Predict:
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    def predict(train: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        tfidf = TfidfTransformer(sublinear_tf=True).fit(counts[train])
        model = LogisticRegression(C=INVERSE_PENALTY_STRENGTH)
        with threadpool_limits(1):
            model.fit(tfidf.transform(counts[train]), labels[train])
        return model.predict_proba(tfidf.transform(counts[held_out]))[:, 1]

    return predict


def _average_reader(counts: sparse.csr_matrix, labels: np.ndarray) -> Predict:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    totals = np.asarray(counts.sum(axis=0))[0]
    kept = np.sort(np.argsort(-totals, kind="stable")[:MAX_WORDS])
    words = counts[:, kept]
    lengths = np.maximum(np.asarray(words.sum(axis=1)).ravel(), 1)
    shares = (sparse.diags_array(1 / lengths) @ words).tocsr()

    def predict(train: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        batch = min(BATCH, len(train))
        # Units without a bend, fed with shares of words, are averages of word vectors.
        model = MLPClassifier(
            (VECTOR_SIZE,),
            activation="identity",
            alpha=0.0,
            batch_size=batch,
            learning_rate_init=STEP,
            max_iter=max(EPOCHS, math.ceil(MIN_UPDATES * batch / len(train))),
            random_state=SEED,
        )
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so few epochs are meant
            model.fit(shares[train], labels[train])
        return model.predict_proba(shares[held_out])[:, 1]

    return predict
