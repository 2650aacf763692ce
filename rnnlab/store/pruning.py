"""Stops a run that has fallen behind the others of its sweep, as it records an epoch.

Part of a store's transaction: every function is given its connection. The rule is
`rnnlab.pruning`'s.
"""

import sqlalchemy as sa

from rnnlab import pruning
from rnnlab.runs import Run, RunState
from rnnlab.store import clock
from rnnlab.store.schema import epochs, runs, studies, study_runs
from rnnlab.store.study_links import IS_ON


def stop_if_behind(connection: sa.Connection, run: Run, epoch: int) -> bool:
    """Stop a run after this epoch if its sweep prunes it; return whether it did.

    The other seeds of its point are stopped with it. A run that was there before the sweep, or that
    another study waits for, goes on.
    """
    if not pruning.may_stop(epoch, run.config.epochs_planned):
        return False
    columns = (studies.c.id, studies.c.name, studies.c.spec, *study_runs.c)
    links = connection.execute(
        sa.select(*columns)
        .join(studies, studies.c.id == study_runs.c.study_id)
        .where(study_runs.c.run_id == run.id, IS_ON)
    ).all()
    if len(links) != 1 or links[0].point is None or links[0].reused:
        return False
    link = links[0]
    if not link.spec["sweep"]["prune"]:
        return False
    highest = connection.scalar(
        sa.select(sa.func.max(epochs.c.val_accuracy)).where(epochs.c.run_id == run.id)
    )
    if not pruning.is_behind(highest or 0.0, _others(connection, link, run, epoch)):
        return False
    _stop_point(connection, link, pruning.reason(link.name, epoch))
    return True


def _others(connection: sa.Connection, link: sa.Row, run: Run, epoch: int) -> list[float]:
    """Return the highest accuracies of the candidate's finished runs up to this epoch."""
    query = (
        sa.select(sa.func.max(epochs.c.val_accuracy))
        .join(runs, runs.c.id == epochs.c.run_id)
        .join(study_runs, study_runs.c.run_id == runs.c.id)
        .where(
            study_runs.c.study_id == link.id,
            study_runs.c.phase == "search",
            study_runs.c.candidate == link.candidate,
            study_runs.c.point != link.point,
            runs.c.state == RunState.FINISHED,
            runs.c.epochs_done >= epoch,
            runs.c.seed == run.config.seed,
            epochs.c.epoch <= epoch,
        )
        .group_by(runs.c.id)
    )
    return [value for value in connection.scalars(query) if value is not None and value == value]


def _stop_point(connection: sa.Connection, link: sa.Row, reason: str) -> None:
    """Ask the runs of a point to stop, and end those that wait."""
    of_point = sa.select(study_runs.c.run_id).where(
        study_runs.c.study_id == link.id,
        study_runs.c.phase == "search",
        study_runs.c.candidate == link.candidate,
        study_runs.c.point == link.point,
        ~study_runs.c.reused,
    )
    stopped = sa.update(runs).where(runs.c.id.in_(of_point))
    values = {"stop_requested": True, "stop_reason": reason}
    connection.execute(
        stopped.where(runs.c.state == RunState.QUEUED).values(
            state=RunState.STOPPED, ended_at=clock.server_time(connection), **values
        )
    )
    connection.execute(stopped.where(runs.c.state == RunState.RUNNING).values(**values))
