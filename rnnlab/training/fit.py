"""Training one run with `model.fit`, streaming to the store as it goes.

Owns the order of the batches, early stopping, what is recorded when, and how a killed run goes on.
Chance is drawn from (seed, epoch) alone, so that an epoch is the same whether or not the process
was replaced before it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np

from rnnlab import models
from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig
from rnnlab.execution import VALIDATION_BATCH, steps_per_execution, threads
from rnnlab.runs import Epoch
from rnnlab.store.attempt import Attempt
from rnnlab.training.batches import batches
from rnnlab.training.checkpoint import Checkpoint
from rnnlab.training.early_stopping import EarlyStopping, early_stopped
from rnnlab.training.recorder import Recorder
from rnnlab.training.stream_to_store import StreamToStore
from rnnlab.training.xla import RoundNumbers

PACKAGES = ("tensorflow", "keras", "numpy")


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


def warm_up(
    config: RunConfig,
    train: Reviews,
    validation: Reviews,
    *,
    urgent: Callable[[], bool] = lambda: False,
) -> keras.Model:
    """Return the compiled model of a config, untrained, with its steps traced and compiled.

    A first batch would wait two to three seconds for TensorFlow and XLA to do that. So each step
    is run here, on a whole batch and on the smaller last one, and the weights are put back.
    Evaluation, which comes an epoch later, is left out once a run waits (`urgent`).
    """
    model = _compiled(config)
    new = Checkpoint.of(model)
    quiet = {"verbose": 0, "callbacks": [RoundNumbers()]}
    whole_and_last = _whole_and_last(train, config.batch_size)
    model.fit(batches(whole_and_last, config.batch_size), shuffle=False, **quiet)
    if not urgent():
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
