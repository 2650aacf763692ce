"""The weights of a few epochs of each run, kept so that its training can be replayed.

Owns which epochs those are: 1, 2, 4, 8 and so on, beside the best, whose weights are the run's file
"best"; at most eleven of 1,000 epochs. The tutorial's LSTM takes 36 kB for each. They are written
with their epoch (see `Attempt.record_epoch`) and deleted with their run.
"""

import hashlib

import numpy as np
import sqlalchemy as sa

from rnnlab.arrays import npz_arrays
from rnnlab.errors import RunNotFound, StoreError
from rnnlab.store import artifacts
from rnnlab.store.database import Database
from rnnlab.store.schema import kept_weights, runs

MAX_BYTES = 4_000_000  # of one epoch's weights; of a larger network only the best are kept


def is_kept(epoch: int) -> bool:
    """Return whether the weights of this epoch are to be kept: of every power of two."""
    return epoch & (epoch - 1) == 0


def put(connection: sa.Connection, run_id: str, epoch: int, content: bytes) -> None:
    """Keep the weights of an epoch, an .npz, within a transaction; nothing above `MAX_BYTES`."""
    if len(content) <= MAX_BYTES:
        sha256 = hashlib.sha256(content).hexdigest()
        connection.execute(
            sa.insert(kept_weights).values(
                run_id=run_id, epoch=epoch, sha256=sha256, content=content
            )
        )


def contents(connection: sa.Connection, run_id: str) -> dict[int, bytes]:
    """Return the kept weights of a run as they are stored, by epoch, within a transaction."""
    query = sa.select(kept_weights.c.epoch, kept_weights.c.content).where(
        kept_weights.c.run_id == run_id
    )
    return {row.epoch: row.content for row in connection.execute(query)}


class KeptWeights:
    """The kept weights of a store's runs. Read-only; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def epochs(self, run_id: str) -> tuple[int, ...]:
        """Return the epochs of a run whose weights can be loaded, in order, with the best.

        Only the best of a run that was trained by an earlier version; none of one that was fitted
        in one go.
        """
        kept = sa.select(kept_weights.c.epoch).where(kept_weights.c.run_id == run_id)
        with self._database.reading() as connection:
            best = _best_epoch(connection, run_id)
            return tuple(sorted({*connection.scalars(kept), *([best] if best else [])}))

    def load(self, run_id: str, epoch: int) -> dict[str, np.ndarray]:
        """Return the weights after an epoch by name, as `inference.forward.predict` takes them.

        Raises RunNotFound where they are not kept, StoreError where their checksum is wrong.
        """
        query = sa.select(kept_weights.c.content, kept_weights.c.sha256).where(
            kept_weights.c.run_id == run_id, kept_weights.c.epoch == epoch
        )
        with self._database.reading() as connection:
            if epoch == _best_epoch(connection, run_id):
                return npz_arrays(artifacts.get(connection, run_id, "best"))
            row = connection.execute(query).one_or_none()
        if row is None:
            raise RunNotFound(
                f"run {run_id} has no weights of epoch {epoch}: choose an epoch that was kept"
            )
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            raise StoreError(
                f"the weights of epoch {epoch} of run {run_id} are damaged: choose another epoch"
            )
        return npz_arrays(row.content)


def _best_epoch(connection: sa.Connection, run_id: str) -> int | None:
    """Return the best epoch; None before the first has ended, or where there are no epochs."""
    query = sa.select(runs.c.best_epoch).where(runs.c.id == run_id, runs.c.epochs.is_not(None))
    return connection.scalar(query)
