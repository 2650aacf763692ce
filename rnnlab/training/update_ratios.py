"""How far an epoch has moved each layer's weights, in proportion to their size."""

import math
from collections.abc import Iterable, Mapping

import numpy as np


def update_ratios(
    before: Mapping[str, np.ndarray], after: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Return the update-to-weight ratio of an epoch for each layer, by the layer's name.

    |W after - W before| / |W before|, each the Euclidean norm over all weights of the layer. It is
    of the whole epoch, whose steps partly cancel out, and costs no step beside it.
    """
    layers: dict[str, list[str]] = {}
    for path in before:
        layers.setdefault(path.split("/")[0], []).append(path)
    return {
        layer: _norm(after[path] - before[path] for path in paths)
        / _norm(before[path] for path in paths)
        for layer, paths in layers.items()
    }


def _norm(arrays: Iterable[np.ndarray]) -> float:
    return math.sqrt(sum(float(np.vdot(array, array)) for array in arrays))
