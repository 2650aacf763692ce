"""The exported files in the hands of keras and TensorFlow themselves."""

import json
import runpy
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.export import run_files
from rnnlab.inference import forward
from rnnlab.runs import HISTORY_KEYS, Epoch, Run, RunState
from tests import labs
from tests.export.scripts import labs_inputs, script_of
from tests.keras_files import objects, write_reviews
from tests.networks import KERAS, fixed_weights
from tests.workers import at_work, ended

pytestmark = pytest.mark.slow

NETWORKS = [
    *(preset(arch) for arch in KERAS if arch != "onehot-rnn"),
    *(preset(arch, layers=2, bidirectional=True) for arch in ("onehot-rnn", "lstm")),
]


def test_saved_networks_load_in_safe_mode_without_rnnlab_and_say_the_same(tmp_path, keras_outside):
    from rnnlab import models

    ids = np.random.default_rng(0).integers(0, 300, (20, 100), dtype=np.int32)
    np.save(tmp_path / "ids.npy", ids)
    for number, config in enumerate(NETWORKS):
        weights = fixed_weights(config, size=0.2)
        models.portable(config, weights).save(tmp_path / f"{number}.keras")
    code = f"""\
import importlib.util, json, keras, numpy as np
assert importlib.util.find_spec("rnnlab") is None
ids = np.load("ids.npy")
said = []
for number in range({len(NETWORKS)}):
    model = keras.models.load_model(f"{{number}}.keras", safe_mode=True)
    assert all(type(layer).__module__.startswith("keras.") for layer in model.layers)
    model.evaluate(ids, np.zeros((len(ids), 1)), verbose=0)
    said.append(model.predict(ids, verbose=0)[:, 0].tolist())
print(json.dumps(said))
"""
    (tmp_path / "load.py").write_text(code)
    said = json.loads(keras_outside.run(tmp_path, "load.py").splitlines()[-1])
    for config, probabilities in zip(NETWORKS, said, strict=True):
        ours = forward.predict(config, fixed_weights(config, size=0.2), ids)
        np.testing.assert_allclose(probabilities, ours, atol=1e-5)
        assert np.ptp(ours) > 1e-4  # ten times the tolerance


def test_event_files_hold_the_history_under_kerass_tags(store, tmp_path):
    import tensorflow as tf

    from rnnlab.training.tensorboard import write_events

    run = labs.finished_run(store, epochs=4)
    epochs = store.epochs(run.id)
    write_events(tmp_path, epochs)
    for part, prefix in (("train", ""), ("validation", "val_")):
        (file,) = (tmp_path / part).glob("events.out.tfevents.*")
        found = {}
        for event in tf.compat.v1.train.summary_iterator(str(file)):
            for value in event.summary.value:
                assert value.metadata.plugin_data.plugin_name == "scalars"
                found[value.tag, event.step] = float(tf.make_ndarray(value.tensor))
        assert found == {
            (f"epoch_{name}", epoch.epoch - 1): pytest.approx(getattr(epoch, prefix + name))
            for epoch in epochs
            for name in ("loss", "accuracy")
        }


def test_script_reads_the_bundled_reviews_as_the_lab_does(warm_home, store, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")  # the script sets it: taken back afterwards
    configs = [
        preset("lstm", vocab_size=1_000, maxlen=150, **fields)
        for fields in (
            {"truncating": "pre"},
            {"truncating": "post", "test_set": True, "split_seed": 7},
        )
    ]
    scripts = [runpy.run_path(str(script_of(store, config, tmp_path))) for config in configs]
    reviews, labels = scripts[0]["read_reviews"]()
    for config, script in zip(configs, scripts, strict=True):
        for theirs, ours in zip(
            script["split"](reviews, labels), labs_inputs(config, warm_home), strict=True
        ):
            np.testing.assert_array_equal(theirs, ours)


def test_script_makes_the_texts_of_a_task_as_the_lab_does(lab_home, store, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    config = preset("lstm", dataset="first-word", vocab_size=40, maxlen=8)
    script = runpy.run_path(str(script_of(store, config, tmp_path)))
    inputs = script["split"](*script["read_reviews"]())
    for theirs, ours in zip(inputs, labs_inputs(config, lab_home), strict=True):
        np.testing.assert_array_equal(theirs, ours)


@pytest.mark.parametrize("saved", ["as ranks", "as ids"])
def test_script_reads_an_imdb_npz_as_the_lab_does(
    store,
    npz,
    lab_home,
    tmp_path,
    monkeypatch,
    saved,
):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    if saved == "as ids":
        reviews = [[1, 4, 6, 7], [1, 5], [1], [1, 7, 7], [1, 6]]
        np.savez(npz, x_train=objects(reviews), y_train=np.array([1, 0, 1, 0, 1]))
    config = preset("gru", dataset="keras", vocab_size=10, maxlen=5)
    script = runpy.run_path(str(script_of(store, config, tmp_path)))
    found = script["split"](*script["read_reviews"](npz))
    for theirs, ours in zip(found, labs_inputs(config, lab_home), strict=True):
        np.testing.assert_array_equal(theirs, ours)
    npz.write_bytes(npz.read_bytes() + b"more")
    with pytest.raises(SystemExit, match="is not the file that the run was trained on"):
        script["read_reviews"](npz)


SMALL = {"dataset": "keras", "vocab_size": 40, "maxlen": 20, "batch_size": 16, "epochs": 2}
# Every architecture; each optimizer, a stack, both directions and dropout somewhere.
CONFIGS = {
    "onehot": preset("onehot-rnn", **SMALL, dropout=0.4, optimizer="adam"),
    "embedding": preset(
        "embedding-rnn", **SMALL, dropout=0.2, layers=2, bidirectional=True, optimizer="sgd"
    ),
    "lstm": preset("lstm", **SMALL),
    "gru": preset("gru", **SMALL),
    "feedforward": preset("feedforward", **SMALL),
    "chrono": preset("lstm", **SMALL, forget_bias="chrono", recurrent_initializer="glorot_uniform"),
}
STOPS_EARLY = replace(CONFIGS["lstm"], learning_rate=0.3, epochs=30, patience=1)


class Trained(NamedTuple):
    """A run of the lab, its epochs, and what its script has done in a folder of its own."""

    run: Run
    epochs: tuple[Epoch, ...]
    history: dict[str, list[float]]
    folder: Path


@pytest.fixture(scope="module")
def trained(working_home, keras_outside, tmp_path_factory):
    """What the lab and the scripts of its runs have trained, by name of the config."""
    folder = tmp_path_factory.mktemp("scripts")
    imdb = folder / "imdb.npz"
    write_reviews(imdb)
    configs = {**CONFIGS, "stops early": STOPS_EARLY}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_KERAS_IMDB", str(imdb))
        with at_work(working_home, patch) as lab:
            ids = {name: lab.train(config).id for name, config in configs.items()}
            runs = {name: ended(lab, run_id) for name, run_id in ids.items()}
            epochs = {name: lab.store.epochs(run_id) for name, run_id in ids.items()}
    found = {}
    for name, run in runs.items():
        assert run.state is RunState.FINISHED, run.error
        own = folder / name
        own.mkdir()
        (own / "train.py").write_text(run_files.quick(run, epochs[name])["train.py"])
        history = json.loads(keras_outside.run(own, "train.py", str(imdb)))
        found[name] = Trained(run, epochs[name], history, own)
    return found


@pytest.mark.parametrize("name", CONFIGS)
def test_script_trains_to_the_labs_history(trained, name):
    _, epochs, history, folder = trained[name]
    assert set(history) == set(HISTORY_KEYS)
    for key, figures in history.items():
        ours = [getattr(epoch, key) for epoch in epochs]
        # The script's loops are keras's own, which round otherwise than the lab's.
        np.testing.assert_allclose(figures, ours, rtol=0, atol=1e-6)
    assert (folder / "best.keras").is_file()


def test_script_stops_early_as_the_lab_does(trained):
    run, _, history, _ = trained["stops early"]
    losses = history["val_loss"]
    assert run.stopped_early
    assert len(losses) < 30
    assert losses[-1] >= losses[-2] == min(losses)
