"""Ways to bring a lab into a state, through the same calls that a worker makes."""

import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from rnnlab import datasets
from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig, preset
from rnnlab.datasets import bundled, cache, encoded
from rnnlab.evaluation import predictions
from rnnlab.runs import Epoch, Progress, Run, RunState
from rnnlab.store import RunStore, schema
from rnnlab.store.attempt import Attempt
from rnnlab.studies import Study, StudySpec, StudyState
from rnnlab.study import plan
from rnnlab.study.advance import advance_all
from rnnlab.text import Vocabulary
from tests.networks import VOCABULARY, WORDS, fixed_weights, npz, weights, weights_file

NOW = 1_790_000_000.0
TEXTS = [f"the film {n} was {'good' if n % 3 else 'bad'} and long " * 10 for n in range(200)]


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


def damage(store: RunStore, run_id: str, assignment: str) -> None:
    """Change a run's row behind the store's back."""
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE runs SET {assignment} WHERE id = '{run_id}'")


def damage_weights(store: RunStore, run_id: str) -> None:
    """Change the stored weights of a run behind the store's back."""
    artifacts = schema.artifacts
    best = (artifacts.c.run_id == run_id, artifacts.c.name == "best")
    with store.database.writing() as connection:
        size = connection.scalar(sa.select(sa.func.length(artifacts.c.content)).where(*best))
        connection.execute(sa.update(artifacts).where(*best).values(content=bytes(size)))


def finished_run(
    store: RunStore, config: RunConfig | None = None, *, epochs: int = 3, best: bytes = b"weights"
) -> Run:
    """A finished run of `epochs` epochs."""
    attempt = claimed(store, config)
    train(attempt, epochs, best=best)
    attempt.end(RunState.FINISHED, now=NOW + epochs)
    return store.get(attempt.run.id)


def running_run(
    store: RunStore,
    config: RunConfig | None = None,
    *,
    epochs: int = 2,
    last_batch_at: float | None = None,
) -> Run:
    """A running run, `epochs` epochs done and half of the next."""
    attempt = claimed(store, config)
    train(attempt, epochs)
    attempt.record_progress(Progress(epochs + 1, 156, 313, 0.6, 0.7, last_batch_at or NOW + epochs))
    return store.get(attempt.run.id)


def live_run(store: RunStore, config: RunConfig | None = None) -> Run:
    """A running run whose worker lives."""
    run = running_run(store, config, last_batch_at=time.time())
    store.workers.heartbeat("worker-1", now=time.time())
    return run


def queued_together(store, *archs):
    """Runs that wait in one queue, the first claimed by this process as the only worker."""
    now = time.time()
    for arch in archs:
        store.enqueue(preset(arch), now=now)
        now += 0.001
    return claim(store, now=now)


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


def encode_reviews(home: Path, texts: Sequence[str] = TEXTS) -> None:
    """Put these texts into the home as its encoded reviews; every second one is positive."""
    encoded.build(
        cache.folder(home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode(texts, [number % 2 for number in range(len(texts))]),
    )


def trained_run(
    store: RunStore, config: RunConfig, *, words: Sequence[str] = WORDS, size: float = 0.8
) -> Run:
    """A finished run whose weights are `fixed_weights` and whose vocabulary is `words`."""
    best = npz(fixed_weights(config, size=size))
    return trained(store, config, vocabulary=Vocabulary(tuple(words)), best=best)


def trained(
    store: RunStore,
    config: RunConfig | None = None,
    *,
    epochs: int = 3,
    best: bytes | None = None,
    state: RunState = RunState.FINISHED,
    vocabulary: Vocabulary = VOCABULARY,
) -> Run:
    """A run that has ended, and whose network can be read; its weights are random."""
    config = config or preset("lstm")
    attempt = claimed(store, config)
    attempt.save("vocabulary", vocabulary.to_bytes())
    train(attempt, epochs, best=weights_file(config) if best is None else best)
    attempt.end(state, now=NOW + 3)
    return store.get(attempt.run.id)


def run_with_predictions(store: RunStore, config: RunConfig, home: Path) -> Run:
    """A finished run with the real vocabulary, and its predictions of its dataset's reviews.

    The baseline is fitted; the weights of a network are random.
    """
    from rnnlab.training import linear  # scikit-learn takes a second, which few tests need

    dataset = datasets.load(config.dataset_id, home)
    if config.architecture.kind == "linear":
        window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
        rows = dataset.split(config).train
        reviews = Reviews(dataset.inputs(rows, **window), dataset.labels[rows][:, None])
        best = npz(linear.fit_weights(config, reviews))
    else:
        best = npz(weights(config))
    attempt = claimed(store, config)
    attempt.save("vocabulary", dataset.vocabulary.top(config.vocab_size).to_bytes())
    train(attempt, 3, best=best)
    predictions.save_predictions(attempt, store, home)
    attempt.end(RunState.FINISHED, now=NOW + 3)
    return store.get(attempt.run.id)


def empty(store: RunStore) -> None:
    """Delete all that a store holds; this process is then its only worker."""
    with store.database.writing() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            if table is not schema.lab:
                connection.execute(sa.delete(table))
    be_the_worker(store)


def be_the_worker(store):
    """Register this process as a worker, or say that it lives."""
    if not store.workers.heartbeat("worker-1", now=time.time()):
        assert store.workers.register("worker-1", now=time.time(), limit=1)


@contextmanager
def working(store, job):
    """A thread that claims the next run and does the job on its attempt."""

    def work():
        while not store.queued_count():
            time.sleep(0.02)
        attempt = store.claim_next("worker-1", machine="here", now=time.time())
        attempt.start(versions={"keras": "3.15.1"}, manifest={})
        job(attempt)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    with living(store):
        yield
        thread.join(60)
    assert not thread.is_alive()


@contextmanager
def two_at_work(store, job):
    """Two threads as workers: each claims a run, does the job on its attempt, and so on."""
    workers, done = ("worker-1", "worker-2"), threading.Event()
    for worker in workers:
        if not store.workers.heartbeat(worker, now=time.time()):
            assert store.workers.register(worker, now=time.time(), limit=2)

    def work(worker):
        while not done.wait(0.05):
            if attempt := store.claim_next(worker, machine="here", now=time.time()):
                attempt.start(versions={"keras": "3.15.1"}, manifest={})
                job(attempt)

    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    with living(store, workers):
        try:
            yield
        finally:
            done.set()
            for thread in threads:
                thread.join(60)


@contextmanager
def living(store, workers=("worker-1",)):
    """Workers that give their signs of life in time; this process is all of them.

    A server that looks after the lab kills a worker that is silent for a minute: around one that
    serves a lab whose runs this process has trained.
    """
    done = threading.Event()

    def live():
        while not done.wait(1.0):
            for worker in workers:
                store.workers.heartbeat(worker, now=time.time())

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def finish(attempt):
    """Train three epochs to the end."""
    train(attempt, 3)
    attempt.end(RunState.FINISHED, now=time.time())


def finish_network(attempt):
    """Train three epochs to the end; the network can be read, its weights are random."""
    attempt.save("vocabulary", VOCABULARY.to_bytes())
    train(attempt, 3, best=weights_file(attempt.run.config))
    attempt.end(RunState.FINISHED, now=time.time())


def finish_study(store: RunStore, spec: StudySpec, *, end=finish_network) -> Study:
    """A study that is over; each of its runs ends as `end` does."""
    study = store.studies.create(spec, plan.search_configs(spec), now=NOW)
    while store.studies.get(study.id).state is StudyState.RUNNING:
        while store.queued_count():
            end(claim(store, now=time.time()))
        advance_all(store, now=time.time())
    return store.studies.get(study.id)


def train_until_stopped(attempt, *, then=lambda: None):
    """Train an epoch and then a batch, until a stop is requested; `then` runs before."""
    train(attempt, 1)
    attempt.record_progress(Progress(2, 10, 313, 0.6, 0.7, time.time()))
    then()
    while not attempt.record_progress(Progress(2, 11, 313, 0.6, 0.7, time.time())):
        time.sleep(0.02)
    attempt.end(RunState.STOPPED, now=time.time())
