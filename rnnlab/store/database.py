"""Database: one SQL database and its transactions.

Knows the tables only as a whole; what is read from them and written to them stands in the modules
that are given a Database.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa

from rnnlab.errors import StoreError
from rnnlab.store import migrations, sqlite
from rnnlab.store.schema import expected, lab, metadata


class Database:
    """The database at a SQLAlchemy URL, created if it is missing, upgraded if it is older.

    Safe to share between threads. Raises StoreError where it cannot be opened or upgraded, or was
    written by a newer version. A transaction waits `busy_timeout_s` for those of others.
    """

    def __init__(self, url: str, *, busy_timeout_s: float = sqlite.BUSY_TIMEOUT_S) -> None:
        self._engine = _open_engine(url, busy_timeout_s)

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

    def compact(self) -> None:
        """Rewrite a SQLite file without the space of deleted rows. Raises StoreError."""
        if self._engine.dialect.name != "sqlite":
            return
        with _database_errors(), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")  # which runs outside of a transaction

    def close(self) -> None:
        """Close all connections; the next call opens a new one. Needed before a fork."""
        self._engine.dispose()


def _open_engine(url: str, busy_timeout_s: float) -> sa.Engine:
    """Return an engine on the database at `url`, its tables those of today."""
    try:
        parsed = sa.make_url(url)
        is_sqlite = parsed.get_backend_name() == "sqlite"
        engine = (
            sqlite.create_engine(parsed, busy_timeout_s=busy_timeout_s)
            if is_sqlite
            else sa.create_engine(parsed)
        )
        _bring_up_to_date(engine)
    except (sa.exc.SQLAlchemyError, ImportError, ValueError, sqlite3.Error) as error:
        shown = re.sub(r"//.*@", "//***@", url)  # a password is not for the screen
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            f"the store {shown} cannot be opened ({reason}): check RNNLAB_STORE and "
            "RNNLAB_HOME, or move a damaged lab.db aside"
        ) from error
    return engine


def _bring_up_to_date(engine: sa.Engine) -> None:
    with engine.execution_options(write=True).begin() as connection:
        version = migrations.stored_version(connection)
        if version is not None:
            migrations.migrate(connection, version)
            return
        metadata.create_all(connection)
        newest = migrations.newest_version()
        connection.execute(sa.insert(lab).values(id=1, schema_version=newest, version=1))
        connection.execute(sa.insert(expected).values(id=1))


@contextmanager
def _database_errors() -> Iterator[None]:
    """Turn a failing database into a StoreError with the remedy."""
    try:
        yield
    except sa.exc.OperationalError as error:
        if "locked" in str(error.orig):
            raise StoreError(
                "the store is in use: another program has held it for too long. Wait until that "
                "has finished, then try again"
            ) from error
        raise StoreError(
            f"the store cannot be used ({error.orig}): check that its disk has room and that its "
            "file is still there"
        ) from error
