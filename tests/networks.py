"""Networks with weights that anyone can write down again, and what they must say of a text."""

import io

import numpy as np

from rnnlab.cells import CELLS
from rnnlab.config import ARCHITECTURES, RunConfig, preset
from rnnlab.params import numbered
from rnnlab.text import Vocabulary

# The architectures that keras trains; scikit-learn fits the other.
KERAS = [name for name, arch in ARCHITECTURES.items() if arch.kind != "linear"]


def tiny(arch, **fields):
    """A config of 10 words, 5 a review, and 2 units."""
    return preset(arch, **{"vocab_size": 10, "maxlen": 5, "units": 2, "embedding_dim": 3, **fields})


# Of `small` networks, and of the reviews that they are trained on.
VOCAB, MAXLEN, UNITS, REVIEWS = 40, 12, 5, 32


def small(arch, **fields):
    """A config that trains in no time and tells one word from another."""
    return preset(
        arch,
        **{"vocab_size": VOCAB, "maxlen": MAXLEN, "units": UNITS, "learning_rate": 1e-2, **fields},
    )


def fixed_weights(config, size=0.8):
    """Weights for a config that anyone can write down again: sines of a running number."""
    shapes, width = {}, config.vocab_size
    if config.architecture.kind == "linear":
        shapes = {"tfidf/idf": (width,), "logreg/coefficients": (width,), "logreg/intercept": (1,)}
        return sines(shapes, size)
    if config.embedding_dim:
        width = config.embedding_dim
        shapes["embedding/embeddings"] = (config.vocab_size, width)
    if config.layers:
        name, gates, biases = config.architecture.cell, *CELLS[config.architecture.cell][1:]
    for index in range(config.layers or 0):
        own = numbered(name, index)
        outer = numbered("bidirectional", index)
        both = [f"{outer}/forward_{own}", f"{outer}/backward_{own}"]
        for path in both if config.bidirectional else [own]:
            columns = gates * config.units
            shapes[f"{path}/{name}_cell/kernel"] = (width, columns)
            shapes[f"{path}/{name}_cell/recurrent_kernel"] = (config.units, columns)
            shapes[f"{path}/{name}_cell/bias"] = (2, columns) if biases == 2 else (columns,)
        width = config.units * (2 if config.bidirectional else 1)
    return sines(shapes | {"dense/kernel": (width, 1), "dense/bias": (1,)}, size)


def sines(shapes, size):
    """Arrays of these shapes that hold sines of a running number."""
    weights, start = {}, 0
    for path, shape in shapes.items():
        count = int(np.prod(shape))
        weights[path] = size * np.sin(np.arange(start, start + count), dtype=np.float32)
        weights[path] = weights[path].reshape(shape)
        start += count
    return weights


# What keras 3.15 gives for `fixed_weights` (compiled without XLA); for the last, scikit-learn 1.9.
LITERALS = {
    ("onehot-rnn", False): [0.2744407, 0.2750759],
    ("onehot-rnn", True): [0.3224065, 0.3177992],
    ("embedding-rnn", False): [0.4968927, 0.4789813],
    ("embedding-rnn", True): [0.1241508, 0.1267142],
    ("lstm", False): [0.2735455, 0.2729424],
    ("lstm", True): [0.5243592, 0.5134765],
    ("gru", False): [0.2459515, 0.2460969],
    ("gru", True): [0.2840296, 0.3459378],
    ("feedforward", False): [0.7275255, 0.6606395],
    ("tfidf-logreg", False): [0.4844726, 0.5523390],
}

WORDS = ("the", "and", "a", "of", "to", "is")


def npz(arrays):
    """The bytes of an .npz file of these arrays."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


VOCABULARY = Vocabulary(("the", "film", "was", "good", "bad", "script", "and", "a"))


def weights(config: RunConfig) -> dict[str, np.ndarray]:
    """Random weights under the names that `forward.predict` reads, drawn from the config's seed."""
    rng = np.random.default_rng(config.seed or 1)
    return {
        name: rng.normal(0, 0.4, array.shape).astype(np.float32)
        for name, array in fixed_weights(config).items()
    }


def weights_file(config: RunConfig) -> bytes:
    """Random weights as a worker keeps them."""
    return npz(weights(config))
