"""What one unit adds up at one word, term by term, and which unit makes which share of the answer.

Takes a cell's numbers apart; computes no states of its own (see `rnnlab.inside.network`).
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from rnnlab.inside.network import CellTrace, Network, Trace

Activation = Literal["sigmoid", "tanh"]


class Term(NamedTuple):
    """A part of a sum, and what it is."""

    name: str
    value: float


class Sum(NamedTuple):
    """A quantity of one unit at one word: the activation of the sum of its terms.

    `name` is the field of the cell's step ("i", "c", "h", ...). Without an activation the value is
    the sum itself.
    """

    name: str
    terms: tuple[Term, ...]
    activation: Activation | None
    value: float

    @property
    def total(self) -> float:
        """The sum of the terms."""
        return sum(term.value for term in self.terms)


class LogitShares(NamedTuple):
    """The logit as a sum: what each unit of the last layer adds, and the bias.

    units: float64 (directions * units,), forwards first; each is the unit's state times its weight
    in the read-out.
    """

    units: np.ndarray
    bias: float

    @property
    def logit(self) -> float:
        """The sum."""
        return float(self.units.sum()) + self.bias


def quantities(name: str, trace: CellTrace) -> dict[str, np.ndarray]:
    """Return what a cell ("simple_rnn", "lstm", "gru") computed: (words, reviews, units) by name.

    The fields of its step; of a SimpleRNN, which has no gates, also "sum", what goes into the tanh,
    and "saturation", 0 where the tanh is steepest and 1 where it is flat: 1 − its slope = h².
    """
    if name != "simple_rnn":
        return trace.steps
    h = trace.steps["h"]
    total = trace.inputs + trace.before @ trace.cell.recurrent
    return {"saturation": h**2, "sum": total, "h": h}


def unit_sums(name: str, trace: CellTrace, place: int, unit: int) -> tuple[Sum, ...]:
    """Take a unit's step at the word at `place` apart, its new state last.

    For the first review of the trace; places count in the order in which the cell reads. Equations
    and the order of the gates as in `rnnlab.inference.forward`.
    """
    return _SUMS[name](_Step(trace, place, unit))


def logit_shares(network: Network, trace: Trace, place: int = -1) -> LogitShares:
    """Split the logit of the first review, as if it ended at `place`, by units of the last layer.

    A bidirectional network reads each review from both ends, so there only the whole review, -1,
    has a logit.
    """
    cells = trace.layers[-1].cells
    assert place == -1 or len(cells) == 1, "only a whole review is read from both ends"
    states = np.concatenate([cell.steps["h"][place, 0] for cell in cells])
    return LogitShares(states * network.kernel[:, 0], network.bias)


class _Step:
    """One unit at one word: its inputs, and what the step made of them."""

    def __init__(self, trace: CellTrace, place: int, unit: int) -> None:
        self._trace, self._place, self._unit = trace, place, unit
        self._units = len(trace.cell.recurrent)

    def value(self, name: str) -> float:
        """Return a field of the step."""
        return float(self._trace.steps[name][self._place, 0, self._unit])

    def before(self, name: str) -> float:
        """Return a field of the step before; 0 at the start."""
        if self._place == 0:
            return 0.0
        return float(self._trace.steps[name][self._place - 1, 0, self._unit])

    def parts(self, gate: int) -> tuple[float, float, float, float]:
        """Return what goes into a gate: from the input, from the state, and the two biases."""
        cell, column = self._trace.cell, gate * self._units + self._unit
        bias = float(cell.bias[column])
        state_bias = float(np.broadcast_to(cell.state_bias, cell.bias.shape)[column])
        state = float(self._trace.before[self._place, 0] @ cell.recurrent[:, column])
        return float(self._trace.inputs[self._place, 0, column]) - bias, state, bias, state_bias


def _simple_rnn_sums(step: _Step) -> tuple[Sum, ...]:
    return (_one_bias("h", step, 0, "tanh"),)


def _lstm_sums(step: _Step) -> tuple[Sum, ...]:
    i, f, g, o, c = (step.value(name) for name in ("i", "f", "candidate", "o", "c"))
    kept, added = f * step.before("c"), i * g
    return (
        _one_bias("i", step, 0, "sigmoid"),
        _one_bias("f", step, 1, "sigmoid"),
        _one_bias("candidate", step, 2, "tanh"),
        _one_bias("o", step, 3, "sigmoid"),
        Sum(
            "c",
            (Term("forget gate × cell state before", kept), Term("input gate × candidate", added)),
            None,
            c,
        ),
        Sum(
            "h",
            (Term("output gate × tanh of the cell state", o * float(np.tanh(c))),),
            None,
            step.value("h"),
        ),
    )


def _gru_sums(step: _Step) -> tuple[Sum, ...]:
    z, r, g = (step.value(name) for name in ("z", "r", "candidate"))
    gates = []
    for gate, name in enumerate(("z", "r")):
        word, state, bias, state_bias = step.parts(gate)
        terms = (
            Term("input", word),
            Term("recurrent", state),
            Term("input bias", bias),
            Term("recurrent bias", state_bias),
        )
        gates.append(Sum(name, terms, "sigmoid", step.value(name)))
    word, state, bias, state_bias = step.parts(2)
    terms = (
        Term("input", word),
        Term("reset gate × recurrent", r * state),
        Term("input bias", bias),
        Term("reset gate × recurrent bias", r * state_bias),
    )
    return (
        *gates,
        Sum("candidate", terms, "tanh", g),
        Sum(
            "h",
            (
                Term("update gate × state before", z * step.before("h")),
                Term("(1 − update gate) × candidate", (1 - z) * g),
            ),
            None,
            step.value("h"),
        ),
    )


def _one_bias(name: str, step: _Step, gate: int, activation: Activation) -> Sum:
    word, state, bias, _ = step.parts(gate)
    terms = (Term("input", word), Term("recurrent", state), Term("bias", bias))
    return Sum(name, terms, activation, step.value(name))


_SUMS: dict[str, Callable[[_Step], tuple[Sum, ...]]] = {
    "simple_rnn": _simple_rnn_sums,
    "lstm": _lstm_sums,
    "gru": _gru_sums,
}
