"""StreamToStore: seeds each epoch, and records what training yields while it goes on."""

import time
from collections.abc import Callable, Sequence

import keras
import numpy as np

from rnnlab import models
from rnnlab.arrays import npz_bytes
from rnnlab.config import RunConfig
from rnnlab.errors import TrainingFailed
from rnnlab.runs import HISTORY_KEYS, Epoch, Progress
from rnnlab.training.checkpoint import Checkpoint
from rnnlab.training.recorder import Recorder

PROGRESS_EVERY_S = 1.0  # what is shown of a run moves as often; to write it takes some 5 ms


class StreamToStore(keras.callbacks.Callback):
    """Seeds each epoch, and has recorded what training yields while training goes on.

    `epoch` is the one that is being trained, from 1 as in the store (Keras counts from 0); `left`
    tells whether training was left before its end.
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
        self.left = False
        self.epoch = len(history) + 1
        self._config = config
        self._recorder = recorder
        self._best_val_loss = min((epoch.val_loss for epoch in history), default=np.inf)
        self._paused = paused
        self._peak_memory_mb = peak_memory_mb
        self._epoch_began_s = 0.0
        self._progress: Progress
        self._progress_written_s = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.epoch = epoch + 1
        self._epoch_began_s = time.perf_counter()
        models.seed_epoch(self.model, self._config.seed, self.epoch)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._check(logs["loss"], "loss")
        if self._paused():
            self._leave()
        batches = self.params["steps"]
        self._progress = Progress(
            epoch=self.epoch,
            batch=min(batch + 1, batches),
            batches=batches,
            loss=float(logs["loss"]),
            accuracy=float(logs["accuracy"]),
            at=time.time(),
        )
        if self._stop_requested():
            self._leave()

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self.left or self._paused() or self._stop_requested():
            self._leave()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if self.left:
            return  # half an epoch is none
        for name in HISTORY_KEYS:
            self._check(logs[name], name)
        improved = logs["val_loss"] < self._best_val_loss
        if improved:
            self._best_val_loss = logs["val_loss"]
        ended = Epoch(
            epoch=self.epoch,
            seconds=time.perf_counter() - self._epoch_began_s,
            **{name: float(logs[name]) for name in HISTORY_KEYS},
        )
        state = Checkpoint.of(self.model)
        self._recorder.write(lambda: self._record(ended, state, improved=improved))
        if self._recorder.stop_requested and self.epoch < self._config.epochs:
            self._leave()

    def _record(self, epoch: Epoch, state: Checkpoint, *, improved: bool) -> bool:
        return self._recorder.attempt.record_epoch(
            epoch,
            checkpoint=state.to_bytes(),
            best=npz_bytes(state.weights) if improved else None,
            peak_memory_mb=self._peak_memory_mb(),
        )

    def _stop_requested(self) -> bool:
        """Whether somebody asked for a stop; has the progress written, at most every second."""
        if not self._recorder.busy:
            self._recorder.settle()
            now_s = time.perf_counter()
            if now_s - self._progress_written_s >= PROGRESS_EVERY_S:
                self._progress_written_s = now_s
                progress = self._progress
                self._recorder.write(lambda: self._recorder.attempt.record_progress(progress))
        return self._recorder.stop_requested

    def _leave(self) -> None:
        self.left = True
        self.model.stop_training = True
        self.model.stop_evaluating = True

    def _check(self, figure: float, name: str) -> None:
        if not np.isfinite(figure):
            raise TrainingFailed(
                f"{name} is not a number any more in epoch {self.epoch}: lower learning_rate "
                f"({self._config.learning_rate:g}) and train again"
            )
