"""The fewest words that change a model's mind."""

from typing import NamedTuple

import numpy as np

from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import rereading
from rnnlab.inside.attribution import double_weights, recurrent_network, word_positions
from rnnlab.text import UNKNOWN, Reading

STRONGEST = 10  # words of which every subset is tried


class Flip(NamedTuple):
    """The fewest words whose loss changes an answer, and the logit without them.

    `places` are among the words that are read, in order.
    """

    places: tuple[int, ...]
    logit: float


def strongest(effects: np.ndarray) -> np.ndarray:
    """Return the places of the words with the largest effects, in order: int (≤ 10,)."""
    able = np.flatnonzero(effects)
    order = np.argsort(-np.abs(effects[able]), kind="stable")[:STRONGEST]
    return np.sort(able[order])


def fewest_words(classifier: Classifier, reading: Reading, effects: np.ndarray) -> Flip | None:
    """Return the fewest of the ten strongest words that, unknown, turn the answer; else None.

    Exact: every subset of the ten is read. Of several with as few words, the one that takes the
    answer furthest. effects: the words' by occlusion, float64 (words,).
    """
    places = strongest(effects)
    if not len(places):
        return None
    subsets = np.arange(1 << len(places))
    logits = _logits(classifier, reading.ids, word_positions(reading)[places])
    positive = logits[0] > 0  # as keras's accuracy counts
    turned = (logits > 0) != positive
    if not turned.any():
        return None
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    fewest = turned & (sizes == sizes[turned].min())
    best = max(np.flatnonzero(fewest), key=lambda subset: abs(logits[subset]))
    members = [int(place) for bit, place in enumerate(places) if best >> bit & 1]
    return Flip(tuple(members), float(logits[best]))


def _logits(classifier: Classifier, ids: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return the logit with each subset of the words unknown: (2 ** positions,)."""
    network = recurrent_network(classifier)
    if network and rereading.applies(network):
        return rereading.with_subsets_replaced(network, ids, positions, UNKNOWN)
    rows = np.repeat(ids[None], 1 << len(positions), axis=0)
    for bit, position in enumerate(positions):
        rows[np.arange(len(rows)) >> bit & 1 == 1, position] = UNKNOWN
    return forward.logits(classifier.config, double_weights(classifier), rows)
