"""Workers: which ones are alive, and which runs a dead one has abandoned.

A worker counts only for the store it serves. A copied lab names workers too, living ones perhaps,
but those go on serving the original. What workers of several machines write and read is timed by
the store's clock, because each machine's own may be wrong (see `rnnlab.store.clock`).
"""

import importlib.metadata
import logging
import os
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from rnnlab import __version__, machine
from rnnlab.runs import RunState
from rnnlab.store import clock, sqlite
from rnnlab.store.database import Database
from rnnlab.store.schema import runs, workers

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
# A worker on another machine is lost after this silence. One on this machine is lost when its
# process is gone: heartbeats may be late on a suspended laptop or under load.
LOST_AFTER_S = 8.0
# With a store that is no file of this machine a network lies between, and somebody looks every
# few seconds: its run is taken over within half a minute.
LOST_ELSEWHERE_AFTER_S = 20.0
GONE = "Its worker process was gone."


@dataclass(frozen=True)
class RegisteredWorker:
    """A worker that serves a store, as it was when it was read.

    `silent_s` is how long ago its last heartbeat was; `kind` which kind of machine it runs on (see
    `rnnlab.machine.kind`), and `slots` how many runs train there at once. What a worker of an
    earlier version did not say is None. `run` is the id of the run that it trains.
    """

    id: str
    machine: str
    pid: int
    seen_at: float
    silent_s: float
    kind: str | None = None
    rnnlab: str | None = None
    tensorflow: str | None = None
    slots: int | None = None
    run: str | None = None


ABOUT = ("kind", "rnnlab", "tensorflow", "slots")


def about_here(slots: int | None) -> dict[str, Any]:
    """Return what a worker of this process says of itself: machine, versions, slots."""
    values = machine.kind(), __version__, importlib.metadata.version("tensorflow"), slots
    return dict(zip(ABOUT, values, strict=True))


class Workers:
    """The register of workers. Each method is one transaction; heartbeats disturb no reader."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, worker_id: str, *, now: float, limit: int, slots: int | None = None) -> bool:
        """Register this process as a worker, unless `limit` are on this machine; return whether.

        `slots` is how many runs train on this machine at once.
        """
        with self._database.writing() as connection:
            if _count_here(connection) >= limit:
                return False
            connection.execute(
                sa.insert(workers).values(
                    id=worker_id,
                    machine=machine.name(),
                    pid=os.getpid(),
                    process=machine.process_id(os.getpid()),
                    seen_at=clock.moment(connection, now).now,
                    store_file=sqlite.file_id(connection),
                    about=about_here(slots),
                )
            )
            return True

    def heartbeat(self, worker_id: str, *, now: float) -> bool:
        """Record that a worker is alive; return whether it is still registered."""
        with self._database.writing(quiet=True, shared=True) as connection:
            updated = connection.execute(
                sa.update(workers)
                .where(workers.c.id == worker_id)
                .values(seen_at=clock.moment(connection, now).now)
            )
            return updated.rowcount == 1

    def all(self, *, now: float) -> tuple[RegisteredWorker, ...]:
        """Return all workers that serve this store, those of a machine together."""
        training = sa.select(runs.c.worker_id, runs.c.id).where(runs.c.state == RunState.RUNNING)
        query = sa.select(workers).order_by(workers.c.machine, workers.c.pid)
        with self._database.reading() as connection:
            moment, store_file = clock.moment(connection, now), sqlite.file_id(connection)
            in_training = {worker_id: run_id for worker_id, run_id in connection.execute(training)}
            rows = connection.execute(query).all()
        return tuple(
            RegisteredWorker(
                id=row.id,
                machine=row.machine,
                pid=row.pid,
                seen_at=row.seen_at,
                silent_s=max(moment.now - row.seen_at, 0.0),
                run=in_training.get(row.id),
                **{key: (row.about or {}).get(key) for key in ABOUT},
            )
            for row in rows
            if not _is_dead(row, store_file, moment)
        )

    def last_seen(self) -> dict[str, float]:
        """Return when each worker of this machine that serves this store last sent a heartbeat."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(workers.c.id, workers.c.seen_at).where(_serving(connection))
            )
            return {row.id: row.seen_at for row in rows}

    def asked_to_stop(self) -> frozenset[str]:
        """Return the workers whose run was asked to stop."""
        query = sa.select(runs.c.worker_id).where(
            runs.c.state == RunState.RUNNING, runs.c.stop_requested
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def kill(self, worker_id: str, *, seen_at: float) -> bool:
        """Kill a worker of this machine that has hung, and its child; return whether it was done.

        It is unregistered first, unless it has sent a heartbeat after `seen_at`: a worker that only
        waits for a store that nobody can write to is not killed. Nothing happens to a process that
        only has its number, or is not `rnnlab worker`. What it still writes is refused once its run
        is marked (`mark_stalled`). Raises StoreError.
        """
        silent = sa.delete(workers).where(workers.c.id == worker_id, workers.c.seen_at == seen_at)
        with self._database.writing() as connection:
            worker = connection.execute(
                silent.returning(workers.c.pid, workers.c.process)
            ).one_or_none()
        if worker is None:
            return False
        log.warning("worker %s hangs: killing it", worker_id)
        machine.kill(worker.pid, worker.process, command="worker")
        return True

    def unregister(self, worker_id: str) -> None:
        """Remove a worker from the register."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(workers).where(workers.c.id == worker_id))

    def count(self) -> int:
        """Return how many workers are registered on this machine."""
        with self._database.reading() as connection:
            return _count_here(connection)

    def mark_stalled(self, *, now: float) -> tuple[str, ...]:
        """Mark the runs that dead workers have abandoned as interrupted; return their ids.

        A run that was asked to stop is stopped instead. Writes only where there is something left
        by a worker that is dead or not registered any more.
        """
        registered = sa.select(workers.c.id)
        orphaned = (runs.c.state == RunState.RUNNING, runs.c.worker_id.not_in(registered))
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(workers)).all()
            store_file = sqlite.file_id(connection)
            moment = clock.moment(connection, now)
            orphans = connection.scalar(sa.select(sa.func.count()).where(*orphaned))
        dead = [row for row in rows if _is_dead(row, store_file, moment)]
        if not dead and not orphans:
            return ()
        elsewhere = [row for row in dead if row.machine != machine.name()]
        reasons = {row.id: f"Its worker on {row.machine} fell silent." for row in elsewhere}
        ended = {"ended_at": moment.now, "attempt": None, "worker_id": None}
        with self._database.writing() as connection:
            for row in dead:  # unless it has sent a heartbeat meanwhile
                unchanged = (workers.c.id == row.id) & (workers.c.seen_at == row.seen_at)
                connection.execute(sa.delete(workers).where(unchanged))
            connection.execute(
                sa.update(runs)
                .where(*orphaned, runs.c.stop_requested)
                .values(state=RunState.STOPPED, **ended)
            )
            error: sa.ColumnElement[str] = sa.literal(GONE)
            if reasons:
                error = sa.case(reasons, value=runs.c.worker_id, else_=GONE)
            interrupted = connection.scalars(
                sa.update(runs)
                .where(*orphaned)
                .values(state=RunState.INTERRUPTED, error=error, **ended)
                .returning(runs.c.id)
            ).all()
        return tuple(interrupted)


def _count_here(connection: sa.Connection) -> int:
    """Return how many workers of this machine serve this store."""
    return connection.scalar(sa.select(sa.func.count()).where(_serving(connection))) or 0


def _serving(connection: sa.Connection) -> sa.ColumnElement[bool]:
    serving = workers.c.machine == machine.name()
    store_file = sqlite.file_id(connection)
    if store_file is None:
        serving &= workers.c.process.contains(machine.boot(), autoescape=True)
    else:
        # One that a version before this column registered is taken to serve this store.
        serving &= workers.c.store_file.is_(None) | (workers.c.store_file == store_file)
    return serving


def _is_dead(worker: sa.Row, store_file: str | None, moment: clock.Moment) -> bool:
    silent_s = moment.now - max(worker.seen_at, moment.answering_since)
    if store_file is None:
        # Another machine may have this one's name.
        here = worker.machine == machine.name() and machine.boot() in worker.process
        if not here:
            return silent_s > LOST_ELSEWHERE_AFTER_S
    elif worker.machine != machine.name():
        return silent_s > LOST_AFTER_S
    if None not in (worker.store_file, store_file) and worker.store_file != store_file:
        return True
    return machine.process_id(worker.pid) != worker.process
