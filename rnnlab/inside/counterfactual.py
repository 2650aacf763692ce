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
    ids, positions = reading.ids, word_positions(reading)[places]
    network = recurrent_network(classifier)
    all_logits: np.ndarray | None = None
    if network and rereading.applies(network):
        all_logits = rereading.with_subsets_replaced(network, ids, positions, UNKNOWN)

    def logits(subsets: np.ndarray) -> np.ndarray:
        if all_logits is None:
            return _logits(classifier, ids, positions, subsets)
        return all_logits[subsets]

    positive = logits(np.array([0]))[0] > 0  # as keras's accuracy counts
    sizes = np.array([subset.bit_count() for subset in range(1 << len(places))])
    for size in range(1, len(places) + 1):
        subsets = np.flatnonzero(sizes == size)
        changed = logits(subsets)
        turned = np.flatnonzero((changed > 0) != positive)
        if len(turned):
            best = turned[np.argmax(np.abs(changed[turned]))]
            members = [int(place) for bit, place in enumerate(places) if subsets[best] >> bit & 1]
            return Flip(tuple(members), float(changed[best]))
    return None


def _logits(
    classifier: Classifier, ids: np.ndarray, positions: np.ndarray, subsets: np.ndarray
) -> np.ndarray:
    """Return the logit with each of these subsets of the words unknown: (subsets,)."""
    rows = np.repeat(ids[None], len(subsets), axis=0)
    for bit, position in enumerate(positions):
        rows[subsets >> bit & 1 == 1, position] = UNKNOWN
    return forward.logits(classifier.config, double_weights(classifier), rows)
