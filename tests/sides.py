"""Made-up predictions of groups of runs, for what compares and draws them."""

import numpy as np

from rnnlab.compare.side import Side
from rnnlab.config import preset
from rnnlab.evaluation.predictions import Predictions

LABELS = np.random.default_rng(9).integers(0, 2, 2_000).astype(np.uint8)


def run(accuracy, *, arch="lstm", seed=1, reviews="these", labels=LABELS, **changes):
    """A run of about this accuracy; reviews that are hard for one are hard for all."""
    rng = np.random.default_rng((seed, len(arch)))
    hard = np.random.default_rng(0).normal(size=len(labels)) + 0.3 * rng.normal(size=len(labels))
    wrong = np.argsort(hard)[round(accuracy * len(labels)) :]
    sure = rng.uniform(0.55, 0.95, len(labels))
    right = np.where(labels == 1, sure, 1 - sure)
    right[wrong] = 1 - right[wrong]
    config = preset(arch, seed=seed, **changes)
    name = f"{arch}-{seed}"
    return Predictions(f"id-{name}", name, config, labels, right.astype(np.float32), reviews)


def group(name, accuracies, *, first=1, **options):
    """A side of one run for each of these accuracies."""
    runs = [run(accuracy, seed=first + i, **options) for i, accuracy in enumerate(accuracies)]
    return Side(name, tuple(runs))


# Accuracies over three seeds.
GOOD = (0.80, 0.803, 0.798)
BAD = (0.75, 0.746, 0.752)


def side(name, *probabilities, labels, arch="lstm"):
    """A side of one run for each list of probabilities."""
    runs = [
        Predictions(f"{name}{seed}", name, preset(arch, seed=seed), labels, np.float32(p), "these")
        for seed, p in enumerate(probabilities)
    ]
    return Side(name, tuple(runs))


def noisy(count, *, seed=0):
    """Labels and probabilities that go along with them, some of them equal."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count).astype(np.uint8)
    probabilities = np.clip(rng.normal(0.35 + 0.3 * labels, 0.2), 0, 1).round(2)
    return labels, probabilities.astype(np.float32)
