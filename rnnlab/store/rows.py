"""Turn rows of the store into the frozen snapshots that readers get.

Another version of rnnlab, or damage, may have left rows that cannot be read. Lists leave them out.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from rnnlab.config import FIELDS, RunConfig
from rnnlab.errors import RnnlabError, RunNotFound, UnreadableRow
from rnnlab.runs import Progress, Run, RunState, UnreadableRun
from rnnlab.store.schema import runs

NEWEST_FIRST = (runs.c.created_at.desc(), runs.c.id)
_FINAL = (RunState.FINISHED, RunState.STOPPED, RunState.FAILED)


def get_run(connection: sa.Connection, run_id: str) -> Run:
    """Return the run with this id. Raises RunNotFound, UnreadableRow."""
    return run_of(_row(connection, run_id))


def get_state(connection: sa.Connection, run_id: str) -> str:
    """Return a run's state, whether or not the rest can be read. Raises RunNotFound."""
    return str(_row(connection, run_id)["state"])


def _row(connection: sa.Connection, run_id: str) -> sa.RowMapping:
    row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).mappings().one_or_none()
    if row is None:
        raise RunNotFound(f"there is no run {run_id!r}: it may have been deleted")
    return row


def read_all(rows: Iterable[sa.RowMapping]) -> Iterator[Run | UnreadableRun]:
    """Yield each row's run, or what can be told of it where it cannot be read."""
    for row in rows:
        try:
            yield _run_of(row)
        except UNREADABLE as error:
            yield _describe(row, error)


def readable(rows: Iterable[sa.RowMapping]) -> Iterator[Run]:
    """Yield the runs of those rows that can be read."""
    return (run for run in read_all(rows) if isinstance(run, Run))


def refresh_runs(
    connection: sa.Connection, known: Iterable[Run]
) -> tuple[Run | UnreadableRun, ...]:
    """Return all runs, newest first; those of `known` that cannot have changed are not reread.

    An ended run keeps all but its name, unless it was interrupted and may continue.
    """
    unchanged = {(run.id, run.name): run for run in known if run.state in _FINAL}
    if not unchanged:
        query = sa.select(runs).order_by(*NEWEST_FIRST)
        return tuple(read_all(connection.execute(query).mappings()))
    heads = sa.select(runs.c.id, runs.c.name).order_by(*NEWEST_FIRST)
    order = [tuple(head) for head in connection.execute(heads)]
    changed = [run_id for run_id, name in order if (run_id, name) not in unchanged]
    query = sa.select(runs).where(runs.c.id.in_(changed))
    read = {run.id: run for run in read_all(connection.execute(query).mappings())}
    return tuple(unchanged.get(head) or read[head[0]] for head in order)


_RUN_FIELDS = tuple(
    field.name
    for field in dataclasses.fields(Run)
    if field.name not in ("state", "config", "progress")
)


def run_of(row: sa.RowMapping) -> Run:
    """Return the snapshot of a row of `runs`. Raises UnreadableRow."""
    try:
        return _run_of(row)
    except UNREADABLE as error:
        raise UnreadableRow(str(_describe(row, error))) from error


# An architecture or a field of another version, a value out of bounds, or of another kind.
UNREADABLE = (RnnlabError, TypeError, ValueError)


def _describe(row: sa.RowMapping, error: Exception) -> UnreadableRun:
    return UnreadableRun(str(row["id"]), str(row["name"]), str(row["state"]), str(error))


def _run_of(row: sa.RowMapping) -> Run:
    for name in ("versions", "manifest"):
        if not isinstance(row[name], dict):
            raise ValueError(f"its {name} are damaged")
    progress = None
    if row["progress_epoch"] is not None:
        progress = Progress(
            **{f.name: row[f"progress_{f.name}"] for f in dataclasses.fields(Progress)}
        )
    return Run(
        state=RunState(row["state"]),
        config=config_of(row),
        progress=progress,
        **{name: row[name] for name in _RUN_FIELDS},
    )


def config_of(row: sa.RowMapping) -> RunConfig:
    """Return the config in a row of `runs`."""
    return _config(*(row[name] for name in FIELDS))


# Checking the fields was the slowest part of reading a run: 16 of 58 µs, and 4 from here.
@lru_cache(maxsize=10_000, typed=True)
def _config(*values: Any) -> RunConfig:
    return RunConfig(**dict(zip(FIELDS, values, strict=True)))
