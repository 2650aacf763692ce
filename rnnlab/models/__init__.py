"""The keras model of a run, and its weights and chance as plain arrays.

Owns what a `RunConfig` looks like as a network and how it is compiled. Trains nothing and stores
nothing. Only worker processes import this module: it costs seconds and 0.7 GB.
"""

from collections.abc import Mapping, Sequence

import keras
import numpy as np

from rnnlab.config import RunConfig
from rnnlab.errors import StoreError
from rnnlab.estimate import looped, steps_per_execution
from rnnlab.models import recurrent
from rnnlab.params import CELLS, numbered


def build(config: RunConfig, *, stock: bool = False) -> keras.Sequential:
    """The built, uncompiled network of a config; reads int32 ids (batch, maxlen).

    Its layers are those of `rnnlab.params.layers`; where `stock`, keras's own alone, one-hot words
    as slow as they are there, with weights of the same paths. All names are explicit, so a
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
        for index in range(config.layers):
            layer = _recurrent(config, index, stock=stock)
            if config.bidirectional:
                layer = keras.layers.Bidirectional(layer, name=numbered("bidirectional", index))
            model.add(layer)
    model.add(keras.layers.Dense(1, activation="sigmoid", name="dense"))
    return model


def _recurrent(config: RunConfig, index: int, *, stock: bool) -> keras.layers.RNN:
    arch = config.architecture
    options = {
        "name": numbered(arch.cell, index),
        "return_sequences": index < config.layers - 1,
    }
    cell = CELLS[arch.cell]
    if index == 0 and not arch.embeds and not stock:
        layer, options["vocab_size"] = recurrent.OneHotSimpleRNN, config.vocab_size
    else:
        own = not stock and looped(config)
        layer = getattr(recurrent if own else keras.layers, cell.layer)
    return layer(config.units, dropout=config.dropout, **options)


def compile_model(model: keras.Model, config: RunConfig, *, jit: bool = True) -> None:
    """Give the model its optimizer, loss and accuracy, ready for `fit`. Changes the model.

    `jit` compiles with XLA, on this machine class three to seven times faster on the CPU.
    Several steps run in one call (see `steps_per_execution`), which changes no number learnt.
    """
    optimizer = keras.optimizers.get(config.optimizer)
    optimizer.learning_rate = config.learning_rate
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
    """The network of a config with these weights, of keras's own layers alone.

    It loads in safe mode where there is no rnnlab, says the same of the same ids, and is compiled
    for `evaluate` and further training. Raises StoreError where the weights do not fit.
    """
    model = build(config, stock=True)
    set_weights(model, weights)
    optimizer = keras.optimizers.get(config.optimizer)
    optimizer.learning_rate = config.learning_rate
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return model


def seed_epoch(model: keras.Model, seed: int, epoch: int) -> None:
    """Set all dropout to what (seed, epoch) draws. Changes the model.

    Called before each epoch, it makes an epoch's masks independent of what ran before, so a
    resumed run draws the undisturbed run's masks, however many validation batches went by (keras's
    own recurrent layers move the seeds during evaluation too).
    """
    states = [v for v in model.variables if v.name == "seed_generator_state"]
    for index, state in enumerate(states):
        drawn = np.random.SeedSequence((seed, epoch, index)).generate_state(1)[0]
        state.assign(np.array([drawn & 0x7FFFFFFF, 0]))  # (seed, draws so far)


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    """Copies of all weights by path, such as "lstm/lstm_cell/kernel"; float32."""
    return {_path(w): w.numpy().copy() for w in model.weights}


def set_weights(model: keras.Model, weights: Mapping[str, np.ndarray]) -> None:
    """Put the arrays of `weights_of` into the model. Changes nothing when it raises.

    Raises StoreError naming the weights that are missing, unknown or of the wrong shape.
    """
    _assign(model.weights, weights, "weight")


def optimizer_state(model: keras.Model) -> dict[str, np.ndarray]:
    """Copies of what a compiled model's optimizer remembers, by name.

    Slots are float32, "iteration" is how many steps were made, "learning_rate" the present one.
    """
    return {_path(v): v.numpy().copy() for v in model.optimizer.variables}


def set_optimizer_state(model: keras.Model, state: Mapping[str, np.ndarray]) -> None:
    """Put the arrays of `optimizer_state` into a compiled model. Changes nothing when it raises.

    Raises StoreError naming the slots that are missing, unknown or of the wrong shape.
    """
    _assign(model.optimizer.variables, state, "optimizer slot")


def _path(variable: keras.Variable) -> str:
    """A variable's path without the name of the model or optimizer, which keras may number."""
    return variable.path.split("/", 1)[1]


def _assign(variables: Sequence, arrays: Mapping[str, np.ndarray], noun: str) -> None:
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
            "what is stored does not fit this network, train the run again: "
            + "; ".join(sorted(problems))
        )
    for path, variable in wanted.items():
        variable.assign(arrays[path])
