"""Turn rows of `epochs` into what readers get.

Each function works inside a transaction that the caller has begun.
"""

import dataclasses
from collections.abc import Iterable

import sqlalchemy as sa

from rnnlab.runs import Epoch
from rnnlab.store.schema import epochs

_COLUMNS = tuple(epochs.c[field.name] for field in dataclasses.fields(Epoch))


def read_epochs(
    connection: sa.Connection, run_ids: Iterable[str], *, after: int
) -> tuple[Epoch, ...]:
    """Return the finished epochs of these runs with a `row_id` above `after`, oldest first."""
    query = (
        sa.select(*_COLUMNS)
        .where(epochs.c.run_id.in_(list(run_ids)), epochs.c.row_id > after)
        .order_by(epochs.c.row_id)
    )
    return tuple(Epoch(*row) for row in connection.execute(query))


def read_update_ratios(connection: sa.Connection, run_id: str) -> dict[int, dict[str, float]]:
    """Return the update-to-weight ratio of each layer, by epoch, where it was recorded."""
    query = (
        sa.select(epochs.c.epoch, epochs.c.update_ratios)
        .where(epochs.c.run_id == run_id, epochs.c.update_ratios.is_not(None))
        .order_by(epochs.c.epoch)
    )
    return {row.epoch: row.update_ratios for row in connection.execute(query)}
