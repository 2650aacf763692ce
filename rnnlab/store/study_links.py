"""The runs that belong to a study: which are waited for, and how they are queued.

Part of a store's transaction: every function is given its connection. Owns no rule on what a study
trains; see `rnnlab.study`.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.runs import RunState
from rnnlab.store.enqueue import insert_missing
from rnnlab.store.resume import RESUMABLE, queue_again
from rnnlab.store.rows import readable
from rnnlab.store.schema import runs, studies, study_runs
from rnnlab.studies import Phase, Study, StudyState

OWNER = "owner"  # a key of `studies.manifest`
IS_ON = studies.c.state.in_([StudyState.RUNNING, StudyState.PAUSED])
IS_ACTIVE = runs.c.state.in_([RunState.QUEUED, RunState.RUNNING])


def has_runs(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Say, within a query of studies, that a study has such runs."""
    its_runs = sa.select(runs.c.id).join(study_runs, study_runs.c.run_id == runs.c.id)
    return its_runs.where(study_runs.c.study_id == studies.c.id, which).exists()


SETTLED = (~has_runs(IS_ACTIVE), ~has_runs(RESUMABLE))


def belongs_to(study_id: str) -> sa.ColumnElement[bool]:
    """Say, within a query of runs of studies, that they belong to this study."""
    return study_runs.c.study_id == study_id


def add_runs(
    connection: sa.Connection,
    study_id: str,
    phase: Phase,
    configs: Sequence[RunConfig],
    *,
    now: float,
    points: Mapping[RunConfig, tuple[int, int] | None] | None = None,
) -> None:
    """Link a run to the study for each config, queued where there is none yet.

    They belong to the study's owner. However many wait: a study that has begun goes on. `points`
    are the configs' in a sweep's search, as (candidate, number).
    """
    query = sa.select(studies.c.manifest).where(studies.c.id == study_id)
    manifest = dict(connection.scalar(query) or {})
    owner = manifest.pop(OWNER, "")
    named = [(config, None) for config in configs]
    linked = insert_missing(
        connection, named, now=now, manifest=manifest, owner=owner, limited=False
    )
    links = []
    for run_id, (config, existed) in {r.id: (r.config, existed) for r, existed in linked}.items():
        candidate, point = (points or {}).get(config) or (None, None)
        links.append(
            {
                "study_id": study_id,
                "run_id": run_id,
                "phase": phase,
                "reused": existed,
                "candidate": candidate,
                "point": point,
            }
        )
    if links:
        connection.execute(sa.insert(study_runs), links)


def requeue(
    connection: sa.Connection, study: Study, configs: Sequence[RunConfig], *, now: float
) -> tuple[int, list[RunConfig]]:
    """Queue those runs of the study's phase again that can continue, and unlink those that cannot.

    One that the study itself stopped stays. Returns how many were queued, and the configs that are
    left without a run.
    """
    of_phase = belongs_to(study.id) & (study_runs.c.phase == study.phase)
    query = sa.select(runs).join(study_runs, study_runs.c.run_id == runs.c.id).where(of_phase)
    kept, again, unlinked = set(), [], []
    for run in readable(connection.execute(query).mappings()):
        never_started = run.state is RunState.STOPPED and run.started_at is None
        stopping = run.state is RunState.RUNNING and run.stop_requested
        failed = run.state is RunState.FAILED and study.state is StudyState.FAILED
        if run.state is RunState.INTERRUPTED or never_started:
            again.append(run.id)
        elif (run.state is RunState.STOPPED or stopping or failed) and run.stop_reason is None:
            unlinked.append(run.id)
            continue
        kept.add(run.config)
    connection.execute(sa.delete(study_runs).where(of_phase, study_runs.c.run_id.in_(unlinked)))
    queue_again(connection, again, now=now)
    return len(again), [config for config in configs if config not in kept]
