"""The labelled reviews that commands evaluate runs on, and the runs' names."""

import numpy as np

from rnnlab.datasets import labelled
from rnnlab.evaluation import predictions
from rnnlab.inference.classify import Classifier

ONEHOT, EMBEDDING = "onehot-rnn", "embedding-rnn"
A, B = f"{ONEHOT}-1", f"{EMBEDDING}-1"
METRICS = {"accuracy", "log_loss", "roc_auc", "f1", "brier", "ece"}
WORDS = ("the", "and", "a", "of", "to", "is")
RNG = np.random.default_rng(0)
TEXTS = [f"{' '.join(RNG.choice(WORDS, size=5))} film{n}" for n in range(200)]
LABELS = [n % 2 for n in range(200)]


def probabilities_of(store, run):
    """What a run says of the texts: float32 (200,)."""
    (found,) = predictions.predict_texts(
        [Classifier.load(store, run)], labelled.labelled(TEXTS, LABELS)
    )
    return found.probabilities
