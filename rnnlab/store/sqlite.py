"""What is special about SQLite: how it is set up, which file it keeps, and how that is backed up.

For other databases there is nothing to set up here, no file, and no backup.
"""

import filecmp
import itertools
import json
import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from rnnlab.errors import DiskFull, StoreError
from rnnlab.store.lock_holders import LockHolders

BUSY_TIMEOUT_S = 30.0  # how long a transaction waits for others
LOOK_EVERY_S = 1.0  # at who holds a lock that a transaction waits for
TAKE_READ_LOCK = "SELECT 1 FROM sqlite_master LIMIT 1"
SYNCHRONOUS = "FULL"  # what is committed outlasts a power failure


def create_engine(
    url: sa.URL, *, busy_timeout_s: float = BUSY_TIMEOUT_S, read_only: bool = False
) -> sa.Engine:
    """Return an engine on a SQLite file, for reading alone if `read_only`.

    Raises ValueError for a database in memory.
    """
    if not url.database or url.database == ":memory:":
        raise ValueError("a database in memory is not shared between processes")
    arguments: dict[str, Any] = {"timeout": busy_timeout_s}
    holders = LockHolders(Path(url.database).absolute())
    if read_only:
        arguments["uri"] = True
        url = url.set(database=f"{Path(url.database).absolute().as_uri()}?mode=ro")
    engine = sa.create_engine(url, connect_args=arguments, json_deserializer=_read_json)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.text_factory = _read_text
        connection.isolation_level = None  # we begin transactions ourselves, below
        if read_only:
            return
        _execute(connection, TAKE_READ_LOCK, busy_timeout_s, holders)
        connection.execute(f"PRAGMA journal_mode = {'WAL' if wal_is_safe() else 'DELETE'}")
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        # A read that turns into a write fails at once when another writer is at work, whatever
        # the timeout; a writer that says so from the start waits its turn.
        write = connection.get_execution_options().get("write")
        statement = "BEGIN IMMEDIATE" if write else TAKE_READ_LOCK
        if not write:
            connection.exec_driver_sql("BEGIN")
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        if not _execute(driver, statement, busy_timeout_s, holders):
            connection.exec_driver_sql(statement)  # raises what SQLAlchemy makes of the error

    return engine


def _execute(
    connection: sqlite3.Connection, statement: str, timeout_s: float, holders: LockHolders
) -> bool:
    """Execute a statement that takes a lock; return whether that was done within `timeout_s`.

    Frozen workers that hold it are ended meanwhile. False for other errors, too.
    """
    give_up_at = time.monotonic() + timeout_s
    connection.execute(f"PRAGMA busy_timeout = {1000 * min(timeout_s, LOOK_EVERY_S):.0f}")
    while True:
        try:
            connection.execute(statement).fetchall()
        except sqlite3.Error as error:
            waiting = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if waiting:
                holders.end_frozen()
            if waiting and time.monotonic() < give_up_at:
                continue
            connection.execute("PRAGMA busy_timeout = 0")
            return False
        connection.execute(f"PRAGMA busy_timeout = {1000 * timeout_s:.0f}")
        return True


def _read_text(content: bytes) -> str:
    """Return stored text; damaged bytes become marks instead of closing the whole table."""
    return content.decode("utf-8", "replace")


def _read_json(text: str) -> Any:
    """Return a stored JSON value; None where it is damaged, for those who read it to judge."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def explained(error: sa.exc.DBAPIError) -> StoreError | None:
    """Return what a failed statement means, and what to do about it; None where it is our fault."""
    said = str(error.orig)
    if isinstance(error, sa.exc.OperationalError):
        if "locked" in said:
            return StoreError(
                "the store is in use: another program has held it for too long. Wait until that "
                "has finished, then try again"
            )
        if "is full" in said:
            return DiskFull(said)
        return StoreError(
            f"the store cannot be used ({said}): check that its disk has room and that its file "
            "is still there"
        )
    if type(error) is sa.exc.DatabaseError:  # no row that is not allowed, for example
        return StoreError(
            f"the store's file is damaged ({said}): run rnnlab doctor to see how far, and put a "
            "backup of lab.db in its place, or move it aside to begin anew"
        )
    return None


def is_missing(error: sa.exc.DBAPIError) -> bool:
    """Return whether a table or column is not there."""
    return isinstance(error, sa.exc.OperationalError) and "no such" in str(error.orig)


def unused_bytes(connection: sa.Connection) -> int:
    """Return the bytes of the file that nothing is kept in; 0 where there is no file."""
    if connection.dialect.name != "sqlite":
        return 0
    pages, size = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("freelist_count", "page_size")
    )
    return int(pages) * int(size)


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


def file_id(connection: sa.Connection) -> str | None:
    """Return what tells the database's file from a copy of it: its device and inode.

    A file that is moved or renamed within its disk keeps them. None where there is no file.
    """
    return _id(_file(connection))


def file_at(url: str) -> Path | None:
    """Return the path in a SQLAlchemy URL; None where there is none."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database).absolute()


def file_id_at(url: str) -> str | None:
    """Return the `file_id` of the database at a SQLAlchemy URL; None where there is no file."""
    return _id(file_at(url))


def _id(path: Path | None) -> str | None:
    try:
        status = path.stat() if path else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    return f"{status.st_dev}:{status.st_ino}" if status else None


def back_up(connection: sa.Connection, *, version: int) -> Path | None:
    """Copy the database's file beside it, as `lab.db.v1.bak` for schema version 1; return its path.

    The connection's transaction, which keeps others from writing, must have changed nothing yet. A
    backup of that name is never overwritten: where it has the same content it stands for the new
    one, else this is called `lab.db.v1-2.bak`, and so on. None where there is no file. Raises
    StoreError.
    """
    path = _file(connection)
    if path is None:
        return None
    partial = path.with_name(f"{path.name}.bak-partial")
    try:
        partial.unlink(missing_ok=True)
        # SQLite's own way to copy includes what a write-ahead log still holds. It needs a
        # connection of its own: from one that is in a write transaction it would wait forever.
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        shutil.copymode(path, partial)
        for number in itertools.count(1):
            suffix = "" if number == 1 else f"-{number}"
            backup = path.with_name(f"{path.name}.v{version}{suffix}.bak")
            if not backup.exists():
                os.rename(partial, backup)
                return backup
            if filecmp.cmp(partial, backup, shallow=False):
                partial.unlink()
                return backup
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise StoreError(
            f"the store {path} has to be upgraded and cannot be backed up first ({reason}): make "
            f"room for a copy of it in {path.parent}; nothing was changed"
        ) from error
    raise AssertionError("one of the names is free")


def _file(connection: sa.Connection) -> Path | None:
    if connection.dialect.name != "sqlite":
        return None
    databases = connection.exec_driver_sql("PRAGMA database_list")
    return next(Path(row.file) for row in databases if row.name == "main")
