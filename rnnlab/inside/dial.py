"""The states of a network's last layer on real reviews: their main directions and resting points.

An LSTM or GRU of a few units often moves along one line, like the hand of a dial (a line attractor:
Maheswaranathan et al. 2019, "Reverse engineering recurrent networks for sentiment classification
reveals line attractor dynamics", NeurIPS).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from rnnlab.inside import dynamics
from rnnlab.inside.dynamics import FixedPoint
from rnnlab.inside.network import Network
from rnnlab.text import START

STARTS = 64  # states that the search for fixed points begins at
SLOW = 10.0  # words; directions that fade faster hold nothing for long


class Dial(NamedTuple):
    """The states after the last word, and where the cell comes to rest.

    mean (units,), directions (2, units): the two principal directions of the states h; `shares`
    of their variance. cloud: float64 (reviews, 2), the states in these directions. `cosine` is
    between the first and the read-out, `read_out` the latter's weights and bias. `points` are
    sorted from the fastest to the slowest, `probabilities` what the network says there.
    """

    mean: np.ndarray
    directions: np.ndarray
    shares: tuple[float, float]
    cloud: np.ndarray
    cosine: float
    points: tuple[FixedPoint, ...]
    probabilities: tuple[float, ...]

    @property
    def stable(self) -> tuple[FixedPoint, ...]:
        """The stable fixed points."""
        return tuple(point for point in self.points if point.stable)

    @property
    def sentence(self) -> str:
        """What the time constants say, in a sentence."""
        if not self.stable:
            return "No stable resting point was found, so nothing keeps what this network has read."
        words = max(self.stable, key=lambda point: point.words[0]).words
        slow = [size for size in words if size >= SLOW]
        if not slow:
            return f"Everything that this network has read fades within {words[0]:.0f} words."
        fast = [size for size in words if size < SLOW]
        rest = f" All other directions fade within {max(fast):.0f} words." if fast else ""
        fades = f"what was read fades to about a third in {round(words[0])} words."
        if len(slow) == 1:
            return f"One slow direction: {fades}{rest}"
        return f"{len(slow)} slow directions: along the slowest, {fades}{rest}"


def dial(network: Network, ids: np.ndarray) -> Dial:
    """Return the dial of a network's last layer, read forwards; ids: int (reviews, maxlen).

    The average word is the mean, over these reviews, of what the last layer's cell makes of each
    word; padding does not count.
    """
    trace = network.run(network.project(ids))
    cell_trace = trace.layers[-1].cells[0]
    states, cell = cell_trace.steps, cell_trace.cell
    average = cell_trace.inputs[(ids >= START).T].mean(axis=0)
    units = len(cell.recurrent)
    full = states["h"][-1]
    if network.cell_name == "lstm":
        full = np.concatenate([full, states["c"][-1]], axis=1)
    chosen = np.linspace(0, len(full) - 1, min(STARTS, len(full))).astype(int)
    starts = np.concatenate([full[chosen], np.zeros((1, full.shape[1]))])
    points = dynamics.fixed_points(network.cell_name, cell, average, starts)
    h = states["h"][-1]
    mean = h.mean(axis=0)
    _, sizes, directions = np.linalg.svd(h - mean, full_matrices=False)
    variances = sizes**2 / max(float((sizes**2).sum()), 1e-300)
    directions = _two(directions, units)
    read_out = network.kernel[:units, 0]
    length = float(np.linalg.norm(read_out)) or 1.0
    if directions[0] @ read_out < 0:
        directions[0] *= -1  # to the right is positive
    resting = [float(expit(point.state[:units] @ read_out + network.bias)) for point in points]
    return Dial(
        mean,
        directions,
        (float(variances[0]), float(variances[1]) if len(variances) > 1 else 0.0),
        (h - mean) @ directions.T,
        float(directions[0] @ read_out) / length,
        tuple(points),
        tuple(resting),
    )


def _two(directions: np.ndarray, units: int) -> np.ndarray:
    """Return the first two directions; a network of one unit has no second, so zeros."""
    padded = np.zeros((2, units))
    padded[: min(2, len(directions))] = directions[:2]
    return padded
