"""How much the order and the number of words matter to a model, on real reviews.

For networks and for the baselines alike. Reads no store: weights and encoded reviews are given.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy

from rnnlab.compare import statistics
from rnnlab.compare.statistics import Difference
from rnnlab.config import RunConfig
from rnnlab.inference import forward
from rnnlab.inference.forward import Weights
from rnnlab.text import START

LAST_WORDS = 10  # of "the last 10 words alone", and of what shuffling leaves in place
LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # of what is left of a review
SMALL = 0.01  # a point of accuracy: an effect whose interval lies within it hardly matters

Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


class Reordered(NamedTuple):
    """The accuracy on reviews whose words were moved or cut, and its gap to the untouched ones."""

    name: str
    accuracy: float
    difference: Difference | None  # untouched minus this; None for the untouched


class LastWords(NamedTuple):
    """The accuracy where only the last words of each review are left, with its 95 % interval."""

    words: int
    accuracy: float
    low: float
    high: float


class Order(NamedTuple):
    """What a model answers to changed reviews: a row for each change, and by how much is left."""

    rows: tuple[Reordered, ...]
    last: tuple[LastWords, ...]
    reviews: int

    @property
    def shuffled(self) -> Difference:
        """What shuffling all words costs, in accuracy."""
        cost = next(row.difference for row in self.rows if row.name == "shuffled")
        assert cost is not None  # only the untouched has none
        return cost


def measure_order(
    config: RunConfig,
    weights: Weights,
    ids: np.ndarray,
    labels: np.ndarray,
    *,
    progress: Callable[[float, str], None] = lambda share, name: None,
) -> Order:
    """Measure the accuracy on reviews untouched, shuffled, reversed, and cut to a few words.

    ids: int32 (reviews, maxlen); labels (reviews,). Differences have McNemar's exact interval,
    accuracies Clopper and Pearson's. `progress` is told the share that is done, and what is next.
    """
    lengths = [length for length in LENGTHS if length < config.maxlen] + [config.maxlen]
    steps = len(CHANGES) + len(lengths)
    done = 0

    def correct(change: Change, name: str) -> np.ndarray:
        nonlocal done
        progress(done / steps, name)
        done += 1
        changed = change_all(ids, change)
        return (forward.predict(config, weights, changed) > 0.5) == (labels == 1)

    rows = []
    untouched: np.ndarray | None = None
    for name, change in CHANGES.items():
        right = correct(change, name)
        difference = None
        if untouched is None:
            untouched = right
        else:
            difference = statistics.estimate_of_two_models(untouched, right).at(statistics.ALPHA)
        rows.append(Reordered(name, float(right.mean()), difference))
    last = []
    for length in lengths:
        right = correct(_last(length), f"last {length} words alone")
        interval = scipy.stats.binomtest(int(right.sum()), len(right)).proportion_ci(
            1 - statistics.ALPHA, method="exact"
        )
        last.append(LastWords(length, float(right.mean()), interval.low, interval.high))
    return Order(tuple(rows), tuple(last), len(ids))


def change_all(ids: np.ndarray, change: Change) -> np.ndarray:
    """Return the reviews with their words changed, the same for every model of these reviews."""
    rng = np.random.default_rng(0)
    return np.stack([_change(row, change, rng) for row in ids])


def _last(length: int) -> Change:
    return lambda words, rng: words[-length:]


def _shuffled_before_the_end(words: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([rng.permutation(words[:-LAST_WORDS]), words[-LAST_WORDS:]])


CHANGES: dict[str, Change] = {
    "untouched": lambda words, rng: words,
    "shuffled": lambda words, rng: rng.permutation(words),
    f"shuffled before the last {LAST_WORDS} words": _shuffled_before_the_end,
    "reversed": lambda words, rng: words[::-1],
    f"first {LAST_WORDS} words alone": lambda words, rng: words[:LAST_WORDS],
    f"last {LAST_WORDS} words alone": _last(LAST_WORDS),
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
