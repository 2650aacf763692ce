"""Upgrade the database of an earlier version to today's tables, in numbered steps.

A step is SQL against the tables as the step before it left them. It must not use
`rnnlab.store.schema`, which is always today's; what that gains needs a step here, and a lab of
version 1 with all steps taken must have the tables of a new one.
"""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from rnnlab.errors import StoreError
from rnnlab.store import postgresql, sqlite


def add_expected(connection: sa.Connection) -> None:
    """Create the table of the config that is expected next, which early labs lack (version 2)."""
    sa.Table(
        "expected",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("config", sa.JSON),
        sa.Column("at", sa.Double),
    ).create(connection, checkfirst=True)
    connection.exec_driver_sql(
        "INSERT INTO expected (id) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM expected)"
    )


def add_store_file(connection: sa.Connection) -> None:
    """Record which file a worker serves, so that a copy does not count it (version 3)."""
    connection.exec_driver_sql("ALTER TABLE workers ADD COLUMN store_file VARCHAR")


def add_split(connection: sa.Connection) -> None:
    """Record how each run's reviews were split: as the tutorial's until now (version 4)."""
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN split_seed BIGINT")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN test_set BOOLEAN")
    connection.execute(
        sa.text("UPDATE runs SET split_seed = :seed, test_set = :test_set"),
        {"seed": 42, "test_set": False},
    )


def add_studies(connection: sa.Connection) -> None:
    """Create the tables of studies and of the runs that belong to them (version 5)."""
    metadata = sa.MetaData()
    sa.Table("runs", metadata, sa.Column("id", sa.String, primary_key=True))
    studies = sa.Table(
        "studies",
        metadata,
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("spec", sa.JSON, nullable=False),
        sa.Column("manifest", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("chosen", sa.JSON),
        sa.Column("error", sa.Text),
    )
    of_study = sa.ForeignKey("studies.id", ondelete="CASCADE")
    of_run = sa.ForeignKey("runs.id", ondelete="CASCADE")
    study_runs = sa.Table(
        "study_runs",
        metadata,
        sa.Column("study_id", sa.String, of_study, primary_key=True),
        sa.Column("run_id", sa.String, of_run, primary_key=True, index=True),
        sa.Column("phase", sa.String, primary_key=True),
        sa.Column("reused", sa.Boolean, nullable=False),
        sa.Column("retried_after", sa.Integer),
    )
    studies.create(connection)
    study_runs.create(connection)


def add_analyses(connection: sa.Connection) -> None:
    """Create the table of what is computed of runs once and kept (version 6)."""
    metadata = sa.MetaData()
    sa.Table("runs", metadata, sa.Column("id", sa.String, primary_key=True))
    of_run = sa.ForeignKey("runs.id", ondelete="CASCADE")
    analyses = sa.Table(
        "analyses",
        metadata,
        sa.Column("run_id", sa.String, of_run, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    analyses.create(connection)


def identify_workers(connection: sa.Connection) -> None:
    """Tell workers by what stays when the clock is set (version 7).

    The register starts empty: a worker of an earlier version ends when it finds itself missing, and
    its run goes on in another.
    """
    connection.exec_driver_sql("DROP TABLE workers")
    sa.Table(
        "workers",
        sa.MetaData(),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("machine", sa.String, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("store_file", sa.String),
    ).create(connection)


def add_kept_weights(connection: sa.Connection) -> None:
    """Create the table of the weights that are kept of some epochs (version 8)."""
    metadata = sa.MetaData()
    sa.Table("runs", metadata, sa.Column("id", sa.String, primary_key=True))
    of_run = sa.ForeignKey("runs.id", ondelete="CASCADE")
    sa.Table(
        "kept_weights",
        metadata,
        sa.Column("run_id", sa.String, of_run, primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    ).create(connection)


def add_resumed(connection: sa.Connection) -> None:
    """Record which runs were resumed by themselves, whoever queued them (version 9).

    Runs that are interrupted now wait for a person, as they did so far.
    """
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN resumed_after INTEGER")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN resumed_because TEXT")
    connection.exec_driver_sql(
        "UPDATE runs SET resumed_after = epochs_done WHERE state = 'interrupted'"
    )
    connection.exec_driver_sql("ALTER TABLE study_runs DROP COLUMN retried_after")


def add_starts(connection: sa.Connection) -> None:
    """Record how weights started: as Keras's defaults have it until now (version 10)."""
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN forget_bias VARCHAR")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN recurrent_initializer VARCHAR")
    connection.exec_driver_sql(
        "UPDATE runs SET forget_bias = 'keras' WHERE arch IN ('lstm', 'gru')"
    )
    connection.exec_driver_sql(
        "UPDATE runs SET recurrent_initializer = 'orthogonal' "
        "WHERE arch IN ('onehot-rnn', 'embedding-rnn', 'lstm', 'gru')"
    )


def add_update_ratios(connection: sa.Connection) -> None:
    """Record how far each epoch moves each layer's weights (version 11)."""
    connection.exec_driver_sql("ALTER TABLE epochs ADD COLUMN update_ratios JSON")


def add_datasets(connection: sa.Connection) -> None:
    """Create the table of datasets of one's own (version 12)."""
    sa.Table(
        "datasets",
        sa.MetaData(),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("description", sa.JSON, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    ).create(connection)


def add_starters(connection: sa.Connection) -> None:
    """Record whether a lab has the runs that come with rnnlab; not one in use (version 13)."""
    connection.exec_driver_sql("ALTER TABLE lab ADD COLUMN starters VARCHAR")
    connection.exec_driver_sql(
        "UPDATE lab SET starters = 'hidden' WHERE EXISTS (SELECT 1 FROM runs)"
    )


def add_owners(connection: sa.Connection) -> None:
    """Record whose each run is, for fair shares; nobody knows of those so far (version 14)."""
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN owner VARCHAR NOT NULL DEFAULT ''")
    double = sa.Double().compile(connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE runs ADD COLUMN claimed_at {double}")
    connection.exec_driver_sql("CREATE INDEX ix_runs_owner_claimed_at ON runs (owner, claimed_at)")


def describe_workers(connection: sa.Connection) -> None:
    """Record what each worker is: its kind of machine and its versions (version 15)."""
    connection.exec_driver_sql("ALTER TABLE workers ADD COLUMN about JSON")


def add_sweeps(connection: sa.Connection) -> None:
    """Record the points of sweeps, what matters in them, and why a run was stopped (version 16)."""
    kinds: tuple[tuple[str, str, sa.types.TypeEngine], ...] = (
        ("runs", "stop_reason", sa.Text()),
        ("studies", "importance", sa.JSON()),
        ("study_runs", "candidate", sa.Integer()),
        ("study_runs", "point", sa.Integer()),
    )
    for table, column, kind in kinds:
        name = kind.compile(connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {name}")


def add_leases(connection: sa.Connection) -> None:
    """Create the table of what only one process may do at a time (version 17)."""
    sa.Table(
        "leases",
        sa.MetaData(),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("ends_at", sa.Double, nullable=False),
        sa.Column("note", sa.Text),
    ).create(connection)


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (
    add_expected,
    add_store_file,
    add_split,
    add_studies,
    add_analyses,
    identify_workers,
    add_kept_weights,
    add_resumed,
    add_starts,
    add_update_ratios,
    add_datasets,
    add_starters,
    add_owners,
    describe_workers,
    add_sweeps,
    add_leases,
)


def newest_version() -> int:
    """Return the schema version that this code reads and writes."""
    return 1 + len(MIGRATIONS)


def stored_version(connection: sa.Connection) -> int | None:
    """Return the schema version of the database; None where it holds no lab yet.

    Processes that migrate take turns: each has the database, or its advisory lock, for itself.
    """
    if not sa.inspect(connection).has_table("lab"):
        return None
    lab = sa.table("lab", sa.column("schema_version", sa.Integer))
    special = sqlite if connection.dialect.name == "sqlite" else postgresql
    try:
        with connection.begin_nested():
            return connection.scalar(sa.select(lab.c.schema_version))
    except sa.exc.DBAPIError as error:
        if not special.is_missing(error):
            raise
        return None  # something else's table of this name


def migrate(connection: sa.Connection, version: int) -> None:
    """Take all the steps after `version` within the connection's transaction, all or none.

    What is there is backed up first. Raises StoreError where a step fails.
    """
    if version == newest_version():
        return
    backup: object = None
    if connection.dialect.name == "sqlite":
        backup = sqlite.back_up(connection, version=version)
    else:
        backup = postgresql.back_up(connection, version=version)
    for number, step in enumerate(MIGRATIONS[version - 1 :], start=version + 1):
        try:
            step(connection)
            connection.execute(
                sa.text("UPDATE lab SET schema_version = :number"), {"number": number}
            )
        except Exception as error:  # whatever it is, the store stays as it was
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            # One on a server was part of the transaction.
            kept = f" (there is a backup, too: {backup})" if isinstance(backup, Path) else ""
            raise StoreError(
                f"the store cannot be upgraded to schema {number} ({reason}): nothing in it was "
                f"changed{kept}. Use the version of rnnlab that wrote it, and report this"
            ) from error
