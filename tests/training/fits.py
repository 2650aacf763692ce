"""Small networks, and made-up reviews to fit them on."""

import numpy as np

from rnnlab.arrays import Reviews
from rnnlab.config import preset
from rnnlab.training import fit as training


def small(arch="embedding-rnn", **fields):
    """A config that trains in no time."""
    tiny = {"vocab_size": 30, "maxlen": 8, "embedding_dim": 4, "units": 4, "dropout": 0.0}
    return preset(arch, **{**tiny, "epochs": 4, "learning_rate": 0.01, **fields})


SMALL = small()


def reviews(count, seed=0):
    """Reviews that are positive where their first word is in the upper half."""
    ids = np.random.default_rng(seed).integers(4, 30, (count, 8)).astype(np.int32)
    return Reviews(ids, (ids[:, :1] > 16).astype(np.float32))


TRAIN, VALIDATION = reviews(300), reviews(250, seed=1)


def fit(attempt, **options):
    return training.fit(attempt.run.config, TRAIN, VALIDATION, attempt, **options)
