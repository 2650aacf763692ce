"""A job: what a worker's child does with a run, from loading its reviews to recording its end.

Owns what a run is trained on, and what is recorded of it beside its epochs. Forks nothing; that
is `rnnlab.worker.worker`'s.
"""

import logging
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab import datasets, disk, estimate, home, machine
from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.datasets.split import Split
from rnnlab.errors import DiskFull, LostRun, RnnlabError, StoreUnreachable
from rnnlab.evaluation import predictions
from rnnlab.runs import MACHINE_KINDS, Run, RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt
from rnnlab.training.trainer import trainer_of

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

# Of the free memory: a run that nobody has asked for yet must not hinder others.
PREWARM_SHARE = 0.25


class TrainingData(NamedTuple):
    """The reviews that a run is trained on, and its model, if that was warmed up ahead."""

    dataset: Dataset
    train: Reviews
    validation: Reviews
    model: "keras.Model | None" = None


def load_data(config: RunConfig, *, fingerprint: str | None = None) -> TrainingData:
    """Load what a config is trained on; set up this process for it. Peak memory counts from here.

    Raises DataError as `datasets.load`.
    """
    machine.reset_peak_memory()
    trainer_of(config).configure(config)
    dataset = datasets.load(config.dataset_id, home.home(), fingerprint=fingerprint)

    def reviews(rows: np.ndarray) -> Reviews:
        ids = dataset.inputs(rows, **config.window)
        return Reviews(ids, dataset.labels[rows].astype(np.float32)[:, None])

    split = dataset.split(config)
    return TrainingData(dataset, reviews(split.train), reviews(split.validation))


def warm_up(config: RunConfig, *, urgent: Callable[[], bool]) -> TrainingData:
    """Load what a network is trained on, and make its model ready for the first batch.

    Takes some seconds, which a run that is handed it need not wait for; does less once `urgent`.
    Raises as `load_data`, and NotEnoughMemory where training would take more than its share of
    the free memory.
    """
    estimate.check_fits(config, int(machine.free_memory_bytes() * PREWARM_SHARE))
    data = load_data(config)
    model = trainer_of(config).warm_up(config, data.train, data.validation, urgent=urgent)
    return data._replace(model=model)


def run_attempt(
    attempt: Attempt,
    store: RunStore,
    *,
    data: TrainingData | None = None,
    paused: Callable[[], bool] = lambda: False,
) -> RunState | None:
    """Train the attempt's run and record how it ends; return its state.

    None where the run went to another worker. `data` is what `warm_up` returned for its config.
    """
    run = attempt.run
    log.info("run %s starts: %s", run.id, run.config)
    error = trace = None
    try:
        if train(attempt, store, data=data, paused=paused):
            state = RunState.FINISHED
        elif store.get(run.id).stop_requested:
            state = RunState.STOPPED
        else:
            state = RunState.INTERRUPTED
            error = "Its worker was told to end."
        if state is not RunState.INTERRUPTED:
            predictions.save_predictions(attempt, store, home.home())
        attempt.end(state, now=attempt.now(), error=error)
    except LostRun as lost:
        log.warning("%s", lost)
        return None
    except StoreUnreachable:
        raise  # the worker records the run as interrupted once the server is back
    except Exception as failure:
        if isinstance(failure, DiskFull) or disk.is_full(failure):
            return _end_without_room(attempt, failure)
        state, error, trace = RunState.FAILED, str(failure), traceback.format_exc()
        if not isinstance(failure, RnnlabError):
            log.exception("run %s failed", run.id)
            error = f"{type(failure).__name__}: {error}"[:2_000]
        attempt.end(state, now=attempt.now(), error=error, traceback=trace)
    log.info("run %s: %s", run.id, state)
    return state


def _end_without_room(attempt: Attempt, failure: Exception) -> RunState:
    """Record that a full disk has interrupted the run. Raises DiskFull where that needs room."""
    error = str(failure)
    if not isinstance(failure, DiskFull):
        error = disk.why_interrupted(home.home())
    log.warning("run %s: %s", attempt.run.id, error)
    attempt.end(RunState.INTERRUPTED, now=attempt.now(), error=error, blameless=True)
    return RunState.INTERRUPTED


def train(
    attempt: Attempt,
    store: RunStore,
    *,
    data: TrainingData | None = None,
    paused: Callable[[], bool] = lambda: False,
) -> bool:
    """Train the run; return whether it came to its end (see `rnnlab.training.fit`).

    Records what the run is trained with, and continues after the last epoch of an earlier attempt.
    `data` is used where it holds the very reviews that the run was queued with. Raises DataError,
    TrainingFailed, LostRun, NotEnoughMemory.
    """
    config = attempt.run.config
    room = _memory_for(attempt.run, store)
    estimate.check_fits(config, room, store.datasets.parts([config.dataset]))
    fingerprint = attempt.run.manifest.get("dataset_sha256")
    if data is None or fingerprint not in (None, data.dataset.fingerprint):
        data = load_data(config, fingerprint=fingerprint)
    dataset = data.dataset
    trainer = trainer_of(config)
    manifest: dict[str, Any] = {
        "dataset_sha256": dataset.fingerprint,
        MACHINE_KINDS: _machine_kinds(attempt.run),
        **_split_manifest(config, dataset.split(config)),
        **trainer.manifest(config),
    }
    if dataset.rule is not None:
        manifest |= {"split": dataset.rule.kind, "tokenizer": dataset.tokenizer}
    attempt.start(versions=machine.versions(trainer.PACKAGES), manifest=manifest)
    attempt.save("vocabulary", dataset.vocabulary.top(config.vocab_size).to_bytes())

    def fit(model: "keras.Model | None") -> bool:
        history = store.epochs(attempt.run.id)
        return trainer.fit(
            config,
            data.train,
            data.validation,
            attempt,
            model=model,
            history=history,
            checkpoint=store.artifact(attempt.run.id, "checkpoint") if history else None,
            paused=paused,
            peak_memory_mb=machine.peak_memory_mb,
        )

    try:
        return fit(data.model)
    except RnnlabError:
        raise
    except Exception as failure:
        if disk.is_full(failure):
            raise
        # Code that was compiled for an earlier run and damaged since may be what is wrong.
        if not machine.drop_xla_cache(home.home()):
            raise
        log.exception("run %s failed: trying again without compiled code", attempt.run.id)
    return fit(None)


def _machine_kinds(run: Run) -> list[str]:
    """Return the kinds of machines that a run is trained on, this one the last."""
    earlier = run.machine_kinds if run.epochs_done else ()
    kind = machine.kind()
    return [*earlier, kind] if earlier[-1:] != (kind,) else list(earlier)


def _memory_for(run: Run, store: RunStore) -> int:
    """Return the bytes that a run may take: what is free, less what other runs have yet to take.

    Runs that start together would each see the same free memory.
    """
    running = store.runs([RunState.RUNNING])
    parts = store.datasets.parts(other.config.dataset for other in running)
    others = sum(
        estimate.memory_bytes(other.config, parts)
        for other in running
        if other.machine == run.machine and other.id != run.id
    )
    return min(machine.free_memory_bytes(), machine.memory_bytes() - others)


def _split_manifest(config: RunConfig, split: Split) -> dict[str, int]:
    """Return how the reviews were split, and how many there are of each part."""
    parts = {
        "train_reviews": len(split.train),
        "validation_reviews": len(split.validation),
        "split_seed": config.split_seed,
    }
    if len(split.test):
        parts |= {"test_reviews": len(split.test), "test_split_seed": config.split_seed}
    return parts
