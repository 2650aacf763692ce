"""The queue of runs: which wait, in which order, and how a worker claims the longest-waiting.

Each function works inside a transaction that the caller has begun.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from rnnlab.errors import WrongState
from rnnlab.runs import Run, RunState
from rnnlab.store.schema import runs


def queued_ids(connection: sa.Connection) -> tuple[str, ...]:
    """Return the ids of the queued runs, the next to be claimed first."""
    query = (
        sa.select(runs.c.id)
        .where(runs.c.state == RunState.QUEUED)
        .order_by(runs.c.queued_at, runs.c.id)
    )
    return tuple(connection.scalars(query))


def count(connection: sa.Connection, states: Iterable[RunState]) -> int:
    """Return how many runs are in these states."""
    query = sa.select(sa.func.count()).where(runs.c.state.in_(list(states)))
    return connection.execute(query).scalar_one()


def claim(
    connection: sa.Connection, token: str, *, worker_id: str, machine: str, now: float
) -> str | None:
    """Give the worker the longest-waiting queued run; return its id, or None if none waits."""
    waiting = (
        sa.select(runs.c.id)
        .where(runs.c.state == RunState.QUEUED)
        .order_by(runs.c.queued_at, runs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # on PostgreSQL; SQLite has one writer at a time
        .scalar_subquery()
    )
    return connection.scalar(
        sa.update(runs)
        .where(runs.c.id == waiting, runs.c.state == RunState.QUEUED)
        .values(
            state=RunState.RUNNING,
            attempt=token,
            worker_id=worker_id,
            machine=machine,
            started_at=sa.func.coalesce(runs.c.started_at, now),
        )
        .returning(runs.c.id)
    )


def stop(connection: sa.Connection, run: Run, *, now: float) -> None:
    """Ask a running run to stop; end a queued one. Raises WrongState if it has ended."""
    if not run.state.active:
        raise WrongState(f"run {run.name} is {run.state}: there is nothing to stop")
    values: dict[str, Any] = {"stop_requested": True}
    if run.state is RunState.QUEUED:
        values |= {"state": RunState.STOPPED, "ended_at": now}
    connection.execute(sa.update(runs).where(runs.c.id == run.id).values(values))


def fail(connection: sa.Connection, run_id: str, error: str, *, now: float) -> None:
    """End a claimed run that cannot even be tried."""
    connection.execute(
        sa.update(runs)
        .where(runs.c.id == run_id)
        .values(state=RunState.FAILED, error=error, ended_at=now, attempt=None, worker_id=None)
    )
