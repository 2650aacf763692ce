"""How far back a network's answer reaches, and how much the order of the words matters.

Measured on real reviews. Reads no store: networks and encoded reviews are given.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.compare import statistics
from rnnlab.compare.statistics import Difference
from rnnlab.config import RunConfig
from rnnlab.inference import forward
from rnnlab.inference.forward import Weights
from rnnlab.inside.network import Network
from rnnlab.text import START

QUARTILES = (0.25, 0.5, 0.75)
CHUNK_REVIEWS = 64
LAST_WORDS = 10  # of "the last 10 words alone", and of what shuffling leaves in place


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


class Reordered(NamedTuple):
    """The accuracy on reviews whose words were moved or cut, and its gap to the untouched ones."""

    name: str
    accuracy: float
    difference: Difference | None  # untouched minus this; None for the untouched


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
        squares = np.einsum("wri,ij,wrj->rw", joined, metric, joined)
        lengths.append(np.where(part >= START, np.sqrt(np.maximum(squares, 0.0)), np.nan)[:, ::-1])
    by_distance = np.concatenate(lengths)
    known = ~np.isnan(by_distance).all(axis=0)
    low, median, high = np.nanquantile(by_distance[:, known], QUARTILES, axis=0)
    above = np.flatnonzero(median >= median[0] / 2)
    half_life = int(above[-1]) + 1 if above[-1] + 1 < len(median) else None
    return Reach(low, median, high, half_life)


def half_life(reach: Reach) -> str:
    """Say how far back a word counts half as much as the last one."""
    if reach.half_life is None:
        return f"more than {format.plural(len(reach.median) - 1, 'word')} back"
    return f"{format.plural(reach.half_life, 'word')} back"


def order_table(
    config: RunConfig, weights: Weights, ids: np.ndarray, labels: np.ndarray
) -> tuple[Reordered, ...]:
    """Return the accuracy on reviews untouched, shuffled, reversed, and cut to a few words.

    ids: int32 (reviews, maxlen); labels (reviews,). Differences have McNemar's exact interval.
    """
    rows = []
    untouched: np.ndarray | None = None
    for name, change in CHANGES.items():
        rng = np.random.default_rng(0)
        changed = np.stack([_change(row, change, rng) for row in ids])
        correct = (forward.predict(config, weights, changed) > 0.5) == (labels == 1)
        difference = None
        if untouched is None:
            untouched = correct
        else:
            difference = statistics.estimate_of_two_models(untouched, correct).at(statistics.ALPHA)
        rows.append(Reordered(name, float(correct.mean()), difference))
    return tuple(rows)


Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def _shuffled_before_the_end(words: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([rng.permutation(words[:-LAST_WORDS]), words[-LAST_WORDS:]])


CHANGES: dict[str, Change] = {
    "untouched": lambda words, rng: words,
    "shuffled": lambda words, rng: rng.permutation(words),
    f"shuffled before the last {LAST_WORDS} words": _shuffled_before_the_end,
    "reversed": lambda words, rng: words[::-1],
    f"first {LAST_WORDS} words alone": lambda words, rng: words[:LAST_WORDS],
    f"last {LAST_WORDS} words alone": lambda words, rng: words[-LAST_WORDS:],
}


def _change(row: np.ndarray, change: Change, rng: np.random.Generator) -> np.ndarray:
    """Return a review with its words changed; its start mark stays before them."""
    words = change(row[row > START], rng)
    mark = row[row == START]
    changed = np.zeros_like(row)
    changed[len(row) - len(words) :] = words
    if len(mark):
        changed[len(row) - len(words) - 1] = START
    return changed
