"""Sweeps: who coordinates them, the points that they try, their pause and their budget.

A sweep is a study (`rnnlab.store.studies`). One process at a time holds the lease on it
(`rnnlab.store.leases`) and adds its next points. What it adds names the holder, so that one that
was slow adds nothing once another has taken over.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import WrongState
from rnnlab.store.clock import server_time
from rnnlab.store.database import Database
from rnnlab.store.leases import Leases
from rnnlab.store.resume import RESUMABLE
from rnnlab.store.schema import leases, runs, studies, study_runs
from rnnlab.store.study_links import IS_ACTIVE, add_runs, belongs_to
from rnnlab.store.study_rows import get_study
from rnnlab.studies import Study, StudySpec, StudyState

LEASE = "sweep "  # and the id: the name of the lease on a sweep

_SEARCHING = (
    studies.c.state == StudyState.RUNNING,
    studies.c.chosen.is_(None),
    sa.cast(studies.c.spec, sa.Text).like('%"sweep":%'),
)


class Sweeps:
    """The sweeps of a store. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._leases = Leases(database)

    # ---- what a coordinator does -----------------------------------------------------------

    def searching(self) -> tuple[str, ...]:
        """Return the ids of the sweeps that are running and still search, the oldest first."""
        query = sa.select(studies.c.id).where(*_SEARCHING).order_by(studies.c.created_at)
        with self._database.reading() as connection:
            return tuple(connection.scalars(query))

    def unattended(self) -> bool:
        """Return whether a sweep that still searches has no coordinator: one query."""
        with self._database.reading() as connection:
            held = sa.exists().where(
                leases.c.name == sa.literal(LEASE) + studies.c.id,
                leases.c.ends_at > server_time(connection),
            )
            return bool(connection.scalar(sa.select(sa.exists().where(*_SEARCHING, ~held))))

    def take(self, study_id: str, holder: str) -> bool:
        """Take or renew the lease on a sweep; return whether this holder has it now."""
        return self._leases.take(LEASE + study_id, holder)

    def release(self, study_id: str, holder: str) -> None:
        """Give the lease on a sweep up, so that another need not wait for its end."""
        self._leases.release(LEASE + study_id, holder)

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
            holds = sa.exists().where(
                leases.c.name == LEASE + study_id,
                leases.c.holder == holder,
                leases.c.ends_at > server_time(connection),
            )
            searching = sa.select(studies.c.id).where(studies.c.id == study_id, *_SEARCHING, holds)
            if (
                connection.scalar(searching.with_for_update()) is None
                or connection.scalar(last) != number - 1
            ):
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


def _sweep(connection: sa.Connection, study_id: str) -> Study:
    study = get_study(connection, study_id)
    if study.spec.sweep is None:
        raise WrongState(f"study {study.name} searches a grid: only a sweep has a budget")
    return study


def _set(connection: sa.Connection, study_id: str, **values: object) -> Study:
    connection.execute(sa.update(studies).where(studies.c.id == study_id).values(**values))
    return get_study(connection, study_id)
