"""Attempt: one worker's hold on one run, and the only way to write what training yields."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rnnlab.errors import LostRun
from rnnlab.runs import Epoch, Progress, Run, RunState
from rnnlab.store.schema import artifacts, epochs, runs

if TYPE_CHECKING:
    from rnnlab.store import RunStore


class Attempt:
    """What `RunStore.claim_next` gives a worker. Every method raises LostRun once the run is no
    longer this attempt's, and then changes nothing.

    `run` is the run as it was when it was claimed, `token` the claim's.
    """

    def __init__(self, store: "RunStore", run: Run, token: str) -> None:
        self._store = store
        self.token = token
        self.run = run

    def start(self, *, versions: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
        """Record what it is trained with: library versions and settings outside the config.

        What the run's manifest held when it was queued stays, unless `manifest` has it anew.
        """
        manifest = {**self.run.manifest, **manifest}
        with self._store.writing() as connection:
            self._update(connection, versions=dict(versions), manifest=manifest)

    def save(self, name: str, content: bytes) -> None:
        """Keep a file with the run, in place of an earlier one of that name. Atomic."""
        with self._store.writing() as connection:
            self._update(connection, attempt=self.token)
            self._put(connection, name, content)

    def stop_requested(self) -> bool:
        """Whether somebody asked for a stop."""
        with self._store.writing(quiet=True) as connection:
            return self._update(connection, attempt=self.token)

    def record_progress(self, progress: Progress) -> bool:
        """Whether somebody asked for a stop; records how far the epoch has come."""
        with self._store.writing() as connection:
            return self._update(
                connection,
                progress_epoch=progress.epoch,
                progress_batch=progress.batch,
                progress_batches=progress.batches,
                progress_loss=progress.loss,
                progress_accuracy=progress.accuracy,
                progress_at=progress.at,
            )

    def record_epoch(
        self,
        epoch: Epoch,
        *,
        checkpoint: bytes,
        best: bytes | None = None,
        peak_memory_mb: float | None = None,
    ) -> bool:
        """Whether somebody asked for a stop; records a finished epoch. Atomic.

        `checkpoint` is what resuming after this epoch needs; `best` holds the weights where this
        epoch is the best so far, else None.
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
        with self._store.writing() as connection:
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
                )
            )
            self._put(connection, "checkpoint", checkpoint)
            if best is not None:
                self._put(connection, "best", best)
            return stop_requested

    def end(
        self,
        state: RunState,
        *,
        now: float,
        error: str | None = None,
        traceback: str | None = None,
    ) -> None:
        """End the attempt in the given state. The checkpoint goes unless the run can resume."""
        with self._store.writing() as connection:
            self._update(
                connection,
                state=state,
                ended_at=now,
                error=error,
                traceback=traceback,
                attempt=None,
                worker_id=None,
            )
            if state is not RunState.INTERRUPTED:
                connection.execute(
                    sa.delete(artifacts).where(
                        artifacts.c.run_id == self.run.id, artifacts.c.name == "checkpoint"
                    )
                )

    def _update(self, connection: sa.Connection, **values: Any) -> bool:
        """Whether a stop was asked for; changes the run's row if it is still this attempt's."""
        row = connection.execute(
            sa.update(runs)
            .where(
                runs.c.id == self.run.id,
                runs.c.attempt == self.token,
                runs.c.state == RunState.RUNNING,
            )
            .values(values)
            .returning(runs.c.stop_requested)
        ).one_or_none()
        if row is None:
            raise LostRun(f"run {self.run.id} is no longer this worker's: its writes are refused")
        return row.stop_requested

    def _put(self, connection: sa.Connection, name: str, content: bytes) -> None:
        key = (artifacts.c.run_id == self.run.id, artifacts.c.name == name)
        connection.execute(sa.delete(artifacts).where(*key))
        connection.execute(
            sa.insert(artifacts).values(
                run_id=self.run.id,
                name=name,
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
        )
