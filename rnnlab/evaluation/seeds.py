"""Means and standard deviations over the seeds of a group."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class MeanSd(NamedTuple):
    """A mean over seeds and the standard deviation (n − 1); None where undefined."""

    mean: float | None
    sd: float | None


def mean_and_sd(values: Sequence[float | None]) -> MeanSd:
    """Return the mean and the standard deviation of one value for each seed.

    Both are None if there is no value or one is None, since the mean of the others would describe
    fewer seeds; the deviation is None for a single seed.
    """
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return MeanSd(None, None)
    sd = float(np.std(known, ddof=1)) if len(known) > 1 else None
    return MeanSd(float(np.mean(known)), sd)
