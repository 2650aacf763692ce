"""The store's tables.

The columns of `runs` that hold a config are generated from `config.FIELDS`, one for each field.
Whatever changes here needs a step in `rnnlab.store.migrations` for the labs that exist.
"""

import math

import sqlalchemy as sa

from rnnlab.config import FIELDS


class Figure(sa.types.TypeDecorator):
    """A metric that may be NaN. SQLite stores NaN as NULL, so NULL reads back as NaN."""

    impl = sa.Double
    cache_ok = True

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> float:
        """Turn NULL into NaN."""
        return math.nan if value is None else value


_COLUMN_TYPES = {int: sa.BigInteger, float: sa.Double, bool: sa.Boolean, str: sa.String}

metadata = sa.MetaData()

lab = sa.Table(
    "lab",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),  # grows with every change
    sa.Column("starters", sa.String),  # see rnnlab.store.starters
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
    sa.Column("owner", sa.String, nullable=False, server_default=""),
    sa.Column("claimed_at", sa.Double),
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
    sa.Column("resumed_after", sa.Integer),  # its epochs when it was last resumed by itself
    sa.Column("resumed_because", sa.Text),
    sa.Column("stop_reason", sa.Text),  # NULL where a person stopped it
    sa.Column("error", sa.Text),
    sa.Column("traceback", sa.Text),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("manifest", sa.JSON, nullable=False),
    sa.Index("ix_runs_owner_claimed_at", "owner", "claimed_at"),
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
    sa.Column("update_ratios", sa.JSON(none_as_null=True)),  # by layer
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

analyses = sa.Table(
    "analyses",
    metadata,
    sa.Column("run_id", sa.String, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),  # of what it was made from
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

kept_weights = sa.Table(
    "kept_weights",
    metadata,
    sa.Column("run_id", sa.String, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False, unique=True),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # see `rnnlab.datasets.own.content`
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("machine", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process", sa.String, nullable=False),  # see `machine.process_id`
    sa.Column("seen_at", sa.Double, nullable=False),
    sa.Column("store_file", sa.String),  # the file it serves; NULL where the store is no file
    sa.Column("about", sa.JSON),  # see `rnnlab.store.workers.about_here`
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("ends_at", sa.Double, nullable=False),
    sa.Column("note", sa.Text),
)

expected = sa.Table(
    "expected",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("config", sa.JSON),
    sa.Column("at", sa.Double),
)

studies = sa.Table(
    "studies",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("manifest", sa.JSON, nullable=False),  # what its runs are queued with
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Column("chosen", sa.JSON(none_as_null=True)),  # configs; NULL until the search has ended
    sa.Column("error", sa.Text),
    sa.Column("importance", sa.JSON(none_as_null=True)),  # of a sweep's fields
)

study_runs = sa.Table(
    "study_runs",
    metadata,
    sa.Column(
        "study_id", sa.String, sa.ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column(
        "run_id",
        sa.String,
        sa.ForeignKey("runs.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sa.Column("phase", sa.String, primary_key=True),
    sa.Column("reused", sa.Boolean, nullable=False),
    sa.Column("candidate", sa.Integer),  # in the search of a sweep: which base it tunes,
    sa.Column("point", sa.Integer),  # and which of its settings this is
)
