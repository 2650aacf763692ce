"""What runs have cost, added up in the database: it returns a row per run, not per epoch."""

from collections.abc import Sequence

import sqlalchemy as sa

from rnnlab.runs import RunCost
from rnnlab.store.schema import artifacts, epochs, runs


def run_costs(connection: sa.Connection, run_ids: Sequence[str]) -> dict[str, RunCost]:
    """Return what these runs have cost, by run id; runs without a best epoch are left out."""
    chosen = epochs.c.run_id.in_(run_ids)
    to_best = (
        sa.select(epochs.c.run_id, sa.func.sum(epochs.c.seconds))
        .join(runs, runs.c.id == epochs.c.run_id)
        .where(chosen, epochs.c.epoch <= runs.c.best_epoch)
        .group_by(epochs.c.run_id)
    )
    ranked = (
        sa.select(
            epochs.c.run_id,
            epochs.c.seconds,
            sa.func.row_number()
            .over(partition_by=epochs.c.run_id, order_by=epochs.c.seconds)
            .label("rank"),
            sa.func.count().over(partition_by=epochs.c.run_id).label("number"),
        )
        .join(runs, runs.c.id == epochs.c.run_id)
        # The first epoch includes compiling; a model fitted in one go compiles nothing.
        .where(chosen, (epochs.c.epoch > 1) | runs.c.epochs.is_(None))
        .subquery()
    )
    # The one or two in the middle; SQLite knows no median. `//` is SQL's whole division.
    middle = ranked.c.rank.between((ranked.c.number + 1) // 2, ranked.c.number // 2 + 1)
    medians = (
        sa.select(ranked.c.run_id, sa.func.avg(ranked.c.seconds))
        .where(middle)
        .group_by(ranked.c.run_id)
    )
    sizes = sa.select(artifacts.c.run_id, sa.func.length(artifacts.c.content)).where(
        artifacts.c.run_id.in_(run_ids), artifacts.c.name == "best"
    )
    seconds, pace, size = (
        dict(connection.execute(query).all()) for query in (to_best, medians, sizes)
    )
    return {
        run_id: RunCost(pace.get(run_id), seconds[run_id], size.get(run_id)) for run_id in seconds
    }
