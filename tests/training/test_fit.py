"""Training: real fits of small networks on made-up reviews, recorded in a real store."""

import itertools
import math
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import pairwise
from threading import Event
from unittest.mock import Mock

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unoptimized")]

import keras

from rnnlab import models
from rnnlab.errors import LostRun, StoreError, TrainingFailed
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.runs import HISTORY_KEYS, RunState
from rnnlab.training import recorder, stream_to_store
from rnnlab.training.checkpoint import Checkpoint
from rnnlab.training.fit import epoch_order, warm_up
from tests.labs import NOW, claimed
from tests.training.fits import SMALL, TRAIN, VALIDATION, fit, small


class AtOnce(ThreadPoolExecutor):
    """Writes while training waits, so that what the store says is known at the next call."""

    def submit(self, *call):
        future = super().submit(*call)
        wait([future])
        return future


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(recorder, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(stream_to_store, "PROGRESS_EVERY_S", 0)


def figures(store, run_id):
    return [[getattr(e, key) for key in HISTORY_KEYS] for e in store.epochs(run_id)]


@pytest.mark.usefixtures("uncompiled")
def test_every_epoch_is_recorded_with_the_weights_of_the_best(store):
    attempt = claimed(store, SMALL)
    assert fit(attempt) is True
    run, epochs = store.get(attempt.run.id), store.epochs(attempt.run.id)
    assert [epoch.epoch for epoch in epochs] == [1, 2, 3, 4]
    best = min(epochs, key=lambda epoch: epoch.val_loss)
    assert (run.best_epoch, run.best_val_loss) == (best.epoch, best.val_loss)
    attempt.save("vocabulary", b"")
    classifier = Classifier.load(store, run)
    said = forward.predict(run.config, classifier.weights, VALIDATION.ids)
    accuracy = np.mean((said > 0.5) == (VALIDATION.labels[:, 0] > 0.5))
    assert accuracy == pytest.approx(best.val_accuracy, abs=1e-6)


# With XLA too, in a worker that is killed: see tests/worker/test_lone_worker.py.
@pytest.mark.usefixtures("uncompiled", "at_once")
@pytest.mark.parametrize("arch", ["lstm", "onehot-rnn"])
def test_resumed_run_ends_with_the_history_of_an_undisturbed_one(store, arch):
    config = small(arch, dropout=0.3, epochs=5)
    whole = claimed(store, config)
    fit(whole)
    left = claimed(store, config)
    # Left in the third epoch, as by a dying worker: its first batches are trained and lost.
    fit(left, paused=lambda: len(store.epochs(left.run.id)) == 2)
    assert len(store.epochs(left.run.id)) == 2
    left.end(RunState.INTERRUPTED, now=NOW)
    store.resume(left.run.id, now=NOW)
    again = store.claim_next("w", machine="here", now=NOW)
    fit(
        again,
        history=store.epochs(again.run.id),
        checkpoint=store.artifact(again.run.id, "checkpoint"),
    )
    assert figures(store, again.run.id) == figures(store, whole.run.id)
    assert store.update_ratios(again.run.id) == store.update_ratios(whole.run.id)


@pytest.mark.usefixtures("uncompiled")
def test_equal_configs_give_equal_histories_and_another_seed_another(store):
    runs = [claimed(store, config) for config in (SMALL, SMALL, replace(SMALL, seed=1))]
    for attempt in runs:
        fit(attempt)
    first, second, other = (figures(store, attempt.run.id) for attempt in runs)
    assert first == second
    assert first != other


@pytest.mark.parametrize(
    "changes",
    [
        {"arch": "onehot-rnn", "optimizer": "adam", "layers": 2},
        {"arch": "lstm", "bidirectional": True},
        {"arch": "gru", "units": 40, "optimizer": "sgd"},  # Keras's own loops
    ],
    ids=lambda changes: changes["arch"],
)
@pytest.mark.usefixtures("uncompiled")
def test_model_that_was_warmed_up_is_as_new_and_trains_to_the_same_history(store, changes):
    check_warmed_up(store, changes)


def test_model_that_was_warmed_up_with_xla_is_as_new_and_trains_to_the_same_history(store):
    check_warmed_up(store, {"arch": "feedforward"})


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize(
    ("waits_at", "warmed_up"),
    [
        (1, [("fit", 64)]),
        (2, [("fit", 64), ("fit", 44)]),
        (9, [("fit", 64), ("fit", 44), ("evaluate", 250)]),
    ],
)
def test_warming_up_leaves_out_what_comes_an_epoch_later_once_a_run_waits(
    monkeypatch, waits_at, warmed_up
):
    done, looks = [], itertools.count(1)
    for name in ("fit", "evaluate"):
        method = getattr(keras.Model, name)

        def noting(model, dataset, *, name=name, method=method, **options):
            done.append((name, sum(len(labels) for _, labels in dataset)))
            return method(model, dataset, **options)

        monkeypatch.setattr(keras.Model, name, noting)
    config = small(batch_size=64)
    warm_up(config, TRAIN, VALIDATION, urgent=lambda: next(looks) >= waits_at)
    assert done == warmed_up


def check_warmed_up(store, changes):
    dropout = 0.0 if changes["arch"] == "feedforward" else 0.3
    config = small(**{"dropout": dropout, "batch_size": 64, "epochs": 2, **changes})
    model = warm_up(config, TRAIN, VALIDATION)
    new = models.build(config)
    models.compile_model(new, config)
    warm, expected = (Checkpoint.of(m).to_bytes() for m in (model, new))
    assert warm == expected
    first, second = claimed(store, config), claimed(store, config)
    fit(first)
    fit(second, model=model)
    assert figures(store, second.run.id) == figures(store, first.run.id)


def test_losses_are_those_of_plain_keras_fed_the_same_order(store):
    config = replace(SMALL, dropout=0.0, epochs=3)
    attempt = claimed(store, config)
    fit(attempt)
    model = models.build(config)
    model.compile(
        keras.optimizers.RMSprop(config.learning_rate),
        loss="binary_crossentropy",
        jit_compile=False,
    )
    for number, epoch in enumerate(store.epochs(attempt.run.id), start=1):
        order = epoch_order(config.seed, number, len(TRAIN.ids))
        history = model.fit(
            TRAIN.ids[order],
            TRAIN.labels[order],
            batch_size=config.batch_size,
            shuffle=False,
            validation_data=tuple(VALIDATION),
            verbose=0,
        ).history
        assert epoch.loss == pytest.approx(history["loss"][0], abs=1e-6)
        assert epoch.val_loss == pytest.approx(history["val_loss"][0], abs=1e-6)


def test_each_epoch_has_an_order_of_its_own():
    first, second = (epoch_order(42, epoch, 1_000).tolist() for epoch in (1, 2))
    assert sorted(first) == sorted(second) == list(range(1_000))
    assert first != second


@pytest.mark.usefixtures("uncompiled")
def test_early_stopping_ends_training_where_keras_would(store):
    config = replace(SMALL, patience=1, epochs=50, learning_rate=1.0)
    attempt = claimed(store, config)
    fit(attempt)
    losses = [epoch.val_loss for epoch in store.epochs(attempt.run.id)]
    assert 1 < len(losses) < 50
    assert losses[-1] >= min(losses[:-1])
    assert all(later < earlier for earlier, later in pairwise(losses[:-1]))


@pytest.mark.usefixtures("uncompiled")
def test_stop_is_obeyed_at_the_next_batch_and_half_an_epoch_is_none(store, at_once):
    attempt = claimed(store, SMALL)
    store.request_stop(attempt.run.id, now=NOW)
    assert fit(attempt) is False
    assert store.epochs(attempt.run.id) == ()


@pytest.mark.usefixtures("uncompiled")
def test_progress_moves_within_an_epoch(store, monkeypatch, at_once):
    seen = []
    attempt = claimed(store, replace(SMALL, batch_size=4, epochs=1))
    original = attempt.record_progress
    monkeypatch.setattr(
        attempt, "record_progress", lambda progress: seen.append(progress) or original(progress)
    )
    fit(attempt)
    moves = dict.fromkeys((p.epoch, p.batch, p.batches) for p in seen)  # also told at validation
    assert list(moves) == [(1, 32, 75), (1, 64, 75), (1, 75, 75)]


class Poison(keras.callbacks.Callback):
    """Makes the weights useless before the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            self.model.set_weights([w * math.nan for w in self.model.get_weights()])


def test_loss_that_is_no_number_fails_with_a_hint_and_keeps_what_was_recorded(store):
    attempt = claimed(store, small("feedforward"))
    with pytest.raises(TrainingFailed, match=r"in epoch 2: lower learning_rate \(0\.01\)"):
        fit(attempt, callbacks=[Poison()])
    assert len(store.epochs(attempt.run.id)) == 1


@pytest.mark.usefixtures("uncompiled")
def test_worker_that_lost_its_run_stops_training_it(store):
    attempt = claimed(store, SMALL)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    with pytest.raises(LostRun):
        fit(attempt)


@pytest.mark.usefixtures("uncompiled")
def test_what_an_epoch_yields_is_written_while_the_next_one_trains(store, monkeypatch):
    monkeypatch.setattr(stream_to_store, "PROGRESS_EVERY_S", math.inf)
    attempt, trained_on = claimed(store, replace(SMALL, epochs=2)), Event()
    original = attempt.record_epoch

    def record(epoch, **files):
        if epoch.epoch == 1:
            assert trained_on.wait(60)
        return original(epoch, **files)

    class TellWhenTrainedOn(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                assert store.epochs(attempt.run.id) == ()
                trained_on.set()

    monkeypatch.setattr(attempt, "record_epoch", record)
    assert fit(attempt, callbacks=[TellWhenTrainedOn()]) is True
    assert [epoch.epoch for epoch in store.epochs(attempt.run.id)] == [1, 2]


@pytest.mark.usefixtures("uncompiled")
def test_epoch_that_cannot_be_recorded_ends_the_training_with_its_error(store, monkeypatch):
    attempt = claimed(store, replace(SMALL, epochs=1))  # nothing comes after it that would ask
    error = StoreError("the disk is full")
    monkeypatch.setattr(attempt, "record_epoch", Mock(side_effect=error))
    with pytest.raises(StoreError, match="the disk is full"):
        fit(attempt)


def test_checkpoint_comes_back_from_bytes():
    model = models.build(SMALL)
    models.compile_model(model, SMALL)
    state = Checkpoint.of(model)
    again = Checkpoint.from_bytes(state.to_bytes())
    assert again.weights.keys() == state.weights.keys()
    assert again.optimizer.keys() == state.optimizer.keys()
    for path, array in state.weights.items():
        np.testing.assert_array_equal(again.weights[path], array)
