"""The reviews on which a network is looked into: those that validate its run."""

import numpy as np

from rnnlab.datasets import Dataset
from rnnlab.evaluation.predictions import part_rows
from rnnlab.runs import Run

REVIEWS = 1_000  # for states and memory; for accuracies all


def validation_inputs(run: Run, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return a run's validation reviews as its network is fed, and their labels.

    int32 (reviews, maxlen) and uint8 (reviews,), 1 for positive. Raises DataError for another
    dataset than the run was trained on.
    """
    rows = part_rows(run, dataset, "validation")
    return dataset.inputs(rows, **run.config.window), dataset.labels[rows]
