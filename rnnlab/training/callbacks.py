"""The callbacks of a run: its early stopping, and what they write to the store as it trains."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import keras
import numpy as np
from tensorflow.python.framework import ops

from rnnlab import models
from rnnlab.arrays import npz_bytes
from rnnlab.config import RunConfig
from rnnlab.errors import TrainingFailed
from rnnlab.runs import HISTORY_KEYS, Epoch, Progress
from rnnlab.store.attempt import Attempt
from rnnlab.training.checkpoint import Checkpoint

ROUND = 16_384  # above what is numbered before a first step, and from there to evaluation
PROGRESS_EVERY_S = 1.0  # what is shown of a run moves as often; to write it takes some 5 ms


def early_stopped(history: Sequence[Epoch], patience: int) -> bool:
    """Whether early stopping ends training after this history.

    So it was decided before, where a worker died between its last epoch and saying that it ended.
    """
    losses = [epoch.val_loss for epoch in history]
    return len(losses) > 1 and len(losses) - 1 - int(np.argmin(losses)) >= max(patience, 1)


class EarlyStopping(keras.callbacks.EarlyStopping):
    """Keras's early stopping on the validation loss that remembers an earlier attempt's epochs.

    The best weights are in the store, so it keeps none.
    """

    def __init__(self, patience: int, history: Sequence[Epoch]) -> None:
        super().__init__(monitor="val_loss", mode="min", patience=patience)
        self._history = history

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        for epoch in self._history:
            self.on_epoch_end(epoch.epoch - 1, {"val_loss": epoch.val_loss})


class RoundNumbers(keras.callbacks.Callback):
    """Has TensorFlow number what it traces from 16,384 for training, from 32,768 for evaluation.

    It numbers on whatever came before, and XLA finds the code that it stored by those numbers: a
    resumed run, or a model made ready, would have to be compiled anew. Costs some ms. To come
    after all callbacks that use TensorFlow when an epoch begins.
    """

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        _number_from(ROUND)

    def on_test_begin(self, logs: dict | None = None) -> None:
        _number_from(2 * ROUND)


def _number_from(number: int) -> None:
    """Use up all numbers below; none where they are used up."""
    while ops.uid() < number:
        pass


class Recorder:
    """Writes to a run's attempt in a thread of its own, one thing after another.

    What the store says of a write, or the error that it raises, comes to light at a later call,
    at the latest on leaving the context, which waits for the last write.
    """

    def __init__(self, attempt: Attempt) -> None:
        self.stop_requested = False  # by somebody, as of the last write that is known to be done
        self.attempt = attempt
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        self._writing: Future[bool] | None = None

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self.settle()

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._writing is not None and not self._writing.done()

    def settle(self) -> None:
        """Wait for what is being written. Raises what it raised, such as LostRun."""
        if self._writing is not None:
            written, self._writing = self._writing, None
            self.stop_requested = written.result()

    def write(self, record: Callable[[], bool]) -> None:
        """Have a method of the attempt called, which says whether a stop was asked for.

        Waits for what is being written before. Raises what that raised.
        """
        self.settle()
        self._writing = self._thread.submit(record)


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
