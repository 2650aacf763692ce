"""How long epochs took before, in one query."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from rnnlab.config import FIELDS, RunConfig
from rnnlab.store.rows import UNREADABLE, config_of
from rnnlab.store.schema import epochs, runs


def epoch_times(connection: sa.Connection, machine: str) -> tuple[tuple[RunConfig, float], ...]:
    """Return configs trained on a machine with their seconds per epoch, newest first."""
    fitted_at_once = runs.c.epochs.is_(None)
    mean = (
        sa.select(epochs.c.run_id, sa.func.avg(epochs.c.seconds).label("seconds"))
        .join(runs, runs.c.id == epochs.c.run_id)
        .where((epochs.c.epoch > 1) | fitted_at_once)
        .group_by(epochs.c.run_id)
        .subquery()
    )
    query = (
        sa.select(mean.c.seconds.label("epoch_seconds"), *(runs.c[name] for name in FIELDS))
        .join(mean, mean.c.run_id == runs.c.id)
        .where(runs.c.machine == machine)
        .order_by(runs.c.created_at.desc())
    )
    rows = connection.execute(query).mappings().all()
    return tuple(_readable(rows))


def _readable(rows: Iterable[sa.RowMapping]) -> Iterator[tuple[RunConfig, float]]:
    for row in rows:
        try:
            yield config_of(row), row["epoch_seconds"]
        except UNREADABLE:
            continue
