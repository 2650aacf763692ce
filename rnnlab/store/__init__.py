"""RunStore: all runs, their epochs and their files, in one database.

The only channel between the dashboard, the command line and the workers. Concurrency contract:

- Any number of threads and processes may use one store; each method is one transaction.
- Readers get frozen snapshots (`rnnlab.runs`) and block nobody for longer than the read.
- A worker writes through the `Attempt` that its claim gave it. Every such write names the claim's
  token; once the run is claimed again or has ended, it raises LostRun and changes nothing.
- An epoch and the checkpoint to resume from it are written together or not at all.
- The weights of a few epochs are kept with them, see `rnnlab.store.kept_weights`.
- Every file of a run is stored with its SHA-256 and checked when it is read.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import RunNotFound, UnreadableRow, WrongState
from rnnlab.runs import Epoch, Run, RunCost, RunState, UnreadableRun
from rnnlab.store import artifacts
from rnnlab.store.analyses import Analyses
from rnnlab.store.claims import Claims
from rnnlab.store.continuation import insert_continuation
from rnnlab.store.costs import run_costs
from rnnlab.store.database import Database
from rnnlab.store.datasets import Datasets
from rnnlab.store.enqueue import free_name, insert_missing, insert_run
from rnnlab.store.epoch_rows import read_epochs, read_update_ratios
from rnnlab.store.epoch_times import epoch_times
from rnnlab.store.expected import Expected
from rnnlab.store.find import find_one
from rnnlab.store.kept_weights import KeptWeights
from rnnlab.store.leases import Leases
from rnnlab.store.patience import repeatable
from rnnlab.store.queue import stop
from rnnlab.store.resume import RESUMABLE, queue_again, resume_interrupted
from rnnlab.store.rows import (
    NEWEST_FIRST,
    get_run,
    get_state,
    read_all,
    readable,
    refresh_runs,
)
from rnnlab.store.schema import runs
from rnnlab.store.sqlite import BUSY_TIMEOUT_S
from rnnlab.store.starters import Starters
from rnnlab.store.studies import Studies
from rnnlab.store.sweeps import Sweeps
from rnnlab.store.workers import Workers

__all__ = ["RunStore"]


class RunStore(Claims):
    """The store at a SQLAlchemy URL, created if it is missing, upgraded if it is older.

    A transaction waits `busy_timeout_s` for those of others, on SQLite. Raises StoreError where it
    cannot be opened.
    """

    unsure = False

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._use(Database(url, busy_timeout_s=busy_timeout_s))

    def _use(self, database: Database) -> None:
        self.database = database
        self._unsure = {}
        self.workers = Workers(database)
        self.expected = Expected(database)
        self.leases = Leases(database)
        self.analyses = Analyses(database)
        self.kept_weights = KeptWeights(database)
        self.studies = Studies(database)
        self.sweeps = Sweeps(database)
        self.datasets = Datasets(database)
        self.starters = Starters(database)

    def reading_only(self, why: str) -> "RunStore":
        """Return this store for reading alone: what writes raises ReadOnlyLab, which says why."""
        view = copy.copy(self)
        view._use(self.database.reading_only(why))
        return view

    def close(self) -> None:
        """Close all connections; the next call opens a new one. Needed before a fork."""
        self.database.close()

    # ---- reading -------------------------------------------------------------------------

    def now(self, here: float | None = None) -> float:
        """Return the time in seconds since 1970: that of the store's server, if there is one.

        Otherwise this machine's, or `here` if that was read already.
        """
        return self.database.now(here)

    def version(self) -> int:
        """Return a number that grows whenever something that a reader may see has changed."""
        return self.database.version()

    @repeatable
    def runs(self, states: Iterable[RunState] | None = None) -> tuple[Run, ...]:
        """Return all runs, or those in the given states, newest first; no starter runs."""
        query = sa.select(runs).order_by(*NEWEST_FIRST)
        if states is not None:
            query = query.where(runs.c.state.in_(list(states)))
        with self.database.reading() as connection:
            every = readable(connection.execute(query).mappings())
            return tuple(run for run in every if not run.is_starter)

    def unreadable_runs(self) -> tuple[UnreadableRun, ...]:
        """Return the runs that this version cannot read, newest first; all lists leave them out."""
        return tuple(run for run in self._all() if isinstance(run, UnreadableRun))

    def _all(self) -> list[Run | UnreadableRun]:
        query = sa.select(runs).order_by(*NEWEST_FIRST)
        with self.database.reading() as connection:
            return list(read_all(connection.execute(query).mappings()))

    def refresh_runs(self, known: Iterable[Run]) -> tuple[Run | UnreadableRun, ...]:
        """Return all runs, newest first, rereading only what may differ from `known`.

        `known` is what `runs` or this method returned before. Unlike `runs`, this also returns what
        can be told of runs that cannot be read, and the starter runs.
        """
        with self.database.reading() as connection:
            return refresh_runs(connection, known)

    @repeatable
    def get(self, run_id: str) -> Run:
        """Return the run with exactly this id. Raises RunNotFound, UnreadableRow."""
        with self.database.reading() as connection:
            return get_run(connection, run_id)

    def find(self, text: str) -> Run:
        """Return the run that a person names: by id, by name, or by the start of an id.

        Raises RunNotFound where none, or more than one, matches, and UnreadableRow.
        """
        run = self.find_any(text)
        if isinstance(run, UnreadableRun):
            raise UnreadableRow(str(run))
        return run

    def find_any(self, text: str) -> Run | UnreadableRun:
        """Return the run that a person names, like `find`, even where it cannot be read."""
        return find_one(text, self._all(), nouns=("run", "runs"), error=RunNotFound)

    def epochs(self, run_id: str) -> tuple[Epoch, ...]:
        """Return the finished epochs of a run, in order."""
        return self.epochs_of([run_id])

    @repeatable
    def epochs_of(self, run_ids: Iterable[str], *, after: int = 0) -> tuple[Epoch, ...]:
        """Return the finished epochs of these runs with a `row_id` above `after`, oldest first."""
        with self.database.reading() as connection:
            return read_epochs(connection, run_ids, after=after)

    def update_ratios(self, run_id: str) -> dict[int, dict[str, float]]:
        """Return how far each epoch has moved the weights of each layer, in proportion to them.

        See `rnnlab.training.update_ratios`. Epochs of earlier versions are left out.
        """
        with self.database.reading() as connection:
            return read_update_ratios(connection, run_id)

    def epoch_times(self, machine: str) -> tuple[tuple[RunConfig, float], ...]:
        """Return configs trained on a machine with their seconds per epoch, newest first.

        A run's first epoch is left out, since it includes compiling, unless there is no other.
        """
        with self.database.reading() as connection:
            return epoch_times(connection, machine)

    def run_costs(self, run_ids: Iterable[str]) -> dict[str, RunCost]:
        """Return what these runs have cost, by run id; runs without a best epoch are left out."""
        with self.database.reading() as connection:
            return run_costs(connection, list(run_ids))

    @repeatable
    def artifact(self, run_id: str, name: str) -> bytes:
        """Return the bytes of a run's file ("best", "checkpoint", "vocabulary", "predictions").

        Raises RunNotFound where there is none, DamagedFile where its checksum is wrong.
        """
        with self.database.reading() as connection:
            return artifacts.get(connection, run_id, name)

    @repeatable
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
        owner: str = "",
    ) -> Run:
        """Queue a new run and return it.

        Without a name it is called after its architecture: "lstm-3". `manifest` holds what affects
        the training beside the config, as far as it is known. It belongs to `owner`, see
        `rnnlab.owners`.
        """
        with self.database.writing() as connection:
            return insert_run(
                connection, config, now=now, name=name, manifest=manifest or {}, owner=owner
            )

    def enqueue_all(
        self,
        named: Iterable[tuple[RunConfig, str | None]],
        *,
        now: float,
        manifest: Mapping[str, Any] | None = None,
        owner: str = "",
    ) -> tuple[Run, ...]:
        """Queue a run for each config, under the name beside it, in order; all or none.

        Returns them. Where a finished or active run has the same config and reviews, that run is
        returned and none is queued.
        """
        with self.database.writing() as connection:
            queued = insert_missing(
                connection, list(named), now=now, manifest=manifest or {}, owner=owner
            )
        return tuple(run for run, _ in queued)

    def train_on(
        self, run_id: str, config: RunConfig, *, now: float, name: str, owner: str = ""
    ) -> Run:
        """Queue a run that goes on where an ended one stopped (see `continuation`); return it.

        `config` may differ in `epochs` and `patience` alone. Raises RunNotFound, WrongState.
        """
        with self.database.writing() as connection:
            return insert_continuation(connection, run_id, config, now=now, name=name, owner=owner)

    def rename(self, run_id: str, name: str) -> None:
        """Rename a run. Raises RunNotFound, InvalidField."""
        with self.database.writing() as connection:
            get_run(connection, run_id)
            free = free_name(connection, name, run_id=run_id)
            connection.execute(sa.update(runs).where(runs.c.id == run_id).values(name=free))

    def delete(self, run_id: str) -> None:
        """Delete a run with its epochs and files. Raises RunNotFound, or WrongState if running."""
        with self.database.writing() as connection:
            if get_state(connection, run_id) == RunState.RUNNING:
                name = get_run(connection, run_id).name
                raise WrongState(f"run {name} is running: stop it first, then delete it")
            connection.execute(sa.delete(runs).where(runs.c.id == run_id))

    def request_stop(self, run_id: str, *, now: float) -> None:
        """Ask a running run to stop at its next batch; a queued one stops at once.

        Raises RunNotFound, or WrongState if the run has ended.
        """
        with self.database.writing() as connection:
            stop(connection, get_run(connection, run_id), now=now)

    def resume(self, run_id: str, *, now: float) -> None:
        """Queue an interrupted run again; it continues after its last finished epoch.

        Raises RunNotFound, or WrongState if the run is not interrupted.
        """
        with self.database.writing() as connection:
            run = get_run(connection, run_id)
            if run.state is not RunState.INTERRUPTED:
                raise WrongState(
                    f"run {run.name} is {run.state}: only an interrupted run can be resumed; "
                    "train a new one with the same settings instead"
                )
            queue_again(connection, [run_id], now=now)

    def resume_interrupted(self, *, now: float) -> tuple[str, ...]:
        """Queue interrupted runs again, each once at any one place; return their ids.

        A run that has not finished an epoch since the last time stays interrupted. Writes only
        where there is such a run.
        """
        with self.database.reading() as connection:
            if not connection.scalar(sa.select(sa.exists().where(RESUMABLE))):
                return ()
        with self.database.writing() as connection:
            return resume_interrupted(connection, now=now)
