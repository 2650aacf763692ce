"""Studies: what was asked, which runs belong to it, and how far it has come.

Owns no rule on what a study trains or chooses; that is `rnnlab.study`'s, which gives the configs.
Every change is conditional on the state that it starts from, so any number of processes may
advance a study: one of them does, for the others nothing is left to do.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import StudyNotFound, WrongState
from rnnlab.names import checked_name
from rnnlab.runs import Run, RunState
from rnnlab.store.database import Database
from rnnlab.store.enqueue import check_queue
from rnnlab.store.find import find_one
from rnnlab.store.rows import readable
from rnnlab.store.schema import runs, studies, study_runs
from rnnlab.store.study_links import (
    IS_ON,
    OWNER,
    SETTLED,
    add_runs,
    belongs_to,
    requeue,
)
from rnnlab.store.study_rows import STUDIES_NEWEST_FIRST, get_study, read_studies
from rnnlab.studies import Study, StudySpec, StudyState


class Studies:
    """The studies of a store. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- reading -------------------------------------------------------------------------

    def all(self, known: Iterable[Study] = ()) -> tuple[Study, ...]:
        """Return all studies, newest first.

        Those of `known`, which this method returned before, are not read again if they have ended
        and nobody has resumed them; runs that were deleted since stay in them.
        """
        unchanged = {(study.id, study.ended_at): study for study in known if not study.state.active}
        with self._database.reading() as connection:
            heads = sa.select(studies.c.id, studies.c.ended_at).order_by(*STUDIES_NEWEST_FIRST)
            order = [tuple(head) for head in connection.execute(heads)]
            changed = [head[0] for head in order if head not in unchanged]
            read = (
                {study.id: study for study in read_studies(connection, changed)} if changed else {}
            )
        return tuple(unchanged.get(head) or read[head[0]] for head in order)

    def get(self, study_id: str) -> Study:
        """Return the study with exactly this id. Raises StudyNotFound."""
        with self._database.reading() as connection:
            return get_study(connection, study_id)

    def find(self, text: str) -> Study:
        """Return the study that a person names: by id, by name, or by the start of an id.

        Raises StudyNotFound where none, or more than one, matches.
        """
        return find_one(text, self.all(), nouns=("study", "studies"), error=StudyNotFound)

    def with_runs(self, study_id: str) -> tuple[Study, dict[str, Run]]:
        """Return a study and its runs by id, as of one moment. Raises StudyNotFound."""
        query = (
            sa.select(runs)
            .where(runs.c.id.in_(sa.select(study_runs.c.run_id).where(belongs_to(study_id))))
            .order_by(runs.c.created_at, runs.c.id)
        )
        with self._database.reading() as connection:
            study = get_study(connection, study_id)
            rows = connection.execute(query).mappings()
            return study, {run.id: run for run in readable(rows)}

    def any_running(self) -> bool:
        """Return whether a study is running: one query, on an indexed column."""
        query = sa.select(sa.exists().where(studies.c.state == StudyState.RUNNING))
        with self._database.reading() as connection:
            return bool(connection.scalar(query))

    def due(self) -> tuple[str, ...]:
        """Return the ids of the running studies that can go on: one query, on indexed columns.

        None of their runs is waited for.
        """
        query = sa.select(studies.c.id).where(studies.c.state == StudyState.RUNNING, *SETTLED)
        with self._database.reading() as connection:
            return tuple(connection.scalars(query))

    # ---- what people do ------------------------------------------------------------------

    def create(
        self,
        spec: StudySpec,
        configs: Sequence[RunConfig],
        *,
        now: float,
        name: str | None = None,
        manifest: Mapping[str, Any] | None = None,
        owner: str = "",
    ) -> Study:
        """Record a study of `owner` and queue the runs of its search, all or none; return it.

        Finished and active runs of equal configs are taken as they are; of an equal study that is
        running, that one is returned. Without a name it is called "study-3" or "sweep-3". Raises
        InvalidField for a bad name, QueueFull.
        """
        study_id = f"s-{secrets.token_hex(4)}"
        with self._database.writing() as connection:
            query = sa.select(studies.c.id, studies.c.spec).where(
                studies.c.state == StudyState.RUNNING
            )
            for running in connection.execute(query):
                if running.spec == spec.to_dict():
                    return get_study(connection, running.id)
            connection.execute(
                sa.insert(studies).values(
                    id=study_id,
                    name=_next_name(connection, spec) if name is None else checked_name(name),
                    state=StudyState.RUNNING,
                    spec=spec.to_dict(),
                    manifest={**(manifest or {}), OWNER: owner},
                    created_at=now,
                )
            )
            add_runs(connection, study_id, "search", configs, now=now)
            check_queue(connection)
            return get_study(connection, study_id)

    def stop(self, study_id: str, *, now: float) -> None:
        """Stop a running or paused study and the runs that it queued.

        Runs that were there before, and those that another running study needs, go on. Raises
        StudyNotFound, or WrongState if it is not running.
        """
        others = (
            sa.select(study_runs.c.run_id)
            .join(studies, studies.c.id == study_runs.c.study_id)
            .where(IS_ON, studies.c.id != study_id)
        )
        queued_here = sa.select(study_runs.c.run_id).where(
            belongs_to(study_id), ~study_runs.c.reused
        )
        stopped = runs.c.id.in_(queued_here) & runs.c.id.not_in(others)
        with self._database.writing() as connection:
            study = get_study(connection, study_id)
            if not _end(connection, study_id, StudyState.STOPPED, now=now):
                raise WrongState(f"study {study.name} is {study.state}: there is nothing to stop")
            connection.execute(
                sa.update(runs)
                .where(stopped, runs.c.state == RunState.QUEUED)
                .values(state=RunState.STOPPED, stop_requested=True, ended_at=now)
            )
            connection.execute(
                sa.update(runs)
                .where(stopped, runs.c.state == RunState.RUNNING)
                .values(stop_requested=True)
            )

    def resume(
        self,
        study_id: str,
        configs: Sequence[RunConfig] | Mapping[RunConfig, tuple[int, int] | None],
        *,
        now: float,
    ) -> Study:
        """Continue a study that has ended: queue what is missing of these configs; return it.

        `configs` are those of its phase, in the search of a sweep with their points. Finished and
        active runs stay, and so do failed ones unless the study failed with them. Interrupted runs,
        and stopped ones that never started, are queued again; other stopped or deleted ones are
        trained anew. A paused sweep goes on in the same way. Raises StudyNotFound, or WrongState
        where it runs already or nothing is missing.
        """
        with self._database.writing() as connection:
            study = get_study(connection, study_id)
            if study.state is StudyState.RUNNING:
                raise WrongState(f"study {study.name} is running: there is nothing to resume")
            again, missing = requeue(connection, study, list(configs), now=now)
            if study.state is StudyState.FINISHED and not (again or missing):
                raise WrongState(f"study {study.name} is finished: none of its runs is missing")
            points = configs if isinstance(configs, Mapping) else None
            add_runs(connection, study_id, study.phase, missing, now=now, points=points)
            connection.execute(
                sa.update(studies)
                .where(studies.c.id == study_id)
                .values(state=StudyState.RUNNING, ended_at=None, error=None)
            )
            return get_study(connection, study_id)

    def delete(self, study_id: str) -> None:
        """Forget a study; its runs stay. Raises StudyNotFound, or WrongState if it is running."""
        with self._database.writing() as connection:
            study = get_study(connection, study_id)
            if study.state.active:
                raise WrongState(
                    f"study {study.name} is {study.state}: stop it first, then delete it"
                )
            connection.execute(sa.delete(studies).where(studies.c.id == study_id))

    # ---- how a study goes on ---------------------------------------------------------------

    def begin_final(
        self,
        study_id: str,
        chosen: Sequence[RunConfig | None],
        configs: Sequence[RunConfig],
        *,
        now: float,
    ) -> bool:
        """Record what the search chose and queue the winners' runs; return whether it was done.

        It is done once, by whichever process comes first, while the study is running.
        """
        values = [config and config.to_dict() for config in chosen]
        with self._database.writing() as connection:
            updated = connection.execute(
                sa.update(studies)
                .where(
                    studies.c.id == study_id,
                    studies.c.state == StudyState.RUNNING,
                    studies.c.chosen.is_(None),
                    *SETTLED,
                )
                .values(chosen=values)
            )
            if updated.rowcount != 1:
                return False
            add_runs(connection, study_id, "final", configs, now=now)
            return True

    def end(
        self, study_id: str, state: StudyState, *, now: float, error: str | None = None
    ) -> bool:
        """End a study none of whose runs is waited for any more; return whether it was running."""
        with self._database.writing() as connection:
            return _end(connection, study_id, state, *SETTLED, now=now, error=error)


def _end(
    connection: sa.Connection,
    study_id: str,
    state: StudyState,
    *conditions: sa.ColumnElement[bool],
    now: float,
    error: str | None = None,
) -> bool:
    updated = connection.execute(
        sa.update(studies)
        .where(studies.c.id == study_id, IS_ON, *conditions)
        .values(state=state, ended_at=now, error=error)
    )
    return updated.rowcount == 1


def _next_name(connection: sa.Connection, spec: StudySpec) -> str:
    """Return the first free "study-N" or "sweep-N", counting on from the number of studies."""
    kind = "sweep" if spec.sweep else "study"
    taken = set(connection.scalars(sa.select(studies.c.name)))
    number = len(taken) + 1
    while f"{kind}-{number}" in taken:
        number += 1
    return f"{kind}-{number}"
