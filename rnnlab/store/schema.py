"""The store's tables, and how its database is opened.

The columns of `runs` that hold a config are generated from `config.FIELDS`, one by field.
"""

import math
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import event

from rnnlab.config import FIELDS
from rnnlab.errors import StoreError

SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 30


class Figure(sa.types.TypeDecorator):
    """A metric that may be NaN. SQLite stores NaN as NULL, so NULL reads back as NaN."""

    impl = sa.Double
    cache_ok = True

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> float:
        return math.nan if value is None else value


_COLUMN_TYPES = {int: sa.BigInteger, float: sa.Double, bool: sa.Boolean, str: sa.String}

metadata = sa.MetaData()

lab = sa.Table(
    "lab",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),  # grows with every change
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    *(sa.Column(field.name, _COLUMN_TYPES[field.kind]) for field in FIELDS.values()),
    sa.Column("parameters", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False, index=True),
    sa.Column("queued_at", sa.Double, nullable=False),
    sa.Column("started_at", sa.Double),
    sa.Column("ended_at", sa.Double),
    sa.Column("attempt", sa.String),  # the token of the worker's claim; its writes carry it
    sa.Column("worker_id", sa.String),
    sa.Column("machine", sa.String),
    sa.Column("stop_requested", sa.Boolean, nullable=False),
    sa.Column("epochs_done", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("last_epoch_seconds", sa.Double),
    sa.Column("best_epoch", sa.Integer),
    sa.Column("best_loss", sa.Double),
    sa.Column("best_accuracy", sa.Double),
    sa.Column("best_val_loss", sa.Double),
    sa.Column("best_val_accuracy", sa.Double),
    sa.Column("progress_epoch", sa.Integer),
    sa.Column("progress_batch", sa.Integer),
    sa.Column("progress_batches", sa.Integer),
    sa.Column("progress_loss", Figure),
    sa.Column("progress_accuracy", Figure),
    sa.Column("progress_at", sa.Double),
    sa.Column("peak_memory_mb", sa.Double),
    sa.Column("error", sa.Text),
    sa.Column("traceback", sa.Text),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("manifest", sa.JSON, nullable=False),
)

epochs = sa.Table(
    "epochs",
    metadata,
    sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("run_id", sa.String, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("loss", Figure),
    sa.Column("accuracy", Figure),
    sa.Column("val_loss", Figure),
    sa.Column("val_accuracy", Figure),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.UniqueConstraint("run_id", "epoch"),
    sqlite_autoincrement=True,
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("run_id", sa.String, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("machine", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started_at", sa.Double, nullable=False),
    sa.Column("seen_at", sa.Double, nullable=False),
)

expected = sa.Table(
    "expected",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("config", sa.JSON),
    sa.Column("at", sa.Double),
)


def open_engine(url: str) -> sa.Engine:
    """An engine on the store at `url`, its tables made if they are missing.

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
def usable() -> Iterator[None]:
    """Within it, a database that fails raises StoreError with the remedy."""
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


def _connect_args(url: str) -> dict:
    return {"timeout": BUSY_TIMEOUT_S} if url.startswith("sqlite") else {}


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite is free of the WAL-reset bug, which can corrupt a database.

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
