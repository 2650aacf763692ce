"""A recurrent network in float64, forwards with everything kept, and backwards.

Owns the equations of the cells' gradients. Works on *projections*: what the first layer's cells
make of each word before the state comes in. A word's vector enters the network there alone, and
linearly, so gradients and paths between words can be taken there, however many words there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from rnnlab.config import RunConfig, required
from rnnlab.inference import forward
from rnnlab.inference.forward import STEPS, Cell, Weights

Projections = Sequence[np.ndarray]  # of each direction: (words, reviews, gates * units)


class CellTrace(NamedTuple):
    """What one cell computed, the words in the order in which it read them.

    inputs: (words, reviews, gates * units), the projected words. steps: by the names of the cell's
    step ("i", "f", "candidate", "o", "c", "h" of an LSTM), (words, reviews, units) each.
    """

    cell: Cell
    inputs: np.ndarray
    steps: dict[str, np.ndarray]

    @property
    def before(self) -> np.ndarray:
        """The state before each word: (words, reviews, units)."""
        return _shifted(self.steps["h"])


class LayerTrace(NamedTuple):
    """What a layer's cells computed: forwards, then backwards if it is bidirectional."""

    cells: tuple[CellTrace, ...]

    @property
    def outputs(self) -> np.ndarray:
        """The layer's outputs in the order of the words: (words, reviews, directions * units)."""
        forwards, *backwards = (trace.steps["h"] for trace in self.cells)
        return np.concatenate([forwards, *(h[::-1] for h in backwards)], axis=2)


class Trace(NamedTuple):
    """What a network computed: its layers from the first on, and the logit (reviews,)."""

    layers: tuple[LayerTrace, ...]
    logit: np.ndarray


@dataclass(frozen=True, eq=False)
class Network:
    """A recurrent network's weights in float64.

    `layers` holds the cells of each layer, forwards and, if it is bidirectional, backwards;
    kernel (outputs, 1) and bias are the read-out's. `vectors` is the Embedding (vocab_size,
    embedding_dim), None where the first layer looks up word ids itself.
    """

    cell_name: str
    layers: tuple[tuple[Cell, ...], ...]
    vectors: np.ndarray | None
    kernel: np.ndarray
    bias: float

    @classmethod
    def load(cls, config: RunConfig, weights: Weights) -> "Network":
        """Return the network of a recurrent config; weights as `forward.predict` reads them."""
        double = {name: np.asarray(array, np.float64) for name, array in weights.items()}
        layers = tuple(
            tuple(forward.directions(config, double, index))
            for index in range(required(config.layers))
        )
        return cls(
            required(config.architecture.cell),
            layers,
            double.get("embedding/embeddings"),
            double["dense/kernel"],
            float(double["dense/bias"][0]),
        )

    def project(self, ids: np.ndarray) -> list[np.ndarray]:
        """Return what each direction's first cell makes of the words: (words, reviews, width).

        ids: int (reviews, words).
        """
        words = ids.T
        if self.vectors is None:
            return [cell.kernel[words] + cell.bias for cell in self.layers[0]]
        return [self.vectors[words] @ cell.kernel + cell.bias for cell in self.layers[0]]

    def run(self, projections: Projections) -> Trace:
        """Read projected reviews; keep everything that is computed."""
        traces: list[LayerTrace] = []
        inputs = list(projections)
        for index, cells in enumerate(self.layers):
            if index:
                below = traces[-1].outputs
                inputs = [below @ cell.kernel + cell.bias for cell in cells]
            ordered = [x[::-1] if backwards else x for backwards, x in enumerate(inputs)]
            traces.append(
                LayerTrace(
                    tuple(
                        _trace(self.cell_name, cell, x)
                        for cell, x in zip(cells, ordered, strict=True)
                    )
                )
            )
        # Each direction is read at its own end of the review.
        last = np.concatenate([trace.steps["h"][-1] for trace in traces[-1].cells], axis=1)
        return Trace(tuple(traces), (last @ self.kernel)[:, 0] + self.bias)

    def backward(self, trace: Trace) -> list[np.ndarray]:
        """Return the logit's gradient to each projection of the words, shaped like it."""
        units = len(self.layers[-1][0].recurrent)
        read_out = np.split(self.kernel[:, 0], len(self.layers[-1]))
        of_outputs = []
        for cell_trace, weights in zip(trace.layers[-1].cells, read_out, strict=True):
            gradient = np.zeros_like(cell_trace.steps["h"])
            gradient[-1] = weights
            of_outputs.append(gradient)
        for index in range(len(self.layers) - 1, -1, -1):
            of_inputs = [
                _BACKWARD[self.cell_name](cell_trace, gradient)
                for cell_trace, gradient in zip(trace.layers[index].cells, of_outputs, strict=True)
            ]
            in_order = [g[::-1] if backwards else g for backwards, g in enumerate(of_inputs)]
            if index == 0:
                return in_order
            cells = self.layers[index]
            below = sum(g @ cell.kernel.T for g, cell in zip(in_order, cells, strict=True))
            forwards, *backwards = np.split(below, below.shape[2] // units, axis=2)
            of_outputs = [forwards, *(part[::-1] for part in backwards)]
        raise AssertionError("a network has a layer")

    def of_words(self, of_projections: Projections) -> np.ndarray:
        """Return gradients to the words' vectors, from those to their projections.

        (words, reviews, embedding_dim); for a network without an Embedding (words, reviews,
        vocab_size), the words being one-hot.
        """
        gradients = (
            gradient @ cell.kernel.T
            for gradient, cell in zip(of_projections, self.layers[0], strict=True)
        )
        return np.asarray(sum(gradients))


def _trace(name: str, cell: Cell, inputs: np.ndarray) -> CellTrace:
    shape = (*inputs.shape[:2], len(cell.recurrent))
    parts = {part: np.empty(shape) for part in STEPS[name][0]._fields}
    for place, step in enumerate(forward.steps(name, cell, inputs)):
        for array, values in zip(parts.values(), step, strict=True):
            array[place] = values
    return CellTrace(cell, inputs, parts)


def _shifted(values: np.ndarray) -> np.ndarray:
    """Return what each step found: the values of the step before, zeros at the first."""
    return np.concatenate([np.zeros_like(values[:1]), values[:-1]])


def _simple_rnn_backward(trace: CellTrace, of_outputs: np.ndarray) -> np.ndarray:
    """Return the gradient to the inputs from that to the outputs: h = tanh(x + h' R)."""
    h = trace.steps["h"]
    slope = 1 - h**2
    of_inputs = np.empty_like(h)
    carried = np.zeros_like(h[0])
    for t in range(len(h) - 1, -1, -1):
        of_inputs[t] = (of_outputs[t] + carried) * slope[t]
        carried = of_inputs[t] @ trace.cell.recurrent.T
    return of_inputs


def _lstm_backward(trace: CellTrace, of_outputs: np.ndarray) -> np.ndarray:
    """Return the gradient to the inputs from that to the outputs; gates as i, f, c, o.

    c = f c' + i g and h = o tanh(c), as in keras/src/layers/rnn/lstm.py.
    """
    i, f, g, o, c = (trace.steps[part] for part in ("i", "f", "candidate", "o", "c"))
    squashed = np.tanh(c)
    # What each gate's own input moves, once the gradients of c and h are known.
    of_i, of_f = g * i * (1 - i), _shifted(c) * f * (1 - f)
    of_g, of_o = i * (1 - g**2), squashed * o * (1 - o)
    h_to_c = o * (1 - squashed**2)
    of_inputs = np.empty_like(trace.inputs)
    to_i, to_f, to_g, to_o = np.split(of_inputs, 4, axis=2)  # views
    carried_h = np.zeros_like(c[0])
    carried_c = np.zeros_like(c[0])
    for t in range(len(c) - 1, -1, -1):
        of_h = of_outputs[t] + carried_h
        of_c = carried_c + of_h * h_to_c[t]
        np.multiply(of_c, of_i[t], out=to_i[t])
        np.multiply(of_c, of_f[t], out=to_f[t])
        np.multiply(of_c, of_g[t], out=to_g[t])
        np.multiply(of_h, of_o[t], out=to_o[t])
        carried_h = of_inputs[t] @ trace.cell.recurrent.T
        carried_c = of_c * f[t]
    return of_inputs


def _gru_backward(trace: CellTrace, of_outputs: np.ndarray) -> np.ndarray:
    """Return the gradient to the inputs from that to the outputs; gates as z, r, h.

    h = z h' + (1 - z) g and g = tanh(x + r s), s the state's product with its own bias, as in
    keras/src/layers/rnn/gru.py with reset_after=True.
    """
    z, r, g = (trace.steps[part] for part in ("z", "r", "candidate"))
    cell, before = trace.cell, trace.before
    units = z.shape[2]
    state_bias = np.broadcast_to(cell.state_bias, (3 * units,))
    state = before @ cell.recurrent[:, 2 * units :] + state_bias[2 * units :]
    of_z, of_g = (before - g) * z * (1 - z), (1 - z) * (1 - g**2)
    of_r = state * r * (1 - r)
    of_inputs = np.empty_like(trace.inputs)
    to_z, to_r, to_g = np.split(of_inputs, 3, axis=2)  # views
    of_state = np.empty_like(of_inputs[0])
    carried = np.zeros_like(z[0])
    for t in range(len(z) - 1, -1, -1):
        of_h = of_outputs[t] + carried
        np.multiply(of_h, of_z[t], out=to_z[t])
        np.multiply(of_h, of_g[t], out=to_g[t])
        np.multiply(to_g[t], of_r[t], out=to_r[t])
        of_state[:, : 2 * units] = of_inputs[t, :, : 2 * units]
        np.multiply(to_g[t], r[t], out=of_state[:, 2 * units :])
        carried = of_h * z[t] + of_state @ cell.recurrent.T
    return of_inputs


_BACKWARD: dict[str, Callable[[CellTrace, np.ndarray], Any]] = {
    "simple_rnn": _simple_rnn_backward,
    "lstm": _lstm_backward,
    "gru": _gru_backward,
}
