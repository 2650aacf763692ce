"""Database: one SQL database, its transactions, and how SQLite is set up.

Knows the tables only as a whole; what is read from them and written to them stands in the modules
that are given a Database.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from rnnlab.errors import StoreError
from rnnlab.store.schema import SCHEMA_VERSION, expected, lab, metadata

BUSY_TIMEOUT_S = 30


class Database:
    """The database at a SQLAlchemy URL; its tables are created if they are missing.

    Safe to share between threads. Raises StoreError where it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self._engine = _open_engine(url)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one consistent state. Raises StoreError."""
        with _database_errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, quiet: bool = False) -> Iterator[sa.Connection]:
        """Yield a connection whose transaction commits at the end. Raises StoreError.

        It counts as a change of the version that readers watch, unless it is `quiet`.
        """
        engine = self._engine.execution_options(write=True)
        with _database_errors(), engine.begin() as connection:
            yield connection
            if not quiet:
                connection.execute(sa.update(lab).values(version=lab.c.version + 1))

    def version(self) -> int:
        """Return a number that grows whenever something that a reader may see has changed."""
        with self.reading() as connection:
            return connection.execute(sa.select(lab.c.version)).scalar_one()

    def close(self) -> None:
        """Close all connections; the next call opens a new one. Needed before a fork."""
        self._engine.dispose()


def _open_engine(url: str) -> sa.Engine:
    """Return an engine on the database at `url`, its tables created if they are missing.

    Raises StoreError where the URL or the database cannot be used, with the remedy.
    """
    try:
        if sa.make_url(url).get_backend_name() == "sqlite":
            _check_is_file(url)
        engine = sa.create_engine(url, connect_args=_connect_args(url))
        if engine.dialect.name == "sqlite":
            _configure_sqlite(engine)
        with engine.execution_options(write=True).begin() as connection:
            metadata.create_all(connection)
            found = connection.scalar(sa.select(lab.c.schema_version))
            if found is None:
                connection.execute(
                    sa.insert(lab).values(id=1, schema_version=SCHEMA_VERSION, version=1)
                )
            if connection.scalar(sa.select(expected.c.id)) is None:
                connection.execute(sa.insert(expected).values(id=1))
    except (sa.exc.SQLAlchemyError, ImportError, ValueError, sqlite3.Error) as error:
        shown = re.sub(r"//.*@", "//***@", url)  # a password is not for the screen
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            f"the store {shown} cannot be opened ({reason}): check RNNLAB_STORE and "
            "RNNLAB_HOME, or move a damaged lab.db aside"
        ) from error
    if found not in (None, SCHEMA_VERSION):
        raise StoreError(
            f"the store was written by another version of rnnlab (schema {found}, this one reads "
            f"{SCHEMA_VERSION}): use that version, or point RNNLAB_HOME at a new folder"
        )
    return engine


@contextmanager
def _database_errors() -> Iterator[None]:
    """Turn a failing database into a StoreError with the remedy."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StoreError(
            f"the store cannot be used ({error.orig}): check that its disk has room and that its "
            "file is still there"
        ) from error


def _check_is_file(url: str) -> None:
    if sa.make_url(url).database in (None, "", ":memory:"):
        raise ValueError("a database in memory is not shared between processes")


def _connect_args(url: str) -> dict[str, Any]:
    return {"timeout": BUSY_TIMEOUT_S} if url.startswith("sqlite") else {}


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Return whether this SQLite is free of the WAL-reset bug, which can corrupt a database.

    Affected: 3.7.0 to 3.51.2, but for the fixes in 3.44.6 and 3.50.7
    (https://sqlite.org/wal.html#walresetbug).
    """
    if version >= (3, 51, 3):
        return True
    return version[:2] in ((3, 44), (3, 50)) and version >= (
        (3, 44, 6) if version[1] == 44 else (3, 50, 7)
    )


def _configure_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        connection.execute(f"PRAGMA journal_mode = {'WAL' if wal_is_safe() else 'DELETE'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        # A read that turns into a write fails at once when another writer is at work, whatever
        # the timeout; a writer that says so from the start waits its turn.
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
