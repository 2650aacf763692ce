"""The layers of a run's network and how many parameters they have, in closed form.

Owns the shapes that `rnnlab.models` builds and `rnnlab.inference.forward` reads, so that a page
can show the layer table while a slider moves (tens of microseconds). Imports no keras.
"""

from collections.abc import Callable
from typing import NamedTuple

from rnnlab.cells import RecurrentLayers
from rnnlab.config import RunConfig, required

FLOAT_BYTES = 4  # keras's default dtype, float32
ID_BYTES = 4  # token ids are fed as int32


class LayerRow(NamedTuple):
    """One line of keras's `summary()`, or a step of scikit-learn's.

    `output_shape` starts with None, the batch. The layer of `onehot-rnn` that reads word ids is
    an `OneHotSimpleRNN` (see `rnnlab.models`), a SimpleRNN in its parameters.
    """

    name: str
    type: str
    output_shape: tuple[int | None, ...]
    parameters: int

    @property
    def bytes(self) -> int:
        """Memory of this layer's weights in float32."""
        return self.parameters * FLOAT_BYTES


def layers(config: RunConfig) -> tuple[LayerRow, ...]:
    """Return the layer table of what `rnnlab.models` builds or `rnnlab.training.linear` fits.

    >>> [row.parameters for row in layers(RunConfig(arch="lstm"))]
    [8000, 800, 9]
    """
    return tuple(_LAYERS[config.architecture.kind](config))


def _linear(config: RunConfig) -> list[LayerRow]:
    words = config.vocab_size
    return [
        LayerRow("tfidf", "TfidfTransformer", (None, words), words),
        LayerRow("logreg", "LogisticRegression", (None, 1), words + 1),
    ]


def _average(config: RunConfig) -> list[LayerRow]:
    outputs = required(config.embedding_dim)
    return [
        _embedding(config, outputs),
        LayerRow("global_average_pooling1d", "GlobalAveragePooling1D", (None, outputs), 0),
        _dense(outputs),
    ]


def _recurrent(config: RunConfig) -> list[LayerRow]:
    stack = RecurrentLayers.of(config)
    outputs = stack.directions * stack.units
    rows = []
    if stack.embedding_dim is not None:
        rows.append(_embedding(config, stack.embedding_dim))
    for index, size in enumerate(stack.input_sizes):
        if stack.directions == 2:
            kind, name = "Bidirectional", "bidirectional"
        else:
            kind, name = ("OneHot" if size is None else "") + stack.cell.layer, stack.name
        inputs = config.vocab_size if size is None else size
        last = index == stack.layers - 1
        rows.append(
            LayerRow(
                numbered(name, index),
                kind,
                (None, outputs) if last else (None, config.maxlen, outputs),
                stack.directions * stack.cell.parameters(inputs, stack.units),
            )
        )
    return [*rows, _dense(outputs)]


def _embedding(config: RunConfig, size: int) -> LayerRow:
    shape = (None, config.maxlen, size)
    return LayerRow("embedding", "Embedding", shape, config.vocab_size * size)


def _dense(inputs: int) -> LayerRow:
    return LayerRow("dense", "Dense", (None, 1), inputs + 1)


_LAYERS: dict[str, Callable[[RunConfig], list[LayerRow]]] = {
    "recurrent": _recurrent,
    "average": _average,
    "linear": _linear,
}


def numbered(name: str, index: int) -> str:
    """Return a layer's name as keras numbers layers of one kind: lstm, lstm_1, lstm_2."""
    return f"{name}_{index}" if index else name


def parameters(config: RunConfig) -> int:
    """Return how many parameters the network has; keras's `count_params()`."""
    return sum(row.parameters for row in layers(config))


def weight_shapes(config: RunConfig) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a run's weights, by the names under which they are stored."""
    words = config.vocab_size
    if config.architecture.kind == "linear":
        return {
            "tfidf/idf": (words,),
            "logreg/coefficients": (words,),
            "logreg/intercept": (1,),
        }
    shapes: dict[str, tuple[int, ...]] = {}
    if config.embedding_dim is not None:
        shapes["embedding/embeddings"] = (words, config.embedding_dim)
    outputs = config.embedding_dim or words
    if config.architecture.kind == "recurrent":
        stack = RecurrentLayers.of(config)
        for index, size in enumerate(stack.input_sizes):
            biases = (stack.width,) if stack.cell.biases == 1 else (stack.cell.biases, stack.width)
            for path in recurrent_paths(config, index):
                cell = f"{path}/{stack.name}_cell"
                shapes[f"{cell}/kernel"] = (words if size is None else size, stack.width)
                shapes[f"{cell}/recurrent_kernel"] = (stack.units, stack.width)
                shapes[f"{cell}/bias"] = biases
        outputs = stack.directions * stack.units
    return shapes | {"dense/kernel": (outputs, 1), "dense/bias": (1,)}


def recurrent_paths(config: RunConfig, index: int) -> list[str]:
    """Return keras's names of a recurrent layer: forwards, then backwards if bidirectional."""
    name = numbered(required(config.architecture.cell), index)
    if not config.bidirectional:
        return [name]
    outer = numbered("bidirectional", index)
    return [f"{outer}/forward_{name}", f"{outer}/backward_{name}"]


def input_bytes(config: RunConfig, reviews: int = 20_000) -> int:
    """Return the memory of that many reviews as they are fed: int32 ids (reviews, maxlen)."""
    return reviews * config.maxlen * ID_BYTES


def one_hot_bytes(config: RunConfig, reviews: int = 20_000) -> int:
    """Return the memory of that many reviews after `keras.utils.to_categorical`: float64.

    The array would be (reviews, maxlen, vocab_size); nothing here ever makes it.
    """
    return reviews * config.maxlen * config.vocab_size * 8
