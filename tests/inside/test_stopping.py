"""The noise of the validation loss, and the evidence that is gathered of a run."""

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.arrays import npz_bytes
from rnnlab.config import preset
from rnnlab.evaluation import predictions
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import evidence, stopping
from rnnlab.inside.reviews import validation_inputs
from rnnlab.runs import Epoch, RunState
from tests.labs import NOW, claimed, encode_reviews, train
from tests.networks import VOCABULARY, weights, weights_file

CONFIG = preset("gru", maxlen=20)


def test_losses_are_kerass_binary_crossentropy():
    probabilities, labels = np.array([0.9, 0.2, 0.0, 1.0], np.float32), np.array([1, 1, 1, 0])
    expected = [-np.log(0.9), -np.log(0.2), -np.log(1e-7), -np.log(1e-7)]
    np.testing.assert_allclose(stopping.losses(probabilities, labels), expected, rtol=1e-5)


def test_bootstraps_error_is_that_of_the_mean():
    values = np.random.default_rng(0).exponential(size=3_000)
    expected = values.std() / np.sqrt(3_000)
    assert stopping.bootstrap_error(values) == pytest.approx(expected, rel=0.08)


def test_pairing_takes_out_what_the_epochs_share():
    rng = np.random.default_rng(0)
    best = rng.exponential(size=2_000)
    last = best + rng.normal(0.001, 0.01, 2_000)
    paired, alone = stopping.stopping(0.001, best, last), stopping.stopping(0.001, best, None)
    assert (paired.paired, alone.paired) == (True, False)
    assert paired.error < alone.error / 50
    assert alone.errors == pytest.approx(0.001 / alone.error)


@pytest.fixture
def attempt(store, lab_home):
    """A run whose best epoch was its second of three."""
    encode_reviews(lab_home)
    attempt = claimed(store, CONFIG)
    attempt.save("vocabulary", VOCABULARY.to_bytes())
    train(attempt, 2, best=weights_file(CONFIG))
    return attempt


def last_epoch(attempt, checkpoint):
    attempt.record_epoch(Epoch(3, 0.6, 0.7, 0.75, 0.5, 1.0), checkpoint=checkpoint)
    attempt.end(RunState.FINISHED, now=NOW + 3)
    return attempt.run.id


def gathered(store, home, run_id):
    dataset = datasets.load("bundled", home)
    return evidence.gather(store, store.get(run_id), store.epochs(run_id), dataset), dataset


def test_the_last_epochs_weights_give_the_noise_of_the_rise(store, lab_home, attempt):
    moved = {name: array * np.float32(1.1) for name, array in weights(CONFIG).items()}
    content = npz_bytes({f"weights/{name}": array for name, array in moved.items()})
    known, dataset = gathered(store, lab_home, last_epoch(attempt, content))
    run = known.run
    ids, labels = validation_inputs(run, dataset)
    best, last = (
        stopping.losses(forward.predict(CONFIG, each, ids), labels)
        for each in (Classifier.load(store, run).weights, moved)
    )
    assert known.stopping.paired
    assert known.stopping.rise == pytest.approx(0.75 - known.epochs[1].val_loss)
    assert known.stopping.error == pytest.approx(stopping.bootstrap_error(last - best), rel=1e-6)
    assert gathered(store, lab_home, run.id)[0].stopping == known.stopping


def test_without_them_the_stored_predictions_give_the_noise_of_the_loss(store, lab_home, attempt):
    known, dataset = gathered(store, lab_home, last_epoch(attempt, b"no arrays"))
    made = predictions.load_predictions(store, known.run, dataset)
    expected = stopping.bootstrap_error(stopping.losses(made.probabilities, made.labels))
    assert not known.stopping.paired
    assert known.stopping.error == pytest.approx(expected)


def test_reading_counts_unknown_words_and_padding(store, lab_home, attempt):
    known, dataset = gathered(store, lab_home, last_epoch(attempt, b""))
    ids, _ = validation_inputs(known.run, dataset)
    assert known.reading.padding == pytest.approx((ids == 0).mean())
    assert known.reading.unknown == pytest.approx((ids == 2).sum() / (ids > 1).sum())
    assert len(known.units) == 8 and known.dial is not None


def test_without_its_reviews_only_the_history_is_known(store, attempt):
    run_id = last_epoch(attempt, b"")
    known = evidence.gather(store, store.get(run_id), store.epochs(run_id), None)
    assert (known.stopping, known.reading, known.units, known.dial) == (None,) * 4
