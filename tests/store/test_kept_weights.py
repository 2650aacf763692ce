"""The weights of a few epochs stay in the store, to replay a training."""

import numpy as np
import pytest
import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.errors import LostRun, RunNotFound, StoreError
from rnnlab.runs import Epoch, RunState
from rnnlab.store import kept_weights, schema
from rnnlab.store.kept_weights import is_kept
from tests.labs import NOW, claim, claimed, trained
from tests.networks import npz


def weights_after(epoch):
    """Weights that tell the epoch."""
    return {"dense/bias": np.array([epoch], np.float32)}


def record(attempt, epochs, *, best):
    """Record epochs as training does; those up to `best` are each the best so far."""
    for number in range(1, epochs + 1):
        content = npz(weights_after(number))
        attempt.record_epoch(
            Epoch(number, 0.6, 0.6, 0.6, 0.6, 1.0),
            checkpoint=b"checkpoint",
            best=content if number <= best else None,
            kept=content if is_kept(number) else None,
        )


@pytest.fixture
def run(store):
    """A finished run of 20 epochs, the 13th the best."""
    attempt = claimed(store)
    record(attempt, 20, best=13)
    attempt.end(RunState.FINISHED, now=NOW)
    return store.get(attempt.run.id)


def test_powers_of_two_and_the_best_epoch_can_be_loaded(store, run):
    assert store.kept_weights.epochs(run.id) == (1, 2, 4, 8, 13, 16)
    for epoch in (1, 2, 4, 8, 13, 16):
        np.testing.assert_equal(store.kept_weights.load(run.id, epoch), weights_after(epoch))


def test_longest_run_keeps_at_most_twelve_epochs():
    assert sum(map(is_kept, range(1, 1_001))) + 1 <= 12


def test_epoch_that_was_not_kept_is_named(store, run):
    with pytest.raises(RunNotFound, match=rf"{run.id} has no weights of epoch 3"):
        store.kept_weights.load(run.id, 3)


def test_damaged_weights_are_never_loaded(store, run):
    with store.database.writing() as connection:
        kept = schema.kept_weights
        connection.execute(sa.update(kept).where(kept.c.epoch == 4).values(content=b"\0"))
    with pytest.raises(StoreError, match=r"weights of epoch 4 .* damaged"):
        store.kept_weights.load(run.id, 4)
    np.testing.assert_equal(store.kept_weights.load(run.id, 8), weights_after(8))


def test_kept_weights_go_with_their_run(store, run):
    store.delete(run.id)
    with store.database.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM kept_weights")) == 0
    assert store.kept_weights.epochs(run.id) == ()


def test_weights_are_kept_with_their_epoch_or_not_at_all(store):
    attempt = claimed(store)
    record(attempt, 2, best=2)
    attempt.end(RunState.INTERRUPTED, now=NOW + 60)
    store.resume(attempt.run.id, now=NOW + 61)
    claim(store, now=NOW + 62)
    with pytest.raises(LostRun):
        record(attempt, 4, best=4)
    assert len(store.epochs(attempt.run.id)) == 2
    assert store.kept_weights.epochs(attempt.run.id) == (1, 2)


def test_large_weights_are_kept_of_the_best_epoch_alone(store, monkeypatch):
    monkeypatch.setattr(kept_weights, "MAX_BYTES", 10)
    attempt = claimed(store)
    record(attempt, 5, best=3)
    assert store.kept_weights.epochs(attempt.run.id) == (3,)


def test_model_that_is_fitted_in_one_go_has_nothing_to_replay(store):
    run = trained(store, preset("tfidf-logreg"), epochs=1)
    assert store.kept_weights.epochs(run.id) == ()
