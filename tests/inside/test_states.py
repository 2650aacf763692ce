"""States at every word, against keras's own cells step by step."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

from rnnlab.config import preset
from rnnlab.inside.network import Network
from tests.networks import fixed_weights, weights

IDS = np.array([[0, 0, 1, 4, 2, 7, 5], [1, 3, 5, 2, 7, 9, 4]], np.int32)
ARCHS = ("onehot-rnn", "embedding-rnn", "lstm", "gru")
DEPTHS = ({}, {"layers": 2}, {"bidirectional": True}, {"layers": 2, "bidirectional": True})


def keras_states(name, cell, inputs):
    """The states h, and an LSTM's c, of a keras cell: (words, reviews, units); inputs likewise."""
    import keras

    kinds = {
        "simple_rnn": keras.layers.SimpleRNNCell,
        "lstm": keras.layers.LSTMCell,
        "gru": keras.layers.GRUCell,
    }
    units = len(cell.recurrent)
    made = kinds[name](units)
    made.build(inputs.shape[1:])
    biases = [cell.bias] if name != "gru" else [np.stack([cell.bias, cell.state_bias])]
    made.set_weights([cell.kernel, cell.recurrent, *biases])
    state = [np.zeros((inputs.shape[1], units), np.float32)] * (2 if name == "lstm" else 1)
    steps = []
    for x in inputs.astype(np.float32):
        _, state = made(x, state)
        steps.append([np.asarray(part) for part in state])
    return [np.stack(part) for part in zip(*steps, strict=True)]


@pytest.mark.parametrize("make", [fixed_weights, weights])
@pytest.mark.parametrize("arch", ARCHS)
def test_states_at_every_word_are_those_of_kerass_cells(arch, make):
    for fields in DEPTHS:
        small = {"vocab_size": 10, "maxlen": 7, "units": 3, "embedding_dim": 4}
        config = preset(arch, **small, **fields)
        network = Network.load(config, make(config))
        trace = network.run(network.project(IDS))
        words = IDS.T
        inputs = np.eye(10)[words] if network.vectors is None else network.vectors[words]
        for layer in trace.layers:
            for backwards, traced in enumerate(layer.cells):
                ordered = inputs[::-1] if backwards else inputs
                expected = keras_states(network.cell_name, traced.cell, ordered)
                np.testing.assert_allclose(traced.steps["h"], expected[0], atol=1e-5)
                if network.cell_name == "lstm":
                    np.testing.assert_allclose(traced.steps["c"], expected[1], atol=1e-5)
            inputs = layer.outputs
