"""Simulated networks whose truth is known: how the accuracy of their seeds is distributed.

A law draws the level of each seed; `draw` turns levels into answers on reviews. Levels are
accuracies around `ACCURACY`; sticking seeds are at `STUCK`.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from rnnlab.compare.side import Side
from rnnlab.config import RunConfig, preset
from rnnlab.evaluation.predictions import Predictions

# The simulated networks are right on 80 % of the reviews. 0.9 of what
# makes a review easy or hard is the same for all seeds, so that two seeds disagree on about one
# review in ten, as real ones do.
ACCURACY, STUCK, SHARED = 0.8, 0.55, 0.9
REVIEWS = 2_500  # about as many as a test set has


class Law(NamedTuple):
    """How seeds are distributed: scatter in accuracy, share of stuck seeds, shape of the tail."""

    sd: float = 0.003
    stuck: float = 0.0
    tail: str = "normal"  # "bad": exponential downwards; "heavy": Student's t with 3 degrees

    def levels(self, rng: np.random.Generator, seeds: int) -> np.ndarray:
        """Draw the accuracies of some seeds whose median is `ACCURACY`, but for stuck ones."""
        if self.tail == "bad":
            scatter = np.log(2) - rng.exponential(size=seeds)
        elif self.tail == "heavy":
            scatter = rng.standard_t(3, size=seeds) / 3**0.5
        else:
            scatter = rng.standard_normal(seeds)
        levels = ACCURACY + self.sd * scatter
        levels[rng.uniform(size=seeds) < self.stuck] = STUCK
        return np.clip(levels, 0.5, 0.99)

    def mean(self) -> float:
        """Compute the mean accuracy over all seeds."""
        shift = self.sd * (np.log(2) - 1) if self.tail == "bad" else 0.0
        return float((1 - self.stuck) * (ACCURACY + shift) + self.stuck * STUCK)


def draw(
    rng: np.random.Generator,
    laws: list[Law],
    seeds: list[int],
    *,
    shifts: list[float] | None = None,
    same: bool = False,
    reviews: int = REVIEWS,
) -> list[np.ndarray]:
    """Draw which reviews the seeds of several networks get right: bool (seeds, reviews) each.

    `shifts` are added to the levels. Unless they are the `same`, the networks find other reviews
    hard (correlation 0.8).
    """
    common = rng.standard_normal(reviews)
    answers = []
    for law, count, shift in zip(laws, seeds, shifts or [0.0] * len(laws), strict=True):
        own = common if same else 0.8**0.5 * common + 0.2**0.5 * rng.standard_normal(reviews)
        levels = ndtri(np.clip(law.levels(rng, count) + shift, 0.01, 0.99))
        noise = rng.standard_normal((count, reviews), dtype=np.float32)
        answers.append(SHARED**0.5 * own + (1 - SHARED) ** 0.5 * noise < levels[:, None])
    return answers


def side(
    name: str, correct: np.ndarray, *, labels: np.ndarray | None = None, first: int = 0
) -> Side:
    """Return the side whose runs get these reviews right, with seeds from `first` on."""
    if labels is None:
        labels = (np.arange(correct.shape[1]) % 2).astype(np.uint8)
    probabilities = np.where(correct == (labels == 1), 0.9, 0.1).astype(np.float32)
    runs = [
        Predictions(f"{name}{seed}", name, _config(first + seed), labels, of_seed, "drawn")
        for seed, of_seed in enumerate(probabilities)
    ]
    drawn = Side(name, tuple(runs))
    # Computing AUCs takes most of the time, and no table has them.
    drawn.__dict__["auc_parts"] = drawn.typical.astype(np.float64)
    return drawn


@cache
def _config(seed: int) -> RunConfig:
    return preset("lstm", seed=seed)
