"""A new run that goes on where one that has ended stopped; the one that has ended stays as it is.

Part of a store's transaction: every function is given its connection.
"""

from typing import Any

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import WrongState
from rnnlab.runs import CONTINUES, Run
from rnnlab.store import artifacts
from rnnlab.store.enqueue import insert_missing
from rnnlab.store.rows import get_run
from rnnlab.store.schema import artifacts as files
from rnnlab.store.schema import epochs, kept_weights, runs

# Of the checkpoint, which a run keeps when it ends; larger networks are trained on from the start.
MAX_BYTES = 12_000_000
_FILES = ("checkpoint", "best")
_PROGRESS = (
    "epochs_done",
    "seconds",
    "last_epoch_seconds",
    "peak_memory_mb",
    "best_epoch",
    "best_loss",
    "best_accuracy",
    "best_val_loss",
    "best_val_accuracy",
)


def insert_continuation(
    connection: sa.Connection,
    run_id: str,
    config: RunConfig,
    *,
    now: float,
    name: str,
    owner: str,
) -> Run:
    """Queue a run of this config that starts with the history of another; return it.

    Its worker continues after the last epoch, as after an interruption. Where no checkpoint is kept
    (of a starter run, for example) it starts from the beginning, and comes to the same. Where a
    finished or active run has this config, that one is returned. Raises RunNotFound, WrongState.
    """
    original = get_run(connection, run_id)
    if not original.is_trained:
        raise WrongState(
            f"run {original.name} is {original.state}: only a run that has ended with weights can "
            "be trained on"
        )
    manifest = {CONTINUES: original.id}
    if reviews := original.manifest.get("dataset_sha256"):
        manifest["dataset_sha256"] = reviews
    ((run, existed),) = insert_missing(
        connection, [(config, name)], now=now, manifest=manifest, owner=owner
    )
    if existed or artifacts.digest(connection, run_id, "checkpoint") is None:
        return run
    _copy_history(connection, original, run.id)
    return get_run(connection, run.id)


def _copy_history(connection: sa.Connection, original: Run, run_id: str) -> None:
    for table, own in ((epochs, ("row_id", "run_id")), (kept_weights, ("run_id",))):
        others = [column for column in table.c if column.name not in own]
        rows = sa.select(sa.literal(run_id), *others).where(table.c.run_id == original.id)
        names = ["run_id", *(column.name for column in others)]
        connection.execute(sa.insert(table).from_select(names, rows.order_by(table.c.epoch)))
    for name in _FILES:
        artifacts.put(connection, run_id, name, artifacts.get(connection, original.id, name))
    values: dict[str, Any] = {name: getattr(original, name) for name in _PROGRESS}
    connection.execute(sa.update(runs).where(runs.c.id == run_id).values(values))


def drop_large_checkpoint(connection: sa.Connection, run_id: str) -> None:
    """Delete the checkpoint of an ended run if it is too large to keep."""
    connection.execute(
        sa.delete(files).where(
            files.c.run_id == run_id,
            files.c.name == "checkpoint",
            sa.func.length(files.c.content) > MAX_BYTES,
        )
    )
