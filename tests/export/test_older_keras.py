"""Whether exported networks open in older versions of Keras.

The lists are what Keras 3.8 takes, read from the signatures of its classes.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.export import older_keras
from rnnlab.inference import forward
from tests.networks import KERAS, fixed_weights

NETWORKS = [
    *(preset(arch) for arch in KERAS),
    *(preset(arch, layers=2, bidirectional=True, dropout=0.2) for arch in ("onehot-rnn", "lstm")),
    preset("gru", layers=2, optimizer="adam", recurrent_initializer="glorot_uniform"),
    preset("embedding-rnn", optimizer="sgd"),
]


def names(text):
    """The words of a text as a set."""
    return set(text.split())


LAYER = names("name trainable dtype")
RECURRENT = LAYER | names(
    "return_sequences return_state go_backwards stateful unroll zero_output_for_mask units "
    "activation use_bias kernel_initializer recurrent_initializer bias_initializer "
    "kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed"
)
OPTIMIZER = names(
    "name learning_rate weight_decay clipnorm global_clipnorm clipvalue use_ema ema_momentum "
    "ema_overwrite_frequency loss_scale_factor gradient_accumulation_steps"
)
TAKES = {
    "Sequential": names("name trainable dtype layers build_input_shape"),
    "DTypePolicy": {"name"},
    "InputLayer": names("batch_shape dtype sparse ragged name"),
    "CategoryEncoding": LAYER | names("num_tokens output_mode"),
    "Embedding": LAYER
    | names("input_dim output_dim mask_zero activity_regularizer")
    | names("embeddings_initializer embeddings_regularizer embeddings_constraint"),
    "GlobalAveragePooling1D": LAYER | names("data_format keepdims"),
    "SimpleRNN": RECURRENT,
    "LSTM": RECURRENT | names("recurrent_activation unit_forget_bias"),
    "GRU": RECURRENT | names("recurrent_activation reset_after"),
    "Bidirectional": LAYER | names("merge_mode layer backward_layer"),
    "Dense": LAYER
    | names("units activation use_bias kernel_initializer bias_initializer kernel_constraint")
    | names("kernel_regularizer bias_regularizer activity_regularizer bias_constraint"),
    "RandomUniform": names("seed minval maxval"),
    "GlorotUniform": {"seed"},
    "Orthogonal": names("seed gain"),
    "Zeros": set(),
    "RMSprop": OPTIMIZER | names("rho momentum epsilon centered"),
    "Adam": OPTIMIZER | names("beta_1 beta_2 epsilon amsgrad"),
    "SGD": OPTIMIZER | names("momentum nesterov"),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The exported files of the networks, in order."""
    from rnnlab import models

    folder = tmp_path_factory.mktemp("saved")
    paths = []
    for number, config in enumerate(NETWORKS):
        paths.append(folder / f"{number}.keras")
        models.portable(config, fixed_weights(config, size=0.2)).save(paths[-1])
        older_keras.open_to_older(paths[-1])
    return paths


def objects_in(value):
    """Every Keras object in a config, at any depth, as its class and its settings."""
    if isinstance(value, dict):
        if "class_name" in value:
            yield value["class_name"], value["config"]
        for item in value.values():
            yield from objects_in(item)
    if isinstance(value, list):
        for item in value:
            yield from objects_in(item)


def test_saved_networks_name_only_settings_that_keras_3_8_takes(saved):
    for path in saved:
        with zipfile.ZipFile(path) as file:
            config = json.loads(file.read("config.json"))
        named = list(objects_in(config))
        assert named
        for kind, settings in named:
            assert not set(settings) - TAKES[kind], kind


def test_only_defaults_are_left_out_and_the_rest_stays_as_it_is(tmp_path):
    config = {
        "layers": [
            {"config": {"units": 8, "quantization_config": None, "seed": None}},
            {"config": {"input_axes": [0], "output_axes": None, "optional": True}},
        ]
    }
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps(config))
        file.writestr("model.weights.h5", b"weights")

    older_keras.open_to_older(path)

    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert json.loads(file.read("config.json")) == {
            "layers": [
                {"config": {"units": 8, "seed": None}},
                {"config": {"input_axes": [0], "optional": True}},
            ]
        }
        assert file.read("model.weights.h5") == b"weights"
    assert [found.name for found in tmp_path.iterdir()] == ["model.keras"]


LOAD_ALL = """
import json, sys, keras, numpy as np
ids = np.load("ids.npy")
paths = json.loads(sys.argv[1])
models = [keras.models.load_model(path, safe_mode=True) for path in paths]
probabilities = [model(ids).numpy()[:, 0].tolist() for model in models]  # untraced: seconds less
print(json.dumps([keras.__version__, probabilities]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.8.0", "3.10.0"])
def test_older_keras_loads_the_networks_and_predicts_the_same(saved, tmp_path, version):
    install(f"keras=={version}", tmp_path / "keras")
    ids = np.random.default_rng(0).integers(0, 300, (20, 100), dtype=np.int32)
    np.save(tmp_path / "ids.npy", ids)
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, json.dumps([str(path) for path in saved])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "keras"), "KERAS_BACKEND": "tensorflow"},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    loaded, predictions = json.loads(done.stdout.splitlines()[-1])
    assert loaded == version
    for config, probabilities in zip(NETWORKS, predictions, strict=True):
        ours = forward.predict(config, fixed_weights(config, size=0.2), ids)
        np.testing.assert_allclose(probabilities, ours, atol=1e-6)


def install(package: str, folder: Path) -> None:
    """Install a package alone into a folder; skip the test where it cannot be had."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-compile", "--target", str(folder)]
    done = subprocess.run([*pip, *options, package], text=True, capture_output=True)
    if done.returncode:
        pytest.skip(f"{package} cannot be installed here: {done.stderr[-200:]}")


def test_oldest_version_is_named_beside_the_file_and_tested():
    assert older_keras.OLDEST == "3.8"
    docs = Path(__file__).parents[2] / "docs" / "exports.md"
    assert f"Keras {older_keras.OLDEST} or later" in docs.read_text()
