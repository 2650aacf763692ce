"""The lab's loops beside keras's own: outputs, gradients and what is learnt from them."""

import numpy as np
import pytest

from tests.networks import VOCAB, small

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unoptimized")]


def simple_rnn_on_one_hot(keras, config):
    """The tutorial's network: real one-hot vectors into keras's own SimpleRNN."""
    layer = keras.layers.SimpleRNN(config.units, dropout=config.dropout)
    if config.bidirectional:
        layer = keras.layers.Bidirectional(layer)
    return keras.Sequential(
        [
            keras.Input((config.maxlen, config.vocab_size)),
            layer,
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


def one_hot(ids):
    return np.eye(VOCAB, dtype=np.float32)[ids]


def outputs_and_gradients(model, inputs, labels, jit):
    """What the model gives and learns from; XLA draws other dropout than TensorFlow does."""
    import tensorflow as tf

    @tf.function(jit_compile=jit)
    def run(inputs, labels):
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            loss = tf.reduce_mean((outputs[:, 0] - labels) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        return outputs, [tf.convert_to_tensor(g) for g in gradients]

    outputs, gradients = run(inputs, labels)
    return outputs.numpy(), [g.numpy() for g in gradients]


# Every pair of (dropout, direction, compiler) is in one of these.
@pytest.mark.parametrize(
    ("dropout", "bidirectional", "jit"),
    [
        pytest.param(0.0, False, True, id="xla"),
        pytest.param(0.0, True, False, id="both-ways"),
        pytest.param(0.4, False, False, id="dropout"),
        pytest.param(0.4, True, True, id="dropout-both-ways-xla"),
    ],
)
def test_onehot_cell_has_simple_rnns_outputs_and_gradients(
    keras, models, ids, labels, dropout, bidirectional, jit
):
    config = small("onehot-rnn", dropout=dropout, bidirectional=bidirectional)
    model, plain = models.build(config), simple_rnn_on_one_hot(keras, config)
    plain.set_weights(model.get_weights())
    models.seed_epoch(model, 7, 1)
    models.seed_epoch(plain, 7, 1)

    outputs, gradients = outputs_and_gradients(model, ids, labels, jit)
    expected, expected_gradients = outputs_and_gradients(
        plain, one_hot(ids), labels, jit and dropout > 0
    )

    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    assert [g.shape for g in gradients] == [g.shape for g in expected_gradients]
    for gradient, oracle in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(gradient, oracle, atol=1e-7, rtol=1e-5)
    assert np.abs(expected_gradients[0]).max() > 1e-4  # there is something to compare


# Each cell with everything at once and with dropout alone; the last three add what is left of all
# pairs of (cell, layers, direction, dropout, compiler).
@pytest.mark.parametrize(
    ("arch", "layers", "bidirectional", "dropout", "jit"),
    [
        *(
            pytest.param(arch, 2, True, 0.4, True, id=f"{arch}-stacked-both-ways-dropout-xla")
            for arch in ("embedding-rnn", "lstm", "gru")
        ),
        *(
            pytest.param(arch, 1, False, 0.4, False, id=f"{arch}-dropout")
            for arch in ("embedding-rnn", "lstm", "gru")
        ),
        pytest.param("embedding-rnn", 1, True, 0.0, False, id="embedding-rnn-both-ways"),
        pytest.param("lstm", 2, False, 0.0, False, id="lstm-stacked"),
        pytest.param("gru", 1, False, 0.0, True, id="gru-xla"),
    ],
)
def test_loops_have_kerass_outputs_and_gradients(
    models, ids, labels, arch, layers, bidirectional, dropout, jit
):
    config = small(arch, dropout=dropout, layers=layers, bidirectional=bidirectional)
    model, plain = models.build(config), models.build(config, stock=True)
    weights = [
        np.random.default_rng(place).normal(0, 0.5, weight.shape)
        for place, weight in enumerate(model.get_weights())
    ]
    for each in (model, plain):
        each.set_weights(weights)
        models.seed_epoch(each, 7, 1)

    outputs, gradients = outputs_and_gradients(model, ids, labels, jit)
    expected, expected_gradients = outputs_and_gradients(plain, ids, labels, jit and dropout > 0)

    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for gradient, oracle in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(gradient, oracle, atol=1e-7, rtol=1e-4)
        assert np.abs(oracle).max() > 1e-6  # there is something to compare


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam"])
def test_onehot_cell_learns_what_simple_rnn_learns_from_one_hot(
    keras, models, ids, labels, optimizer
):
    config = small("onehot-rnn", optimizer=optimizer)
    model, plain = models.build(config), simple_rnn_on_one_hot(keras, config)
    plain.set_weights(model.get_weights())
    for each, inputs in ((model, ids), (plain, one_hot(ids))):
        models.compile_model(each, config, jit=each is model)
        each.fit(inputs, labels, batch_size=8, epochs=3, shuffle=False, verbose=0)
    for learnt, oracle in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(learnt, oracle, atol=2e-5)
