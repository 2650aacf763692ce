"""What each unit of a cell responds to, measured on real reviews: a passport for every unit.

A unit's move at a word is its state after the word less that before. Reads no store: networks and
encoded reviews are given; words are ids.
"""

import heapq
from typing import NamedTuple

import numpy as np

from rnnlab.inside.dial import read_out
from rnnlab.inside.network import CellTrace, Network
from rnnlab.text import START, UNKNOWN

CHUNK_REVIEWS = 64
ENOUGH = 20  # occurrences: the mean of fewer says little of a word
WORDS = 6  # on either side
CONTEXTS = 3
KEPT = 64  # of the largest moves, so that some are left where one word makes most of them
BEFORE = 4  # words shown before the one that moves the unit
FLAT = 0.9  # a tanh beyond passes on less than a fifth of a change of its input


class WordMove(NamedTuple):
    """How far a word moves a unit on average, and how often it occurs."""

    word: int  # its id
    move: float
    times: int


class Context(NamedTuple):
    """One of the largest moves: the words that were read before, the word, and the move."""

    words: tuple[int, ...]  # ids, the one that moves the unit last
    move: float


class Passport(NamedTuple):
    """One unit: the words that raise and lower it most, and what its state depends on.

    `position` is the correlation of its state with the word's place in the review; 0 for a state
    that never changes. `saturated` is the share of words at which its tanh is beyond 0.9: that of
    the state in a SimpleRNN, of the cell state in an LSTM, of the candidate in a GRU. `spread` is
    the standard deviation of its state over all words. `weight` is that of the read-out, None below
    the last layer.
    """

    raise_it: tuple[WordMove, ...]
    lower_it: tuple[WordMove, ...]
    rises: tuple[Context, ...]
    falls: tuple[Context, ...]
    position: float
    saturated: float
    spread: float
    weight: float | None


def passports(
    network: Network, ids: np.ndarray, *, layer: int | None = None, backwards: bool = False
) -> tuple[Passport, ...]:
    """Return the passport of each unit of a cell, of the last layer unless another is named.

    ids: int (reviews, maxlen).
    """
    layer = len(network.layers) - 1 if layer is None else layer
    units = len(network.layers[layer][backwards].recurrent)
    sums = _Sums(units, int(ids.max(initial=UNKNOWN)) + 1)
    for start in range(0, len(ids), CHUNK_REVIEWS):
        part = ids[start : start + CHUNK_REVIEWS]
        traced = network.run(network.project(part)).layers[layer].cells[backwards]
        sums.add(network.cell_name, traced, part[:, ::-1] if backwards else part)
    weights = read_out(network, layer, backwards=backwards)
    return tuple(
        sums.passport(unit, None if weights is None else float(weights[unit]))
        for unit in range(units)
    )


class _Sums:
    """What is added up over the reviews, for all units of a cell."""

    def __init__(self, units: int, vocab_size: int) -> None:
        self._moves = np.zeros((vocab_size, units))
        self._counts = np.zeros(vocab_size, np.int64)
        self._states = np.zeros((4, units))  # h, h², place · h, and the tanh's saturation
        self._places = np.zeros(2)  # place, place²
        self._top: list[list[list[tuple[float, tuple[int, ...]]]]] = [
            [[], []] for _ in range(units)
        ]

    def add(self, name: str, traced: CellTrace, ids: np.ndarray) -> None:
        """Add reviews; ids (reviews, words) in the order in which the cell reads them."""
        h = traced.steps["h"]  # (words, reviews, units)
        read = (ids > START).T  # unknown words are words, too
        places = np.cumsum(read, axis=0)[read].astype(float)
        moves, states = (h - traced.before)[read], h[read]
        words = ids.T[read]
        for unit in range(moves.shape[1]):
            self._moves[:, unit] += np.bincount(words, moves[:, unit], len(self._moves))
        self._counts += np.bincount(words, minlength=len(self._counts))
        flat = np.abs(_tanh(name, traced)[read]) > FLAT
        self._states += [
            states.sum(axis=0),
            (states**2).sum(axis=0),
            places @ states,
            flat.sum(axis=0),
        ]
        self._places += [places.sum(), (places**2).sum()]
        self._keep_largest(h - traced.before, read, ids)

    def _keep_largest(self, moves: np.ndarray, read: np.ndarray, ids: np.ndarray) -> None:
        masked = np.where(read[..., None], moves, 0.0)
        for unit, kept in enumerate(self._top):
            for side, sign in enumerate((1, -1)):
                flat = sign * masked[..., unit].ravel()
                count = min(KEPT, len(flat))
                for place in np.argpartition(-flat, count - 1)[:count].tolist():
                    word, review = divmod(place, len(ids))
                    if flat[place] > 0:
                        row = ids[review, max(word - BEFORE, 0) : word + 1]
                        context = tuple(row[row > START].tolist())
                        kept[side].append((float(flat[place]), context))
                kept[side] = heapq.nlargest(KEPT, kept[side])

    def passport(self, unit: int, weight: float | None) -> Passport:
        """Return a unit's passport."""
        count = max(int(self._counts.sum()), 1)
        mean, square, product, flat = (self._states[:, unit] / count).tolist()
        place, place_square = (self._places / count).tolist()
        spread = max(square - mean**2, 0.0) ** 0.5
        of_places = max(place_square - place**2, 0.0) ** 0.5
        known = np.flatnonzero(self._counts >= ENOUGH)
        known = known[known > UNKNOWN]
        means = self._moves[known, unit] / self._counts[known]
        order = np.argsort(means, kind="stable")
        words = [
            WordMove(int(known[i]), float(means[i]), int(self._counts[known[i]])) for i in order
        ]
        steady = spread < 1e-9 or of_places < 1e-9
        return Passport(
            tuple(word for word in words[::-1][:WORDS] if word.move > 0),
            tuple(word for word in words[:WORDS] if word.move < 0),
            rises=_distinct(self._top[unit][0], 1),
            falls=_distinct(self._top[unit][1], -1),
            position=0.0 if steady else (product - mean * place) / (spread * of_places),
            saturated=flat,
            spread=spread,
            weight=weight,
        )


def _tanh(name: str, traced: CellTrace) -> np.ndarray:
    """Return the tanh through which a unit's state comes: (words, reviews, units)."""
    if name == "lstm":
        return np.tanh(traced.steps["c"])
    return traced.steps["candidate" if name == "gru" else "h"]


def _distinct(kept: list[tuple[float, tuple[int, ...]]], sign: int) -> tuple[Context, ...]:
    """Return the largest moves, one for each word."""
    by_word: dict[int, Context] = {}
    for move, words in sorted(kept, reverse=True):
        by_word.setdefault(words[-1], Context(words, sign * move))
    return tuple(by_word.values())[:CONTEXTS]
