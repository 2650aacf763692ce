"""Keras is the oracle here; importing it takes seconds, so all of these are slow."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.errors import StoreError
from rnnlab.params import layers, parameters
from tests.networks import KERAS, small

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unoptimized")]


def sweep():
    """Every architecture, depth and direction, each with two of a few odd sizes."""
    sizes = itertools.cycle([(10, 5, 1, 1), (257, 13, 3, 7), (1_000, 33, 16, 2), (11, 100, 9, 64)])
    for arch, depth, both in itertools.product(KERAS, (1, 2, 3), (False, True)):
        for vocab_size, maxlen, units, embedding_dim in itertools.islice(sizes, 1):
            yield preset(
                arch,
                layers=depth,
                bidirectional=both,
                vocab_size=vocab_size,
                maxlen=maxlen,
                units=units,
                embedding_dim=embedding_dim,
            )


def test_layer_table_in_closed_form_is_kerass(models):
    for config in [*sweep(), *(preset(name) for name in KERAS)]:
        model = models.build(config)
        ours = [tuple(row) for row in layers(config)]
        assert ours == [
            (layer.name, type(layer).__name__, layer.output.shape, layer.count_params())
            for layer in model.layers
        ]
        assert parameters(config) == model.count_params()


def test_equal_configs_start_from_equal_weights_and_other_seeds_do_not(models):
    config = small("lstm", bidirectional=True)
    first, again = models.build(config), models.build(config)
    other = models.build(small("lstm", bidirectional=True, seed=1))
    assert list(models.weights_of(first)) == list(models.weights_of(again))
    for path, weight in models.weights_of(first).items():
        np.testing.assert_array_equal(weight, models.weights_of(again)[path])
    kernel = "bidirectional/forward_lstm/lstm_cell/kernel"
    assert not np.array_equal(models.weights_of(first)[kernel], models.weights_of(other)[kernel])


def test_weights_are_named_by_their_place_in_the_network(models):
    models.build(small("gru"))  # names must not count the networks built before
    assert list(models.weights_of(models.build(small("gru", layers=2)))) == [
        "embedding/embeddings",
        "gru/gru_cell/kernel",
        "gru/gru_cell/recurrent_kernel",
        "gru/gru_cell/bias",
        "gru_1/gru_cell/kernel",
        "gru_1/gru_cell/recurrent_kernel",
        "gru_1/gru_cell/bias",
        "dense/kernel",
        "dense/bias",
    ]


def fit(models, config, ids, labels, *, epochs=(1, 2, 3), start=None, jit=True, steps=None):
    """The model after these epochs, each in its seeded dropout; `start` = (weights, slots)."""
    model = models.build(config)
    models.compile_model(model, config, jit=jit)
    if steps:
        model.steps_per_execution = steps
    if start:
        models.set_weights(model, start[0])
        models.set_optimizer_state(model, start[1])
    return go_on(models, model, config, ids, labels, epochs=epochs)


def go_on(models, model, config, ids, labels, *, epochs):
    """The model, after these epochs more."""
    for epoch in epochs:
        models.seed_epoch(model, config.seed, epoch)
        model.fit(ids, labels, batch_size=8, shuffle=False, verbose=0)
    return model


@pytest.mark.parametrize(
    "config",
    [
        small("lstm", dropout=0.3),
        small("onehot-rnn", dropout=0.3, bidirectional=True, layers=2),
        small("gru", dropout=0.3, bidirectional=True, optimizer="adam"),
    ],
    ids=lambda config: config.arch,
)
def test_training_resumed_from_an_epoch_ends_with_the_undisturbed_weights(
    models, ids, labels, config
):
    model = fit(models, config, ids, labels, epochs=(1,), jit=False)
    model.evaluate(ids, labels, batch_size=4, verbose=0)  # must not move the dropout of epoch 2
    start = models.weights_of(model), models.optimizer_state(model)
    undisturbed = go_on(models, model, config, ids, labels, epochs=(2, 3))
    resumed = fit(models, config, ids, labels, epochs=(2, 3), start=start, jit=False)
    for path, weight in models.weights_of(undisturbed).items():
        np.testing.assert_array_equal(weight, models.weights_of(resumed)[path], err_msg=path)


@pytest.mark.parametrize("arch", ["onehot-rnn", "lstm"])
def test_every_epoch_and_every_layer_draws_its_own_dropout(models, arch):
    model = models.build(small(arch, dropout=0.3, layers=3, bidirectional=True))

    def states():
        return [tuple(v.numpy()) for v in model.non_trainable_variables]

    models.seed_epoch(model, 7, 1)
    first = states()
    assert len(set(first)) == 6
    models.seed_epoch(model, 7, 2)
    assert not set(first) & set(states())
    models.seed_epoch(model, 7, 1)
    assert states() == first


def test_steps_per_execution_changes_no_number_learnt(models, ids, labels):
    config = small("embedding-rnn", dropout=0.3)
    one = fit(models, config, ids, labels, steps=1)
    three = fit(models, config, ids, labels, steps=3)  # 4 batches: 3 and a rest of 1
    for path, weight in models.weights_of(one).items():
        np.testing.assert_array_equal(weight, models.weights_of(three)[path], err_msg=path)


def test_the_first_step_is_traced_once(models, ids, labels, monkeypatch):
    config = small("embedding-rnn")
    model = models.build(config)
    models.compile_model(model, config)
    traced, step = [], model.train_step
    monkeypatch.setattr(model, "train_step", lambda data: traced.append(1) or step(data))
    model.fit(ids, labels, batch_size=8, verbose=0)
    assert traced == [1]


def test_weights_that_do_not_fit_are_named_and_nothing_changes(models):
    model = models.build(small("lstm"))
    before = models.weights_of(model)
    wrong = {path: np.ones_like(weight) for path, weight in before.items()}
    wrong["lstm/lstm_cell/bias"] = np.ones(3)
    wrong["dense_1/bias"] = wrong.pop("dense/bias")
    with pytest.raises(StoreError) as error:
        models.set_weights(model, wrong)
    assert "weight dense/bias is missing" in str(error.value)
    assert "weight dense_1/bias is unknown" in str(error.value)
    assert "lstm/lstm_cell/bias must have shape (20,), got (3,)" in str(error.value)
    for path, weight in models.weights_of(model).items():
        np.testing.assert_array_equal(weight, before[path])


def test_optimizer_is_the_configs(models):
    for optimizer, rate in (("rmsprop", 1e-4), ("adam", 0.5), ("sgd", 1e-6)):
        config = preset("lstm", optimizer=optimizer, learning_rate=rate)
        model = models.build(config)
        models.compile_model(model, config)
        assert type(model.optimizer).__name__.lower() == optimizer
        assert models.optimizer_state(model)["learning_rate"] == pytest.approx(rate)
        assert models.optimizer_state(model)["iteration"] == 0


def test_saved_model_loads_in_safe_mode_once_models_is_imported(
    models, ids, tmp_path, keras_outside
):
    config = small("onehot-rnn", bidirectional=True, layers=2, dropout=0.2)
    model = models.build(config)
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "ids.npy", ids)
    (tmp_path / "load.py").write_text(
        """
import sys, keras, numpy as np
del sys.modules["rnnlab"]
sys.path.insert(0, sys.argv[1])
import rnnlab.models
model = keras.models.load_model("model.keras", safe_mode=True)
np.save("out.npy", model.predict(np.load("ids.npy"), verbose=0))
"""
    )
    keras_outside.run(tmp_path, "load.py", str(Path(__file__).parents[2]))
    np.testing.assert_allclose(
        np.load(tmp_path / "out.npy"), model.predict(ids, verbose=0), atol=1e-6
    )
