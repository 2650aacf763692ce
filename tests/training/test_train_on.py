"""A run that is trained on comes to exactly what one comes to that never stopped."""

from functools import partial

import numpy as np
import pytest

pytestmark = pytest.mark.slow

from rnnlab import models
from rnnlab.arrays import Reviews
from rnnlab.config import preset
from rnnlab.lab import longer
from rnnlab.runs import HISTORY_KEYS, RunState
from rnnlab.training import fit as training
from tests.labs import NOW, claimed

SMALL = preset(
    "lstm",
    vocab_size=30,
    maxlen=8,
    embedding_dim=4,
    units=4,
    epochs=3,
    learning_rate=0.01,
    dropout=0.3,
)


def reviews(count, seed):
    ids = np.random.default_rng(seed).integers(4, 30, (count, 8)).astype(np.int32)
    return Reviews(ids, (ids[:, :1] > 16).astype(np.float32))


def fit(attempt, **options):
    return training.fit(attempt.run.config, reviews(300, 0), reviews(250, 1), attempt, **options)


def figures(store, run_id):
    return [[getattr(e, key) for key in HISTORY_KEYS] for e in store.epochs(run_id)]


def test_run_trained_on_is_the_one_that_never_stopped(store, monkeypatch):
    # Without XLA, whose compiling takes seconds.
    monkeypatch.setattr(models, "compile_model", partial(models.compile_model, jit=False))
    ended = claimed(store, SMALL)
    fit(ended)
    ended.end(RunState.FINISHED, now=NOW)
    run = store.get(ended.run.id)
    store.train_on(run.id, longer(run, 3), now=NOW, name="on")
    continued = store.claim_next("w", machine="here", now=NOW)
    fit(
        continued,
        history=store.epochs(continued.run.id),
        checkpoint=store.artifact(continued.run.id, "checkpoint"),
    )
    whole = claimed(store, continued.run.config)
    fit(whole)
    assert len(store.epochs(whole.run.id)) == 6
    assert figures(store, continued.run.id) == figures(store, whole.run.id)
    assert store.artifact(continued.run.id, "best") == store.artifact(whole.run.id, "best")
