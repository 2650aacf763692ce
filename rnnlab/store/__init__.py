"""RunStore: every run, its epochs and its files, in one database.

The only channel between the dashboard, the command line and the workers. Concurrency contract:

- Any number of threads and processes may use one store; each method is one transaction.
- Readers get frozen snapshots (`rnnlab.runs`) and block nobody for longer than the read.
- A worker writes through the `Attempt` that its claim gave it. Every such write names the claim's
  token; once the run is claimed anew or has ended, it raises LostRun and changes nothing.
- An epoch and the checkpoint to resume from it are written together or not at all.
- Every artifact is kept with its SHA-256 and checked when it is read.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import RunNotFound, WrongState
from rnnlab.runs import Epoch, Run, RunCost, RunState
from rnnlab.store import artifacts
from rnnlab.store.attempt import Attempt
from rnnlab.store.claim import claim
from rnnlab.store.costs import run_costs
from rnnlab.store.database import Database
from rnnlab.store.enqueue import MAX_NAME, checked_name, equal_run, insert
from rnnlab.store.epoch_times import epoch_times
from rnnlab.store.expected import Expected, fulfil
from rnnlab.store.rows import NEWEST_FIRST, get_run, run_of, runs_given
from rnnlab.store.schema import epochs, runs
from rnnlab.store.workers import Workers

__all__ = ["MAX_NAME", "RunStore"]


class RunStore:
    """The store at a SQLAlchemy URL; its tables are made if they are missing.

    Raises StoreError where it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.workers = Workers(self.database)
        self.expected = Expected(self.database)

    def close(self) -> None:
        """Close all connections; the next call opens a new one. Needed before a fork."""
        self.database.close()

    # ---- reading -------------------------------------------------------------------------

    def version(self) -> int:
        """A number that grows whenever something that a reader may see has changed."""
        return self.database.version()

    def runs(self, states: Iterable[RunState] | None = None) -> tuple[Run, ...]:
        """All runs, or those in the given states; the newest first."""
        query = sa.select(runs).order_by(*NEWEST_FIRST)
        if states is not None:
            query = query.where(runs.c.state.in_(list(states)))
        with self.database.reading() as connection:
            return tuple(run_of(row) for row in connection.execute(query).mappings())

    def runs_again(self, seen: Iterable[Run]) -> tuple[Run, ...]:
        """All runs, the newest first, given what `runs` or this gave before.

        Reads anew only what may have changed.
        """
        with self.database.reading() as connection:
            return runs_given(connection, seen)

    def get(self, run_id: str) -> Run:
        """The run with exactly this id. Raises RunNotFound."""
        with self.database.reading() as connection:
            return get_run(connection, run_id)

    def find(self, text: str) -> Run:
        """The run that a person means: by id, by the start of an id, or by name.

        Raises RunNotFound where none, or more than one, fits.
        """
        every = self.runs()
        fits = (
            [run for run in every if run.id == text]
            or [run for run in every if run.name == text]
            or [run for run in every if len(text) >= 3 and run.id.startswith(text)]
        )
        if not fits:
            raise RunNotFound(f"there is no run {text!r}: `python -m rnnlab runs` lists them")
        if len(fits) > 1:
            ids = ", ".join(run.id for run in fits[:5])
            raise RunNotFound(f"{len(fits)} runs answer to {text!r}: use an id ({ids})")
        return fits[0]

    def epochs(self, run_id: str) -> tuple[Epoch, ...]:
        """The finished epochs of a run, the first first."""
        return self.epochs_of([run_id])

    def epochs_of(self, run_ids: Iterable[str], *, after: int = 0) -> tuple[Epoch, ...]:
        """The finished epochs of several runs whose `row_id` is above `after`, oldest first."""
        query = (
            sa.select(epochs)
            .where(epochs.c.run_id.in_(list(run_ids)), epochs.c.row_id > after)
            .order_by(epochs.c.row_id)
        )
        with self.database.reading() as connection:
            return tuple(Epoch(**row) for row in connection.execute(query).mappings())

    def epoch_times(self, machine: str) -> tuple[tuple[RunConfig, float], ...]:
        """Configs trained on a machine and their seconds per epoch, the newest first.

        A run's first epoch is left out, since it includes compiling, unless there is no other.
        """
        with self.database.reading() as connection:
            return epoch_times(connection, machine)

    def run_costs(self, run_ids: Iterable[str]) -> dict[str, RunCost]:
        """What each of these runs has cost, by run id; runs without a best epoch are left out."""
        with self.database.reading() as connection:
            return run_costs(connection, list(run_ids))

    def artifact(self, run_id: str, name: str) -> bytes:
        """The bytes of a run's file ("best", "checkpoint", "vocabulary", "predictions").

        Raises RunNotFound where there is none, StoreError where its checksum is wrong.
        """
        with self.database.reading() as connection:
            return artifacts.get(connection, run_id, name)

    def digest(self, run_id: str, name: str) -> str | None:
        """Return the SHA-256 of a run's file as it was stored; None where there is no such file."""
        with self.database.reading() as connection:
            return artifacts.digest(connection, run_id, name)

    # ---- what people do ------------------------------------------------------------------

    def enqueue(
        self,
        config: RunConfig,
        *,
        now: float,
        name: str | None = None,
        manifest: Mapping[str, Any] | None = None,
    ) -> Run:
        """The new run, queued. Without a name it is called after its architecture, "lstm-3".

        `manifest` holds what shapes the training beside the config, as far as it is known.
        """
        with self.database.writing() as connection:
            return insert(connection, config, now=now, name=name, manifest=manifest or {})

    def enqueue_all(
        self,
        named: Iterable[tuple[RunConfig, str | None]],
        *,
        now: float,
        manifest: Mapping[str, Any] | None = None,
    ) -> tuple[Run, ...]:
        """A run for each config, under the name beside it, queued in their order; all or none.

        A config that has a finished or active run on the same reviews already gives that run.
        """
        manifest = manifest or {}
        found = []
        with self.database.writing() as connection:
            for number, (config, name) in enumerate(named):
                run = equal_run(connection, config, manifest)
                if run is None:
                    # Times that differ keep their order: today's floats are 2e-7 s apart.
                    at = now + 1e-6 * number
                    run = insert(connection, config, now=at, name=name, manifest=manifest)
                found.append(run)
        return tuple(found)

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name. Raises RunNotFound, InvalidField."""
        with self.database.writing() as connection:
            get_run(connection, run_id)
            connection.execute(
                sa.update(runs).where(runs.c.id == run_id).values(name=checked_name(name))
            )

    def delete(self, run_id: str) -> None:
        """Delete a run with its epochs and files. Raises RunNotFound, or WrongState if running."""
        with self.database.writing() as connection:
            run = get_run(connection, run_id)
            if run.state is RunState.RUNNING:
                raise WrongState(f"run {run.name} is running: stop it first, then delete it")
            connection.execute(sa.delete(runs).where(runs.c.id == run_id))

    def request_stop(self, run_id: str, *, now: float) -> None:
        """Ask a running run to stop at its next batch; a queued one stops at once.

        Raises RunNotFound, or WrongState if the run has ended.
        """
        with self.database.writing() as connection:
            run = get_run(connection, run_id)
            if not run.state.active:
                raise WrongState(f"run {run.name} is {run.state}: there is nothing to stop")
            values: dict[str, Any] = {"stop_requested": True}
            if run.state is RunState.QUEUED:
                values |= {"state": RunState.STOPPED, "ended_at": now}
            connection.execute(sa.update(runs).where(runs.c.id == run_id).values(values))

    def resume(self, run_id: str, *, now: float) -> None:
        """Queue an interrupted run again; it goes on after its last finished epoch.

        Raises RunNotFound, or WrongState if the run is not interrupted.
        """
        with self.database.writing() as connection:
            run = get_run(connection, run_id)
            if run.state is not RunState.INTERRUPTED:
                raise WrongState(
                    f"run {run.name} is {run.state}: only an interrupted run can be resumed; "
                    "train it again with the same settings instead"
                )
            connection.execute(
                sa.update(runs)
                .where(runs.c.id == run_id)
                .values(
                    state=RunState.QUEUED,
                    queued_at=now,
                    ended_at=None,
                    error=None,
                    stop_requested=False,
                    progress_epoch=None,
                )
            )

    # ---- what workers do -----------------------------------------------------------------

    def claim_next(self, worker_id: str, *, machine: str, now: float) -> Attempt | None:
        """The longest-waiting queued run, now this worker's; None where none waits.

        One statement, so that no run is ever given to two workers. What was expected is not any
        more once its run is claimed.
        """
        token = secrets.token_hex(8)
        with self.database.writing() as connection:
            run_id = claim(connection, token, worker_id=worker_id, machine=machine, now=now)
            if run_id is None:
                return None
            run = get_run(connection, run_id)
            fulfil(connection, run.config)
            return Attempt(self.database, run, token)

    def queue(self) -> tuple[str, ...]:
        """The ids of the queued runs, the next to be claimed first."""
        query = (
            sa.select(runs.c.id)
            .where(runs.c.state == RunState.QUEUED)
            .order_by(runs.c.queued_at, runs.c.id)
        )
        with self.database.reading() as connection:
            return tuple(connection.scalars(query))

    def queued_count(self) -> int:
        """How many runs wait for a worker."""
        return self._count([RunState.QUEUED])

    def active_count(self) -> int:
        """How many runs wait for a worker or are being trained."""
        return self._count([RunState.QUEUED, RunState.RUNNING])

    def _count(self, states: list[RunState]) -> int:
        query = sa.select(sa.func.count()).where(runs.c.state.in_(states))
        with self.database.reading() as connection:
            return connection.scalar(query)
