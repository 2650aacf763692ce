"""Sweeps: who coordinates them, the points that they try, their pause and their budget.

A sweep is a study (`rnnlab.store.studies`). One process at a time holds the lease on it and adds
its next points. The lease must be renewed, and what its holder writes names the holder, so that a
coordinator that was slow adds nothing once another has taken over.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import WrongState
from rnnlab.store import clock
from rnnlab.store.database import Database
from rnnlab.store.resume import RESUMABLE
from rnnlab.store.schema import runs, studies, study_runs
from rnnlab.store.study_links import IS_ACTIVE, add_runs, belongs_to
from rnnlab.store.study_rows import get_study
from rnnlab.studies import Study, StudySpec, StudyState

LEASE_S = 10.0

_SEARCHING = (
    studies.c.state == StudyState.RUNNING,
    studies.c.chosen.is_(None),
    sa.cast(studies.c.spec, sa.Text).like('%"sweep":%'),
)


class Sweeps:
    """The sweeps of a store. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- what a coordinator does -----------------------------------------------------------

    def searching(self) -> tuple[str, ...]:
        """Return the ids of the sweeps that are running and still search, the oldest first."""
        query = sa.select(studies.c.id).where(*_SEARCHING).order_by(studies.c.created_at)
        with self._database.reading() as connection:
            return tuple(connection.scalars(query))

    def unattended(self) -> bool:
        """Return whether a sweep that still searches has no coordinator: one query."""
        with self._database.reading() as connection:
            query = sa.select(sa.exists().where(*_SEARCHING, _is_free(connection)))
            return bool(connection.scalar(query))

    def take(self, study_id: str, holder: str) -> bool:
        """Take or renew the lease on a sweep; return whether this holder has it now."""
        with self._database.writing(quiet=True) as connection:
            may_take = _is_free(connection) | (studies.c.coordinator == holder)
            until = clock.server_time(connection) + LEASE_S
            updated = connection.execute(
                sa.update(studies)
                .where(studies.c.id == study_id, may_take)
                .values(coordinator=holder, coordinator_until=until)
            )
            return updated.rowcount == 1

    def release(self, holder: str) -> None:
        """Give up all leases of a holder, so that another need not wait for their end."""
        with self._database.writing(quiet=True) as connection:
            connection.execute(
                sa.update(studies)
                .where(studies.c.coordinator == holder)
                .values(coordinator=None, coordinator_until=None)
            )

    def waiting(self, study_id: str) -> dict[int, int]:
        """Return how many points of each candidate have a run that is waited for: one query."""
        query = (
            sa.select(study_runs.c.candidate, sa.func.count(sa.distinct(study_runs.c.point)))
            .join(runs, runs.c.id == study_runs.c.run_id)
            .where(belongs_to(study_id), study_runs.c.phase == "search", IS_ACTIVE | RESUMABLE)
            .group_by(study_runs.c.candidate)
        )
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def add_point(
        self,
        study_id: str,
        holder: str,
        point: tuple[int, int],
        configs: Sequence[RunConfig],
        *,
        now: float,
    ) -> bool:
        """Link the runs of a new point, queued where there are none; return whether it was done.

        `point` is (candidate, number), `configs` one for each seed. Nothing is done unless the
        sweep is running, this holder has its lease, and the number is the candidate's next.
        """
        candidate, number = point
        last = sa.select(sa.func.coalesce(sa.func.max(study_runs.c.point), -1)).where(
            belongs_to(study_id),
            study_runs.c.phase == "search",
            study_runs.c.candidate == candidate,
        )
        with self._database.writing() as connection:
            holds = connection.scalar(
                sa.select(studies.c.id)
                .where(
                    studies.c.id == study_id,
                    *_SEARCHING,
                    studies.c.coordinator == holder,
                    studies.c.coordinator_until > clock.server_time(connection),
                )
                .with_for_update()
            )
            if holds is None or connection.scalar(last) != number - 1:
                return False
            points: Mapping[RunConfig, tuple[int, int]] = dict.fromkeys(configs, point)
            add_runs(connection, study_id, "search", configs, now=now, points=points)
            return True

    def record_importance(
        self, study_id: str, importance: Sequence[Mapping[str, float] | None]
    ) -> None:
        """Record how much each field matters to each candidate; see `Study.importance`."""
        with self._database.writing() as connection:
            connection.execute(
                sa.update(studies)
                .where(studies.c.id == study_id)
                .values(importance=[shares and dict(shares) for shares in importance])
            )

    def fail(self, study_id: str, error: str, *, now: float) -> None:
        """End a running sweep whose next points cannot be found."""
        with self._database.writing() as connection:
            connection.execute(
                sa.update(studies)
                .where(studies.c.id == study_id, *_SEARCHING)
                .values(state=StudyState.FAILED, error=error, ended_at=now)
            )

    # ---- what people do ----------------------------------------------------------------------

    def pause(self, study_id: str) -> Study:
        """Pause a running sweep: what is in training goes on, and nothing new begins; return it.

        Raises StudyNotFound, or WrongState where it does not search.
        """
        with self._database.writing() as connection:
            study = _sweep(connection, study_id)
            if study.state is not StudyState.RUNNING:
                raise WrongState(f"sweep {study.name} is {study.state}: there is nothing to pause")
            if study.phase != "search":
                raise WrongState(
                    f"the search of sweep {study.name} is over, and its winners are in training: "
                    "stop it instead, and resume it later"
                )
            return _set(connection, study_id, state=StudyState.PAUSED)

    def set_budget(self, study_id: str, spec: StudySpec) -> Study:
        """Give a sweep that still searches the budget of this spec; return it.

        Raises StudyNotFound, or WrongState once its search is over.
        """
        with self._database.writing() as connection:
            study = _sweep(connection, study_id)
            if study.phase != "search":
                raise WrongState(
                    f"the search of sweep {study.name} is over: start another sweep, which takes "
                    "what is trained already"
                )
            return _set(connection, study_id, spec=spec.to_dict())


def _is_free(connection: sa.Connection) -> sa.ColumnElement[bool]:
    """Say, within a query of studies, that nobody holds the lease."""
    until = studies.c.coordinator_until
    return until.is_(None) | (until <= clock.server_time(connection))


def _sweep(connection: sa.Connection, study_id: str) -> Study:
    study = get_study(connection, study_id)
    if study.spec.sweep is None:
        raise WrongState(f"study {study.name} searches a grid: only a sweep has a budget")
    return study


def _set(connection: sa.Connection, study_id: str, **values: object) -> Study:
    connection.execute(sa.update(studies).where(studies.c.id == study_id).values(**values))
    return get_study(connection, study_id)
