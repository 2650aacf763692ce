"""The reviews on which a network is looked into: those that validate its run."""

from collections.abc import Iterable

import numpy as np

from rnnlab.cells import RecurrentLayers
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.evaluation.predictions import part_rows
from rnnlab.runs import Run

# For states and memory; for accuracies all. Wide networks on long reviews read fewer, so that an
# analysis takes seconds: as many as a network of 32 units and 100 words reads in 1,000.
REVIEWS, LEAST_REVIEWS = 1_000, 100
UNIT_WORDS = 32 * 100 * REVIEWS


def sample_size(config: RunConfig) -> int:
    """Return how many reviews the states of a recurrent network are measured on, at most."""
    layers = RecurrentLayers.of(config)
    per_review = layers.units * layers.layers * layers.directions * config.maxlen
    return min(REVIEWS, max(UNIT_WORDS // per_review, LEAST_REVIEWS))


def baselines(run: Run, runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the newest trained run of each baseline with the same validation reviews as `run`."""
    config = run.config
    newest: dict[str, Run] = {}
    for other in sorted(runs, key=lambda other: other.created_at):
        same = (
            other.is_trained
            and other.config.architecture.kind != "recurrent"
            and other.config.dataset_id == config.dataset_id
            and (other.config.split_seed, other.config.test_set)
            == (config.split_seed, config.test_set)
            and other.manifest.get("dataset_sha256") == run.manifest.get("dataset_sha256")
        )
        if same:
            newest[other.config.arch] = other
    return tuple(newest[arch] for arch in sorted(newest))


def validation_inputs(run: Run, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return a run's validation reviews as its network is fed, and their labels.

    int32 (reviews, maxlen) and uint8 (reviews,), 1 for positive. Raises DataError for another
    dataset than the run was trained on.
    """
    rows = part_rows(run, dataset, "validation")
    return dataset.inputs(rows, **run.config.window), dataset.labels[rows]


def sampled_inputs(run: Run, dataset: Dataset) -> np.ndarray:
    """Return the validation reviews that a run's states are measured on; as `validation_inputs`."""
    ids, _ = validation_inputs(run, dataset)
    return ids[: sample_size(run.config)]
