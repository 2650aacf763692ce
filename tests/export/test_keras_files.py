"""The exported files in the hands of keras and TensorFlow themselves."""

import json
import runpy

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.export import run_files
from rnnlab.inference import forward
from rnnlab.runs import HISTORY_KEYS, RunState
from tests import labs
from tests.export.scripts import labs_inputs, outside, script_of
from tests.keras_files import objects, write_reviews
from tests.networks import KERAS, fixed_weights
from tests.workers import ended

pytestmark = pytest.mark.slow

NETWORKS = [
    *(preset(arch) for arch in KERAS),
    *(preset(arch, layers=2, bidirectional=True) for arch in ("onehot-rnn", "lstm")),
]


def test_saved_networks_load_in_safe_mode_without_rnnlab_and_say_the_same(tmp_path):
    from rnnlab import models

    ids = np.random.default_rng(0).integers(0, 300, (20, 100), dtype=np.int32)
    np.save(tmp_path / "ids.npy", ids)
    for number, config in enumerate(NETWORKS):
        weights = fixed_weights(config, size=0.2)
        models.portable(config, weights).save(tmp_path / f"{number}.keras")
    code = f"""
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
    done = outside(tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
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


@pytest.mark.parametrize("truncating", ["pre", "post"])
def test_script_reads_the_bundled_reviews_as_the_lab_does(
    warm_home, store, tmp_path, monkeypatch, truncating
):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")  # the script sets it: taken back afterwards
    config = preset("lstm", truncating=truncating, vocab_size=1_000, maxlen=150)
    script = runpy.run_path(str(script_of(store, config, tmp_path)))
    found = script["split"](*script["read_reviews"]())
    for theirs, ours in zip(found, labs_inputs(config, warm_home), strict=True):
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


# Each script in a folder and a process of its own; keras, whose import takes longer than most of
# them, is imported before these are forked.
RUN_ALL = """
import os, runpy, sys
os.environ["KERAS_BACKEND"] = "tensorflow"  # as each script has it
import keras
npz, *folders = sys.argv[1:]
for folder in folders:
    if not (pid := os.fork()):
        os.chdir(folder)
        sys.argv, sys.stdout = ["train.py", npz], open("history.json", "w")
        runpy.run_path("train.py", run_name="__main__")
        sys.stdout.flush()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0, folder
"""


def test_script_trains_to_the_labs_history(lab, npz, tmp_path):
    write_reviews(npz)
    small = {"dataset": "keras", "vocab_size": 40, "maxlen": 20, "batch_size": 16, "epochs": 2}
    configs = [
        *(preset(arch, **small) for arch in KERAS),
        preset("onehot-rnn", **small, dropout=0.4, optimizer="adam"),
        preset("gru", **small, dropout=0.2, layers=2, bidirectional=True, optimizer="sgd"),
    ]
    runs = [ended(lab, run_id) for run_id in [lab.train(config).id for config in configs]]
    for run in runs:
        assert run.state is RunState.FINISHED, run.error
        (tmp_path / run.id).mkdir()
        script = run_files.quick(run, lab.store.epochs(run.id))["train.py"]
        (tmp_path / run.id / "train.py").write_text(script)
    done = outside(tmp_path, "-c", RUN_ALL, str(npz), *(run.id for run in runs))
    assert done.returncode == 0, done.stderr
    for config, run in zip(configs, runs, strict=True):
        epochs, folder = lab.store.epochs(run.id), tmp_path / run.id
        history = json.loads((folder / "history.json").read_text())
        assert set(history) == set(HISTORY_KEYS)
        for name, figures in history.items():
            ours = [getattr(epoch, name) for epoch in epochs]
            # The script's loops are keras's own, which round otherwise than the lab's.
            np.testing.assert_allclose(figures, ours, rtol=0, atol=1e-6, err_msg=str(config))
        assert (folder / "best.keras").is_file()


def test_script_stops_early_as_the_lab_does(lab, npz, tmp_path):
    write_reviews(npz)
    fields = {"dataset": "keras", "vocab_size": 40, "maxlen": 20, "learning_rate": 0.3}
    run = ended(lab, lab.train(preset("lstm", **fields, epochs=30, patience=1)).id)
    (tmp_path / "train.py").write_text(run_files.quick(run, lab.store.epochs(run.id))["train.py"])
    done = outside(tmp_path, "train.py", str(npz))
    assert done.returncode == 0, done.stderr
    losses = json.loads(done.stdout)["val_loss"]
    assert run.stopped_early
    assert len(losses) < 30
    assert losses[-1] >= losses[-2] == min(losses)


def test_script_trains_the_tutorials_lstm_to_the_labs_history(lab, tmp_path):
    run = ended(lab, lab.train(preset("lstm", epochs=2, maxlen=20)).id)
    epochs = lab.store.epochs(run.id)
    (tmp_path / "train.py").write_text(run_files.quick(run, epochs)["train.py"])
    done = outside(tmp_path, "train.py", "--epochs", "1")
    assert done.returncode == 0, done.stderr
    history = json.loads(done.stdout)
    for name, figures in history.items():
        assert figures == pytest.approx([getattr(epochs[0], name)], abs=1e-6)
