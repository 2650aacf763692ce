"""The trainer of networks: fits one run with Keras, streaming to the store as it goes.

Owns the order of the batches, early stopping, what is recorded when, and how a killed run resumes.
All randomness is drawn from (seed, epoch), so that an epoch is the same whether or not the process
was replaced before it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rnnlab import models
from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig, required
from rnnlab.execution import VALIDATION_BATCH, steps_per_execution, threads
from rnnlab.runs import Epoch
from rnnlab.store.attempt import Attempt
from rnnlab.training.batches import batches
from rnnlab.training.checkpoint import Checkpoint
from rnnlab.training.early_stopping import EarlyStopping, early_stopped
from rnnlab.training.recorder import Recorder
from rnnlab.training.stream_to_store import StreamToStore
from rnnlab.training.xla import RoundNumbers, configure

__all__ = ["PACKAGES", "configure", "epoch_order", "fit", "manifest", "warm_up"]

PACKAGES: tuple[str, ...] = ("tensorflow", "keras", "numpy")


def manifest(config: RunConfig) -> dict[str, Any]:
    """Return what shapes the training beside the config and the reviews."""
    return {
        "validation_batch": VALIDATION_BATCH,
        "steps_per_execution": steps_per_execution(config),
        "jit_compile": True,
        "threads": threads(config),
    }


def epoch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """Return the order in which an epoch (from 1) reads the training reviews: int64 (count,)."""
    return np.random.default_rng((seed, epoch)).permutation(count)


def warm_up(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    *,
    urgent: Callable[[], bool] = lambda: False,
) -> keras.Model:
    """Return the compiled model of a config, untrained, with its steps traced and compiled.

    A first batch would wait two to three seconds for TensorFlow and XLA to do that. So each step
    is run here, on a whole batch and on the smaller last one, and the weights are put back. What
    comes an epoch later, the last batch and evaluation, is left out once a run waits (`urgent`).
    """
    model = _compiled(config)
    untrained = Checkpoint.of(model)
    batch_size = required(config.batch_size)
    steps = [
        *(partial(model.fit, batch, shuffle=False) for batch in _batches(train, batch_size)),
        *(partial(model.evaluate, batch) for batch in _batches(validation, VALIDATION_BATCH)),
    ]
    for step in steps:
        step(verbose=0, callbacks=[RoundNumbers()])
        if urgent():
            break
    untrained.restore(model)
    return model


def _compiled(config: RunConfig) -> keras.Model:
    model = models.build(config)
    models.compile_model(model, config)
    return model


def _batches(reviews: Reviews, batch_size: int) -> Iterator[tf.data.Dataset]:
    """Yield a whole batch and one as small as the last, which are the shapes to compile."""
    count = len(reviews.ids)
    for size in dict.fromkeys((min(batch_size, count), count % batch_size)):
        if size:
            yield batches(Reviews(reviews.ids[:size], reviews.labels[:size]), batch_size)


def fit(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    attempt: Attempt,
    *,
    model: keras.Model | None = None,
    history: Sequence[Epoch] = (),
    checkpoint: bytes | None = None,
    paused: Callable[[], bool] = lambda: False,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    peak_memory_mb: Callable[[], float | None] = lambda: None,
) -> bool:
    """Train the config's network; return whether training came to its end.

    Its end is the last epoch, or early stopping; otherwise it was stopped on request or is
    `paused`, at the batch that it had reached. `model` is what `warm_up` returned, if it was
    called. With the `history` and `checkpoint` of an earlier attempt, training continues after its
    last epoch. `callbacks` are any further keras callbacks. Raises TrainingFailed where the loss is
    not a number, LostRun where the run went to another worker.
    """
    batch_size, patience = required(config.batch_size), required(config.patience)
    seed = required(config.seed)
    if early_stopped(history, patience):
        return True
    model = model or _compiled(config)
    if checkpoint is not None:
        Checkpoint.from_bytes(checkpoint).restore(model)
    with Recorder(attempt) as recorder:
        stream = StreamToStore(config, recorder, history, paused, peak_memory_mb)

        def order(count: int) -> np.ndarray:
            return epoch_order(seed, stream.epoch, count)

        model.fit(
            batches(train, batch_size, order),
            validation_data=batches(validation, VALIDATION_BATCH),
            epochs=config.epochs,
            initial_epoch=len(history),
            verbose=0,
            shuffle=False,  # the dataset brings its own order
            callbacks=[stream, EarlyStopping(patience, history), *callbacks, RoundNumbers()],
        )
    return not stream.stopped
