"""Where a cell's state comes to rest, and how fast it gets there: fixed points and time constants.

A fixed point is a state that a word of average input leaves as it is. Owns the cells' Jacobians
and Newton's method. Reads no reviews: states and inputs are given.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnlab.inference.forward import STEPS, Cell

RESIDUAL = 1e-9  # the largest difference of a state and the state after it
STEPS_OF_NEWTON = 50
SAME = 1e-5  # fixed points that are closer are one


class FixedPoint(NamedTuple):
    """A state that stays, and the eigenvalues of its Jacobian, the largest modulus first.

    state: (units,), an LSTM's h and then c. It is stable if a small push dies away; `words` is the
    time constant of the slowest direction, the number of words in which a push falls to 1/e of it.
    """

    state: np.ndarray
    eigenvalues: np.ndarray
    residual: float

    @property
    def stable(self) -> bool:
        """Whether every small push dies away."""
        return bool(abs(self.eigenvalues[0]) < 1)

    @property
    def words(self) -> tuple[float, ...]:
        """The time constant of each direction in words, slowest first; infinite if it grows."""
        return tuple(map(time_constant, self.eigenvalues.tolist()))


def time_constant(eigenvalue: complex) -> float:
    """Return in how many words a push along an eigenvector falls to 1/e: −1 / ln |eigenvalue|."""
    size = abs(eigenvalue)
    if size >= 1:
        return float("inf")
    return -1 / float(np.log(size)) if size else 0.0


def fixed_points(name: str, cell: Cell, inputs: np.ndarray, starts: np.ndarray) -> list[FixedPoint]:
    """Return the fixed points that Newton's method finds from some states, the slowest last.

    name: of the cell; inputs: (gates * units,), the average projected word; starts: (states, n),
    where it begins, n being the size of a state (`state_size`). Solves h* = F(h*), after Sussillo
    and Barak (2013, "Opening the black box", Neural Computation 25).
    """
    states = np.array(starts, np.float64)
    identity = np.eye(states.shape[1])
    for _ in range(STEPS_OF_NEWTON):
        after = advance(name, cell, inputs, states)
        gaps = after - states
        if np.abs(gaps).max(initial=0.0) <= RESIDUAL / 10:
            break
        slopes = jacobians(name, cell, inputs, states) - identity
        try:
            moves = np.linalg.solve(slopes, -gaps[..., None])[..., 0]
        except np.linalg.LinAlgError:
            moves = np.stack(
                [
                    np.linalg.lstsq(a, -gap, rcond=None)[0]
                    for a, gap in zip(slopes, gaps, strict=True)
                ]
            )
        # A full step can leave the region of the states; hidden states lie between -1 and 1.
        longest = np.abs(moves).max(axis=1, keepdims=True)
        states = states + moves / np.maximum(longest, 1.0)
    gaps = np.abs(advance(name, cell, inputs, states) - states).max(axis=1)
    return _distinct(name, cell, inputs, states, gaps)


def state_size(name: str, units: int) -> int:
    """Return the number of values in a state: an LSTM has two for each unit."""
    return 2 * units if name == "lstm" else units


def advance(name: str, cell: Cell, inputs: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return the states after one word: (states, n)."""
    kind, step = STEPS[name]
    units = len(cell.recurrent)
    parts = dict.fromkeys(kind._fields, np.zeros((len(states), units)))
    parts["h"] = states[:, :units]
    if name == "lstm":
        parts["c"] = states[:, units:]
    after = step(inputs[None], kind(**parts), cell)
    return np.concatenate([after.h, after.c], axis=1) if name == "lstm" else after.h


def jacobians(name: str, cell: Cell, inputs: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return what moves the next state: (states, n, n), [s, j, i] = ∂ next j / ∂ now i."""
    return _JACOBIANS[name](cell, inputs, states)


def _simple_rnn_jacobians(cell: Cell, inputs: np.ndarray, states: np.ndarray) -> np.ndarray:
    after = advance("simple_rnn", cell, inputs, states)
    return (1 - after**2)[:, :, None] * cell.recurrent.T


def _lstm_jacobians(cell: Cell, inputs: np.ndarray, states: np.ndarray) -> np.ndarray:
    kind, step = STEPS["lstm"]
    units = len(cell.recurrent)
    h, c = states[:, :units], states[:, units:]
    empty = np.zeros_like(h)
    now = step(inputs[None], kind(empty, empty, empty, empty, c, h), cell)
    to_i, to_f, to_g, to_o = (block.T for block in np.split(cell.recurrent, 4, axis=1))

    def column(values: np.ndarray) -> np.ndarray:
        return values[:, :, None]

    c_by_h = (
        column(c * now.f * (1 - now.f)) * to_f
        + column(now.candidate * now.i * (1 - now.i)) * to_i
        + column(now.i * (1 - now.candidate**2)) * to_g
    )
    c_by_c = column(now.f) * np.eye(units)
    squashed = np.tanh(now.c)
    h_by_next_c = column(now.o * (1 - squashed**2))
    h_by_h = column(squashed * now.o * (1 - now.o)) * to_o + h_by_next_c * c_by_h
    return np.block([[h_by_h, h_by_next_c * c_by_c], [c_by_h, c_by_c]])


def _gru_jacobians(cell: Cell, inputs: np.ndarray, states: np.ndarray) -> np.ndarray:
    kind, step = STEPS["gru"]
    units = len(cell.recurrent)
    empty = np.zeros_like(states)
    now = step(inputs[None], kind(empty, empty, empty, states), cell)
    to_z, to_r, to_g = (block.T for block in np.split(cell.recurrent, 3, axis=1))
    bias = np.broadcast_to(cell.state_bias, (3 * units,))[2 * units :]
    product = states @ cell.recurrent[:, 2 * units :] + bias

    def column(values: np.ndarray) -> np.ndarray:
        return values[:, :, None]

    candidate_by_h = column(1 - now.candidate**2) * (
        column(product * now.r * (1 - now.r)) * to_r + column(now.r) * to_g
    )
    return (
        column(now.z) * np.eye(units)
        + column((states - now.candidate) * now.z * (1 - now.z)) * to_z
        + column(1 - now.z) * candidate_by_h
    )


_JACOBIANS: dict[str, Callable[[Cell, np.ndarray, np.ndarray], np.ndarray]] = {
    "simple_rnn": _simple_rnn_jacobians,
    "lstm": _lstm_jacobians,
    "gru": _gru_jacobians,
}


def _distinct(
    name: str, cell: Cell, inputs: np.ndarray, states: np.ndarray, gaps: np.ndarray
) -> list[FixedPoint]:
    """Return the states that stay, each once."""
    found: list[FixedPoint] = []
    for state, gap in zip(states, gaps, strict=True):
        if not gap <= RESIDUAL or any(np.abs(point.state - state).max() < SAME for point in found):
            continue
        values = np.linalg.eigvals(jacobians(name, cell, inputs, state[None])[0])
        order = np.argsort(-np.abs(values), kind="stable")
        found.append(FixedPoint(state, values[order], float(gap)))
    return sorted(found, key=lambda point: abs(point.eigenvalues[0]))
