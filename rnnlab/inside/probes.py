"""Pairs of sentences that show what a network has learned of language, and what it has not.

What counts as learned follows from the network's own answers. Owns the sentences.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.inference.classify import Classifier
from rnnlab.inference.forward import logits
from rnnlab.inside.attribution import double_weights

NOTICEABLE = 0.05  # logits, 1.2 points at 50 %: a smaller change is none


class Pair(NamedTuple):
    """Two sentences; a reader finds the second more positive (`sign` +1) or less (-1)."""

    first: str
    second: str
    sign: int


class Probe(NamedTuple):
    """What is tried, and the pairs that all must change as they do for a reader."""

    name: str
    pairs: tuple[Pair, ...]


# Of frequent words, so that small vocabularies have them.
PROBES = (
    Probe(
        "Praise and blame",
        (Pair("one of the worst films", "one of the best films", +1),),
    ),
    Probe(
        "Degree",
        (
            Pair("a good film", "a very good film", +1),
            Pair("a bad film", "a very bad film", -1),
        ),
    ),
    Probe(
        "Negation",
        (
            Pair("a bad film", "a not bad film", +1),
            Pair("a good film", "a not good film", -1),
        ),
    ),
    Probe(
        "Word order",
        (
            Pair(
                "at first it is good but in the end it is bad",
                "at first it is bad but in the end it is good",
                +1,
            ),
            Pair(  # the words that come last decide nothing here
                "it is good in the end but at first it is bad",
                "it is bad in the end but at first it is good",
                -1,
            ),
        ),
    ),
    Probe(
        "What might have been",
        (Pair("this film is great", "this film could have been great", -1),),
    ),
)


class Changes(NamedTuple):
    """A network's change of the logit in each pair of a probe, towards what a reader finds.

    None where the network cannot tell, because it does not know a word of the pair.
    """

    values: tuple[float | None, ...]

    @property
    def able(self) -> bool:
        """Whether it knows the words."""
        return None not in self.values

    @property
    def learned(self) -> bool:
        """Whether every pair changes noticeably as it does for a reader."""
        return all(value is not None and value >= NOTICEABLE for value in self.values)


def changes(classifier: Classifier, probes: Sequence[Probe] = PROBES) -> tuple[Changes, ...]:
    """Return what a network answers to each probe."""
    pairs = [pair for probe in probes for pair in probe.pairs]
    sentences = [sentence for pair in pairs for sentence in (pair.first, pair.second)]
    readings = [classifier.read(sentence) for sentence in sentences]
    ids = np.stack([reading.ids for reading in readings])
    answers = logits(classifier.config, double_weights(classifier), ids)
    known = [all(reading.known[reading.first : reading.last]) for reading in readings]
    values = iter(
        pair.sign * float(answers[2 * i + 1] - answers[2 * i])
        if known[2 * i] and known[2 * i + 1]
        else None
        for i, pair in enumerate(pairs)
    )
    return tuple(Changes(tuple(next(values) for _ in probe.pairs)) for probe in probes)
