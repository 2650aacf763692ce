"""What is special about PostgreSQL: its connections, who may write when, and its errors.

Any number of workers record at once, each its own run. What people and the lab do takes turns with
all of them, as on SQLite, by an advisory lock: no name, state or count changes between looking and
writing. Locks are taken in one order (that one, the run, its rows, the lab's version last), so that
nobody waits in a circle. Readers take no lock and see one state for the whole of a transaction.

Rows of `epochs` become visible in the order of their `row_id` within a run, not across runs: a
reader that asks for what is new must do so run by run.
"""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from rnnlab import machine
from rnnlab.errors import DiskFull, ReadOnlyLab, StoreError, StoreUnreachable
from rnnlab.store import urls

CONNECT_S = 5
UPGRADE_WAITS_S = 60  # for transactions of others that use the tables
# A program that was frozen within a transaction keeps others out no longer than this.
IDLE_IN_TRANSACTION_S = 60
# A connection that nobody answers any more, as after a cable was pulled, is given up within 25 s.
KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
RECYCLE_S = 600  # a new connection also reads the server's clock anew
# One lock for each lab, which is a schema of a database.
LOCK = "hashtextextended('rnnlab ' || current_schema(), 0)"
# SQLSTATEs, https://www.postgresql.org/docs/current/errcodes-appendix.html
_UNREACHABLE = ("08", "57P01", "57P02", "57P03", "53300", "40001", "40P01")
_WAITED = ("55P03", "57014")
_NOT_ALLOWED = ("25006", "42501")
_MISSING = ("42P01", "42703")


class Clock:
    """The server's clock, read at each new connection; between those it goes on as ours does."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def set(self, server_time: float, before: float, after: float) -> None:
        """Record what the server's clock said between two readings of ours."""
        self._ahead_s = server_time - (before + after) / 2

    def now(self) -> float:
        """Return the server's time in seconds since 1970."""
        return machine.steady_time() + self._ahead_s


def create_engine(url: sa.URL, *, busy_timeout_s: float, clock: Clock) -> sa.Engine:
    """Return an engine whose write transactions wait for each other at most `busy_timeout_s`."""
    engine = sa.create_engine(
        url,
        pool_pre_ping=True,
        json_serializer=_write_json,
        pool_recycle=RECYCLE_S,
        max_overflow=20,
        connect_args={"connect_timeout": CONNECT_S, "application_name": "rnnlab"} | KEEPALIVE,
    )
    settings = (
        f"SELECT set_config('idle_in_transaction_session_timeout', '{IDLE_IN_TRANSACTION_S}s', "
        f"false), set_config('lock_timeout', '{max(1, round(1000 * busy_timeout_s))}', false)"
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(settings)
            before = machine.steady_time()
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
            clock.set(cursor.fetchone()[0], before, machine.steady_time())
        connection.autocommit = False

    @event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        if write := connection.get_execution_options().get("write"):
            shared = "_shared" if write == "shared" else ""
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{shared}({LOCK})")

    return engine


def _write_json(value: Any) -> str:
    """Return a value as JSON, which knows no NaN: a figure that is none becomes null."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value), parse_constant=lambda _: None))


def for_reading(engine: sa.Engine) -> sa.Engine:
    """Return the engine for transactions that see one state and change nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def wait_to_upgrade(connection: sa.Connection) -> None:
    """Have the connection's transaction wait for others that use the tables it may change."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{UPGRADE_WAITS_S}s'")


def why_read_only(connection: sa.Connection) -> str | None:
    """Return why this user cannot write to the tables of the lab, and the remedy; None if he can.

    Where there are no tables yet, only whether the server takes writes at all.
    """
    if connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on":
        return (
            "This lab is read-only, because its server takes no writes (a standby is a copy). You "
            "can look at everything; to train or change runs, set RNNLAB_STORE to the primary "
            "server."
        )
    query = sa.text(
        "SELECT coalesce(bool_and(has_table_privilege(c.oid, p.name)), true) FROM pg_class c, "
        "(VALUES ('INSERT'), ('UPDATE'), ('DELETE')) AS p (name) "
        "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    )
    if connection.scalar(query):
        return None
    user = connection.exec_driver_sql("SELECT current_user").scalar_one()
    return (
        f"This lab is read-only, because the user {user} of its server has no right to write. You "
        "can look at everything; to train or change runs, set RNNLAB_STORE to a user who may, or "
        f"have its owner GRANT ALL ON ALL TABLES and ALL SEQUENCES IN SCHEMA public TO {user}."
    )


def back_up(connection: sa.Connection, *, version: int) -> str:
    """Copy the lab's tables into a schema of their own, as rnnlab_backup_v12; return its name.

    Part of the connection's transaction. Raises StoreError.
    """
    names = set(sa.inspect(connection).get_schema_names())
    number, schema = 1, f"rnnlab_backup_v{version}"
    while schema in names:
        number += 1
        schema = f"rnnlab_backup_v{version}_{number}"
    quoted = connection.dialect.identifier_preparer.quote
    try:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        for table in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(
                f"CREATE TABLE {schema}.{quoted(table)} AS TABLE {quoted(table)}"
            )
    except sa.exc.DBAPIError as error:
        raise StoreError(
            f"the store has to be upgraded and cannot be backed up first ({reason(error)}): let "
            "its user create a schema (GRANT CREATE ON DATABASE), and make room for a copy of its "
            "tables; nothing was changed"
        ) from error
    return f"the schema {schema}"


def reason(error: BaseException) -> str:
    """Return the first line of what the server or its driver says."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def why_refused(error: Exception, url: sa.URL) -> str:
    """Return why no connection could be made, and what to do about it."""
    said = urls.without_password(reason(error), url)
    place = f"{url.host or 'this machine'}, port {url.port or 5432}"
    database = url.database or url.username
    if getattr(getattr(error, "orig", None), "sqlstate", None) == "42501":
        return (
            f"because {url.username} may not use or create its tables ({said}): have the owner of "
            f"the database GRANT CREATE ON SCHEMA public TO {url.username}"
        )
    for signs, sentence in (
        (
            ("password", "role", "peer authentication"),
            "because its server refuses this user or password: check both in RNNLAB_STORE, and "
            "write @ in a password as %40",
        ),
        (("pg_hba.conf",), "because its server lets nobody in from here: add it to pg_hba.conf"),
        (
            ("does not exist",),
            f"because {place}, has no database {database}: correct the name, or create it with "
            f"createdb {database}",
        ),
        (
            ("too many", "connection slots"),
            "because its server has no connection left: raise its max_connections, or end workers",
        ),
        (
            ("resolve", "refused", "timeout", "timed out", "route", "unreachable", "starting up"),
            f"because no PostgreSQL server answers at {place}: check the host and the port in "
            "RNNLAB_STORE, and that the server runs and listens there (listen_addresses)",
        ),
    ):
        if any(sign in said for sign in signs):
            return sentence
    return f"({said}): check RNNLAB_STORE, and that the server runs"


def explained(error: sa.exc.DBAPIError) -> StoreError | None:
    """Return what a failed statement means, and what to do about it; None where it is our fault."""
    state = getattr(error.orig, "sqlstate", None)
    said = reason(error)
    lost = isinstance(error, sa.exc.OperationalError) and state is None
    if lost or error.connection_invalidated or (state or "").startswith(_UNREACHABLE):
        return StoreUnreachable(
            f"the store's server does not answer ({said}): what is recorded is safe. Wait until it "
            "is back, or check that it runs and the network, then try again"
        )
    if has_waited(error):
        return StoreError(
            "the store is in use: another program has held it for too long. Wait until that has "
            "finished, then try again"
        )
    if state == "53100":
        return DiskFull(
            f"The disk of the store's server is full ({said}): make room there; then it goes on."
        )
    if state in _NOT_ALLOWED:
        return ReadOnlyLab(
            f"The store's server does not allow this ({said}): set RNNLAB_STORE to a user who may "
            "change this lab, or have its owner GRANT it."
        )
    if state in _MISSING:
        return StoreError(
            f"the store cannot be used ({said}): a table of it was changed or deleted. Restore a "
            "backup of the database"
        )
    if (state or "").startswith("XX"):
        return StoreError(f"the store is damaged ({said}): restore a backup of the database")
    return None


def is_missing(error: sa.exc.DBAPIError) -> bool:
    """Return whether a table or column is not there."""
    return getattr(error.orig, "sqlstate", None) in _MISSING


def has_waited(error: Exception) -> bool:
    """Return whether a statement failed because others held what it needs for too long."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _WAITED
