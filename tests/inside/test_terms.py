"""A unit's sums and the logit's shares, against the forward pass and against literal equations."""

import numpy as np
import pytest
from scipy.special import expit

from rnnlab.inference import forward
from rnnlab.inside.formulas import formula
from rnnlab.inside.network import Network
from rnnlab.inside.terms import logit_shares, quantities, unit_sums
from tests.networks import fixed_weights, tiny

ARCHS = ("onehot-rnn", "embedding-rnn", "lstm", "gru")
DEPTHS = ({}, {"layers": 2}, {"bidirectional": True}, {"layers": 2, "bidirectional": True})
IDS = np.array([[0, 1, 4, 7, 2]], np.int32)
ACTIVATIONS = {"sigmoid": expit, "tanh": np.tanh, None: lambda total: total}


def traced(arch, **fields):
    config = tiny(arch, units=3, **fields)
    network = Network.load(config, fixed_weights(config))
    return config, network, network.run(network.project(IDS))


@pytest.mark.parametrize("fields", DEPTHS)
@pytest.mark.parametrize("arch", ARCHS)
def test_sums_give_every_number_of_the_cell(arch, fields):
    config, network, trace = traced(arch, **fields)
    for layer in trace.layers:
        for cell in layer.cells:
            for place in range(config.maxlen):
                for unit in range(3):
                    sums = unit_sums(network.cell_name, cell, place, unit)
                    assert {part.name for part in sums} == set(cell.steps)
                    for part in sums:
                        expected = cell.steps[part.name][place, 0, unit]
                        value = ACTIVATIONS[part.activation](part.total)
                        assert value == pytest.approx(expected, abs=1e-6)
                        assert part.value == expected


@pytest.mark.parametrize("arch", ["lstm", "gru"])
def test_terms_are_products_with_the_weights_as_stored(arch):
    """The second word, recomputed from the arrays that keras saved, gate by gate."""
    config, network, trace = traced(arch)
    weights = fixed_weights(config)
    path = f"{network.cell_name}/{network.cell_name}_cell"
    kernel, recurrent, bias = (
        weights[f"{path}/{part}"] for part in ("kernel", "recurrent_kernel", "bias")
    )
    (cell,) = trace.layers[0].cells
    word, before = weights["embedding/embeddings"][IDS[0, 2]], cell.steps["h"][1, 0]
    unit, column = 1, 3 * 1 + 1  # of the second gate
    second = unit_sums(network.cell_name, cell, 2, unit)[1]
    values = {term.name: term.value for term in second.terms}
    assert values["input"] == pytest.approx(float(word @ kernel[:, column]), abs=1e-6)
    assert values["recurrent"] == pytest.approx(float(before @ recurrent[:, column]), abs=1e-6)
    if arch == "gru":
        assert values["input bias"] == pytest.approx(float(bias[0, column]), abs=1e-6)
        assert values["recurrent bias"] == pytest.approx(float(bias[1, column]), abs=1e-6)
    else:
        assert values["bias"] == pytest.approx(float(bias[column]), abs=1e-6)


@pytest.mark.parametrize("fields", DEPTHS)
@pytest.mark.parametrize("arch", ARCHS)
def test_shares_of_the_units_add_up_to_the_logit(arch, fields):
    config, network, trace = traced(arch, **fields)
    shares = logit_shares(network, trace)
    double = {name: array.astype(np.float64) for name, array in fixed_weights(config).items()}
    (expected,) = forward.logits(config, double, IDS)
    assert shares.logit == pytest.approx(float(expected), abs=1e-6)
    assert len(shares.units) == 3 * (2 if config.bidirectional else 1)


def test_shares_at_a_word_are_those_of_a_review_that_ends_there():
    _, network, trace = traced("lstm")
    ended = network.run(network.project(IDS[:, :3]))
    assert logit_shares(network, trace, 2).logit == pytest.approx(float(ended.logit[0]), abs=1e-9)


def test_simple_rnn_shows_what_goes_into_its_tanh():
    *_, trace = traced("embedding-rnn")
    shown = quantities("simple_rnn", trace.layers[0].cells[0])
    assert list(shown) == ["saturation", "sum", "h"]
    np.testing.assert_allclose(np.tanh(shown["sum"]), shown["h"], atol=1e-12)
    np.testing.assert_allclose(shown["saturation"], 1 - 1 / np.cosh(shown["sum"]) ** 2, atol=1e-12)


def test_gates_are_quantities_as_they_are():
    _, network, trace = traced("gru")
    cell = trace.layers[0].cells[0]
    assert quantities(network.cell_name, cell) is cell.steps


def test_formula_has_the_networks_shapes():
    made = formula("gru", inputs=16, units=8, one_hot=False)
    assert r"W_\ast \in \mathbb{R}^{16 \times 8}" in made.shapes
    assert "b_\\ast, b'_\\ast" in made.shapes
    assert "reset_after" in made.source
    made = formula("simple_rnn", inputs=300, units=8, one_hot=True)
    assert r"\{0, 1\}^{300}" in made.shapes
