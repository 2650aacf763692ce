import itertools

import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.inference import forward
from rnnlab.inference.forward import predict
from tests.networks import KERAS, LITERALS, fixed_weights, tiny

# Two reviews, the first padded. Words are below 6.
IDS = np.array([[0, 0, 1, 4, 2], [1, 3, 5, 2, 2]], np.int32)


@pytest.mark.parametrize(("arch", "deep"), list(LITERALS))  # deep: two layers, both directions
def test_probabilities_are_the_literals_for_fixed_weights(arch, deep):
    config = tiny(arch, layers=2, bidirectional=True) if deep else tiny(arch)
    np.testing.assert_allclose(
        predict(config, fixed_weights(config), IDS), LITERALS[arch, deep], atol=1e-6
    )


@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_a_review_gets_the_same_probability_alone_and_among_many(arch):
    config = tiny(arch, bidirectional=True)
    weights = fixed_weights(config)
    many = np.random.default_rng(0).integers(0, 10, (50, 5), dtype=np.int32)
    together = predict(config, weights, many)
    alone = [predict(config, weights, review[None])[0] for review in many]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    assert together.dtype == np.float32


def test_reviews_are_read_in_chunks_without_a_seam(monkeypatch):
    config = tiny("gru", bidirectional=True)
    weights = fixed_weights(config)
    many = np.random.default_rng(0).integers(0, 10, (50, 5), dtype=np.int32)
    whole = predict(config, weights, many)
    monkeypatch.setattr(forward, "CHUNK_BYTES", 0)
    monkeypatch.setattr(forward, "MIN_CHUNK", 7)
    np.testing.assert_allclose(predict(config, weights, many), whole, atol=1e-6)


def test_no_reviews_give_no_probabilities():
    config = tiny("lstm")
    assert predict(config, fixed_weights(config), np.empty((0, 5), np.int32)).shape == (0,)


def test_large_vocabulary_is_read_without_a_table_and_gives_the_same(monkeypatch):
    config = tiny("lstm")
    weights = fixed_weights(config)
    many = np.random.default_rng(0).integers(0, 10, (50, 5), dtype=np.int32)
    with_table = predict(config, weights, many)
    monkeypatch.setattr(forward, "TABLE_BYTES", 0)
    np.testing.assert_allclose(predict(config, weights, many), with_table, atol=1e-6)


def test_lstm_steps_keep_every_gate():
    config = tiny("lstm")
    weights = fixed_weights(config)
    cell = forward.Cell(
        np.zeros((3, 8), np.float32),
        weights["lstm/lstm_cell/recurrent_kernel"],
        weights["lstm/lstm_cell/bias"],
        np.float32(0),
    )
    inputs = np.random.default_rng(0).normal(size=(5, 2, 8)).astype(np.float32)
    for now in forward.steps("lstm", cell, inputs):
        assert now._fields == ("i", "f", "candidate", "o", "c", "h")
        np.testing.assert_allclose(now.h, now.o * np.tanh(now.c), atol=1e-7)


@pytest.mark.slow
def test_forward_pass_is_kerass_for_every_architecture_depth_and_direction():
    from rnnlab import models

    sizes = itertools.cycle([(10, 5, 1, 1), (257, 13, 3, 7), (1_000, 20, 16, 2)])
    for arch, depth, both in itertools.product(KERAS, (1, 2, 3), (False, True)):
        vocab_size, maxlen, units, embedding_dim = next(sizes)
        config = preset(
            arch,
            layers=depth,
            bidirectional=both,
            vocab_size=vocab_size,
            maxlen=maxlen,
            units=units,
            embedding_dim=embedding_dim,
            dropout=0.3,
        )
        model = models.build(config)
        rng = np.random.default_rng(0)
        calm = 0.7 / np.sqrt(units)  # a chaotic network would blow up the last bit of a float32
        weights = {
            path: rng.normal(0, calm, w.shape).astype(np.float32)
            for path, w in fixed_weights(config).items()
        }
        models.set_weights(model, weights)
        ids = rng.integers(0, vocab_size, (9, maxlen), dtype=np.int32)
        ids[:4, : maxlen // 2] = 0
        oracle = model(ids, training=False).numpy()[:, 0]
        assert oracle.std() > 1e-4  # the reviews differ, so agreement says something
        np.testing.assert_allclose(predict(config, weights, ids), oracle, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("arch", KERAS)
def test_forward_pass_is_kerass_for_presets_at_full_size(arch):
    from rnnlab import models

    config = preset(arch)
    model = models.build(config)
    ids = np.random.default_rng(0).integers(0, config.vocab_size, (300, 100), dtype=np.int32)
    np.testing.assert_allclose(
        predict(config, models.weights_of(model), ids),
        model.predict(ids, verbose=0)[:, 0],
        atol=1e-5,
    )
