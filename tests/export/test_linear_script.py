"""The exported script of the baseline that scikit-learn fits, beside the lab's own run."""

import ast
import json
import runpy

import numpy as np
import pytest

from rnnlab.arrays import npz_arrays
from rnnlab.compare import reproduction
from rnnlab.config import preset
from rnnlab.export import run_files
from rnnlab.runs import HISTORY_KEYS, RunState
from rnnlab.tasks import TASKS
from tests.export.scripts import labs_inputs, outside, script_of
from tests.keras_files import write_reviews
from tests.labs import trained_run
from tests.networks import tiny
from tests.workers import ended

FILES = (
    "config.json",
    "history.csv",
    "notebook.ipynb",
    "train.py",
    "vocabulary.txt",
    "weights.npz",
)


def test_what_needs_no_keras_is_exported_without_keras_files(store, tmp_path):
    run = trained_run(store, tiny("tfidf-logreg"))
    assert run_files.write(store, run, tmp_path / "out") == FILES
    config = json.loads((tmp_path / "out" / "config.json").read_text())["config"]
    assert (config["vocab_size"], config["seed"], config["epochs"]) == (10, None, None)
    with np.load(tmp_path / "out" / "weights.npz", allow_pickle=False) as arrays:
        assert set(arrays) == {"tfidf/idf", "logreg/coefficients", "logreg/intercept"}


@pytest.mark.parametrize("dataset", ["bundled", "keras", *TASKS])
def test_script_imports_no_keras(store, dataset):
    run = trained_run(store, tiny("tfidf-logreg", dataset=dataset))
    tree = ast.parse(run_files.quick(run, ())["train.py"])
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    assert {"numpy", "sklearn.linear_model"} < imported
    assert not {"keras", "tensorflow"} & {name.split(".")[0] for name in imported}


@pytest.mark.parametrize("task", TASKS)
def test_script_makes_the_texts_of_a_task_as_the_lab_does(store, lab_home, tmp_path, task):
    config = preset("tfidf-logreg", dataset=task, vocab_size=20, maxlen=12)
    script = runpy.run_path(str(script_of(store, config, tmp_path)))
    *theirs, labels, validation_labels = script["split"](*script["read_reviews"]())
    *ours, our_labels, our_validation_labels = labs_inputs(config, lab_home)
    for part, padded in zip(theirs, ours, strict=True):
        assert part == [row[row > 0].tolist() for row in padded]
    np.testing.assert_array_equal(labels, our_labels[:, 0])
    np.testing.assert_array_equal(validation_labels, our_validation_labels[:, 0])


@pytest.mark.slow
def test_script_reads_the_bundled_reviews_as_the_lab_does(warm_home, store, tmp_path):
    configs = [
        preset("tfidf-logreg", vocab_size=1_000, maxlen=150, **fields)
        for fields in (
            {"truncating": "pre", "split_seed": 7},
            {"truncating": "post", "test_set": True},
        )
    ]
    scripts = [runpy.run_path(str(script_of(store, config, tmp_path))) for config in configs]
    reviews = scripts[0]["read_reviews"]()
    for config, script in zip(configs, scripts, strict=True):
        *theirs, labels, validation_labels = script["split"](*reviews)
        *ours, our_labels, our_validation_labels = labs_inputs(config, warm_home)
        for part, padded in zip(theirs, ours, strict=True):
            assert part == [row[row > 0].tolist() for row in padded]
        np.testing.assert_array_equal(labels, our_labels[:, 0])
        np.testing.assert_array_equal(validation_labels, our_validation_labels[:, 0])


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["bundled", "keras"])
def test_script_fits_to_the_labs_history_and_weights(lab, npz, tmp_path, dataset):
    write_reviews(npz)
    config = preset("tfidf-logreg", dataset=dataset, vocab_size=40, maxlen=20)
    run = ended(lab, lab.train(config).id)
    assert run.state is RunState.FINISHED, run.error
    (epoch,) = lab.store.epochs(run.id)
    (tmp_path / "train.py").write_text(run_files.quick(run, (epoch,))["train.py"])
    done = outside(tmp_path, "train.py", *([str(npz)] if dataset == "keras" else []))
    assert done.returncode == 0, done.stderr
    history = json.loads(done.stdout)
    assert list(history) == list(HISTORY_KEYS)
    for name, (figure,) in history.items():
        assert figure == pytest.approx(getattr(epoch, name), rel=0, abs=1e-6), name
    weights = npz_arrays(lab.store.artifact(run.id, "best"))
    with np.load(tmp_path / "best.npz", allow_pickle=False) as arrays:
        assert set(arrays) == set(weights)
        for name, array in weights.items():
            np.testing.assert_allclose(arrays[name], array, rtol=0, atol=1e-5, err_msg=name)


@pytest.mark.slow
def test_fit_repeated_is_bit_identical(lab, npz):
    write_reviews(npz)
    config = preset("tfidf-logreg", dataset="keras", vocab_size=40, maxlen=20)
    run = ended(lab, lab.train(config).id)
    new = ended(lab, lab.reproduce(run).id)
    assert reproduction.compare_with_original(lab.store, new)[:4] == (True, 0.0, None, True)
