"""Claims: how a store's queue is given to workers; `rnnlab.store.RunStore` is made of it."""

import secrets
from typing import Any

import sqlalchemy as sa

from rnnlab.errors import StoreUnreachable, UnreadableRow
from rnnlab.runs import RunState
from rnnlab.store.attempt import Attempt
from rnnlab.store.database import Database
from rnnlab.store.expected import clear
from rnnlab.store.queue import claim, count, count_by_owner, fail, queued_ids
from rnnlab.store.rows import get_run
from rnnlab.store.schema import runs


class Claims:
    """What workers ask a store for. Each method is one transaction."""

    database: Database
    _unsure: dict[str, str]  # the token of a worker's claim whose answer was lost

    def claim_next(
        self, worker_id: str, *, machine: str, now: float, owner_limit: int | None = None
    ) -> Attempt | None:
        """Claim the queued run whose turn it is for a worker; return None where there is none.

        Nobody else claims meanwhile, so that no run is given to two workers. Owners take turns, and
        none has more than `owner_limit` runs in training. A guess in `expected` that this run
        fulfils is cleared. A run that cannot be read fails, and the next is claimed.
        """
        token = self._unsure.get(worker_id) or secrets.token_hex(8)
        try:
            with self.database.writing() as connection:
                attempt = self._claimed(connection, token) if worker_id in self._unsure else None
                if attempt is None:
                    attempt = self._claim(
                        connection,
                        token,
                        worker_id=worker_id,
                        machine=machine,
                        now=now,
                        owner_limit=owner_limit,
                    )
        except StoreUnreachable:  # the claim may have been recorded: the next call finds it
            self._unsure[worker_id] = token
            raise
        self._unsure.pop(worker_id, None)
        return attempt

    def _claimed(self, connection: sa.Connection, token: str) -> Attempt | None:
        """Return the attempt that was claimed with this token; None where that came to nothing."""
        run_id = connection.scalar(sa.select(runs.c.id).where(runs.c.attempt == token))
        return Attempt(self.database, get_run(connection, run_id), token) if run_id else None

    def _claim(
        self, connection: sa.Connection, token: str, *, now: float, **by: Any
    ) -> Attempt | None:
        while run_id := claim(connection, token, now=now, **by):
            try:
                run = get_run(connection, run_id)
            except UnreadableRow as error:
                fail(connection, run_id, str(error), now=now)
                continue
            clear(connection, run.config)
            return Attempt(self.database, run, token)
        return None

    def queue(self) -> tuple[str, ...]:
        """Return the ids of the queued runs, the next to be claimed first."""
        with self.database.reading() as connection:
            return queued_ids(connection)

    def queued_count(self) -> int:
        """Return how many runs wait for a worker."""
        return self._count([RunState.QUEUED])

    def claimable_count(self, *, owner_limit: int | None) -> int:
        """Return how many of the runs that wait could be claimed now (see `claim_next`)."""
        if owner_limit is None:
            return self.queued_count()
        with self.database.reading() as connection:
            queued = count_by_owner(connection, [RunState.QUEUED])
            running = count_by_owner(connection, [RunState.RUNNING])
        return sum(
            max(min(number, owner_limit - running.get(owner, 0)), 0)
            for owner, number in queued.items()
        )

    def trainable_count(self, machine: str, *, owner_limit: int | None) -> int:
        """Return how many runs are in training on a machine, or could be claimed there now.

        All that are in training count where the store is a file, which one machine alone uses.
        """
        if self.database.is_file:
            running = self._count([RunState.RUNNING])
        else:
            with self.database.reading() as connection:
                running = count(connection, [RunState.RUNNING], runs.c.machine == machine)
        return running + self.claimable_count(owner_limit=owner_limit)

    def active_count(self) -> int:
        """Return how many runs wait for a worker or are being trained."""
        return self._count([RunState.QUEUED, RunState.RUNNING])

    def _count(self, states: list[RunState]) -> int:
        with self.database.reading() as connection:
            return count(connection, states)
