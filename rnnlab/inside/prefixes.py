"""What a model answers after each word: read out there, or with padding for the words to come.

A recurrent network is read out after the word, whatever came before it. A model without a state
needs its whole window, and the order of padding and words is nothing to it.
"""

import numpy as np

from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inference.forward import STEPS, Cell
from rnnlab.inside.attribution import double_weights, word_positions
from rnnlab.inside.network import Network
from rnnlab.text import PADDING, Reading


def logits_after_each_word(classifier: Classifier, reading: Reading) -> np.ndarray:
    """Return the logit after each word that is read: float64 (words,); the last is the answer's."""
    config, ids, positions = classifier.config, reading.ids, word_positions(reading)
    weights = double_weights(classifier)
    if config.architecture.kind == "recurrent":
        return _recurrent(Network.load(config, weights), ids)[positions]
    if config.architecture.kind == "average":
        # The words to come are padding, which the average counts like words.
        scores = weights["embedding/embeddings"] @ weights["dense/kernel"][:, 0]
        to_come = scores[PADDING] * np.arange(len(ids) - 1, -1, -1)
        sums = np.cumsum(scores[ids]) + to_come
        return sums[positions] / len(ids) + weights["dense/bias"]
    # A bag of words does not count padding.
    later = np.arange(len(ids)) > positions[:, None]
    return forward.logits(config, weights, np.where(later, PADDING, ids))


def _recurrent(network: Network, ids: np.ndarray) -> np.ndarray:
    """Return the logit after each position: (positions,)."""
    inputs = network.project(ids[None])
    if len(network.layers[0]) == 1:
        states = network.run(inputs).layers[-1].outputs[:, 0]
        return (states @ network.kernel)[:, 0] + network.bias
    # Read backwards, each prefix is a review of its own: all are read side by side.
    places = np.arange(len(ids))
    inside = places[:, None] <= places  # (words, prefixes): the word belongs to the prefix
    sequences = [np.broadcast_to(x, (*inside.shape, x.shape[2])) for x in inputs]
    outputs: list[np.ndarray] = []
    last: list[np.ndarray] = []
    for index, (forwards, backwards) in enumerate(network.layers):
        if index:
            below = np.concatenate(outputs, axis=2)
            sequences = [below @ cell.kernel + cell.bias for cell in (forwards, backwards)]
        ahead = _read(network.cell_name, forwards, sequences[0], inside)
        behind = _read(network.cell_name, backwards, sequences[1][::-1], inside[::-1])
        outputs = [ahead, behind[::-1]]
        last = [ahead[-1], behind[-1]]
    return (np.concatenate(last, axis=1) @ network.kernel)[:, 0] + network.bias


def _read(name: str, cell: Cell, inputs: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return a cell's state at each word for each prefix; words outside of it change nothing.

    inputs: (words, prefixes, width); inside: bool (words, prefixes). (words, prefixes, units).
    """
    kind, step = STEPS[name]
    nothing = np.zeros((inputs.shape[1], len(cell.recurrent)))
    now = kind(*[nothing] * len(kind._fields))
    states = np.empty((*inputs.shape[:2], len(cell.recurrent)))
    for place, (x, read) in enumerate(zip(inputs, inside, strict=True)):
        after = step(x, now, cell)
        now = kind(
            *(np.where(read[:, None], new, old) for new, old in zip(after, now, strict=True))
        )
        states[place] = now.h
    return states
