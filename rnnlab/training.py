"""Training one run with `model.fit`, streaming to the store as it goes.

Owns the order of the batches, early stopping, what is recorded when, and how a killed run goes on.
Chance is drawn from (seed, epoch) alone, so that an epoch is the same whether or not the process
was replaced before it.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rnnlab import models
from rnnlab.arrays import Reviews, npz_arrays, npz_bytes
from rnnlab.config import RunConfig
from rnnlab.errors import TrainingFailed
from rnnlab.estimate import steps_per_execution
from rnnlab.params import CELLS
from rnnlab.runs import HISTORY_KEYS, Epoch, Progress
from rnnlab.store.attempt import Attempt

# Keras draws dropout masks during evaluation too, but every epoch is seeded anew, so this size
# changes no result. It divides the 5,000 validation reviews, so that XLA compiles one shape only.
VALIDATION_BATCH = 250
PROGRESS_EVERY_S = 1.0  # to write it takes some 5 ms of the training's time
# A worker takes one thread, so that two side by side keep full speed each, and a second where a
# cell (gates * units) is so wide that its products fill it: at 1,024 a step takes 0.6 of the time.
WIDE = 512
# A loop's operations one after another instead of handed from thread to thread, and the widest
# vectors: together a quarter faster, and half as scattered. Neither changes a result.
XLA_FLAGS = (
    "--xla_cpu_enable_concurrency_optimized_scheduler=false --xla_cpu_prefer_vector_width=512"
)
# With up to so many units, each loop over time becomes one function instead of a call for every
# operation of every turn: a quarter to a third faster. XLA multiplies number by number in such a
# function, so that from 16 units on it is slower.
INLINED_UNITS = 12
INLINED = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
PACKAGES = ("tensorflow", "keras", "numpy")


@dataclass(frozen=True)
class Checkpoint:
    """All that training needs to go on after an epoch, as bytes for the store."""

    weights: dict[str, np.ndarray]
    optimizer: dict[str, np.ndarray]

    @classmethod
    def of(cls, model: keras.Model) -> "Checkpoint":
        """The present state of a compiled model."""
        return cls(models.weights_of(model), models.optimizer_state(model))

    def restore(self, model: keras.Model) -> None:
        """Put this state into a compiled model. Raises StoreError where it does not fit."""
        models.set_weights(model, self.weights)
        models.set_optimizer_state(model, self.optimizer)

    def to_bytes(self) -> bytes:
        """An uncompressed .npz with the keys "weights/…" and "optimizer/…"."""
        return npz_bytes(
            {f"weights/{path}": array for path, array in self.weights.items()}
            | {f"optimizer/{path}": array for path, array in self.optimizer.items()}
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> "Checkpoint":
        """The checkpoint that `to_bytes` wrote."""
        parts: dict[str, dict[str, np.ndarray]] = {"weights": {}, "optimizer": {}}
        for key, array in npz_arrays(content).items():
            part, path = key.split("/", 1)
            parts[part][path] = array
        return cls(**parts)


def threads(config: RunConfig) -> int:
    """How many threads train a config; the same on every machine, as its results are."""
    arch = config.architecture
    return 2 if arch.cell and CELLS[arch.cell].gates * config.units >= WIDE else 1


def configure(config: RunConfig) -> None:
    """Give TensorFlow the threads for a config and XLA its flags, the environment's first.

    Must come before its first operation in a process.
    """
    inlined = config.architecture.cell and config.units <= INLINED_UNITS
    os.environ.setdefault("XLA_FLAGS", f"{XLA_FLAGS} {INLINED}" if inlined else XLA_FLAGS)
    tf.config.threading.set_intra_op_parallelism_threads(threads(config))
    tf.config.threading.set_inter_op_parallelism_threads(1)


def manifest(config: RunConfig) -> dict[str, Any]:
    """What shapes the training beside the config and the reviews."""
    return {
        "validation_batch": VALIDATION_BATCH,
        "steps_per_execution": steps_per_execution(config),
        "jit_compile": True,
        "threads": threads(config),
    }


def epoch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order in which an epoch (from 1) reads the training reviews: int64 (count,)."""
    return np.random.default_rng((seed, epoch)).permutation(count)


def fit(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    attempt: Attempt,
    *,
    history: Sequence[Epoch] = (),
    checkpoint: Checkpoint | None = None,
    paused: Callable[[], bool] = lambda: False,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    peak_memory_mb: Callable[[], float | None] = lambda: None,
) -> bool:
    """Whether training came to its end: all epochs, or early stopping.

    False where it was stopped on request or `paused` said so, at the batch that it had reached.
    With the `history` and `checkpoint` of an earlier attempt it goes on after its last epoch.
    `callbacks` are any further keras callbacks. Raises TrainingFailed where the loss is not a
    number, LostRun where the run went to another worker.
    """
    if early_stopped(history, config.patience):
        return True
    model = models.build(config)
    models.compile_model(model, config)
    if checkpoint is not None:
        checkpoint.restore(model)
    stream = StreamToStore(config, attempt, history, paused, peak_memory_mb)
    model.fit(
        batches(train, config.batch_size, stream.order),
        validation_data=batches(validation, VALIDATION_BATCH),
        epochs=config.epochs,
        initial_epoch=len(history),
        verbose=0,
        shuffle=False,  # the dataset brings its own order
        callbacks=[stream, EarlyStopping(config.patience, history), *callbacks],
    )
    return not stream.left


def write_events(folder: Path, epochs: Sequence[Epoch]) -> None:
    """Write a history as a TensorBoard log folder, with the tags and steps of Keras's callback.

    Keras has the first epoch as step 0. Makes `folder`/train and `folder`/validation.
    """
    # What tf.summary.scalar would write; that function needs the package tensorboard.
    metadata = tf.compat.v1.Summary.Value().metadata
    metadata.plugin_data.plugin_name = "scalars"
    for part, prefix in (("train", ""), ("validation", "val_")):
        with tf.summary.create_file_writer(str(folder / part)).as_default():
            for epoch in epochs:
                for name in ("loss", "accuracy"):
                    figure = getattr(epoch, prefix + name)
                    step = epoch.epoch - 1
                    tf.summary.write(f"epoch_{name}", tf.constant(figure), step, metadata)


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


class StreamToStore(keras.callbacks.Callback):
    """Seeds each epoch, and writes to the run's attempt what training yields.

    `left` tells whether training was left before its end. Keras counts epochs from 0, the store
    from 1.
    """

    def __init__(
        self,
        config: RunConfig,
        attempt: Attempt,
        history: Sequence[Epoch],
        paused: Callable[[], bool],
        peak_memory_mb: Callable[[], float | None],
    ) -> None:
        super().__init__()
        self.left = False
        self._config = config
        self._attempt = attempt
        self._best_val_loss = min((epoch.val_loss for epoch in history), default=np.inf)
        self._paused = paused
        self._peak_memory_mb = peak_memory_mb
        self._epoch = len(history) + 1
        self._epoch_began_s = 0.0
        self._progress: Progress
        self._progress_written_s = 0.0

    def order(self, count: int) -> np.ndarray:
        """The order of the training reviews in the epoch that is being trained."""
        return epoch_order(self._config.seed, self._epoch, count)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1
        self._epoch_began_s = time.perf_counter()
        models.seed_epoch(self.model, self._config.seed, self._epoch)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._check(logs["loss"], "loss")
        if self._paused():
            self._leave()
        batches = self.params["steps"]
        self._progress = Progress(
            epoch=self._epoch,
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
        state = Checkpoint.of(self.model)
        stop_requested = self._attempt.record_epoch(
            Epoch(
                epoch=self._epoch,
                seconds=time.perf_counter() - self._epoch_began_s,
                **{name: float(logs[name]) for name in HISTORY_KEYS},
            ),
            checkpoint=state.to_bytes(),
            best=npz_bytes(state.weights) if improved else None,
            peak_memory_mb=self._peak_memory_mb(),
        )
        if stop_requested and self._epoch < self._config.epochs:
            self._leave()

    def _stop_requested(self) -> bool:
        """Whether somebody asked for a stop; writes the progress, at most every second."""
        now_s = time.perf_counter()
        if now_s - self._progress_written_s < PROGRESS_EVERY_S:
            return False
        self._progress_written_s = now_s
        return self._attempt.record_progress(self._progress)

    def _leave(self) -> None:
        self.left = True
        self.model.stop_training = True
        self.model.stop_evaluating = True

    def _check(self, figure: float, name: str) -> None:
        if not np.isfinite(figure):
            raise TrainingFailed(
                f"{name} is not a number any more in epoch {self._epoch}: lower learning_rate "
                f"({self._config.learning_rate:g}) and train again"
            )


def batches(
    reviews: Reviews, batch_size: int, order: Callable[[int], np.ndarray] | None = None
) -> tf.data.Dataset:
    """The reviews in batches; anew in `order` each time it is read, if that is given."""
    ids, labels = tf.constant(reviews.ids), tf.constant(reviews.labels)
    count = len(reviews.ids)
    if order is None:
        batches = tf.data.Dataset.from_tensor_slices((ids, labels)).batch(batch_size).cache()
    else:
        steps = -(-count // batch_size)

        def in_order(_: tf.Tensor) -> tf.data.Dataset:
            rows = tf.ensure_shape(tf.numpy_function(lambda: order(count), [], tf.int64), [count])
            places = tf.data.Dataset.range(0, count, batch_size)
            return places.map(lambda place: rows[place : place + batch_size])

        batches = (
            tf.data.Dataset.from_tensors(0)
            .flat_map(in_order)
            .map(lambda chosen: (tf.gather(ids, chosen), tf.gather(labels, chosen)))
            .apply(tf.data.experimental.assert_cardinality(steps))
        )
    options = tf.data.Options()
    options.autotune.enabled = False
    options.threading.private_threadpool_size = 1
    return batches.with_options(options)
