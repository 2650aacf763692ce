"""A recurrent layer at work: its state after each word of a short text, from the first word on.

The text is read from the start mark on, from a state of zeros. In training the words follow
padding, so the state they find there is another.
"""

from typing import NamedTuple

import numpy as np

from rnnlab.config import required
from rnnlab.inference.classify import Classifier
from rnnlab.inside.network import CellTrace, Network
from rnnlab.text import START, words_of


class Steps(NamedTuple):
    """A cell's steps over a text: `words` are those read, the start mark first.

    values: by the names of a step's parts ("h", and "c" or gates), (words, units) each.
    """

    words: tuple[str, ...]
    trace: CellTrace
    values: dict[str, np.ndarray]

    @property
    def units(self) -> int:
        """The size of the hidden state."""
        return self.values["h"].shape[1]

    def before(self, part: str, step: int) -> np.ndarray:
        """Return the values of a part before a step, zeros before the first: (units,)."""
        return self.values[part][step - 1] if step else np.zeros(self.units)


START_WORD = "‹start›"


def read(classifier: Classifier, content: str) -> Steps:
    """Read a text with the first layer of a network, forwards."""
    tokens = words_of(content)
    ids = classifier.vocabulary.ids(tokens, required(classifier.config.vocab_size))
    network = Network.load(classifier.config, classifier.weights)
    trace = network.run(network.project(np.array([[START, *ids]]))).layers[0].cells[0]
    values = {part: steps[:, 0] for part, steps in trace.steps.items()}
    return Steps((START_WORD, *tokens), trace, values)


def open_gate(steps: Steps, part: str, of: str, *, least: float = 0.3) -> tuple[int, int]:
    """Return the step and unit at which a gate is widest open on a value worth keeping.

    part: the gate; of: what it acts on, at least `least` before the step, or the highest there is.
    """
    gates = np.array(steps.values[part])
    found = np.concatenate([np.zeros((1, steps.units)), steps.values[of][:-1]])
    worth = found >= min(least, float(found.max()))
    step, unit = np.unravel_index(np.argmax(np.where(worth, gates, -1.0)), gates.shape)
    return int(step), int(unit)
