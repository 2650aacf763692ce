"""Opening the database: for reading and writing, or for reading alone.

Read alone is what cannot be written to, and what a newer version of rnnlab wrote.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from rnnlab import format
from rnnlab.errors import StoreError
from rnnlab.store import migrations, postgresql, sqlite, urls
from rnnlab.store.schema import expected, lab, metadata


class Opened(NamedTuple):
    """An engine on a database whose tables are those of today.

    `read_only` says why nothing may be written; None where it may. `copy` is the folder of the copy
    that is read, which is deleted with this object. `clock` is the server's, if there is one.
    """

    engine: sa.Engine
    read_only: str | None = None
    copy: tempfile.TemporaryDirectory | None = None
    clock: postgresql.Clock | None = None


def open_database(url: str, *, busy_timeout_s: float, create: bool = True) -> Opened:
    """Open the database at `url`; `create` it if it is missing, upgrade it if it is older.

    Raises StoreError where it cannot be opened or upgraded.
    """
    parsed = urls.checked_url(url)
    if parsed.drivername == urls.DRIVER:
        return _open_on_server(parsed, busy_timeout_s, create)
    path = sqlite.file_at(url)
    if not create and path and not path.exists():
        raise StoreError(f"there is no store at {path}: check the path")
    try:
        read_only = why_read_only(url)
        if read_only:
            return _open_for_reading(parsed, read_only, busy_timeout_s)
        engine = sqlite.create_engine(parsed, busy_timeout_s=busy_timeout_s)
        return Opened(engine, _bring_up_to_date(engine, create))
    except (sa.exc.SQLAlchemyError, ImportError, ValueError, sqlite3.Error, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            f"the store {urls.shown(url)} cannot be opened ({reason}): check RNNLAB_STORE and "
            "RNNLAB_HOME, or move a damaged lab.db aside"
        ) from error


def _open_on_server(url: sa.URL, busy_timeout_s: float, create: bool) -> Opened:
    """Open a PostgreSQL database. Raises StoreError."""
    clock, shown = postgresql.Clock(), urls.shown(url)
    try:
        engine = postgresql.create_engine(url, busy_timeout_s=busy_timeout_s, clock=clock)
        return Opened(engine, _bring_up_to_date(engine, create), clock=clock)
    except StoreError as error:
        raise StoreError(f"the store {shown} cannot be opened: {error}") from error
    except (sa.exc.SQLAlchemyError, TypeError, ValueError) as error:
        if postgresql.has_waited(error):
            raise StoreError(
                f"the store {shown} is in use: another program changes or upgrades it. Try again "
                "in a minute"
            ) from None
        raise StoreError(
            f"the store {shown} cannot be opened, {postgresql.why_refused(error, url)}"
        ) from None


def why_read_only(url: str) -> str | None:
    """Return why an existing SQLite file at a SQLAlchemy URL cannot be written to, and the remedy.

    None where it can, or there is none.
    """
    path = sqlite.file_at(url)
    if path is None or not path.exists():
        return None
    # The folder holds SQLite's journal while something is written.
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            return (
                f"This lab is read-only, because {place} cannot be written to. You can look at "
                "everything; to train or change runs, change its permissions, or copy the folder "
                "and set RNNLAB_HOME to the copy."
            )
    return None


def _bring_up_to_date(engine: sa.Engine, create: bool = True) -> str | None:
    """Create or upgrade the tables, all or none; return why they are to be read alone."""
    with engine.execution_options(write=True).begin() as connection:
        read_only = None
        if engine.dialect.name == "postgresql":
            read_only = postgresql.why_read_only(connection)
            postgresql.wait_to_upgrade(connection)
        version = migrations.stored_version(connection)
        newest = migrations.newest_version()
        if version is None:
            _check_empty(connection)
            if not create:
                raise StoreError("this database holds no lab: check its URL")
            metadata.create_all(connection)
            connection.execute(sa.insert(lab).values(id=1, schema_version=newest, version=1))
            connection.execute(sa.insert(expected).values(id=1))
        elif version > newest:
            return _newer(version)
        elif version < newest and read_only:
            raise StoreError(f"this lab has to be upgraded before it can be read. {read_only}")
        else:
            migrations.migrate(connection, version)
    return read_only


def _check_empty(connection: sa.Connection) -> None:
    """Raise StoreError where a database without a lab holds something else."""
    tables = sa.inspect(connection).get_table_names()
    if tables:
        raise StoreError(
            f"this database holds no lab, but {format.plural(len(tables), 'table')} of something "
            f"else ({format.listing(sorted(tables)[:3])}): nothing was changed in it. Set "
            "RNNLAB_STORE to an empty database, which becomes a lab"
        )


def _newer(version: int) -> str:
    return (
        f"This lab is read-only, because a newer version of rnnlab wrote it (schema {version}, "
        f"this one writes {migrations.newest_version()}). You can look at it; to train or change "
        "runs, use that version, or set RNNLAB_HOME to another folder."
    )


def _open_for_reading(url: sa.URL, reason: str, busy_timeout_s: float) -> Opened:
    """Open a SQLite file that cannot be written to.

    It is read where it is, unless its tables must be upgraded, or SQLite would have to write before
    it reads: to undo what a killed process left, or beside a write-ahead log.
    """
    engine = sqlite.create_engine(url, busy_timeout_s=busy_timeout_s, read_only=True)
    try:
        with engine.connect() as connection:
            version = migrations.stored_version(connection) or 0
    except sa.exc.OperationalError:
        version = 0
    if version >= migrations.newest_version():
        newer = version > migrations.newest_version()
        return Opened(engine, _newer(version) if newer else reason)
    engine.dispose()
    copy = tempfile.TemporaryDirectory(prefix="rnnlab-", ignore_cleanup_errors=True)
    path = _copy(Path(url.database or ""), Path(copy.name))
    engine = sqlite.create_engine(url.set(database=str(path)), busy_timeout_s=busy_timeout_s)
    copied = (
        f"{_bring_up_to_date(engine) or reason} What you see is a copy made at "
        f"{format.clock(time.time())}: open the lab again to see what has changed since."
    )
    return Opened(engine, copied, copy)


def _copy(path: Path, folder: Path) -> Path:
    """Copy a SQLite file, with what is in its journal or log, to a folder; return its path."""
    target = folder / path.name
    try:
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as connection,
        ):
            source.backup(connection)
    except sqlite3.OperationalError:  # nobody has it open, or SQLite could read it
        target.unlink(missing_ok=True)
        for suffix in ("", "-journal", "-wal"):
            if path.with_name(path.name + suffix).exists():
                shutil.copyfile(f"{path}{suffix}", f"{target}{suffix}")
    return target
