"""Ways to bring a lab into a state, through the same calls that a worker makes."""

from collections.abc import Sequence
from pathlib import Path

from rnnlab.config import RunConfig, preset
from rnnlab.datasets import bundled, cache, encoded
from rnnlab.runs import Epoch, Progress, Run, RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt

NOW = 1_790_000_000.0


def claimed(store: RunStore, config: RunConfig | None = None, *, now: float = NOW) -> Attempt:
    """An attempt on a new run; its worker is this process."""
    store.enqueue(config or preset("lstm"), now=now)
    attempt = claim(store, now=now)
    attempt.start(versions={"keras": "3.15.1", "tensorflow": "2.21.0"}, manifest={})
    return attempt


def claim(store: RunStore, *, now: float = NOW) -> Attempt:
    """An attempt on the longest-waiting run; its worker is this process."""
    if not store.workers.heartbeat("worker-1", now=now):
        store.workers.register("worker-1", now=now, limit=1)
    return store.claim_next("worker-1", machine="here", now=now)


def train(attempt: Attempt, epochs: int, *, best: bytes = b"weights", first: int = 1) -> None:
    """Record `epochs` finished epochs with falling losses, one second each."""
    for number in range(first, first + epochs):
        attempt.record_epoch(
            Epoch(
                epoch=number,
                loss=0.7 - 0.01 * number,
                accuracy=0.5 + 0.01 * number,
                val_loss=0.69 - 0.01 * number,
                val_accuracy=0.52 + 0.01 * number,
                seconds=1.0,
            ),
            checkpoint=b"checkpoint",
            best=best,
            peak_memory_mb=900.0,
        )


def finished_run(
    store: RunStore, config: RunConfig | None = None, *, epochs: int = 3, best: bytes = b"weights"
) -> Run:
    """A finished run of `epochs` epochs."""
    attempt = claimed(store, config)
    train(attempt, epochs, best=best)
    attempt.end(RunState.FINISHED, now=NOW + epochs)
    return store.get(attempt.run.id)


def running_run(store: RunStore, config: RunConfig | None = None, *, epochs: int = 2) -> Run:
    """A running run, `epochs` epochs done and half of the next."""
    attempt = claimed(store, config)
    train(attempt, epochs)
    attempt.record_progress(Progress(epochs + 1, 156, 313, 0.6, 0.7, NOW + epochs))
    return store.get(attempt.run.id)


def failed_run(store: RunStore, config: RunConfig | None = None) -> Run:
    """A run that failed in its first epoch."""
    attempt = claimed(store, config)
    attempt.end(
        RunState.FAILED,
        now=NOW + 1,
        error="the loss is not a number: lower learning_rate (0.5)",
        traceback="Traceback (most recent call last): ...",
    )
    return store.get(attempt.run.id)


def encode_reviews(home: Path, texts: Sequence[str]) -> None:
    """Put these texts into the home as its encoded reviews; every second one is positive."""
    encoded.build(
        cache.folder(home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode(texts, [number % 2 for number in range(len(texts))]),
    )
