"""Which runs belong to one busy period: the time from idle to idle, as in queueing theory.

A run is active from when it is queued until it ends. Runs that were queued together, or while
others were active, share a busy period, and the dashboard shows them as one race. Reads and
writes nothing.
"""

import math
from collections.abc import Iterable

from rnnlab.runs import Run, RunState


def latest_busy_period(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs of the current busy period, or of the last one while nothing is active.

    Ordered as queued; all active runs are included. A resumed run counts from when it was resumed.
    A run that was stopped before its first epoch ended is left out: it has nothing to show.
    O(n log n).
    """
    period: list[Run] = []
    period_end = -math.inf
    for run in sorted(filter(_counts, runs), key=lambda run: (run.queued_at, run.id)):
        if run.queued_at > period_end:
            period = []
        period.append(run)
        period_end = max(period_end, math.inf if run.ended_at is None else run.ended_at)
    return tuple(period)


def _counts(run: Run) -> bool:
    return run.state is not RunState.STOPPED or run.epochs_done > 0
