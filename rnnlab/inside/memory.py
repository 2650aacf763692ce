"""How far back a network's answer reaches: by its gradient, and by putting in other words.

Measured on real reviews. Reads no store: networks and encoded reviews are given.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.inference import forward
from rnnlab.inference.forward import Weights
from rnnlab.inside.network import Network
from rnnlab.text import START

QUARTILES = (0.25, 0.5, 0.75)
CHUNK_REVIEWS = 64
DISTANCES = 22  # at which words are swapped, fewer where reviews are short
TRIES = 20  # to draw a word that is another


class Reach(NamedTuple):
    """How strongly the answer hangs on a word, by its distance from the end of the review.

    low, median, high: float64 (distances,), the quartiles over reviews of the length of
    ∂logit/∂vector, distance 0 being the last word. `half_life` is the first distance from which the
    median stays below half of what it is at the last word; None if it never does.
    """

    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    half_life: int | None


class Swaps(NamedTuple):
    """How far the logit moves where a word is another, by its distance from the end of the review.

    distances: int (n,), 0 being the last word; low, median, high: float64 (n,), the quartiles over
    reviews of |Δlogit|. `half_life` as for `Reach`, among these distances.
    """

    distances: np.ndarray
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    half_life: int | None


def reach(network: Network, ids: np.ndarray) -> Reach:
    """Measure how far back the answers to these reviews reach; ids: int (reviews, maxlen).

    Padding is left out, so far distances count the long reviews alone.
    """
    kernel = np.concatenate([cell.kernel for cell in network.layers[0]], axis=1)
    # The length of a gradient to a word's vector is that of its projection's in this metric, which
    # spares the vectors: a one-hot word's would have as many values as the vocabulary.
    metric = kernel.T @ kernel
    lengths = []
    for start in range(0, len(ids), CHUNK_REVIEWS):
        part = ids[start : start + CHUNK_REVIEWS]
        gradients = network.backward(network.run(network.project(part)))
        joined = np.concatenate(gradients, axis=2)
        squares = ((joined @ metric) * joined).sum(axis=2).T
        lengths.append(np.where(part >= START, np.sqrt(np.maximum(squares, 0.0)), np.nan)[:, ::-1])
    by_distance = np.concatenate(lengths)
    known = ~np.isnan(by_distance).all(axis=0)
    low, median, high = np.nanquantile(by_distance[:, known], QUARTILES, axis=0)
    return Reach(low, median, high, _half_life(median, range(len(median))))


def half_life(measured: Reach | Swaps) -> str:
    """Say how far back a word counts half as much as the last one."""
    if measured.half_life is None:
        farthest = len(measured.median) - 1
        if isinstance(measured, Swaps):
            farthest = int(measured.distances[-1])
        return f"more than {format.plural(farthest, 'word')} back"
    return f"{format.plural(measured.half_life, 'word')} back"


def swaps(config: RunConfig, weights: Weights, ids: np.ndarray) -> Swaps:
    """Measure how far the logit moves where one word is another, drawn from these reviews.

    ids: int32 (reviews, maxlen). Words are drawn as often as they occur, unknown ones included, but
    never the word that stands there. Reviews without a word at a distance are left out of it.
    """
    rng = np.random.default_rng(0)
    pool = ids[ids > START]
    before = forward.logits(config, weights, ids)
    distances, moves = [], []
    for distance in _spaced(ids.shape[1]):
        place = ids.shape[1] - 1 - distance
        rows = np.flatnonzero(ids[:, place] > START)
        if not len(rows):
            break
        changed = ids[rows].copy()
        changed[:, place] = _others(changed[:, place], pool, rng)
        distances.append(distance)
        moves.append(np.abs(forward.logits(config, weights, changed) - before[rows]))
    low, median, high = np.array([np.quantile(part, QUARTILES) for part in moves]).T
    return Swaps(np.array(distances), low, median, high, _half_life(median, distances))


def _spaced(maxlen: int) -> list[int]:
    """Return distances from 0 to the first word, ever farther apart."""
    spaced = np.geomspace(1, max(maxlen, 2), DISTANCES).round().astype(int) - 1
    return sorted({distance for distance in spaced.tolist() if distance < maxlen})


def _others(words: np.ndarray, pool: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return for each word another from the pool; the same where the pool has no other."""
    drawn = rng.choice(pool, len(words))
    for _ in range(TRIES):
        same = drawn == words
        if not same.any():
            break
        drawn[same] = rng.choice(pool, int(same.sum()))
    return drawn


def _half_life(median: np.ndarray, distances: Sequence[int]) -> int | None:
    """Return the first distance from which the median stays below half of the first."""
    above = int(np.flatnonzero(median >= median[0] / 2)[-1])
    return int(distances[above + 1]) if above + 1 < len(median) else None
