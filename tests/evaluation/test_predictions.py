import dataclasses
import hashlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from rnnlab import text
from rnnlab.datasets import cache, encoded, labelled
from rnnlab.errors import DataError
from rnnlab.evaluation import predictions
from rnnlab.inference import batch, forward
from rnnlab.inference.classify import Classifier
from rnnlab.runs import RunState
from rnnlab.store.schema import artifacts
from tests import labs
from tests.labs import trained_run
from tests.networks import fixed_weights, npz, tiny

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "The of a zebra",
    "a film",
    "<br />the end, and to the sea",
    "is is is is is is is",
    "...",
    "and THE\0a of to",
]
LABELS = np.array([0, 1, 1, 0, 1, 0], np.uint8)


@pytest.fixture
def dataset(tmp_path):
    encoded.build(
        tmp_path / "set",
        name="bundled",
        fingerprint="f" * 64,
        reviews=encoded.encode(TEXTS, LABELS),
    )
    return encoded.read(tmp_path / "set")


def classifier(arch, vocabulary, **changes):
    config = dataclasses.replace(tiny(arch), **changes)
    return Classifier("r1", arch, config, fixed_weights(config), vocabulary.top(config.vocab_size))


@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [5, 6, 9])
def test_texts_are_read_as_classify_reads_them(dataset, truncating, maxlen):
    reader = classifier("gru", dataset.vocabulary, truncating=truncating, maxlen=maxlen)
    (found,) = batch.predict_texts([reader], TEXTS)
    window = {"vocab_size": reader.config.vocab_size, "maxlen": maxlen, "truncating": truncating}
    ids = np.stack([text.read(one, reader.vocabulary, **window).ids for one in TEXTS])
    expected = forward.predict(reader.config, reader.weights, ids)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("arch", ["onehot-rnn", "lstm"])
def test_rows_and_their_texts_get_equal_probabilities(dataset, arch, monkeypatch):
    reader = classifier(arch, dataset.vocabulary)
    rows = np.tile([3, 0, 5, 1, 2], 7)
    with monkeypatch.context() as small:  # so that batches are put together again
        small.setattr(batch, "BATCH_BYTES", 2 * 4 * reader.config.maxlen)
        small.setattr(batch, "TEXTS", 3)
        found = batch.predict_rows(reader, dataset, rows)
        (of_texts,) = batch.predict_texts([reader], [TEXTS[row] for row in rows])
    (expected,) = batch.predict_texts([reader], [TEXTS[row] for row in rows])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(of_texts, expected, atol=1e-6)


def test_each_of_several_networks_reads_texts_with_its_own_words_and_window(dataset):
    readers = [
        classifier("gru", dataset.vocabulary),
        classifier("gru", text.Vocabulary(("zebra", "film"))),
        classifier("lstm", dataset.vocabulary),
        classifier("gru", dataset.vocabulary, truncating="post"),
    ]
    together = batch.predict_texts(readers, TEXTS)
    for reader, found in zip(readers, together, strict=True):
        (alone,) = batch.predict_texts([reader], TEXTS)
        np.testing.assert_array_equal(found, alone)
    assert len({tuple(found.tolist()) for found in together}) == 4


def test_validation_predictions_name_their_reviews(store, dataset):
    runs = [trained_run(store, tiny("gru")), trained_run(store, tiny("lstm"))]
    found = [predictions.predict_part(run, Classifier.load(store, run), dataset) for run in runs]
    assert found[0].reviews == found[1].reviews
    assert found[0].labels.tolist() == LABELS[dataset.validation_rows].tolist()
    assert found[0].used_for_selection
    assert (found[0].run, found[0].name) == (runs[0].id, "gru-1")
    other = dataclasses.replace(dataset, validation_rows=dataset.validation_rows[::-1])
    again = predictions.predict_part(runs[0], Classifier.load(store, runs[0]), other)
    assert again.reviews != found[0].reviews


def test_validation_on_a_dataset_that_the_run_was_not_trained_on_is_refused(store, dataset):
    run = trained_run(store, tiny("gru"))
    reader = Classifier.load(store, run)
    altered = dataclasses.replace(run, manifest={"dataset_sha256": "0" * 64})
    with pytest.raises(DataError, match=r"gru-1 was trained on the dataset bundled \(000000000000"):
        predictions.predict_part(altered, reader, dataset)
    with pytest.raises(DataError, match="not on keras"):
        predictions.predict_part(run, reader, dataclasses.replace(dataset, name="keras"))


def keep(store, dataset, lab_home, config):
    """A finished run of this config whose worker has kept its predictions."""
    encoded_in = cache.folder(lab_home, "bundled", dataset.fingerprint)
    encoded.build(
        encoded_in,
        name="bundled",
        fingerprint=dataset.fingerprint,
        reviews=encoded.encode(TEXTS, LABELS),
    )
    attempt = labs.claimed(store, config)
    attempt.start(versions={}, manifest={"dataset_sha256": dataset.fingerprint})
    attempt.save("vocabulary", dataset.vocabulary.top(config.vocab_size).to_bytes())
    labs.train(attempt, 1, best=npz(fixed_weights(config)))
    predictions.save_predictions(attempt, store, lab_home)
    attempt.end(RunState.FINISHED, now=labs.NOW + 3)
    return store.get(attempt.run.id)


@pytest.fixture
def kept(store, dataset, lab_home):
    """A finished run whose worker has kept its predictions."""
    return keep(store, dataset, lab_home, tiny("gru"))


@pytest.fixture
def tested(store, dataset, lab_home):
    """Like `kept`, with a test set."""
    return keep(store, dataset, lab_home, tiny("gru", test_set=True))


def put(store, run, name, content):
    """Put another file into a run's place for it, with a checksum that fits."""
    values = {"content": content, "sha256": hashlib.sha256(content).hexdigest()}
    with store.database.writing() as connection:
        connection.execute(
            sa.update(artifacts)
            .where(artifacts.c.run_id == run.id, artifacts.c.name == name)
            .values(values)
        )


def altered(store, run, **arrays):
    """The file of the run's predictions with some of its arrays exchanged."""
    with np.load(io.BytesIO(store.artifact(run.id, "predictions"))) as file:
        return npz({**file, **arrays})


def test_kept_predictions_are_read_and_not_made_anew(store, dataset, kept):
    fresh = predictions.predict_part(kept, Classifier.load(store, kept), dataset)
    found = predictions.load_predictions(store, kept, dataset)
    np.testing.assert_array_equal(found.probabilities, fresh.probabilities)
    assert found.labels.tolist() == fresh.labels.tolist()
    assert (found.reviews, found.used_for_selection, found.run) == (fresh.reviews, True, kept.id)
    marked = np.linspace(0, 1, len(found.labels), dtype=np.float32)
    put(store, kept, "predictions", altered(store, kept, probabilities=marked))
    np.testing.assert_array_equal(
        predictions.load_predictions(store, kept, dataset).probabilities, marked
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda store, run: altered(store, run, best=np.array("0" * 64), probabilities=np.ones(2)),
        lambda store, run: altered(store, run, reviews=np.array("0"), probabilities=np.ones(2)),
        lambda store, run: npz({"probabilities": np.ones(2)}),
        lambda store, run: npz({"probabilities": np.array([{}]), "reviews": np.array([{}])}),
        lambda store, run: store.artifact(run.id, "predictions")[:100],
        lambda store, run: b"",
    ],
    ids=["other weights", "other reviews", "no origin", "pickles", "cut short", "empty"],
)
def test_kept_predictions_of_something_else_are_made_anew(store, dataset, kept, damage):
    fresh = predictions.predict_part(kept, Classifier.load(store, kept), dataset)
    put(store, kept, "predictions", damage(store, kept))
    found = predictions.load_predictions(store, kept, dataset)
    np.testing.assert_array_equal(found.probabilities, fresh.probabilities)


def test_run_of_an_earlier_version_is_predicted_anew(store, dataset):
    run = trained_run(store, tiny("lstm"))
    fresh = predictions.predict_part(run, Classifier.load(store, run), dataset)
    found = predictions.load_predictions(store, run, dataset)
    np.testing.assert_array_equal(found.probabilities, fresh.probabilities)


def test_test_predictions_are_kept_beside_those_of_validation(store, dataset, tested):
    validation, test = (
        predictions.load_predictions(store, tested, dataset, part) for part in predictions.ARTIFACTS
    )
    split = dataset.split(tested.config)
    assert test.labels.tolist() == dataset.labels[split.test].tolist()
    assert validation.labels.tolist() == dataset.labels[split.validation].tolist()
    assert (validation.part, validation.used_for_selection) == ("validation", True)
    assert (test.part, test.used_for_selection) == ("test", False)
    assert test.reviews != validation.reviews
    marked = altered(store, tested, reviews=np.array(test.reviews), probabilities=np.ones(1))
    put(store, tested, "test_predictions", marked)
    again = predictions.load_predictions(store, tested, dataset, "test")
    assert again.probabilities.tolist() == [1.0]


def test_run_without_a_test_set_has_no_test_predictions(store, dataset, kept):
    assert store.digest(kept.id, "test_predictions") is None
    with pytest.raises(DataError, match="gru-1 keeps no test set: train its settings again"):
        predictions.load_predictions(store, kept, dataset, "test")


def test_runs_are_evaluated_on_the_test_set_that_all_of_them_keep(kept, tested):
    assert predictions.judging_part([tested, tested]) == "test"
    assert predictions.judging_part([tested, kept]) == "validation"


def test_runs_of_keras_are_evaluated_on_its_test_reviews(store, published_npz):
    runs = [trained_run(store, tiny("gru", dataset="keras", seed=seed)) for seed in (1, 2)]
    assert predictions.judging_part(runs) == "imdb-test"
    found = predictions.load_part_predictions(store, runs, "imdb-test", dataset_of=None)
    assert [one.run for one in found] == [run.id for run in runs]
    assert {(one.part, one.used_for_selection, len(one.labels)) for one in found} == {
        ("test", False, 6)
    }
    np.savez(published_npz, x_train=np.empty(0, object), y_train=[])
    assert predictions.judging_part(runs) == "validation"


def test_parts_are_named_with_their_number_of_reviews():
    assert predictions.describe_part("test", 2481) == "2,481 test reviews"
    assert predictions.describe_part("imdb-test", 1) == "1 IMDB test review"


def test_kept_predictions_are_refused_for_another_dataset(store, dataset, kept):
    with pytest.raises(DataError, match="gru-1 was trained on the dataset bundled"):
        predictions.load_predictions(
            store, kept, dataclasses.replace(dataset, fingerprint="0" * 64)
        )


def test_predictions_that_cannot_be_made_harm_nothing(store, lab_home, caplog):
    attempt = labs.claimed(store, tiny("gru"))
    predictions.save_predictions(attempt, store, lab_home)
    assert not caplog.records
    labs.train(attempt, 1, best=b"no weights at all")
    attempt.start(versions={}, manifest={"dataset_sha256": "0" * 64})
    predictions.save_predictions(attempt, store, lab_home)
    assert "its predictions were not stored" in caplog.text
    attempt.end(RunState.FINISHED, now=labs.NOW + 3)
    assert store.digest(attempt.run.id, "predictions") is None


def test_labelled_csv_is_classified_by_every_run(dataset):
    reviews = labelled.labelled(["the film", "the sea"], [1, 0])
    readers = [classifier("gru", dataset.vocabulary), classifier("lstm", dataset.vocabulary)]
    found = predictions.predict_texts(readers, reviews)
    assert [one.name for one in found] == ["gru", "lstm"]
    assert {one.reviews for one in found} == {reviews.fingerprint}
    assert found[0].labels.tolist() == [1, 0]
    assert not found[0].used_for_selection


def test_importing_evaluation_does_not_load_scikit_learn():
    code = "import sys, rnnlab.evaluation.predictions; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
