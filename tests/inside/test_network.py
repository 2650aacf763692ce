"""The gradients by hand, against differences of the logit and against keras."""

import numpy as np
import pytest
from scipy.special import expit

from rnnlab.inference import forward
from rnnlab.inside.network import Network
from tests.networks import fixed_weights, tiny

ARCHS = ("onehot-rnn", "embedding-rnn", "lstm", "gru")
DEPTHS = ({}, {"layers": 2}, {"bidirectional": True}, {"layers": 2, "bidirectional": True})
IDS = np.array([[0, 0, 1, 4, 2], [1, 3, 5, 2, 7]], np.int32)


def network(arch, **fields):
    config = tiny(arch, **fields)
    return config, Network.load(config, fixed_weights(config))


@pytest.mark.parametrize("fields", DEPTHS)
@pytest.mark.parametrize("arch", ARCHS)
def test_logit_is_that_of_the_forward_pass(arch, fields):
    config, inside = network(arch, **fields)
    logit = inside.run(inside.project(IDS)).logit
    probabilities = forward.predict(config, fixed_weights(config), IDS)
    np.testing.assert_allclose(expit(logit), probabilities, atol=1e-6)


@pytest.mark.parametrize("fields", DEPTHS)
@pytest.mark.parametrize("arch", ARCHS)
def test_gradient_is_the_slope_of_the_logit(arch, fields):
    _, inside = network(arch, **fields)
    projections = inside.project(IDS)
    gradients = inside.backward(inside.run(projections))
    step = 1e-6
    for direction, gradient in enumerate(gradients):
        assert gradient.shape == projections[direction].shape
        for place in np.ndindex(gradient.shape):
            moved = []
            for sign in (1, -1):
                changed = [projection.copy() for projection in projections]
                changed[direction][place] += sign * step
                moved.append(inside.run(changed).logit[place[1]])
            assert gradient[place] == pytest.approx((moved[0] - moved[1]) / (2 * step), abs=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("arch", ("embedding-rnn", "lstm", "gru"))
def test_gradient_to_the_words_is_kerass(arch):
    import tensorflow as tf

    from rnnlab import models

    config, inside = network(arch, layers=2, bidirectional=True)
    model = models.build(config)
    models.set_weights(model, fixed_weights(config))
    embedding, *others = model.layers
    vectors = tf.Variable(embedding(IDS))
    with tf.GradientTape() as tape:
        values = vectors
        for layer in others[:-1]:
            values = layer(values)
        dense = others[-1]
        logit = tf.reduce_sum(values @ dense.kernel + dense.bias)
    expected = tape.gradient(logit, vectors).numpy()
    gradients = inside.of_words(inside.backward(inside.run(inside.project(IDS))))
    np.testing.assert_allclose(gradients.transpose(1, 0, 2), expected, atol=1e-5)
