"""What a model's answer to a text comes from, word by word."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from rnnlab.inference.classify import Classifier
from rnnlab.inference.forward import logits
from rnnlab.inside import attribution
from rnnlab.inside.attribution import IntegratedGradients
from rnnlab.inside.counterfactual import Flip, fewest_words
from rnnlab.inside.network import Trace
from rnnlab.inside.prefixes import logits_after_each_word
from rnnlab.text import Reading

STRONG = 0.5  # of the largest effect of a method: on such words methods should agree


class Explanation(NamedTuple):
    """One model's answer to a text, and what each word does to it.

    Arrays are float64, for the words that the model reads (`reading.tokens[first:last]`), and
    effects are in logits: `occlusion` and `removal` (see `rnnlab.inside.attribution`), `gradients`
    of the networks only. `after` holds the probability of positive after each word. `baseline` is
    the logit of the review with every word unknown.
    """

    run: str  # its id
    name: str
    arch: str
    reading: Reading
    logit: float
    baseline: float
    after: np.ndarray
    occlusion: np.ndarray
    removal: np.ndarray
    gradients: IntegratedGradients | None
    flip: Flip | None  # None where none of the strongest words changes the answer
    trace: Trace | None  # a recurrent network's, of all positions, padding included

    @property
    def probability(self) -> float:
        """The probability of positive."""
        return float(expit(self.logit))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that the model reads."""
        return self.reading.tokens[self.reading.first : self.reading.last]

    @property
    def disputed(self) -> tuple[int, ...]:
        """The places of strong words on whose sign occlusion and integrated gradients disagree."""
        return disputed(self.occlusion, self.gradients)


def explain(content: str, classifiers: Sequence[Classifier]) -> tuple[Explanation | None, ...]:
    """Explain each model's answer, in order; None for a text without words."""
    return tuple(_explain(content, classifier) for classifier in classifiers)


def _explain(content: str, classifier: Classifier) -> Explanation | None:
    config = classifier.config
    reading = classifier.read(content)
    if reading.blank:
        return None
    ids = reading.ids
    both = np.stack([ids, attribution.blanked(ids)])
    answer, baseline = logits(config, attribution.double_weights(classifier), both).tolist()
    network = attribution.recurrent_network(classifier)
    trace = None if network is None else network.run(network.project(ids[None]))
    occlusion = attribution.occlusion(classifier, reading)
    return Explanation(
        classifier.run,
        classifier.name,
        classifier.arch,
        reading,
        answer,
        baseline,
        expit(logits_after_each_word(classifier, reading)),
        occlusion,
        attribution.removal(classifier, reading),
        gradients(classifier, reading),
        fewest_words(classifier, reading, occlusion),
        trace,
    )


def gradients(classifier: Classifier, reading: Reading) -> IntegratedGradients | None:
    """Return the integrated gradients of the words that are read; None for a bag of words."""
    ids = reading.ids
    network = attribution.recurrent_network(classifier)
    if network is not None:
        shares = attribution.integrated_gradients(network, ids)
    elif classifier.config.architecture.kind == "average":
        shares = attribution.shares_in_the_average(classifier, ids)
    else:
        return None
    return shares._replace(effects=shares.effects[attribution.word_positions(reading)])


def disputed(occlusion: np.ndarray, gradients: IntegratedGradients | None) -> tuple[int, ...]:
    """Return the places of strong words on whose sign the two methods disagree."""
    if gradients is None or not len(occlusion):
        return ()
    pairs = np.stack([occlusion, gradients.effects])
    strong = (np.abs(pairs) >= STRONG * np.abs(pairs).max(axis=1, keepdims=True)).any(axis=0)
    return tuple(np.flatnonzero(strong & (pairs[0] * pairs[1] < 0)).tolist())
