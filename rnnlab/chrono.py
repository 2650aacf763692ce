"""The chrono start of gate biases: how long each unit of an LSTM or GRU remembers before training.

A forget gate of bias b keeps sigmoid(b) of the cell state at each word, so that it fades with a
time constant of 1 + e^b words. Keras starts all units alike, at two words (GRU) or four (LSTM).
Tallec and Ollivier (2018), "Can recurrent neural networks warp time?", spread them over the lengths
that occur: b = ln U(1, T - 1), and the input gates get -b. A GRU's update gate does both at once.
Uses numpy alone, because an exported script contains the function's source.
"""

import numpy as np


def spread_biases(model, seed, maxlen):
    """Give the gates of every LSTM and GRU of a keras model their chrono biases. Changes the model.

    Drawn from (seed, layer, direction), apart from all other random numbers of a run. Gates stand
    in keras's order: input and forget come first in an LSTM (4 * units,), the update gate in a
    GRU (2, 3 * units), whose first row belongs to the inputs.
    """
    kinds = ("cell", "forward_layer")
    stacked = [part for part in model.layers if any(hasattr(part, kind) for kind in kinds)]
    for index, layer in enumerate(stacked):
        both = hasattr(layer, "forward_layer")
        directions = [layer.forward_layer, layer.backward_layer] if both else [layer]
        for direction, part in enumerate(directions):
            random = np.random.default_rng((seed, index, direction))
            remembered = np.log(random.uniform(1, maxlen - 1, part.units))
            bias = part.cell.bias.numpy().copy()
            if bias.ndim == 2:
                bias[0, : part.units] = remembered
            else:
                bias[: part.units] = -remembered
                bias[part.units : 2 * part.units] = remembered
            part.cell.bias.assign(bias)
