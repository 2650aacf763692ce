"""Training one run with `model.fit`, streaming to the store as it goes.

Owns the order of the batches, early stopping, what is recorded when, and how a killed run goes on.
Chance is drawn from (seed, epoch) alone, so that an epoch is the same whether or not the process
was replaced before it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rnnlab import models
from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig
from rnnlab.estimate import inlined, steps_per_execution
from rnnlab.params import CELLS
from rnnlab.runs import Epoch
from rnnlab.store.attempt import Attempt
from rnnlab.training.callbacks import (
    EarlyStopping,
    Recorder,
    RoundNumbers,
    StreamToStore,
    early_stopped,
)
from rnnlab.training.checkpoint import Checkpoint

__all__ = [
    "Checkpoint",
    "batches",
    "configure",
    "epoch_order",
    "fit",
    "manifest",
    "ready_model",
    "write_events",
]

# Keras's wider cells draw dropout masks during evaluation too, but every epoch is seeded anew, so
# this size changes no result. It divides the 5,000 validation reviews: XLA compiles one shape only.
VALIDATION_BATCH = 250
# A worker takes one thread, so that two side by side keep full speed each, and a second where a
# cell (gates * units) is so wide that its products fill it: at 1,024 a step takes 0.6 of the time.
WIDE = 512
# A loop's operations one after another instead of handed from thread to thread, and the widest
# vectors: together a quarter faster, and half as scattered. Neither changes a result.
XLA_FLAGS = (
    "--xla_cpu_enable_concurrency_optimized_scheduler=false --xla_cpu_prefer_vector_width=512"
)
# Each loop of a small cell as one function, see `rnnlab.estimate.inlined`.
INLINED = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
PACKAGES = ("tensorflow", "keras", "numpy")


def threads(config: RunConfig) -> int:
    """How many threads train a config; the same on every machine, as its results are."""
    arch = config.architecture
    return 2 if arch.cell and CELLS[arch.cell].gates * config.units >= WIDE else 1


def xla_flags(config: RunConfig) -> str:
    """The flags that XLA compiles a config's training with."""
    one_function = config.architecture.cell and inlined(config)
    return f"{XLA_FLAGS} {INLINED}" if one_function else XLA_FLAGS


def configure(config: RunConfig) -> None:
    """Give TensorFlow the threads for a config and XLA its flags, the environment's first.

    Must come before its first operation in a process.
    """
    os.environ.setdefault("XLA_FLAGS", xla_flags(config))
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


def ready_model(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    *,
    hurried: Callable[[], bool] = lambda: False,
) -> keras.Model:
    """The compiled model of a config, as new, but for what its first batch would wait for.

    That is two to three seconds of TensorFlow tracing and XLA compiling its steps; so each has
    been run here, on a whole batch and on what is left over for the last one. Evaluation, which
    comes an epoch later, is left out where somebody waits by then (`hurried`).
    """
    model = _compiled(config)
    new = Checkpoint.of(model)
    quiet = {"verbose": 0, "callbacks": [RoundNumbers()]}
    whole_and_last = _whole_and_last(train, config.batch_size)
    model.fit(batches(whole_and_last, config.batch_size), shuffle=False, **quiet)
    if not hurried():
        whole_and_last = _whole_and_last(validation, VALIDATION_BATCH)
        model.evaluate(batches(whole_and_last, VALIDATION_BATCH), **quiet)
    new.restore(model)
    return model


def _compiled(config: RunConfig) -> keras.Model:
    model = models.build(config)
    models.compile_model(model, config)
    return model


def _whole_and_last(reviews: Reviews, batch_size: int) -> Reviews:
    count = batch_size + len(reviews.ids) % batch_size
    return Reviews(reviews.ids[:count], reviews.labels[:count])


def fit(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    attempt: Attempt,
    *,
    model: keras.Model | None = None,
    history: Sequence[Epoch] = (),
    checkpoint: Checkpoint | None = None,
    paused: Callable[[], bool] = lambda: False,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    peak_memory_mb: Callable[[], float | None] = lambda: None,
) -> bool:
    """Whether training came to its end: all epochs, or early stopping.

    False where it was stopped on request or `paused` said so, at the batch that it had reached.
    Trains `model`, which is the config's and as new, if one was made ready before. With the
    `history` and `checkpoint` of an earlier attempt it goes on after its last epoch.
    `callbacks` are any further keras callbacks. Raises TrainingFailed where the loss is not a
    number, LostRun where the run went to another worker.
    """
    if early_stopped(history, config.patience):
        return True
    model = model or _compiled(config)
    if checkpoint is not None:
        checkpoint.restore(model)
    with Recorder(attempt) as recorder:
        stream = StreamToStore(config, recorder, history, paused, peak_memory_mb)

        def order(count: int) -> np.ndarray:
            return epoch_order(config.seed, stream.epoch, count)

        model.fit(
            batches(train, config.batch_size, order),
            validation_data=batches(validation, VALIDATION_BATCH),
            epochs=config.epochs,
            initial_epoch=len(history),
            verbose=0,
            shuffle=False,  # the dataset brings its own order
            callbacks=[stream, EarlyStopping(config.patience, history), *callbacks, RoundNumbers()],
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
