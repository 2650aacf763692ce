"""Database: one SQL database and its transactions.

Knows the tables only as a whole; what is read from them and written to them stands in the modules
that are given a Database.
"""

import copy
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import ModuleType

import sqlalchemy as sa

from rnnlab import disk
from rnnlab.errors import DiskFull, ReadOnlyLab, StoreError
from rnnlab.store import postgresql, sqlite
from rnnlab.store.opening import open_database
from rnnlab.store.schema import lab


class Database:
    """The database at a SQLAlchemy URL, created if it is missing, upgraded if it is older.

    One that is missing is an error instead without `create`.

    Safe to share between threads. Raises StoreError where it cannot be opened or upgraded. A
    transaction waits `busy_timeout_s` for those of others.
    """

    def __init__(
        self, url: str, *, busy_timeout_s: float = sqlite.BUSY_TIMEOUT_S, create: bool = True
    ) -> None:
        self.patience_s = 0.0
        self._busy_timeout_s = busy_timeout_s
        self._opened = open_database(url, busy_timeout_s=busy_timeout_s, create=create)
        self._engine = self._reading_engine = self._opened.engine
        self._special: ModuleType = sqlite
        if self._engine.dialect.name == "postgresql":
            self._special = postgresql
            self._reading_engine = postgresql.for_reading(self._engine)
        path = sqlite.file_at(url)
        self._folder = path.parent if path else None
        self._reading_only: str | None = None

    def be_patient(self) -> None:
        """Wait for a server that does not answer as long as for other programs; see `patience`."""
        self.patience_s = self._busy_timeout_s

    @property
    def read_only(self) -> str | None:
        """Why nothing may be written, and what to do about it; None where it may."""
        return self._opened.read_only or self._reading_only

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which the processes of one machine share; else a server."""
        return self._folder is not None

    def reading_only(self, why: str) -> "Database":
        """Return this database for reading alone: writing through it raises ReadOnlyLab."""
        view = copy.copy(self)
        view._reading_only = why
        return view

    @property
    def full_disk(self) -> str | None:
        """What the store's full disk means, and what to do; None while it has room, or no file."""
        return disk.notice(self._folder) if self._folder else None

    def now(self, here: float | None = None) -> float:
        """Return the time in seconds since 1970: that of the server, if there is one.

        Otherwise this machine's, or `here` if that was read already.
        """
        if self._opened.clock:
            return self._opened.clock.now()
        return time.time() if here is None else here

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one consistent state. Raises StoreError."""
        with self._errors(), self._reading_engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, quiet: bool = False, shared: bool = False) -> Iterator[sa.Connection]:
        """Yield a connection whose transaction commits at the end. Raises StoreError, ReadOnlyLab.

        Nobody else writes meanwhile, so that what it reads stays so until it commits. With `shared`
        others that are `shared` may do so, on PostgreSQL: for what one worker writes of its own
        run, which each statement must be safe for. It counts as a change of the version that
        readers watch, unless it is `quiet`.
        """
        if self.read_only:
            raise ReadOnlyLab(self.read_only)
        engine = self._engine.execution_options(write="shared" if shared else True)
        with self._errors(), engine.begin() as connection:
            yield connection
            if not quiet:
                connection.execute(sa.update(lab).values(version=lab.c.version + 1))

    def version(self) -> int:
        """Return a number that grows whenever something that a reader may see has changed."""
        with self.reading() as connection:
            return connection.execute(sa.select(lab.c.version)).scalar_one()

    def compact(self) -> None:
        """Rewrite a SQLite file without the space of deleted rows.

        Raises StoreError, ReadOnlyLab.
        """
        if self.read_only:
            raise ReadOnlyLab(self.read_only)
        if self._engine.dialect.name != "sqlite":
            return
        with self._errors(), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")  # which runs outside of a transaction

    def close(self) -> None:
        """Close all connections; the next call opens a new one. Needed before a fork."""
        self._engine.dispose()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn a failing database into a StoreError with the remedy."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            if self.read_only and self._special.is_missing(error):  # tables of a newer version
                raise StoreError(f"{self.read_only} This part of it cannot be read.") from error
            explained = self._special.explained(error)
            if isinstance(explained, DiskFull) and self._folder:
                explained = DiskFull(disk.why_interrupted(self._folder))
            if explained is None:
                raise
            raise explained from error
