"""How fast configs were trained before, as one query."""

import sqlalchemy as sa

from rnnlab.config import FIELDS, RunConfig
from rnnlab.store.rows import config_of
from rnnlab.store.schema import epochs, runs


def epoch_times(connection: sa.Connection, machine: str) -> tuple[tuple[RunConfig, float], ...]:
    """Configs trained on a machine and their seconds per epoch, the newest first."""
    one_go = runs.c.epochs.is_(None)
    pace = (
        sa.select(epochs.c.run_id, sa.func.avg(epochs.c.seconds).label("seconds"))
        .join(runs, runs.c.id == epochs.c.run_id)
        .where((epochs.c.epoch > 1) | one_go)
        .group_by(epochs.c.run_id)
        .subquery()
    )
    query = (
        sa.select(pace.c.seconds.label("pace_s"), *(runs.c[name] for name in FIELDS))
        .join(pace, pace.c.run_id == runs.c.id)
        .where(runs.c.machine == machine)
        .order_by(runs.c.created_at.desc())
    )
    rows = connection.execute(query).mappings().all()
    return tuple((config_of(row), row["pace_s"]) for row in rows)
