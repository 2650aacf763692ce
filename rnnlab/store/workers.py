"""Workers: which ones are alive, and which runs a dead one has abandoned.

A worker counts only for the store it serves. A copied lab names workers too, living ones perhaps,
but those go on serving the original.
"""

import logging
import os

import sqlalchemy as sa

from rnnlab import machine
from rnnlab.runs import RunState
from rnnlab.store import sqlite
from rnnlab.store.database import Database
from rnnlab.store.schema import runs, workers

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
# A worker on another machine is lost after this silence. One on this machine is lost when its
# process is gone: heartbeats may be late on a suspended laptop or under load.
LOST_AFTER_S = 8.0


class Workers:
    """The register of workers. Each method is one transaction; heartbeats disturb no reader."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, worker_id: str, *, now: float, limit: int) -> bool:
        """Register this process as a worker, unless `limit` are on this machine; return whether."""
        with self._database.writing() as connection:
            if _count_here(connection) >= limit:
                return False
            connection.execute(
                sa.insert(workers).values(
                    id=worker_id,
                    machine=machine.name(),
                    pid=os.getpid(),
                    process=machine.process_id(os.getpid()),
                    seen_at=now,
                    store_file=sqlite.file_id(connection),
                )
            )
            return True

    def heartbeat(self, worker_id: str, *, now: float) -> bool:
        """Record that a worker is alive; return whether it is still registered."""
        with self._database.writing(quiet=True, shared=True) as connection:
            updated = connection.execute(
                sa.update(workers).where(workers.c.id == worker_id).values(seen_at=now)
            )
            return updated.rowcount == 1

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
            orphans = connection.scalar(sa.select(sa.func.count()).where(*orphaned))
        dead = [row.id for row in rows if _is_dead(row, store_file, now)]
        if not dead and not orphans:
            return ()
        ended = {"ended_at": now, "attempt": None, "worker_id": None}
        with self._database.writing() as connection:
            connection.execute(sa.delete(workers).where(workers.c.id.in_(dead)))
            connection.execute(
                sa.update(runs)
                .where(*orphaned, runs.c.stop_requested)
                .values(state=RunState.STOPPED, **ended)
            )
            interrupted = connection.scalars(
                sa.update(runs)
                .where(*orphaned)
                .values(
                    state=RunState.INTERRUPTED,
                    error="Its worker process was gone.",
                    **ended,
                )
                .returning(runs.c.id)
            ).all()
        return tuple(interrupted)


def _count_here(connection: sa.Connection) -> int:
    """Return how many workers of this machine serve this store."""
    return connection.scalar(sa.select(sa.func.count()).where(_serving(connection))) or 0


def _serving(connection: sa.Connection) -> sa.ColumnElement[bool]:
    serving = workers.c.machine == machine.name()
    store_file = sqlite.file_id(connection)
    if store_file is not None:
        # One that a version before this column registered is taken to serve this store.
        serving &= workers.c.store_file.is_(None) | (workers.c.store_file == store_file)
    return serving


def _is_dead(worker: sa.Row, store_file: str | None, now: float) -> bool:
    if worker.machine != machine.name():
        return now - worker.seen_at > LOST_AFTER_S
    if None not in (worker.store_file, store_file) and worker.store_file != store_file:
        return True
    return machine.process_id(worker.pid) != worker.process
