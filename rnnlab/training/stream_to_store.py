"""StreamToStore: seeds each epoch, and records what training yields while it runs."""

import time
from collections.abc import Callable, Sequence

import keras
import numpy as np

from rnnlab import models
from rnnlab.arrays import npz_bytes
from rnnlab.config import RunConfig, required
from rnnlab.errors import TrainingFailed
from rnnlab.runs import HISTORY_KEYS, Epoch, Progress
from rnnlab.store.kept_weights import is_kept
from rnnlab.training.checkpoint import Checkpoint
from rnnlab.training.recorder import Recorder
from rnnlab.training.update_ratios import update_ratios

PROGRESS_EVERY_S = 1.0  # the dashboard updates as often; a write takes some 5 ms


class StreamToStore(keras.callbacks.Callback):
    """Seeds each epoch, and records progress and finished epochs while training runs.

    `epoch` is the current one, from 1 as in the store (Keras counts from 0); `stopped` tells
    whether training was stopped before its end.
    """

    def __init__(
        self,
        config: RunConfig,
        recorder: Recorder,
        history: Sequence[Epoch],
        paused: Callable[[], bool],
        peak_memory_mb: Callable[[], float | None],
    ) -> None:
        super().__init__()
        self.stopped = False
        self.epoch = len(history) + 1
        self._epochs = required(config.epochs)
        self._seed = required(config.seed)
        self._learning_rate = required(config.learning_rate)
        self._recorder = recorder
        self._best_val_loss = min((epoch.val_loss for epoch in history), default=np.inf)
        self._paused = paused
        self._peak_memory_mb = peak_memory_mb
        self._epoch_began_s = 0.0
        self._weights_before: dict[str, np.ndarray]
        self._progress: Progress
        self._progress_written_s = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Note the weights that training starts from."""
        self._weights_before = models.weights_of(self.model)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Seed the epoch."""
        self.epoch = epoch + 1
        self._epoch_began_s = time.perf_counter()
        models.seed_epoch(self.model, self._seed, self.epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Check the loss, record progress, and stop if asked to."""
        self._check(logs["loss"], "loss")
        if self._paused():
            self._stop()
        batches = self.params["steps"]
        self._progress = Progress(
            epoch=self.epoch,
            batch=min(batch + 1, batches),
            batches=batches,
            loss=float(logs["loss"]),
            accuracy=float(logs["accuracy"]),
            at=self._recorder.attempt.now(),
        )
        if self._stop_requested():
            self._stop()

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Stop if asked to."""
        if self.stopped or self._paused() or self._stop_requested():
            self._stop()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Record the epoch, with its weights if it is the best so far or is to be kept."""
        if self.stopped:
            return  # half an epoch is not recorded
        for name in HISTORY_KEYS:
            self._check(logs[name], name)
        improved = logs["val_loss"] < self._best_val_loss
        if improved:
            self._best_val_loss = logs["val_loss"]
        finished = Epoch(
            epoch=self.epoch,
            seconds=time.perf_counter() - self._epoch_began_s,
            loss=float(logs["loss"]),
            accuracy=float(logs["accuracy"]),
            val_loss=float(logs["val_loss"]),
            val_accuracy=float(logs["val_accuracy"]),
        )
        state = Checkpoint.of(self.model)
        before, self._weights_before = self._weights_before, state.weights
        self._recorder.write(lambda: self._record(finished, state, before, improved=improved))
        if self._recorder.stop_requested and self.epoch < self._epochs:
            self._stop()

    def _record(
        self, epoch: Epoch, state: Checkpoint, before: dict[str, np.ndarray], *, improved: bool
    ) -> bool:
        kept = is_kept(epoch.epoch)
        weights = npz_bytes(state.weights) if improved or kept else None
        return self._recorder.attempt.record_epoch(
            epoch,
            checkpoint=state.to_bytes(),
            best=weights if improved else None,
            kept=weights if kept else None,
            update_ratios=update_ratios(before, state.weights),
            peak_memory_mb=self._peak_memory_mb(),
        )

    def _stop_requested(self) -> bool:
        """Return whether a stop was requested; write the progress, at most every second."""
        if not self._recorder.busy:
            self._recorder.settle()
            now_s = time.perf_counter()
            if now_s - self._progress_written_s >= PROGRESS_EVERY_S:
                self._progress_written_s = now_s
                progress = self._progress
                self._recorder.write(lambda: self._recorder.attempt.record_progress(progress))
        return self._recorder.stop_requested

    def _stop(self) -> None:
        self.stopped = True
        self.model.stop_training = True
        self.model.stop_evaluating = True

    def _check(self, value: float, name: str) -> None:
        if not np.isfinite(value):
            raise TrainingFailed(
                f"{name} became NaN or infinite in epoch {self.epoch}: lower learning_rate "
                f"({self._learning_rate:g}) and train again"
            )
