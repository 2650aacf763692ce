"""The end of the queue, and how interrupted runs get there again: by a person, once by themselves.

Part of a store's transaction: every function is given its connection.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from rnnlab.runs import RunState
from rnnlab.store.schema import runs

# Resumed by itself only if it has come further since the last time, or it would never end.
RESUMABLE = (runs.c.state == RunState.INTERRUPTED) & (
    runs.c.resumed_after.is_(None) | (runs.c.epochs_done > runs.c.resumed_after)
)


def end_of_queue(connection: sa.Connection, *, now: float) -> float:
    """Return the time at which a run is queued: now, but after those that are queued already.

    The clock may have been set back since, and of runs that are queued at once each has its place.
    """
    last = connection.scalar(
        sa.select(sa.func.max(runs.c.queued_at)).where(runs.c.state == RunState.QUEUED)
    )
    # Today's floats are 2e-7 s apart.
    return now if last is None else max(now, last + 1e-6)


def resume_interrupted(connection: sa.Connection, *, now: float) -> tuple[str, ...]:
    """Queue those interrupted runs again that may be resumed by themselves; return their ids."""
    run_ids = connection.scalars(
        sa.update(runs)
        .where(RESUMABLE)
        .values(resumed_after=runs.c.epochs_done, resumed_because=runs.c.error)
        .returning(runs.c.id)
    ).all()
    queue_again(connection, run_ids, now=now)
    return tuple(run_ids)


def queue_again(connection: sa.Connection, run_ids: Sequence[str], *, now: float) -> None:
    """Queue interrupted runs, and stopped ones that never started, in their former order."""
    query = sa.select(runs.c.id).where(runs.c.id.in_(run_ids)).order_by(runs.c.queued_at, runs.c.id)
    for run_id in connection.scalars(query).all():
        connection.execute(
            sa.update(runs)
            .where(runs.c.id == run_id)
            .values(
                state=RunState.QUEUED,
                queued_at=end_of_queue(connection, now=now),
                ended_at=None,
                error=None,
                stop_requested=False,
                stop_reason=None,
                progress_epoch=None,
            )
        )
