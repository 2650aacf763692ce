"""Queue interrupted runs again: when a person asks for it, and once by themselves.

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
    for number, run_id in enumerate(connection.scalars(query).all()):
        connection.execute(
            sa.update(runs)
            .where(runs.c.id == run_id)
            .values(
                state=RunState.QUEUED,
                queued_at=now + 1e-6 * number,
                ended_at=None,
                error=None,
                stop_requested=False,
                progress_epoch=None,
            )
        )
