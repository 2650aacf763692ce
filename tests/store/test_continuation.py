"""A run that goes on where another ended: what it starts with, and what stays as it was."""

from dataclasses import replace

import pytest

from rnnlab.config import preset
from rnnlab.errors import WrongState
from rnnlab.lab import longer
from rnnlab.runs import HISTORY_KEYS, RunState
from rnnlab.store import continuation
from tests.labs import NOW, claim, claimed, finished_run, train

CONFIG = preset("lstm", epochs=6, patience=3)


def train_on(store, run, epochs=20):
    return store.train_on(run.id, longer(run, epochs), now=NOW + 9, name="on")


def history(store, run_id):
    return [[getattr(epoch, key) for key in HISTORY_KEYS] for epoch in store.epochs(run_id)]


def test_it_starts_with_the_history_the_weights_and_the_checkpoint(store):
    run = finished_run(store, CONFIG, epochs=4)
    continued = train_on(store, run)
    assert continued.state is RunState.QUEUED and continued.continues == run.id
    assert (continued.config.epochs, continued.config.patience) == (24, 20)
    assert history(store, continued.id) == history(store, run.id)
    assert (continued.epochs_done, continued.best_epoch) == (4, run.best_epoch)
    assert (continued.seconds, continued.best_val_loss) == (run.seconds, run.best_val_loss)
    for name in ("best", "checkpoint"):
        assert store.artifact(continued.id, name) == store.artifact(run.id, name)


def test_its_worker_records_the_next_epoch(store):
    run = finished_run(store, CONFIG, epochs=4)
    continued = train_on(store, run)
    attempt = claim(store, now=NOW + 10)
    assert attempt.run.id == continued.id
    train(attempt, 2, first=5)
    attempt.end(RunState.FINISHED, now=NOW + 20)
    assert [epoch.epoch for epoch in store.epochs(continued.id)] == [1, 2, 3, 4, 5, 6]
    assert store.get(run.id) == run  # the one that has ended stays as it was
    assert len(store.epochs(run.id)) == 4


def test_without_a_checkpoint_it_starts_from_the_beginning(store, monkeypatch):
    monkeypatch.setattr(continuation, "MAX_BYTES", 3)
    run = finished_run(store, CONFIG, epochs=4)
    continued = train_on(store, run)
    assert store.epochs(continued.id) == () and continued.epochs_done == 0
    assert continued.config.epochs == 24


def test_asking_twice_gives_the_same_run(store):
    run = finished_run(store, CONFIG, epochs=4)
    assert train_on(store, run).id == train_on(store, run).id


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.INTERRUPTED])
def test_only_a_run_that_has_ended_with_weights_can_be_trained_on(store, state):
    attempt = claimed(store, CONFIG)
    train(attempt, 2)
    attempt.end(state, now=NOW, error="no")
    with pytest.raises(WrongState, match="trained on"):
        train_on(store, store.get(attempt.run.id))


def test_patience_lasts_for_all_further_epochs_and_stays_within_its_bounds(store):
    run = replace(finished_run(store, CONFIG), epochs_done=30, best_epoch=27)
    assert longer(run, 20).patience == 23 and longer(run, 20).epochs == 50
    run = replace(run, epochs_done=990, best_epoch=900)
    assert (longer(run, 20).epochs, longer(run, 20).patience) == (1_000, 100)
