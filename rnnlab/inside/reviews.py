"""The reviews on which a network is looked into: those that validate its run."""

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset

REVIEWS = 1_000  # for states and memory; for accuracies all


def validation_inputs(config: RunConfig, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return a run's validation reviews as its network is fed, and their labels.

    int32 (reviews, maxlen) and uint8 (reviews,), 1 for positive.
    """
    rows = dataset.split(config).validation
    return dataset.inputs(rows, **config.window), dataset.labels[rows]
