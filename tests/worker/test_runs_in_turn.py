"""Runs on real reviews, trained by two workers that go on from test to test."""

import time

import numpy as np
import psutil
import pytest

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.evaluation import predictions
from rnnlab.inference.classify import Classifier
from rnnlab.runs import RunState
from tests.keras_files import write_reviews
from tests.workers import children, ended, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def lab(working_lab):
    return working_lab


def test_killed_training_process_leaves_its_worker_able_to_go_on(lab):
    run = lab.train(preset("onehot-rnn", epochs=40, patience=40))
    wait_for(lambda: lab.store.get(run.id).epochs_done >= 1, "an epoch")
    (child,) = children(lab)
    psutil.Process(child).kill()
    swept = ended(lab, run.id)
    assert swept.state is RunState.INTERRUPTED
    assert "signal 9" in swept.error
    after = lab.train(preset("onehot-rnn", epochs=1))
    assert ended(lab, after.id).state is RunState.FINISHED


def test_two_train_side_by_side_the_third_waits_and_a_stop_is_obeyed(lab):
    runs = [lab.train(preset("onehot-rnn", epochs=500, patience=100, seed=n)) for n in range(3)]
    wait_for(
        lambda: [lab.store.get(run.id).epochs_done > 0 for run in runs[:2]] == [True, True],
        "two to train at once",
    )
    assert lab.store.get(runs[2].id).state is RunState.QUEUED
    assert lab.store.queue() == (runs[2].id,)
    for run in runs:
        lab.stop(run.id)
    assert [ended(lab, run.id).state for run in runs] == [RunState.STOPPED] * 3


def test_failed_run_says_why_and_its_worker_goes_on(lab):
    store = lab.store
    lost = store.enqueue(
        preset("onehot-rnn"), now=time.time(), manifest={"dataset_sha256": "0" * 64}
    )
    after = lab.train(preset("onehot-rnn", epochs=1))
    assert ended(lab, lost.id).state is RunState.FAILED
    assert "have changed since this run was queued" in store.get(lost.id).error
    assert ended(lab, after.id).state is RunState.FINISHED


def test_tfidf_reaches_87_percent_on_the_tutorials_split(lab):
    run = ended(lab, lab.train(preset("tfidf-logreg")).id)
    assert run.state is RunState.FINISHED
    assert run.best_val_accuracy >= 0.87
    dataset = datasets.load("bundled", lab.home)
    found = predictions.predict_part(run, Classifier.load(lab.store, run), dataset)
    assert np.mean(found.correct) == pytest.approx(run.best_val_accuracy, abs=1e-9)
    assert 100 < run.peak_memory_mb < 1_500


def test_accuracy_on_the_test_set_is_near_that_on_validation(lab):
    config = preset("tfidf-logreg", vocab_size=2_000, maxlen=200, test_set=True)
    run = ended(lab, lab.train(config).id)
    assert run.manifest["test_reviews"] == 2_481
    dataset = datasets.load("bundled", lab.home)
    found = predictions.load_predictions(lab.store, run, dataset, "test")
    assert np.mean(found.correct) == pytest.approx(run.best_val_accuracy, abs=0.03)


def test_feedforward_network_trains_like_the_others(lab):
    run = ended(lab, lab.train(preset("feedforward", epochs=3, learning_rate=0.01)).id)
    assert run.state is RunState.FINISHED
    assert run.best_val_accuracy > 0.75
    dataset = datasets.load("bundled", lab.home)
    found = predictions.predict_part(run, Classifier.load(lab.store, run), dataset)
    assert np.mean(found.correct) == pytest.approx(run.best_val_accuracy, abs=2e-4)


def test_run_is_trained_on_the_reviews_it_was_queued_with(lab, monkeypatch, tmp_path):
    warm = lab.train(preset("onehot-rnn", epochs=1))  # its worker knows nothing of the file
    assert ended(lab, warm.id).state is RunState.FINISHED
    write_reviews(tmp_path / "imdb.npz", count=500)
    monkeypatch.setenv("RNNLAB_KERAS_IMDB", str(tmp_path / "imdb.npz"))
    run = lab.train(preset("onehot-rnn", epochs=1, dataset="keras"))
    monkeypatch.delenv("RNNLAB_KERAS_IMDB")
    run = ended(lab, run.id)
    assert run.state is RunState.FINISHED
    assert run.manifest["train_reviews"] == 400
