"""Where the parameters of a recurrent cell come from, term by term."""

from typing import NamedTuple

from rnnlab.cells import CELLS, Cell

BLOCKS = {  # what each block of columns of a cell's weights computes, in Keras's order
    "simple_rnn": ("new state",),
    "lstm": ("input gate", "forget gate", "candidate", "output gate"),
    "gru": ("update gate", "reset gate", "candidate"),
}


class Terms(NamedTuple):
    """The parameters of one cell: `blocks` times the same three terms."""

    cell: Cell
    blocks: tuple[str, ...]
    inputs: int
    units: int

    @property
    def of_inputs(self) -> int:
        """A weight for each number of the word vector and each unit."""
        return self.inputs * self.units

    @property
    def of_state(self) -> int:
        """A weight for each number of the state before and each unit."""
        return self.units * self.units

    @property
    def of_biases(self) -> int:
        """A bias for each unit, or two."""
        return self.cell.biases * self.units

    @property
    def block(self) -> int:
        """The parameters of one block."""
        return self.of_inputs + self.of_state + self.of_biases

    @property
    def total(self) -> int:
        """The parameters of the cell."""
        return len(self.blocks) * self.block

    @property
    def sum(self) -> str:
        """The sum as people write it: "3 · (16·8 + 8·8 + 2·8)"."""
        bias = f"{self.cell.biases}·{self.units}" if self.cell.biases > 1 else str(self.units)
        terms = f"{self.inputs}·{self.units} + {self.units}·{self.units} + {bias}"
        return f"{len(self.blocks)} · ({terms})" if len(self.blocks) > 1 else terms


def terms(cell: str, *, inputs: int, units: int) -> Terms:
    """Return the terms of a cell ("simple_rnn", "lstm", "gru") that reads `inputs` numbers."""
    return Terms(CELLS[cell], BLOCKS[cell], inputs, units)
