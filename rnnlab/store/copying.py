"""Copy a lab from one store to another, whichever databases they are.

Each dataset, run and study is one transaction, with all that belongs to it: it arrives whole or not
at all. What is there and equal is passed over, so that a copy can be repeated; what is there and
differs is left as it is. Every file's checksum is tested as it is read and as it has arrived. The
source is only read. One run's files are in memory at a time.

Workers, and the guess of what is trained next, are not of the lab but of its machines, and stay.
"""

import hashlib
import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from rnnlab.runs import RunState
from rnnlab.store.database import Database
from rnnlab.store.schema import datasets, lab, metadata, runs, studies

Kind = Literal["dataset", "run", "study"]
Outcome = Literal["copied", "equal", "differs", "damaged"]
INTERRUPTED = "It was in training when the lab was copied."
_ROOTS: tuple[tuple[Kind, sa.Table], ...] = (
    ("dataset", datasets),
    ("run", runs),
    ("study", studies),
)
_CACHES = ("analyses",)  # made anew where they are missing
Rows = list[dict[str, Any]]


class Copied(NamedTuple):
    """What became of a dataset, a run or a study; `why` says what differs, or is damaged."""

    kind: Kind
    id: str
    name: str
    outcome: Outcome
    why: str = ""
    interrupted: bool = False  # a run that was in training


class _Damaged(Exception):
    """Something of the source cannot be read, or has another checksum."""


def count(source: Database) -> int:
    """Return how many datasets, runs and studies there are to copy."""
    with source.reading() as connection:
        return sum(
            connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for _, table in _ROOTS
        )


def copy(source: Database, target: Database) -> Iterator[Copied]:
    """Copy everything; yield what became of each. Raises StoreError where a store fails."""
    for kind, root in _ROOTS:
        query = sa.select(root.c.id, root.c.name).order_by(root.c.created_at, root.c.id)
        with source.reading() as connection:
            heads = [tuple(head) for head in connection.execute(query)]
        for row_id, name in heads:
            try:
                copied = _copy_one(source, target, kind, root, row_id, name)
            except _Damaged as error:
                copied = Copied(kind, row_id, name, "damaged", str(error))
            if copied:
                yield copied
    with source.reading() as connection:
        starters = connection.scalar(sa.select(lab.c.starters))
    with target.writing() as connection:
        connection.execute(sa.update(lab).where(lab.c.starters.is_(None)).values(starters=starters))


def _copy_one(
    source: Database, target: Database, kind: Kind, root: sa.Table, row_id: str, name: str
) -> Copied | None:
    """Copy one dataset, run or study; None where it was deleted meanwhile."""
    with source.reading() as connection:
        heads = _rows(connection, root, row_id, content=False)
        before = connection.scalar(sa.select(runs.c.state).where(runs.c.id == row_id))
    if not heads[root.name]:
        return None
    with target.reading() as connection:
        there = _rows(connection, root, row_id, content=False)
    if there[root.name]:
        differing = _differing(heads, there)
        return Copied(kind, row_id, name, "differs" if differing else "equal", differing)
    with source.reading() as connection:
        rows = _rows(connection, root, row_id, content=True)
    _check(rows)
    try:
        with target.writing() as connection:
            for table, content in rows.items():
                if content:
                    connection.execute(sa.insert(metadata.tables[table]), content)
            _check(_rows(connection, root, row_id, content=True))
    except sa.exc.IntegrityError as error:
        text = str(error.orig).splitlines()[0]
        return Copied(kind, row_id, name, "differs", f"something there is in its way ({text})")
    except sa.exc.StatementError as error:  # text or JSON that this database cannot hold
        text = str(error.orig).splitlines()[0]
        return Copied(kind, row_id, name, "damaged", f"it cannot be stored there ({text})")
    return Copied(
        kind, row_id, name, "copied", interrupted=before == RunState.RUNNING and kind == "run"
    )


def _rows(
    connection: sa.Connection, root: sa.Table, row_id: str, *, content: bool
) -> dict[str, Rows]:
    """Return what belongs to a dataset, run or study by table, as it is to arrive.

    Files come with their bytes if `content`; else their checksums stand for them.
    """
    return {
        table.name: [
            _arriving(table, row) for row in _select(connection, table, key, row_id, content)
        ]
        for table, key in _tables(root)
    }


def _tables(root: sa.Table) -> list[tuple[sa.Table, sa.Column]]:
    """Return a table and those whose rows belong to its rows, with the column that says to which.

    A run of a study belongs to the study, which comes after the run.
    """
    found = [(root, root.c.id)]
    for table in metadata.sorted_tables:
        targets = {key.column.table.name: key.parent for key in table.foreign_keys}
        owner = "studies" if "studies" in targets else next(iter(targets), None)
        if owner == root.name:
            found.append((table, targets[owner]))
    return found


def _select(
    connection: sa.Connection, table: sa.Table, key: sa.Column, row_id: str, content: bool
) -> Iterator[sa.RowMapping]:
    names = [
        column
        for column in table.c
        if column.name != "row_id" and (content or column.name != "content")
    ]
    order = table.c.get("row_id") if "row_id" in table.c else None
    query = sa.select(*names).where(key == row_id)
    query = query.order_by(*(table.primary_key.columns if order is None else [order]))
    try:
        yield from connection.execute(query).mappings()
    except (sa.exc.DBAPIError, ValueError) as error:
        raise _Damaged(f"its {table.name} cannot be read ({error})") from error


def _arriving(table: sa.Table, row: sa.RowMapping) -> dict[str, Any]:
    """Return a row as it is to arrive: a run that is in training was interrupted there."""
    values = dict(row)
    if table is runs and values["state"] == RunState.RUNNING:
        seen_at = values["progress_at"] or values["started_at"] or values["queued_at"]
        values |= {"state": str(RunState.INTERRUPTED), "error": INTERRUPTED, "ended_at": seen_at}
    if table is runs:
        values |= {"attempt": None, "worker_id": None}
    return values


def _differing(heads: dict[str, Rows], there: dict[str, Rows]) -> str:
    """Return what differs between two rows with all that belongs to them; empty where nothing."""
    differing = []
    for table, rows in heads.items():
        if table in _CACHES or _comparable(rows) == _comparable(there[table]):
            continue
        if len(rows) == len(there[table]) == 1:
            pairs = zip(
                _comparable(rows)[0].items(), _comparable(there[table])[0].items(), strict=True
            )
            differing += [name for (name, a), (_, b) in pairs if a != b]
        else:
            differing.append(table)
    return ", ".join(differing)


def _comparable(rows: Rows) -> Rows:
    """Return rows whose missing figures are the same on all databases."""
    return [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _check(rows: dict[str, Rows]) -> None:
    """Raise _Damaged where a file's bytes are not those of its checksum."""
    for table, content in rows.items():
        for row in content:
            if "content" not in row or hashlib.sha256(row["content"]).hexdigest() == row["sha256"]:
                continue
            name = row.get("name", row.get("epoch", ""))
            raise _Damaged(f"the checksum of {name} ({table}) is wrong")
