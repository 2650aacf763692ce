import itertools

import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.inference import forward
from rnnlab.inference.forward import predict
from rnnlab.params import CELLS, numbered

# Two reviews, the first padded. Words are below 6.
IDS = np.array([[0, 0, 1, 4, 2], [1, 3, 5, 2, 2]], np.int32)


# The architectures that keras trains; tests/training/test_linear.py has the other.
KERAS = [name for name, arch in ARCHITECTURES.items() if arch.kind != "linear"]


def tiny(arch, **fields):
    return preset(arch, **{"vocab_size": 10, "maxlen": 5, "units": 2, "embedding_dim": 3, **fields})


def fixed_weights(config, size=0.8):
    """Weights for a config that anyone can write down again: sines of a running number."""
    shapes, width = {}, config.vocab_size
    if config.architecture.kind == "linear":
        shapes = {"tfidf/idf": (width,), "logreg/coefficients": (width,), "logreg/intercept": (1,)}
        return sines(shapes, size)
    if config.embedding_dim:
        width = config.embedding_dim
        shapes["embedding/embeddings"] = (config.vocab_size, width)
    if config.layers:
        name, gates, biases = config.architecture.cell, *CELLS[config.architecture.cell][1:]
    for index in range(config.layers or 0):
        own = numbered(name, index)
        outer = numbered("bidirectional", index)
        both = [f"{outer}/forward_{own}", f"{outer}/backward_{own}"]
        for path in both if config.bidirectional else [own]:
            columns = gates * config.units
            shapes[f"{path}/{name}_cell/kernel"] = (width, columns)
            shapes[f"{path}/{name}_cell/recurrent_kernel"] = (config.units, columns)
            shapes[f"{path}/{name}_cell/bias"] = (2, columns) if biases == 2 else (columns,)
        width = config.units * (2 if config.bidirectional else 1)
    return sines(shapes | {"dense/kernel": (width, 1), "dense/bias": (1,)}, size)


def sines(shapes, size):
    weights, start = {}, 0
    for path, shape in shapes.items():
        count = int(np.prod(shape))
        weights[path] = size * np.sin(np.arange(start, start + count), dtype=np.float32)
        weights[path] = weights[path].reshape(shape)
        start += count
    return weights


# What keras 3.15 gives for `fixed_weights` (compiled without XLA); for the last, scikit-learn 1.9.
LITERALS = {
    ("onehot-rnn", False): [0.2744407, 0.2750759],
    ("onehot-rnn", True): [0.3224065, 0.3177992],
    ("embedding-rnn", False): [0.4968927, 0.4789813],
    ("embedding-rnn", True): [0.1241508, 0.1267142],
    ("lstm", False): [0.2735455, 0.2729424],
    ("lstm", True): [0.5243592, 0.5134765],
    ("gru", False): [0.2459515, 0.2460969],
    ("gru", True): [0.2840296, 0.3459378],
    ("feedforward", False): [0.7275255, 0.6606395],
    ("tfidf-logreg", False): [0.4844726, 0.5523390],
}


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
    import keras

    from rnnlab import models

    sizes = itertools.cycle([(10, 5, 1, 1), (257, 13, 3, 7), (1_000, 40, 16, 2)])
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
        keras.backend.clear_session()
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
