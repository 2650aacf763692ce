"""How weights start: gate biases by the formula, recurrent weights by their definition."""

import itertools

import numpy as np
import pytest

from rnnlab.config import preset
from tests.networks import small

pytestmark = pytest.mark.slow

MAXLEN = 80


def biases(models, arch, **fields):
    """The biases of all recurrent cells of a new network, by path."""
    config = preset(arch, maxlen=MAXLEN, forget_bias="chrono", **fields)
    weights = models.weights_of(models.build(config))
    return {path: bias for path, bias in weights.items() if path.endswith("_cell/bias")}


@pytest.mark.parametrize("units", [8, 400])
def test_chrono_forget_biases_are_ln_of_lengths_and_input_biases_their_negatives(models, units):
    (bias,) = biases(models, "lstm", units=units).values()
    input_gate, forget_gate, candidate, output_gate = bias.reshape(4, units)
    lengths = np.exp(forget_gate)  # U(1, T - 1)
    assert lengths.min() >= 1
    assert lengths.max() <= MAXLEN - 1
    assert len(set(lengths.tolist())) == units
    np.testing.assert_array_equal(input_gate, -forget_gate)
    assert not candidate.any()
    assert not output_gate.any()


def test_chrono_lengths_are_uniform(models):
    (bias,) = biases(models, "lstm", units=500).values()
    lengths = np.sort(np.exp(bias[500:1_000]))
    expected = 1 + (MAXLEN - 2) * (np.arange(500) + 0.5) / 500
    # Kolmogorov's distance, of which 1.63 / sqrt(n) is passed once in a hundred draws.
    assert np.abs(lengths - expected).max() / (MAXLEN - 2) < 1.63 / np.sqrt(500)


def test_chrono_start_of_a_gru_is_that_of_its_update_gate(models):
    (bias,) = biases(models, "gru", units=8).values()
    assert bias.shape == (2, 24)
    assert ((bias[0, :8] > 0) & (bias[0, :8] <= np.log(MAXLEN - 1))).all()
    assert not bias[0, 8:].any()
    assert not bias[1].any()


@pytest.mark.parametrize("arch", ["lstm", "gru"])
def test_each_layer_and_direction_has_chrono_biases_of_its_own(models, arch):
    drawn = biases(models, arch, layers=2, bidirectional=True)
    assert len(drawn) == 4
    for one, other in itertools.combinations(drawn.values(), 2):
        assert not np.allclose(one, other)


def test_chrono_changes_the_biases_alone_and_is_drawn_from_the_seed(models):
    config, chrono = small("lstm"), small("lstm", forget_bias="chrono")
    plain, spread = (models.weights_of(models.build(c)) for c in (config, chrono))
    changed = [path for path in plain if not np.array_equal(plain[path], spread[path])]
    assert changed == ["lstm/lstm_cell/bias"]
    assert plain["lstm/lstm_cell/bias"].tolist() == 5 * [0] + 5 * [1] + 10 * [0]
    again = models.weights_of(models.build(chrono, stock=True))
    other = models.weights_of(models.build(small("lstm", forget_bias="chrono", seed=1)))
    assert np.array_equal(again[changed[0]], spread[changed[0]])
    assert not np.array_equal(other[changed[0]], spread[changed[0]])


@pytest.mark.parametrize("arch", ["onehot-rnn", "embedding-rnn", "lstm", "gru"])
def test_recurrent_weights_start_orthogonal_or_within_glorots_bound(models, arch):
    for stock in (False, True):
        starts = {}
        for name in ("orthogonal", "glorot_uniform"):
            model = models.build(small(arch, recurrent_initializer=name), stock=stock)
            (starts[name],) = (
                weight for path, weight in models.weights_of(model).items() if "recurrent" in path
            )
        orthogonal, glorot = starts["orthogonal"], starts["glorot_uniform"]
        np.testing.assert_allclose(orthogonal @ orthogonal.T, np.eye(5), atol=1e-6)
        assert np.abs(glorot).max() <= np.sqrt(6 / sum(glorot.shape))
        assert not np.allclose(glorot @ glorot.T, np.eye(5), atol=0.1)
