"""How faithful effects are: how far an answer falls without the words that they rank first.

Comprehensiveness after DeYoung et al. (2020, "ERASER", ACL), of the logit instead of the
probability, words being replaced by the unknown word.
"""

from collections.abc import Callable, Iterable

import numpy as np

from rnnlab.inference.classify import Classifier
from rnnlab.inference.forward import logits
from rnnlab.inside.attribution import double_weights, word_positions
from rnnlab.text import UNKNOWN, Reading

SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)  # of the words, at least one; the falls are averaged

# From a reading to the effects of the words that are read, float64 (words,).
Effects = Callable[[Classifier, Reading], np.ndarray]


def comprehensiveness(
    classifier: Classifier, readings: Iterable[Reading], effects: Effects
) -> np.ndarray:
    """Return how far each review's logit falls from its answer without its first-ranked words.

    float64 (reviews,), the mean over `SHARES`. Words are ranked by their effect towards the answer.
    Readings without a known word are left out.
    """
    falls = []
    for reading in readings:
        positions = word_positions(reading)
        known = positions[reading.ids[positions] != UNKNOWN]
        if not len(known):
            continue
        rows = np.repeat(reading.ids[None], len(SHARES) + 1, axis=0)
        (answer,) = logits(classifier.config, double_weights(classifier), rows[-1:])
        direction = 1.0 if answer > 0 else -1.0
        towards = direction * effects(classifier, reading)[np.isin(positions, known)]
        ranked = known[np.argsort(-towards, kind="stable")]
        for row, share in zip(rows, SHARES, strict=False):
            row[ranked[: max(1, round(share * len(known)))]] = UNKNOWN
        without = logits(classifier.config, double_weights(classifier), rows)
        falls.append(direction * (answer - without[:-1]).mean())
    return np.array(falls)
