"""Whether a store is sound: the database's own check, and each file against its SHA-256."""

from typing import NamedTuple

import sqlalchemy as sa

from rnnlab.store import sqlite
from rnnlab.store.artifacts import is_sound
from rnnlab.store.database import Database
from rnnlab.store.schema import artifacts, runs


class DamagedFile(NamedTuple):
    """A file of a run whose bytes are not those that were stored."""

    run_id: str
    run_name: str
    name: str


def quick_check(database: Database) -> tuple[str, ...]:
    """Return what SQLite finds wrong with its file; empty where all is well. Read-only.

    Raises StoreError.
    """
    with database.reading() as connection:
        if connection.dialect.name != "sqlite":
            return ()
        lines = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
    return () if lines == ["ok"] else tuple(lines)


def damaged_files(database: Database) -> tuple[DamagedFile, ...]:
    """Return the files whose checksum is wrong, after reading them all. Raises StoreError."""
    query = sa.select(artifacts, runs.c.name.label("run_name")).join(
        runs, runs.c.id == artifacts.c.run_id
    )
    with database.reading() as connection:
        return tuple(
            DamagedFile(row.run_id, row.run_name, row.name)
            for row in connection.execute(query)
            if not is_sound(row.content, row.sha256)
        )


def unused_bytes(database: Database) -> int:
    """Return how much smaller the database's file would be without the space of deleted rows."""
    with database.reading() as connection:
        return sqlite.unused_bytes(connection)
