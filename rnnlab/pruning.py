"""When a run of a sweep has fallen so far behind that it is stopped: the median rule.

As Optuna's MedianPruner has it, which the tests compare with: after an epoch, a run is stopped if
its highest validation accuracy so far is below the median of what others had reached after the same
number of epochs. Here the others are the sweep's finished runs of the same candidate and seed.
Decided where an epoch is recorded, so that it depends on no process's timing. Reads and writes
nothing; see `rnnlab.store.pruning`.
"""

from collections.abc import Sequence
from statistics import median

WARM_UP = 0.1  # of the planned epochs, and at least one, in which no run is stopped
FEWEST = 5  # others that have come as far


def may_stop(epoch: int, planned: int) -> bool:
    """Return whether a run may be stopped after this epoch of so many."""
    return max(1, round(WARM_UP * planned)) <= epoch < planned


def is_behind(highest: float, others: Sequence[float]) -> bool:
    """Return whether a run is behind the others, all at their highest after the same epoch."""
    return len(others) >= FEWEST and highest < median(others)


def reason(sweep: str, epoch: int) -> str:
    """Return why a run was stopped, as it is said on the run."""
    return f"Stopped by sweep {sweep} after epoch {epoch}: below the median."
