"""The queue of runs: which wait, in which order, and how a worker claims the next.

Each function works inside a transaction that the caller has begun.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import sqlalchemy as sa

from rnnlab.errors import WrongState
from rnnlab.owners import in_turn, owners_in_turn
from rnnlab.runs import Run, RunState
from rnnlab.store.schema import runs

WAITING = runs.c.state == RunState.QUEUED
IN_ORDER = (runs.c.queued_at, runs.c.id)


def queued_ids(connection: sa.Connection) -> tuple[str, ...]:
    """Return the ids of the queued runs, the next to be claimed first."""
    query = sa.select(runs.c.id, runs.c.owner).where(WAITING).order_by(*IN_ORDER)
    queued = connection.execute(query).all()
    owners = {run.owner for run in queued}
    if len(owners) > 1:
        running, claimed_at = _shares(connection, owners)
        queued = in_turn(queued, running, claimed_at)
    return tuple(run.id for run in queued)


def count(
    connection: sa.Connection, states: Iterable[RunState], *conditions: sa.ColumnElement[bool]
) -> int:
    """Return how many runs are in these states and meet the conditions."""
    query = sa.select(sa.func.count()).where(runs.c.state.in_(list(states)), *conditions)
    return connection.execute(query).scalar_one()


def count_by_owner(connection: sa.Connection, states: Iterable[RunState]) -> dict[str, int]:
    """Return how many runs of each owner are in these states; owners without any are left out."""
    query = (
        sa.select(runs.c.owner, sa.func.count())
        .where(runs.c.state.in_(list(states)))
        .group_by(runs.c.owner)
    )
    return {owner: number for owner, number in connection.execute(query)}


def _shares(
    connection: sa.Connection, owners: Iterable[str]
) -> tuple[dict[str, int], dict[str, float]]:
    """Return how many runs each owner has in training, and when one of theirs was last claimed."""
    latest = (
        sa.select(runs.c.owner, sa.func.max(runs.c.claimed_at))
        .where(runs.c.owner.in_(list(owners)))
        .group_by(runs.c.owner)
    )
    claimed_at = {owner: at or 0.0 for owner, at in connection.execute(latest)}
    return count_by_owner(connection, [RunState.RUNNING]), claimed_at


def claim(
    connection: sa.Connection,
    token: str,
    *,
    worker_id: str,
    machine: str,
    now: float,
    owner_limit: int | None = None,
) -> str | None:
    """Give the worker the queued run whose turn it is; return its id, or None if there is none.

    Owners take turns (see `rnnlab.owners`), and one's own runs come in the order of the queue. An
    owner with `owner_limit` runs in training is passed over. Nobody else claims meanwhile (see
    `Database.writing`), or two at once would count the same runs in training.
    """
    give = partial(_give, connection, token, worker_id=worker_id, machine=machine, now=now)
    first = sa.select(runs.c.owner, sa.func.min(runs.c.queued_at)).where(WAITING)
    by_owner = first.group_by(runs.c.owner).order_by(sa.func.min(runs.c.queued_at))
    waiting = [owner for owner, _ in connection.execute(by_owner)]
    if not waiting or (len(waiting) == 1 and owner_limit is None):
        return give() if waiting else None
    running, claimed_at = _shares(connection, waiting)
    for owner in owners_in_turn(waiting, running, claimed_at):
        if owner_limit is not None and running.get(owner, 0) >= owner_limit:
            continue
        if run_id := give(runs.c.owner == owner):
            return run_id
    return None


def _give(
    connection: sa.Connection,
    token: str,
    *conditions: sa.ColumnElement[bool],
    worker_id: str,
    machine: str,
    now: float,
) -> str | None:
    """Give the worker the longest-waiting queued run that meets these conditions."""
    waiting = (
        sa.select(runs.c.id)
        .where(WAITING, *conditions)
        .order_by(*IN_ORDER)
        .limit(1)
        .with_for_update(skip_locked=True)  # on PostgreSQL; SQLite has one writer at a time
        .scalar_subquery()
    )
    return connection.scalar(
        sa.update(runs)
        .where(runs.c.id == waiting, WAITING)
        .values(
            state=RunState.RUNNING,
            attempt=token,
            worker_id=worker_id,
            machine=machine,
            started_at=sa.func.coalesce(runs.c.started_at, now),
            claimed_at=now,
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
