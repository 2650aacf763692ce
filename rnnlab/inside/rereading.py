"""Reads many reviews that differ from one in a single word, each from where it differs on.

The states before a word that changes are those of the review itself: they are stored, and only what
follows is read again. What joins at a word is read together with all that joined before.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.inference.forward import STEPS, Cell
from rnnlab.inside.network import Network

# Of each layer: a step of the cell, whose fields hold (reviews, units).
States = list[Any]


class Chain(NamedTuple):
    """Cells on top of each other that read in one direction, and the words that the first reads.

    projections: (words, gates * units) in the order of the text.
    """

    name: str
    cells: tuple[Cell, ...]
    projections: np.ndarray
    backwards: bool

    @property
    def in_order(self) -> np.ndarray:
        """The projections in the order in which they are read."""
        return self.projections[::-1] if self.backwards else self.projections

    def step(self, x: np.ndarray, before: States) -> States:
        """Read one projected word, (reviews or 1, gates * units), after these states."""
        after: States = []
        for layer, (cell, state) in enumerate(zip(self.cells, before, strict=True)):
            inputs = x if layer == 0 else after[-1].h @ cell.kernel + cell.bias
            after.append(STEPS[self.name][1](inputs, state, cell))
        return after

    def start(self, reviews: int = 1) -> States:
        """Return the states before any word."""
        kind = STEPS[self.name][0]
        return [
            kind(*[np.zeros((reviews, len(cell.recurrent)))] * len(kind._fields))
            for cell in self.cells
        ]

    def states(self) -> States:
        """Return the states after each word, in the order in which they are read."""
        now, steps = self.start(), []
        for x in self.in_order:
            now = self.step(x[None], now)
            steps.append(now)
        return [
            type(layer[0])(*map(np.concatenate, zip(*layer, strict=True)))
            for layer in zip(*steps, strict=True)
        ]


def applies(network: Network) -> bool:
    """Return whether directions read apart: not in bidirectional layers on top of each other."""
    return len(network.layers) == 1 or len(network.layers[0]) == 1


def chains(network: Network, ids: np.ndarray) -> tuple[Chain, ...]:
    """Return a network's chains for a review, forwards and, if it is bidirectional, backwards.

    The network must be one to which this applies. ids: int (words,).
    """
    assert applies(network)
    projections = network.project(ids[None])
    return tuple(
        Chain(
            network.cell_name,
            tuple(layer[direction] for layer in network.layers),
            projections[direction][:, 0],
            bool(direction),
        )
        for direction in range(len(network.layers[0]))
    )


def replaced(network: Network, ids: np.ndarray, positions: np.ndarray, other: int) -> np.ndarray:
    """Return the logit of a review with another word at each of these positions: (positions,).

    ids: int (words,); positions: int, ascending.
    """
    ends = []
    for chain, unknown in _both(network, ids, np.array([other])):
        at = len(ids) - 1 - positions[::-1] if chain.backwards else positions
        joining = chain.step(unknown.projections, _before(chain.states(), at))
        end = _read_on(chain, chain.in_order, at, joining)
        ends.append(end[::-1] if chain.backwards else end)
    return _read_out(network, ends)


def without(
    network: Network,
    ids: np.ndarray,
    positions: np.ndarray,
    *,
    first: int | None = None,
    last: int | None = None,
) -> np.ndarray:
    """Return the logit of a review that lacks the word at each of these positions: (positions,).

    What closes the gap comes in before the others (`first`) or after them (`last`), so that the
    review keeps its length; give one of them. ids: int (words,); positions: int, ascending.
    """
    other = last if first is None else first
    assert other is not None
    ends = []
    for chain, new in _both(network, ids, np.array([other])):
        at = len(ids) - 1 - positions[::-1] if chain.backwards else positions
        comes_first = (first is None) == chain.backwards
        if comes_first:  # the words before are read one place later
            inputs = np.concatenate([new.projections, chain.in_order])
            shifted = chain._replace(projections=inputs, backwards=False)
            joining = _at(shifted.states(), at)
            end = _read_on(chain, chain.in_order, at, joining)
        else:
            inputs = np.concatenate([chain.in_order, new.projections])
            end = _read_on(chain, inputs, at, _before(chain.states(), at))
        ends.append(end[::-1] if chain.backwards else end)
    return _read_out(network, ends)


def with_subsets_replaced(
    network: Network, ids: np.ndarray, positions: np.ndarray, other: int
) -> np.ndarray:
    """Return the logit of a review with another word at each subset of these positions.

    (2 ** positions,): bit i of the index says that the ith position is replaced. ids: int (words,);
    positions: int, ascending.
    """
    count = len(positions)
    ends = []
    for chain, unknown in _both(network, ids, np.array([other])):
        at = set((len(ids) - 1 - positions if chain.backwards else positions).tolist())
        now = chain.start()
        for place, x in enumerate(chain.in_order):
            read = chain.step(x[None], now)
            if place in at:
                read = _joined(read, chain.step(unknown.projections, now))
            now = read
        end = now[-1].h
        if chain.backwards:  # its last position doubled the reviews first
            end = end.reshape(*[2] * count, -1)
            end = end.transpose(*range(count - 1, -1, -1), count).reshape(1 << count, -1)
        ends.append(end)
    return _read_out(network, ends)


def _both(network: Network, ids: np.ndarray, other: np.ndarray) -> Iterator[tuple[Chain, Chain]]:
    """Yield each direction's chain for the review, and for another word alone."""
    return zip(chains(network, ids), chains(network, other), strict=True)


def _at(states: States, places: np.ndarray) -> States:
    """Return the states at these places: of each layer (places, units)."""
    return [type(state)(*(part[places] for part in state)) for state in states]


def _before(states: States, places: np.ndarray) -> States:
    """Return the states before the words at these places; zeros before the first."""
    padded = [
        type(state)(*(np.concatenate([np.zeros_like(part[:1]), part]) for part in state))
        for state in states
    ]
    return _at(padded, places)


def _joined(first: States, second: States) -> States:
    return [
        type(a)(*map(np.concatenate, zip(a, b, strict=True)))
        for a, b in zip(first, second, strict=True)
    ]


def _read_on(chain: Chain, inputs: np.ndarray, at: np.ndarray, joining: States) -> np.ndarray:
    """Read to the end with reviews that join after the word at each place: (places, units).

    inputs: projected words in the order in which they are read; at: int (places,), ascending;
    joining: the states of each review after its place.
    """
    counts = np.searchsorted(at, np.arange(len(inputs)))  # how many joined before each word
    now = [type(state)(*(part.copy() for part in state)) for state in joining]
    for place in range(int(at[0]) + 1 if len(at) else len(inputs), len(inputs)):
        count = counts[place]
        before = [type(state)(*(part[:count] for part in state)) for state in now]
        after = chain.step(inputs[place][None], before)
        for layer, state in enumerate(after):
            for name in CARRIED[chain.name]:
                getattr(now[layer], name)[:count] = getattr(state, name)
    return now[-1].h


CARRIED = {"simple_rnn": ("h",), "lstm": ("c", "h"), "gru": ("h",)}


def _read_out(network: Network, ends: Sequence[np.ndarray]) -> np.ndarray:
    return (np.concatenate(ends, axis=1) @ network.kernel)[:, 0] + network.bias
