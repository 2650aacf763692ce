"""Was it right to stop? The rise of the validation loss since the best epoch, and its noise."""

from typing import NamedTuple

import numpy as np

RESAMPLES = 1_000
TINY = 1e-7  # keras clips probabilities there, keras/src/backend/common: epsilon


class Stopping(NamedTuple):
    """The rise of the validation loss from the best epoch to the last, and its standard error.

    `paired` says that the error is that of the rise itself, review by review. Without the last
    epoch's weights it is that of the loss, which is larger, since much of it cancels.
    """

    rise: float
    error: float
    paired: bool

    @property
    def errors(self) -> float:
        """The rise in standard errors."""
        return self.rise / self.error if self.error else float("inf")


def losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return each review's cross-entropy as keras computes it: float64 (reviews,)."""
    clipped = np.clip(probabilities.astype(np.float64), TINY, 1 - TINY)
    return -np.log(np.where(labels == 1, clipped, 1 - clipped))


def stopping(rise: float, best: np.ndarray, last: np.ndarray | None) -> Stopping:
    """Return a recorded rise with the noise of the reviews' losses at the best and last epochs."""
    values = best if last is None else last - best
    return Stopping(rise, bootstrap_error(values), last is not None)


def bootstrap_error(values: np.ndarray) -> float:
    """Return the standard error of the mean over reviews by the bootstrap (Efron 1979)."""
    rng = np.random.default_rng(0)
    count = len(values)
    means = [values[rng.integers(0, count, count)].mean() for _ in range(RESAMPLES)]
    return float(np.std(means))
