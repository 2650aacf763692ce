"""A job: what a worker's child does with a run, from its reviews to its recorded end.

Owns what a run is trained on, and what is recorded of it beside its epochs. Forks nothing; that
is `rnnlab.worker.main`'s.
"""

import logging
import shutil
import time
import traceback
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab import datasets, estimate, home, machine
from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.errors import LostRun, RnnlabError
from rnnlab.evaluation import predictions
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

GUESS_SHARE = 0.25  # of the free memory: a run that nobody has asked for yet must not hinder others


class Material(NamedTuple):
    """What a run is trained on, and its model, if that was made ready ahead."""

    dataset: Dataset
    train: Reviews
    validation: Reviews
    model: "keras.Model | None" = None


def gather(config: RunConfig, *, fingerprint: str | None = None) -> Material:
    """What a config is trained on; gives TensorFlow its threads. Peak memory counts from here.

    Raises DataError as `datasets.load`.
    """
    machine.reset_peak_memory()
    if config.architecture.kind != "linear":
        from rnnlab.training import xla

        xla.configure(config)
    dataset = datasets.load(config.dataset, home.home(), fingerprint=fingerprint)
    window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
    reviews = [
        Reviews(dataset.inputs(rows, **window), dataset.labels[rows].astype(np.float32)[:, None])
        for rows in (dataset.train_rows, dataset.validation_rows)
    ]
    return Material(dataset, *reviews)


def get_ready(config: RunConfig, *, hurried: Callable[[], bool]) -> Material:
    """What a network is trained on, with its model ready for the first batch.

    Takes some seconds, which a run that is handed it has no need to wait for; less is made ready
    where it is `hurried`. Raises as `gather`, and NotEnoughMemory where it would take more than
    its share of what is free.
    """
    estimate.check_fits(config, int(machine.free_memory_bytes() * GUESS_SHARE))
    found = gather(config)
    model = _trainer(config).ready_model(config, found.train, found.validation, hurried=hurried)
    return found._replace(model=model)


def run_attempt(
    attempt: Attempt,
    store: RunStore,
    *,
    ready: Material | None = None,
    paused: Callable[[], bool] = lambda: False,
) -> RunState | None:
    """How the attempt's run ended, recorded in the store; None where it went to another worker.

    `ready` is what `get_ready` gave for the run's config.
    """
    run = attempt.run
    log.info("run %s starts: %s", run.id, run.config)
    error = trace = None
    try:
        if train(attempt, store, ready=ready, paused=paused):
            state = RunState.FINISHED
        elif store.get(run.id).stop_requested:
            state = RunState.STOPPED
        else:
            state = RunState.INTERRUPTED
            error = "Its worker ended before it did: resume it to go on."
        if state is not RunState.INTERRUPTED:
            predictions.keep(attempt, store, home.home())
        attempt.end(state, now=time.time(), error=error)
    except LostRun as lost:
        log.warning("%s", lost)
        return None
    except Exception as failure:
        state, error, trace = RunState.FAILED, str(failure), traceback.format_exc()
        if not isinstance(failure, RnnlabError):
            log.exception("run %s failed", run.id)
            error = f"{type(failure).__name__}: {error}"[:2_000]
            # Code compiled for an earlier run and damaged since may be what is wrong.
            shutil.rmtree(machine.xla_cache(home.home()), ignore_errors=True)
        attempt.end(state, now=time.time(), error=error, traceback=trace)
    log.info("run %s: %s", run.id, state)
    return state


def train(
    attempt: Attempt,
    store: RunStore,
    *,
    ready: Material | None = None,
    paused: Callable[[], bool] = lambda: False,
    callbacks: Iterable = (),
) -> bool:
    """Whether the run was trained to its end; see `rnnlab.training.fit`.

    Records what the run is trained with, and goes on after the last epoch of an earlier attempt.
    What was made `ready` is used where it holds the very reviews that the run was queued with.
    `callbacks` are further keras callbacks. Raises DataError, TrainingFailed, LostRun,
    NotEnoughMemory.
    """
    config = attempt.run.config
    estimate.check_fits(config, machine.free_memory_bytes())
    fingerprint = attempt.run.manifest.get("dataset_sha256")
    if ready is None or fingerprint not in (None, ready.dataset.fingerprint):
        ready = gather(config, fingerprint=fingerprint)
    dataset, *reviews, model = ready
    trainer = _trainer(config)
    manifest = {
        "dataset_sha256": dataset.fingerprint,
        "train_reviews": len(dataset.train_rows),
        "validation_reviews": len(dataset.validation_rows),
        "split_seed": datasets.encoded.SPLIT_SEED,
        **trainer.manifest(config),
    }
    attempt.start(versions=machine.versions(trainer.PACKAGES), manifest=manifest)
    attempt.save("vocabulary", dataset.vocabulary.top(config.vocab_size).to_bytes())
    history = store.epochs(attempt.run.id)
    options = {"history": history, "paused": paused, "peak_memory_mb": machine.peak_memory_mb}
    if config.architecture.kind == "linear":
        return trainer.fit(config, *reviews, attempt, **options)
    checkpoint = None
    if history:
        checkpoint = trainer.Checkpoint.from_bytes(store.artifact(attempt.run.id, "checkpoint"))
    return trainer.fit(
        config,
        *reviews,
        attempt,
        model=model,
        checkpoint=checkpoint,
        callbacks=callbacks,
        **options,
    )


def _trainer(config: RunConfig) -> ModuleType:
    """The module that trains a config; it imports keras for a network alone."""
    if config.architecture.kind == "linear":
        from rnnlab.training import linear as trainer
    else:
        from rnnlab.training import fit as trainer
    return trainer
