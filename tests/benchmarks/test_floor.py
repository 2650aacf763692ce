"""The C loop that the lab is measured against computes what keras computes."""

import numpy as np
import pytest

from benchmarks import floor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(floor.compiler() is None, reason="no C compiler here"),
]


def test_loss_and_gradients_of_the_c_loop_are_those_of_keras(tmp_path):
    import keras
    import tensorflow as tf

    from rnnlab import models
    from rnnlab.config import preset

    model = models.build(preset("lstm", dropout=0.0))
    rng = np.random.default_rng(1)
    # Random weights of some size: with the first ones, biases of 0 and small states hide mistakes.
    model.set_weights([rng.normal(0, 0.3, w.shape) for w in model.weights])
    ids = rng.integers(0, floor.VOCAB_SIZE, (floor.BATCH, floor.MAXLEN)).astype(np.int32)
    labels = rng.integers(0, 2, floor.BATCH).astype(np.float32)
    with tf.GradientTape() as tape:
        said = model(ids, training=True)
        expected_loss = keras.losses.BinaryCrossentropy()(labels[:, None], said)
    expected = tape.gradient(expected_loss, [w.value for w in model.trainable_weights])

    loss, found = floor.Loop(tmp_path).gradient(model.get_weights(), ids, labels)

    assert loss == pytest.approx(float(expected_loss), rel=1e-5)
    for array, wanted in zip(found.values(), expected, strict=True):
        wanted = tf.convert_to_tensor(wanted).numpy()  # the embedding's comes as indexed slices
        np.testing.assert_allclose(array, wanted, atol=2e-6 * np.abs(wanted).max() + 1e-7)


def test_the_c_loop_learns(tmp_path):
    loop = floor.Loop(tmp_path)
    losses = [loop.epoch() for _ in range(3)]
    assert losses[2] < losses[0] < 0.75
