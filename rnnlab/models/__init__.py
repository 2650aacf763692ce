"""The keras model of a run, its weights and optimizer state as plain arrays, and its seeds.

Owns what a `RunConfig` looks like as a network and how it is compiled. Trains nothing and stores
nothing. Only worker processes import this module: it costs seconds and 0.7 GB.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from rnnlab.cells import RecurrentLayers
from rnnlab.chrono import spread_biases
from rnnlab.config import RunConfig
from rnnlab.errors import StoreError
from rnnlab.execution import steps_per_execution
from rnnlab.models import recurrent
from rnnlab.params import numbered


def build(config: RunConfig, *, stock: bool = False) -> keras.Sequential:
    """Build the network of a config, uncompiled; it reads int32 ids (batch, maxlen).

    Its layers are those of `rnnlab.params.layers`; where `stock`, only keras's own, with weights
    of the same paths and one-hot words as slow as keras has them. All names are explicit, so a
    weight's path is the same in every process. Sets the random seeds of Python, numpy and keras to
    `config.seed` first, so equal configs start from equal weights.
    """
    keras.utils.set_random_seed(config.seed)
    arch = config.architecture
    model = keras.Sequential(name=config.arch.replace("-", "_"))
    model.add(keras.Input((config.maxlen,), dtype="int32", name="ids"))
    if arch.embeds:
        model.add(keras.layers.Embedding(config.vocab_size, config.embedding_dim, name="embedding"))
    elif stock:
        one_hot = keras.layers.CategoryEncoding
        model.add(one_hot(config.vocab_size, output_mode="one_hot", name="one_hot"))
    if arch.kind == "average":
        model.add(keras.layers.GlobalAveragePooling1D(name="global_average_pooling1d"))
    else:
        stack = RecurrentLayers.of(config)
        for index in range(stack.layers):
            layer = _recurrent(config, stack, index, stock=stock)
            if stack.directions == 2:
                layer = keras.layers.Bidirectional(layer, name=numbered("bidirectional", index))
            model.add(layer)
    model.add(keras.layers.Dense(1, activation="sigmoid", name="dense"))
    if config.forget_bias == "chrono":
        spread_biases(model, config.seed, config.maxlen)
    return model


def _recurrent(
    config: RunConfig, stack: RecurrentLayers, index: int, *, stock: bool
) -> keras.layers.RNN:
    options: dict[str, Any] = {
        "name": numbered(stack.name, index),
        "return_sequences": index < stack.layers - 1,
        "recurrent_initializer": config.recurrent_initializer,
    }
    if index == 0 and stack.embedding_dim is None and not stock:
        layer, options["vocab_size"] = recurrent.OneHotSimpleRNN, config.vocab_size
    else:
        on_lab_loops = not stock and stack.on_lab_loops
        layer = getattr(recurrent if on_lab_loops else keras.layers, stack.cell.layer)
    return layer(stack.units, dropout=stack.dropout, **options)


def compile_model(model: keras.Model, config: RunConfig, *, jit: bool = True) -> None:
    """Give the model its optimizer, loss and accuracy, ready for `fit`. Changes the model.

    `jit` compiles with XLA, which is three to seven times faster on a CPU.
    Several steps run in one call (see `steps_per_execution`), which changes no number learnt.
    """
    optimizer = _optimizer(config)
    model.compile(
        optimizer=optimizer,
        loss="binary_crossentropy",
        metrics=["accuracy"],
        jit_compile=jit,
        steps_per_execution=steps_per_execution(config),
    )
    optimizer.build(model.trainable_variables)
    # Keras makes the accuracy's variables when it traces the first step, and TensorFlow then traces
    # that step a second time: a third of the time until the first batch.
    blank = np.zeros((1, 1), np.float32)
    model.compute_metrics(None, blank, blank)
    model.reset_metrics()


def portable(config: RunConfig, weights: Mapping[str, np.ndarray]) -> keras.Sequential:
    """Build the network of a config with these weights from keras's own layers only.

    It loads in safe mode without rnnlab, gives the same predictions, and is compiled for
    `evaluate` and further training. Raises StoreError where the weights do not fit.
    """
    model = build(config, stock=True)
    set_weights(model, weights)
    model.compile(optimizer=_optimizer(config), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def _optimizer(config: RunConfig) -> keras.optimizers.Optimizer:
    optimizer = keras.optimizers.get(config.optimizer)
    optimizer.learning_rate = config.learning_rate
    return optimizer


def seed_epoch(model: keras.Model, seed: int, epoch: int) -> None:
    """Seed all dropout from (seed, epoch). Changes the model.

    Called before each epoch, it makes an epoch's masks independent of what ran before, so a
    resumed run draws the undisturbed run's masks, however many validation batches went by (keras's
    own recurrent layers advance the seeds during evaluation too).
    """
    states = [v for v in model.variables if v.name == "seed_generator_state"]
    for index, state in enumerate(states):
        drawn = np.random.SeedSequence((seed, epoch, index)).generate_state(1)[0]
        state.assign(np.array([drawn & 0x7FFFFFFF, 0]))  # (seed, draws so far)


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    """Return copies of all weights by path, such as "lstm/lstm_cell/kernel"; float32."""
    return {_path(w): w.numpy().copy() for w in model.weights}


def set_weights(model: keras.Model, weights: Mapping[str, np.ndarray]) -> None:
    """Put the arrays of `weights_of` into the model. Changes nothing when it raises.

    Raises StoreError naming the weights that are missing, unknown or of the wrong shape.
    """
    _assign(model.weights, weights, "weight")


def optimizer_state(model: keras.Model) -> dict[str, np.ndarray]:
    """Return copies of the state of a compiled model's optimizer, by name.

    Slots are float32, "iteration" counts the steps made, "learning_rate" is the current one.
    """
    return {_path(v): v.numpy().copy() for v in model.optimizer.variables}


def set_optimizer_state(model: keras.Model, state: Mapping[str, np.ndarray]) -> None:
    """Put the arrays of `optimizer_state` into a compiled model. Changes nothing when it raises.

    Raises StoreError naming the slots that are missing, unknown or of the wrong shape.
    """
    _assign(model.optimizer.variables, state, "optimizer slot")


def _path(variable: keras.Variable) -> str:
    """Return a variable's path without the name of its model or optimizer, which keras numbers."""
    return variable.path.split("/", 1)[1]


def _assign(
    variables: Sequence[keras.Variable], arrays: Mapping[str, np.ndarray], noun: str
) -> None:
    wanted = {_path(v): v for v in variables}
    problems = [f"{noun} {path} is missing" for path in wanted.keys() - arrays.keys()]
    problems += [f"{noun} {path} is unknown" for path in arrays.keys() - wanted.keys()]
    problems += [
        f"{noun} {path} must have shape {tuple(v.shape)}, got {np.shape(arrays[path])}"
        for path, v in wanted.items()
        if path in arrays and tuple(v.shape) != np.shape(arrays[path])
    ]
    if problems:
        raise StoreError(
            "the stored weights do not fit this network, train the run again: "
            + "; ".join(sorted(problems))
        )
    for path, variable in wanted.items():
        variable.assign(arrays[path])
