"""The layers of a run's network and how many parameters they have, in closed form.

Owns the shapes that `rnnlab.models` builds and `rnnlab.inference.forward` reads, so that a page
can show the layer table while a slider moves (tens of microseconds). Imports no keras.
"""

from typing import NamedTuple

from rnnlab.config import RunConfig

FLOAT_BYTES = 4  # keras's default dtype, float32
ID_BYTES = 4  # token ids are fed as int32


class Cell(NamedTuple):
    """The weights of a recurrent layer: `gates` blocks of `units` columns, side by side.

    kernel (inputs, gates * units), recurrent_kernel (units, gates * units), and `biases` vectors
    of gates * units.
    """

    layer: str  # keras's class
    gates: int
    biases: int = 1

    def parameters(self, inputs: int, units: int) -> int:
        """Numbers learnt by one layer of this cell, in one direction."""
        return self.gates * units * (inputs + units + self.biases)


# Sizes and gate order as in keras 3.15, keras/src/layers/rnn/: simple_rnn.py; lstm.py (gates i,
# f, c, o); gru.py (gates z, r, h; reset_after=True, hence a bias for the inputs and another for
# the state).
CELLS: dict[str, Cell] = {
    "simple_rnn": Cell("SimpleRNN", gates=1),
    "lstm": Cell("LSTM", gates=4),
    "gru": Cell("GRU", gates=3, biases=2),
}


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
    """The layer table of what `rnnlab.models` builds or `rnnlab.training.linear` fits, in order.

    >>> [row.parameters for row in layers(RunConfig(arch="lstm"))]
    [8000, 800, 9]
    """
    arch, words = config.architecture, config.vocab_size
    if arch.kind == "linear":
        return (
            LayerRow("tfidf", "TfidfTransformer", (None, words), words),
            LayerRow("logreg", "LogisticRegression", (None, 1), words + 1),
        )
    rows = []
    inputs = words
    if arch.embeds:
        inputs = config.embedding_dim
        shape = (None, config.maxlen, inputs)
        rows.append(LayerRow("embedding", "Embedding", shape, words * inputs))
    if arch.kind == "average":
        rows.append(
            LayerRow("global_average_pooling1d", "GlobalAveragePooling1D", (None, inputs), 0)
        )
    else:
        rows += _recurrent(config, inputs)
        inputs = rows[-1].output_shape[-1]
    rows.append(LayerRow("dense", "Dense", (None, 1), inputs + 1))
    return tuple(rows)


def _recurrent(config: RunConfig, inputs: int) -> list[LayerRow]:
    """The recurrent layers; the first reads vectors of `inputs` numbers."""
    arch, cell = config.architecture, CELLS[config.architecture.cell]
    directions = 2 if config.bidirectional else 1
    outputs = directions * config.units
    rows = []
    for index in range(config.layers):
        reads_ids = index == 0 and not arch.embeds
        last = index == config.layers - 1
        if config.bidirectional:
            kind, name = "Bidirectional", "bidirectional"
        else:
            kind, name = ("OneHot" if reads_ids else "") + cell.layer, arch.cell
        rows.append(
            LayerRow(
                numbered(name, index),
                kind,
                (None, outputs) if last else (None, config.maxlen, outputs),
                directions * cell.parameters(inputs, config.units),
            )
        )
        inputs = outputs
    return rows


def numbered(name: str, index: int) -> str:
    """The name of the layer at `index` among its like, as keras counts: lstm, lstm_1, lstm_2."""
    return f"{name}_{index}" if index else name


def parameters(config: RunConfig) -> int:
    """How many numbers the network learns; keras's `count_params()`."""
    return sum(row.parameters for row in layers(config))


def input_bytes(config: RunConfig, reviews: int = 20_000) -> int:
    """Memory of that many reviews as they are fed: int32 ids (reviews, maxlen)."""
    return reviews * config.maxlen * ID_BYTES


def one_hot_bytes(config: RunConfig, reviews: int = 20_000) -> int:
    """Memory of that many reviews after `keras.utils.to_categorical`, which returns float64.

    The array would be (reviews, maxlen, vocab_size); nothing here ever makes it.
    """
    return reviews * config.maxlen * config.vocab_size * 8
