"""The states of a network's cell on real reviews: their main directions and resting points.

An LSTM or GRU of a few units often moves along one line, like the hand of a dial (a line attractor:
Maheswaranathan et al. 2019, "Reverse engineering recurrent networks for sentiment classification
reveals line attractor dynamics", NeurIPS).
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from rnnlab import format
from rnnlab.inside import dynamics
from rnnlab.inside.dynamics import FixedPoint
from rnnlab.inside.network import Network
from rnnlab.text import START

STARTS = 64  # states that the search for fixed points begins at; of wide cells fewer:
START_VALUES = (
    4_096  # in all of them, since Newton's method takes the third power of a state's size
)
CHUNK_REVIEWS = 128  # read at once: 500 words of an LSTM with 64 units take 330 MB
SLOW = 10.0  # words; directions that fade faster hold nothing for long


class Dial(NamedTuple):
    """A cell's states once it has read each review, and where it comes to rest.

    mean (units,), directions (2, units): the two principal directions of the states h; `shares`
    of their variance. cloud: float64 (reviews, 2), the states in these directions. `cosine` is
    between the first and the cell's weights in the read-out, None below the last layer. `points`
    are sorted from the fastest to the slowest, `probabilities` what the network says there; None
    where the answer needs another layer or direction, too.
    """

    mean: np.ndarray
    directions: np.ndarray
    shares: tuple[float, float]
    cloud: np.ndarray
    cosine: float | None
    points: tuple[FixedPoint, ...]
    probabilities: tuple[float | None, ...]

    @property
    def stable(self) -> tuple[FixedPoint, ...]:
        """The stable fixed points."""
        return tuple(point for point in self.points if point.stable)

    @property
    def sentence(self) -> str:
        """What the time constants say, in a sentence."""
        if not self.stable:
            return "No stable resting point was found: on average words, the state never settles."
        words = max(self.stable, key=lambda point: point.words[0]).words
        fades = f"fades to about a third in {format.plural(max(round(words[0]), 1), 'word')}"
        slow = [size for size in words if size >= SLOW]
        if not slow:
            return f"No slow direction: what was read {fades}."
        fast = [size for size in words if size < SLOW]
        most = format.plural(max(math.ceil(max(fast, default=0.0)), 1), "word")
        rest = f" In all other directions, it takes {most} at most." if fast else ""
        if len(slow) == 1:
            return f"One slow direction: what was read {fades}.{rest}"
        return f"{len(slow)} slow directions: along the slowest, what was read {fades}.{rest}"


def read_out(network: Network, layer: int, *, backwards: bool = False) -> np.ndarray | None:
    """Return a cell's weights in the read-out: (units,); None below the last layer."""
    if layer != len(network.layers) - 1:
        return None
    return np.split(network.kernel[:, 0], len(network.layers[-1]))[backwards]


def answers_alone(network: Network, layer: int) -> bool:
    """Whether the answer follows from the state of this layer's one cell."""
    return layer == len(network.layers) - 1 and len(network.layers[-1]) == 1


def dial(
    network: Network,
    ids: np.ndarray,
    *,
    layer: int | None = None,
    backwards: bool = False,
    basis: Dial | None = None,
) -> Dial:
    """Return the dial of a layer's cell, of the last layer unless another is named.

    ids: int (reviews, maxlen). With `basis`, the same network's dial at another time of its
    training, states are shown on that one's mean and directions. The average word is the mean, over
    these reviews, of what the cell makes of each word; padding does not count.
    """
    layer = len(network.layers) - 1 if layer is None else layer
    cell = network.layers[layer][backwards]
    full, average = _last_states(network, ids, layer, backwards)
    count = min(STARTS, len(full), max(START_VALUES // full.shape[1], 1))
    chosen = np.linspace(0, len(full) - 1, count).astype(int)
    starts = np.concatenate([full[chosen], np.zeros((1, full.shape[1]))])
    points = dynamics.fixed_points(network.cell_name, cell, average, starts)
    units = len(cell.recurrent)
    h = full[:, :units]
    mean = h.mean(axis=0)
    _, sizes, directions = np.linalg.svd(h - mean, full_matrices=False)
    variances = sizes**2 / max(float((sizes**2).sum()), 1e-300)
    directions = _two(directions, units)
    if basis is not None:
        mean, directions = basis.mean, basis.directions
        along = (h - h.mean(axis=0)) @ directions.T
        variances = (along**2).sum(axis=0) / max(float((sizes**2).sum()), 1e-300)
    weights, cosine = read_out(network, layer, backwards=backwards), None
    resting: list[float | None] = [None] * len(points)
    if weights is not None:
        if basis is None and directions[0] @ weights < 0:
            directions[0] *= -1  # to the right is positive
        cosine = float(directions[0] @ weights) / (float(np.linalg.norm(weights)) or 1.0)
        if answers_alone(network, layer):
            resting = [
                float(expit(point.state[:units] @ weights + network.bias)) for point in points
            ]
    return Dial(
        mean,
        directions,
        (float(variances[0]), float(variances[1]) if len(variances) > 1 else 0.0),
        (h - mean) @ directions.T,
        cosine,
        tuple(points),
        tuple(resting),
    )


def _last_states(
    network: Network, ids: np.ndarray, layer: int, backwards: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return a cell's states once it has read each review, and what it makes of an average word.

    float64 (reviews, n), an LSTM's h and then c, and (gates * units,).
    """
    states, total, words = [], np.zeros(network.layers[layer][backwards].kernel.shape[1]), 0
    for start in range(0, len(ids), CHUNK_REVIEWS):
        part = ids[start : start + CHUNK_REVIEWS]
        trace = network.run(network.project(part)).layers[layer].cells[backwards]
        last = [trace.steps["h"][-1]]
        if network.cell_name == "lstm":
            last.append(trace.steps["c"][-1])
        states.append(np.concatenate(last, axis=1))
        read = part.T >= START
        inside = trace.inputs[read[::-1] if backwards else read]
        total, words = total + inside.sum(axis=0), words + len(inside)
    return np.concatenate(states), total / max(words, 1)


def _two(directions: np.ndarray, units: int) -> np.ndarray:
    """Return the first two directions; a network of one unit has no second, so zeros."""
    padded = np.zeros((2, units))
    padded[: min(2, len(directions))] = directions[:2]
    return padded
