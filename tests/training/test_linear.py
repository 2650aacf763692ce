"""The baseline that scikit-learn fits; scikit-learn's own text pipeline is the oracle."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline

from rnnlab.arrays import Reviews
from rnnlab.config import preset
from rnnlab.datasets import bundled, cache, encoded
from rnnlab.errors import LostRun
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.runs import RunState
from rnnlab.training import linear
from tests.labs import NOW, claimed

SMALL = preset("tfidf-logreg", vocab_size=60, maxlen=30)


def reviews(count, seed=0):
    """Reviews of few frequent and many rare words; the upper half of the words is positive."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    ids = (
        rng.geometric(0.12, (count, 30))
        + 3
        + 20 * rng.binomial(1, 0.2, (count, 30)) * (labels[:, None])
    )
    ids = np.where(ids < 60, ids, 2)
    ids[: count // 2, :9] = 0
    ids[: count // 2, 9] = 1
    return Reviews(ids.astype(np.int32), labels.astype(np.float32)[:, None])


TRAIN, VALIDATION = reviews(400), reviews(250, seed=1)


def texts(ids):
    """The known words of reviews, for scikit-learn to count."""
    return [" ".join(f"w{word}" for word in row if word > 3) for row in ids]


@pytest.fixture(scope="module")
def oracle():
    words = {f"w{number}": number for number in range(60)}
    pipeline = make_pipeline(
        TfidfVectorizer(vocabulary=words, token_pattern=r"\S+"), LogisticRegression()
    )
    return pipeline.fit(texts(TRAIN.ids), TRAIN.labels[:, 0])


def fit(attempt, **options):
    return linear.fit(attempt.run.config, TRAIN, VALIDATION, attempt, **options)


def test_probabilities_are_scikit_learns(oracle):
    expected = oracle.predict_proba(texts(VALIDATION.ids))[:, 1]
    found = forward.predict(SMALL, linear.fit_weights(SMALL, TRAIN), VALIDATION.ids)
    assert expected.std() > 0.05  # the reviews differ, so agreement says something
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_padding_start_and_unknown_words_count_for_nothing():
    weights = linear.fit_weights(SMALL, TRAIN)
    one = np.zeros((1, 30), np.int32)
    one[0, -2:] = 7, 25
    other = one.copy()
    other[0, :6] = 1, 2, 2, 3, 2, 2
    assert forward.predict(SMALL, weights, one) == forward.predict(SMALL, weights, other)
    nothing = forward.predict(SMALL, weights, np.zeros((1, 30), np.int32))
    assert nothing == pytest.approx(1 / (1 + np.exp(-weights["logreg/intercept"])), abs=1e-6)


def test_fit_is_recorded_as_one_epoch_with_its_weights(store, oracle):
    attempt = claimed(store, SMALL)
    assert fit(attempt, peak_memory_mb=lambda: 123.0) is True
    attempt.save("vocabulary", b"")
    attempt.end(RunState.FINISHED, now=NOW)
    run, (epoch,) = store.get(attempt.run.id), store.epochs(attempt.run.id)
    for found, (ids, labels) in (
        ((epoch.loss, epoch.accuracy), TRAIN),
        ((epoch.val_loss, epoch.val_accuracy), VALIDATION),
    ):
        said = oracle.predict_proba(texts(ids))[:, 1]
        assert found[0] == pytest.approx(log_loss(labels[:, 0], said), abs=1e-5)
        assert found[1] == pytest.approx(np.mean((said > 0.5) == labels[:, 0]), abs=1e-9)
    assert (run.best_epoch, run.peak_memory_mb, run.epochs_done) == (1, 123.0, 1)
    assert epoch.seconds > 0
    shapes = {name: array.shape for name, array in Classifier.load(store, run).weights.items()}
    assert shapes == {"tfidf/idf": (60,), "logreg/coefficients": (60,), "logreg/intercept": (1,)}


def test_run_that_is_fitted_in_one_go_never_stopped_early(store):
    attempt = claimed(store, SMALL)
    assert attempt.run.share_done == 0
    fit(attempt)
    attempt.end(RunState.FINISHED, now=NOW)
    run = store.get(attempt.run.id)
    assert (run.stopped_early, run.share_done, run.seconds_left) == (False, 1.0, None)
    assert run.ending() == "Fitted in one go, without epochs. Its weights are kept."


def test_equal_configs_give_equal_weights_to_the_last_bit():
    first, second = linear.fit_weights(SMALL, TRAIN), linear.fit_weights(SMALL, TRAIN)
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])


def test_stop_is_obeyed_before_the_fit_and_nothing_is_recorded(store):
    attempt = claimed(store, SMALL)
    store.request_stop(attempt.run.id, now=NOW)
    assert fit(attempt) is False
    assert store.epochs(attempt.run.id) == ()


def test_stop_that_comes_during_the_fit_is_obeyed_after_it(store):
    attempt = claimed(store, SMALL)
    asked = []

    def paused():
        if asked:
            store.request_stop(attempt.run.id, now=NOW)
        asked.append(True)
        return False

    assert fit(attempt, paused=paused) is False
    assert len(asked) == 2
    assert store.epochs(attempt.run.id) == ()


def test_worker_that_ends_leaves_the_fit_to_another(store):
    attempt = claimed(store, SMALL)
    assert fit(attempt, paused=lambda: True) is False
    assert store.epochs(attempt.run.id) == ()


def test_fit_that_was_recorded_is_not_made_again(store):
    attempt = claimed(store, SMALL)
    fit(attempt)
    (epoch,) = store.epochs(attempt.run.id)
    assert fit(attempt, history=[epoch]) is True
    assert store.epochs(attempt.run.id) == (epoch,)


def test_worker_that_lost_its_run_does_not_fit_it(store):
    attempt = claimed(store, SMALL)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    with pytest.raises(LostRun):
        fit(attempt)


TRAIN_IT = """
import sys, time
from rnnlab import home
from rnnlab.worker import job
from rnnlab.store import RunStore
store = RunStore(home.store_url())
store.workers.register("w", now=time.time(), limit=1)
attempt = store.claim_next("w", machine="here", now=time.time())
assert job.run_attempt(attempt, store) == "finished", store.get(attempt.run.id).traceback
assert not {"keras", "tensorflow"} & set(sys.modules)
"""


def test_worker_trains_it_without_keras_and_records_with_what(store, lab_home):
    words = ["the film was dull " * 9, "the film was great fun " * 9]
    encoded.build(
        cache.folder(lab_home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode(words * 20, [0, 1] * 20),
    )
    run = store.enqueue(SMALL, now=NOW)
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", TRAIN_IT], check=True, cwd=root)
    run = store.get(run.id)
    assert run.best_val_accuracy == 1.0
    assert {"scikit-learn", "scipy", "numpy"} < run.versions.keys()
    assert "keras" not in run.versions
    assert run.manifest["solver"] == "lbfgs"
    assert run.peak_memory_mb > 50
