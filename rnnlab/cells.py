"""Recurrent cells, and the recurrent layers that a config describes. Imports no keras.

Owns the cells' sizes as keras has them, and which implementation computes a layer's loop over
time.
"""

from typing import NamedTuple

from rnnlab.config import RunConfig, required

# The widest cell, gates * units, that trains faster on the lab's own loops; at twice that keras's
# products take as long, and beyond the lab's larger arrays cost more than its fewer calls save.
LAB_LOOPS_WIDTH = 64
# With up to so many units, each loop over time becomes one function instead of a call for every
# operation of every step: a quarter to a third faster. XLA multiplies number by number in such a
# function, so that from 16 units on it is slower.
INLINED_UNITS = 12


class Cell(NamedTuple):
    """The weights of a recurrent layer: `gates` blocks of `units` columns, side by side.

    kernel (inputs, gates * units), recurrent_kernel (units, gates * units), and `biases` vectors
    of gates * units.
    """

    layer: str  # keras's class
    gates: int
    biases: int = 1

    def parameters(self, inputs: int, units: int) -> int:
        """Return how many parameters one layer of this cell has, in one direction."""
        return self.gates * units * (inputs + units + self.biases)


# Sizes and gate order as in keras 3.15, keras/src/layers/rnn/: simple_rnn.py; lstm.py (gates i,
# f, c, o); gru.py (gates z, r, h; reset_after=True, hence a bias for the inputs and another for
# the state).
CELLS: dict[str, Cell] = {
    "simple_rnn": Cell("SimpleRNN", gates=1),
    "lstm": Cell("LSTM", gates=4),
    "gru": Cell("GRU", gates=3, biases=2),
}


class RecurrentLayers(NamedTuple):
    """The recurrent layers of a config, stacked; each reads the one before it."""

    name: str  # of the cell, a key of `CELLS`, and of keras's first layer
    cell: Cell
    units: int
    layers: int
    directions: int  # 2 where bidirectional
    dropout: float
    embedding_dim: int | None  # None where the first layer looks up word ids itself

    @classmethod
    def of(cls, config: RunConfig) -> "RecurrentLayers":
        """Return the layers of a config. Raises ValueError where it has none."""
        name = required(config.architecture.cell)
        return cls(
            name,
            CELLS[name],
            required(config.units),
            required(config.layers),
            2 if config.bidirectional else 1,
            required(config.dropout),
            config.embedding_dim,
        )

    @property
    def width(self) -> int:
        """The columns of a layer's kernel in one direction."""
        return self.cell.gates * self.units

    @property
    def input_sizes(self) -> list[int | None]:
        """The size of what each layer reads at a step; None for word ids."""
        return [self.embedding_dim, *[self.directions * self.units] * (self.layers - 1)]

    @property
    def on_lab_loops(self) -> bool:
        """Whether they train on `rnnlab.models.loops` instead of keras's own loops."""
        return self.width <= LAB_LOOPS_WIDTH

    @property
    def inlined(self) -> bool:
        """Whether XLA compiles each of their loops into one function."""
        return self.units <= INLINED_UNITS
