"""What a job records of the reviews that it trains on, with the baseline, which needs no keras."""

import numpy as np
import pytest

from rnnlab import datasets, estimate, machine
from rnnlab.config import preset
from rnnlab.datasets import bundled
from rnnlab.evaluation import predictions
from rnnlab.runs import RunState
from rnnlab.training import linear
from rnnlab.worker.job import load_data, run_attempt
from tests import labs


@pytest.fixture
def trained(store, lab_home):
    """Train the baseline with these settings on 200 made-up reviews, all of them different."""
    labs.encode_reviews(lab_home)

    def train(**settings):
        config = preset("tfidf-logreg", vocab_size=50, maxlen=20, **settings)
        store.enqueue(config, now=labs.NOW, manifest={"dataset_sha256": bundled.fingerprint()})
        attempt = labs.claim(store)
        assert run_attempt(attempt, store) is RunState.FINISHED
        return store.get(attempt.run.id)

    return train


def test_run_with_a_test_set_records_its_parts_and_keeps_predictions_of_each(
    trained, store, lab_home
):
    run = trained(test_set=True, split_seed=7)
    sizes = {part: run.manifest[f"{part}_reviews"] for part in ("train", "validation", "test")}
    assert sizes == {"train": 160, "validation": 20, "test": 20}
    assert (run.manifest["split_seed"], run.manifest["test_split_seed"]) == (7, 7)
    dataset = datasets.load("bundled", lab_home)
    validation, test = (
        predictions.load_predictions(store, run, dataset, part) for part in ("validation", "test")
    )
    assert np.mean(validation.correct) == pytest.approx(run.best_val_accuracy)
    assert test.labels.tolist() == dataset.labels[dataset.split(run.config).test].tolist()


def test_run_without_a_test_set_records_the_tutorials_parts(trained, store):
    run = trained()
    assert (run.manifest["train_reviews"], run.manifest["validation_reviews"]) == (160, 40)
    assert run.manifest["split_seed"] == 42
    assert not {"test_reviews", "test_split_seed"} & set(run.manifest)
    assert store.digest(run.id, "test_predictions") is None


def test_each_split_trains_on_other_reviews(trained):
    one, other = trained(split_seed=1), trained(split_seed=2)
    assert one.best_loss != other.best_loss


def test_no_test_review_reaches_training(lab_home):
    labs.encode_reviews(lab_home)
    config = preset("tfidf-logreg", vocab_size=500, maxlen=5, truncating="post", test_set=True)
    data = load_data(config)
    split = data.dataset.split(config)
    window = {"vocab_size": 500, "maxlen": 5, "truncating": "post"}  # reaches the review's number
    fed = {ids.tobytes() for part in (data.train, data.validation) for ids in part.ids}
    assert not fed & {ids.tobytes() for ids in data.dataset.inputs(split.test, **window)}
    assert len(fed) == 180


def test_run_is_refused_the_memory_that_another_has_yet_to_take(store, lab_home, monkeypatch):
    labs.encode_reviews(lab_home)
    config = preset("tfidf-logreg", vocab_size=50, maxlen=20)
    others = labs.claimed(store, preset("lstm"))
    store.enqueue(config, now=labs.NOW, manifest={"dataset_sha256": bundled.fingerprint()})
    attempt = labs.claim(store)
    needed = estimate.memory_bytes(config) + estimate.memory_bytes(others.run.config)
    monkeypatch.setattr(machine, "memory_bytes", lambda: needed - 1)
    assert run_attempt(attempt, store) is RunState.FAILED
    assert "training needs about" in store.get(attempt.run.id).error
    others.end(RunState.STOPPED, now=labs.NOW)
    store.enqueue(config, now=labs.NOW, manifest={"dataset_sha256": bundled.fingerprint()})
    assert run_attempt(labs.claim(store), store) is RunState.FINISHED


@pytest.fixture
def first_fit_fails(monkeypatch):
    """The first fit ends as by compiled code that cannot be read (seen with random bytes in it)."""
    fit, calls = linear.fit, []

    def failing(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 1:
            raise RuntimeError("Can't parse xla_compile_cache__1.pb as binary proto")
        return fit(*arguments, **options)

    monkeypatch.setattr(linear, "fit", failing)
    return calls


def test_run_goes_on_without_compiled_code_that_is_damaged(trained, lab_home, first_fit_fails):
    code = machine.xla_cache(lab_home)
    code.mkdir(parents=True)
    (code / "xla_compile_cache__1.pb").write_bytes(b"damaged")
    assert trained().state is RunState.FINISHED
    assert len(first_fit_fails) == 2
    assert not code.exists()


def test_run_that_fails_without_compiled_code_is_not_tried_again(store, lab_home, first_fit_fails):
    labs.encode_reviews(lab_home)
    config = preset("tfidf-logreg", vocab_size=50, maxlen=20)
    store.enqueue(config, now=labs.NOW, manifest={"dataset_sha256": bundled.fingerprint()})
    assert run_attempt(labs.claim(store), store) is RunState.FAILED
    assert len(first_fit_fails) == 1
