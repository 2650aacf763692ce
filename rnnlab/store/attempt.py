"""Attempt: one worker's claim on one run, and the only way to record what training yields."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from rnnlab.errors import LostRun
from rnnlab.runs import Epoch, Progress, Run, RunState
from rnnlab.store import artifacts, kept_weights, pruning
from rnnlab.store.continuation import drop_large_checkpoint
from rnnlab.store.database import Database
from rnnlab.store.patience import repeatable
from rnnlab.store.schema import epochs, runs


class Attempt:
    """What `RunStore.claim_next` gives a worker.

    `run` is the run as it was when it was claimed, `token` the claim's. Every method raises
    LostRun once the run is no longer this attempt's, and then changes nothing.
    """

    unsure = False  # see `rnnlab.store.patience`

    def __init__(self, database: Database, run: Run, token: str) -> None:
        self.database = database
        self.token = token
        self.run = run

    def now(self) -> float:
        """Return the time in seconds since 1970, as the store has it."""
        return self.database.now()

    @repeatable
    def start(self, *, versions: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
        """Record what the run is trained with: library versions and settings outside the config.

        `manifest` is merged into what the run's manifest held when it was queued.
        """
        manifest = {**self.run.manifest, **manifest}
        with self.database.writing(shared=True) as connection:
            self._update(connection, versions=dict(versions), manifest=manifest)

    @repeatable
    def save(self, name: str, content: bytes) -> None:
        """Store a file with the run, in place of an earlier one of that name. Atomic."""
        with self.database.writing(shared=True) as connection:
            self._update(connection, attempt=self.token)
            artifacts.put(connection, self.run.id, name, content)

    @repeatable
    def stop_requested(self) -> bool:
        """Return whether a stop was requested."""
        with self.database.writing(quiet=True, shared=True) as connection:
            return self._update(connection, attempt=self.token)

    @repeatable
    def record_progress(self, progress: Progress) -> bool:
        """Record how far the epoch has come; return whether a stop was requested."""
        with self.database.writing(shared=True) as connection:
            return self._update(
                connection,
                progress_epoch=progress.epoch,
                progress_batch=progress.batch,
                progress_batches=progress.batches,
                progress_loss=progress.loss,
                progress_accuracy=progress.accuracy,
                progress_at=progress.at,
            )

    @repeatable
    def record_epoch(
        self,
        epoch: Epoch,
        *,
        checkpoint: bytes,
        best: bytes | None = None,
        kept: bytes | None = None,
        update_ratios: Mapping[str, float] | None = None,
        peak_memory_mb: float | None = None,
    ) -> bool:
        """Record a finished epoch; return whether a stop was requested. Atomic.

        `checkpoint` is what resuming after this epoch needs. `best` holds the weights where this
        epoch is the best so far, `kept` where they are to be kept for replaying (see
        `rnnlab.store.kept_weights`), else None. `update_ratios` tells how far the epoch has moved
        the weights of each layer (see `rnnlab.training.update_ratios`). A run that has fallen
        behind in a sweep is asked to stop here (see `rnnlab.store.pruning`).
        """
        values: dict[str, Any] = {
            "epochs_done": epoch.epoch,
            "seconds": runs.c.seconds + epoch.seconds,
            "last_epoch_seconds": epoch.seconds,
            "peak_memory_mb": peak_memory_mb,
        }
        if best is not None:
            values |= {
                "best_epoch": epoch.epoch,
                "best_loss": epoch.loss,
                "best_accuracy": epoch.accuracy,
                "best_val_loss": epoch.val_loss,
                "best_val_accuracy": epoch.val_accuracy,
            }
        with self.database.writing(shared=True) as connection:
            if self.unsure:
                recorded = self._is_mine() & (runs.c.epochs_done >= epoch.epoch)
                row = connection.execute(sa.select(runs.c.stop_requested).where(recorded)).first()
                if row is not None:
                    return row.stop_requested
            stop_requested = self._update(connection, **values)
            connection.execute(
                sa.insert(epochs).values(
                    run_id=self.run.id,
                    epoch=epoch.epoch,
                    loss=epoch.loss,
                    accuracy=epoch.accuracy,
                    val_loss=epoch.val_loss,
                    val_accuracy=epoch.val_accuracy,
                    seconds=epoch.seconds,
                    update_ratios=None if update_ratios is None else dict(update_ratios),
                )
            )
            artifacts.put(connection, self.run.id, "checkpoint", checkpoint)
            if best is not None:
                artifacts.put(connection, self.run.id, "best", best)
            if kept is not None:
                kept_weights.put(connection, self.run.id, epoch.epoch, kept)
            return stop_requested or pruning.stop_if_behind(connection, self.run, epoch.epoch)

    @repeatable
    def end(
        self,
        state: RunState,
        *,
        now: float,
        error: str | None = None,
        traceback: str | None = None,
        blameless: bool = False,
    ) -> None:
        """End the attempt in the given state.

        Where the run is `blameless`, as with a full disk, the lab may resume it by itself at this
        place again.

        The checkpoint is kept, so that the run can resume or a new one go on from it; not that of a
        failed run, and of one that has ended not one that is very large.
        """
        values: dict[str, Any] = {
            "state": state,
            "ended_at": now,
            "error": error,
            "traceback": traceback,
            "attempt": None,
            "worker_id": None,
        }
        if blameless:
            values["resumed_after"] = None
        with self.database.writing(shared=True) as connection:
            if self.unsure:
                ended = (runs.c.id == self.run.id, runs.c.state == state, runs.c.ended_at == now)
                if connection.scalar(sa.select(runs.c.id).where(*ended)) is not None:
                    return
            self._update(connection, **values)
            if state is RunState.FAILED:
                artifacts.delete(connection, self.run.id, "checkpoint")
            elif state is not RunState.INTERRUPTED:
                drop_large_checkpoint(connection, self.run.id)

    def _is_mine(self) -> sa.ColumnElement[bool]:
        return (
            (runs.c.id == self.run.id)
            & (runs.c.attempt == self.token)
            & (runs.c.state == RunState.RUNNING)
        )

    def _update(self, connection: sa.Connection, **values: Any) -> bool:
        """Change the run's row if it is still this attempt's; return whether to stop."""
        row = connection.execute(
            sa.update(runs).where(self._is_mine()).values(values).returning(runs.c.stop_requested)
        ).one_or_none()
        if row is None:
            raise LostRun(
                f"run {self.run.id} was given to another worker or has ended: this write is refused"
            )
        return row.stop_requested
