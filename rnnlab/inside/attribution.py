"""Which words move a model's answer: integrated gradients and occlusion, in logits.

Effects are differences of the logit, so that they can be compared between words and between models.
What a word is compared with is the unknown word in its place.
"""

from typing import NamedTuple

import numpy as np

from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import rereading
from rnnlab.inside.network import Network
from rnnlab.text import PADDING, START, UNKNOWN, Reading

MIDPOINTS, MOST_MIDPOINTS = 64, 1_024
COMPLETENESS = 1e-3  # of the change of the logit along the path
CHUNK_MIDPOINTS = 64  # read at once: 500 words of an LSTM with 8 units take 100 MB


class IntegratedGradients(NamedTuple):
    """Each word's share in the change of the logit, from a review of unknown words to this one.

    effects: (positions,). `error` is how far their sum is from that change, relative to it;
    `converged` says that it is within 0.1 %.
    """

    effects: np.ndarray
    error: float
    midpoints: int

    @property
    def converged(self) -> bool:
        """Whether the effects add up to the change of the logit."""
        return self.error <= COMPLETENESS


def word_positions(reading: Reading) -> np.ndarray:
    """Return where the words that are read stand among the ids: int (words,)."""
    count = reading.last - reading.first
    return np.arange(len(reading.ids) - count, len(reading.ids))


def occlusion(classifier: Classifier, reading: Reading) -> np.ndarray:
    """Return how much each word moves the logit: with it, less with the unknown word instead.

    float64 (words,), for the words that are read.
    """
    positions = word_positions(reading)
    effects = np.zeros(len(positions))
    known = np.flatnonzero(reading.ids[positions] != UNKNOWN)
    network = recurrent_network(classifier)
    if network and rereading.applies(network):
        others = rereading.replaced(network, reading.ids, positions[known], UNKNOWN)
        effects[known] = _logit(network, reading.ids) - others
        return effects
    occluded = np.repeat(reading.ids[None], len(known), axis=0)
    occluded[np.arange(len(known)), positions[known]] = UNKNOWN
    effects[known] = _falls(classifier, reading, occluded)
    return effects


def removal(classifier: Classifier, reading: Reading) -> np.ndarray:
    """Return how much the logit falls where a word is taken out of the text: float64 (words,).

    The other words close the gap, so another word or padding comes in at the end of the window.
    """
    positions, ids = word_positions(reading), reading.ids
    neighbour, at_the_end = _next_in_line(classifier, reading)
    network = recurrent_network(classifier)
    if network and rereading.applies(network):
        place = {"last": neighbour} if at_the_end else {"first": neighbour}
        return _logit(network, ids) - rereading.without(network, ids, positions, **place)
    rows = np.array([np.delete(ids, place) for place in positions], ids.dtype)
    column = np.full((len(rows), 1), neighbour, ids.dtype)
    parts = [rows.reshape(len(rows), -1), column]
    return _falls(classifier, reading, np.hstack(parts if at_the_end else parts[::-1]))


def _next_in_line(classifier: Classifier, reading: Reading) -> tuple[int, bool]:
    """Return the id that comes into the window where a word leaves it, and whether at its end."""
    config, tokens = classifier.config, reading.tokens
    if config.truncating == "post":
        if reading.last == len(tokens):
            return PADDING, False
        following = tokens[reading.last : reading.last + 1]
        return int(classifier.vocabulary.ids(following, config.vocab_size)[0]), True
    if reading.first:
        previous = tokens[reading.first - 1 : reading.first]
        return int(classifier.vocabulary.ids(previous, config.vocab_size)[0]), False
    # A text that fills the window has lost its start mark.
    return (START if len(tokens) == config.maxlen else PADDING), False


def recurrent_network(classifier: Classifier) -> Network | None:
    """Return a model's network in float64; None for one without a recurrent cell."""
    if classifier.config.architecture.kind != "recurrent":
        return None
    return Network.load(classifier.config, classifier.weights)


def _logit(network: Network, ids: np.ndarray) -> float:
    return float(network.run(network.project(ids[None])).logit[0])


def double_weights(classifier: Classifier) -> dict[str, np.ndarray]:
    """Return a model's weights in float64."""
    return {name: array.astype(np.float64) for name, array in classifier.weights.items()}


def _falls(classifier: Classifier, reading: Reading, changed: np.ndarray) -> np.ndarray:
    """Return the review's logit less that of each changed one."""
    ids = np.concatenate([changed, reading.ids[None]])
    logits = forward.logits(classifier.config, double_weights(classifier), ids)
    return logits[-1] - logits[:-1]


def integrated_gradients(network: Network, ids: np.ndarray) -> IntegratedGradients:
    """Return the effects of a review's words along the straight path from unknown words.

    ids: int (maxlen,). Padding and start mark stay what they are. After Sundararajan, Taly and Yan
    (2017, "Axiomatic attribution for deep networks", ICML), by midpoints in the space of word
    vectors; they are doubled until the effects add up to the change of the logit (completeness) or
    there are `MOST_MIDPOINTS` of them.
    """
    both = network.project(np.stack([ids, blanked(ids)]))
    logit, logit_of_blank = network.run(both).logit
    baseline = [words[:, 1:] for words in both]
    steps = [words[:, :1] - words[:, 1:] for words in both]
    change = float(logit - logit_of_blank)
    midpoints = MIDPOINTS
    while True:
        effects = _effects(network, baseline, steps, midpoints)
        error = abs(float(effects.sum()) - change) / max(abs(change), 1e-12)
        if not any(step.any() for step in steps):
            error = 0.0  # every word is unknown: there is nothing to explain
        if error <= COMPLETENESS or midpoints >= MOST_MIDPOINTS:
            return IntegratedGradients(effects, error, midpoints)
        midpoints *= 2


def blanked(ids: np.ndarray) -> np.ndarray:
    """Return the ids with every word unknown."""
    return np.where(ids > UNKNOWN, ids.dtype.type(UNKNOWN), ids)


def _effects(
    network: Network, baseline: list[np.ndarray], steps: list[np.ndarray], midpoints: int
) -> np.ndarray:
    """Return the path integral by that many midpoints: (positions,)."""
    shares = (np.arange(midpoints) + 0.5) / midpoints
    effects = np.zeros(len(steps[0]))
    for start in range(0, midpoints, CHUNK_MIDPOINTS):
        along = shares[start : start + CHUNK_MIDPOINTS, None]
        path = [step * along for step in steps]  # (words, midpoints, width)
        for words, from_ in zip(path, baseline, strict=True):
            words += from_
        for step, gradient in zip(steps, network.backward(network.run(path)), strict=True):
            effects += (gradient.sum(axis=1) * step[:, 0]).sum(axis=1)
    return effects / midpoints


def shares_in_the_average(classifier: Classifier, ids: np.ndarray) -> IntegratedGradients:
    """Return the effects of a review's words on a network that averages: they are exact.

    Its logit is linear in the words' vectors, so one midpoint gives the whole path.
    """
    weights = double_weights(classifier)
    scores = weights["embedding/embeddings"] @ weights["dense/kernel"][:, 0]
    return IntegratedGradients((scores[ids] - scores[blanked(ids)]) / len(ids), 0.0, 1)
