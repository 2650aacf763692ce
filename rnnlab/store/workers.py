"""Presence: which workers are alive, and which runs a dead one left behind."""

import os
from typing import Any

import psutil
import sqlalchemy as sa

from rnnlab import machine
from rnnlab.runs import RunState
from rnnlab.store.database import Database
from rnnlab.store.schema import runs, workers

HEARTBEAT_S = 2.0
# A worker on another machine is lost after this silence. One on this machine is lost when its
# process is gone: beats may be late on a suspended laptop or under load.
LOST_AFTER_S = 8.0


class Workers:
    """The workers' register. Each method is one transaction; beats disturb no reader."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, worker_id: str, *, now: float, limit: int) -> bool:
        """Whether this process is now a worker: there are at most `limit` on a machine."""
        with self._database.writing() as connection:
            here = connection.scalar(
                sa.select(sa.func.count()).where(workers.c.machine == machine.name())
            )
            if here >= limit:
                return False
            connection.execute(
                sa.insert(workers).values(
                    id=worker_id,
                    machine=machine.name(),
                    pid=os.getpid(),
                    process_started_at=psutil.Process().create_time(),
                    seen_at=now,
                )
            )
            return True

    def heartbeat(self, worker_id: str, *, now: float) -> bool:
        """Whether the worker is still registered; says that it lives."""
        with self._database.writing(quiet=True) as connection:
            found = connection.execute(
                sa.update(workers).where(workers.c.id == worker_id).values(seen_at=now)
            )
            return found.rowcount == 1

    def unregister(self, worker_id: str) -> None:
        """Take a worker off the register."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(workers).where(workers.c.id == worker_id))

    def count(self) -> int:
        """How many workers are registered on this machine."""
        with self._database.reading() as connection:
            return connection.scalar(
                sa.select(sa.func.count()).where(workers.c.machine == machine.name())
            )

    def mark_stalled(self, *, now: float) -> tuple[str, ...]:
        """The ids of the runs that workers left behind, now interrupted.

        A run that was asked to stop is stopped instead. Writes only where there is something left
        by a worker that is dead or not registered any more.
        """
        registered = sa.select(workers.c.id)
        orphaned = (runs.c.state == RunState.RUNNING, runs.c.worker_id.not_in(registered))
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(workers)).mappings().all()
            orphans = connection.scalar(sa.select(sa.func.count()).where(*orphaned))
        dead = [row["id"] for row in rows if _is_dead(row, now)]
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
                    error=(
                        "Its worker process ended without a word. Nothing recorded is lost: "
                        "resume it to go on after its last finished epoch."
                    ),
                    **ended,
                )
                .returning(runs.c.id)
            ).all()
        return tuple(interrupted)


def _is_dead(worker: Any, now: float) -> bool:
    if worker["machine"] != machine.name():
        return now - worker["seen_at"] > LOST_AFTER_S
    return not _process_lives(worker)


def _process_lives(worker: Any) -> bool:
    try:
        process = psutil.Process(worker["pid"])
        return (
            abs(process.create_time() - worker["process_started_at"]) < 10
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return False
