"""A run as code: a standalone script that trains the same network in the same way.

Owns the text of `train.py`. The script needs keras, scikit-learn and the reviews, and no rnnlab;
what shapes the result (seeds of the weights, batch order, dropout, threads, XLA) is spelled out.
A test runs it and compares its history with the lab's.
"""

import inspect

from rnnlab.cells import RecurrentLayers
from rnnlab.chrono import spread_biases
from rnnlab.config import RunConfig, required
from rnnlab.datasets.own.record import is_own
from rnnlab.execution import VALIDATION_BATCH, steps_per_execution
from rnnlab.export import script_parts
from rnnlab.runs import Run

OPTIMIZERS = {"rmsprop": "RMSprop", "adam": "Adam", "sgd": "SGD"}


def text(run: Run) -> str:
    """Return the script of a network's run, as Python source."""
    config, manifest = run.config, run.manifest
    fields = ("learning_rate", "batch_size", "epochs", "patience", "seed")
    parts = [
        script_parts.head(
            run,
            *("tensorflow", "keras", "numpy"),
            *(() if is_own(config.dataset) else ("scikit-learn",)),
            title="Train one network",
            result="writes the best epoch's network to best.keras",
        ),
        script_parts.imports(run, "math", "os"),
        script_parts.without_split(config, _IMPORTS_OF_KERAS),
        script_parts.constants(
            run,
            **{name: getattr(config, name) for name in fields},
            validation_batch=manifest.get("validation_batch", VALIDATION_BATCH),
            threads=manifest.get("threads", 1),
            steps_per_execution=manifest.get("steps_per_execution", steps_per_execution(config)),
        ),
        script_parts.reading(run),
        _SPLIT.format(arguments=script_parts.split_arguments(config)) + script_parts.split(config),
        network(config),
        f"\n\n{inspect.getsource(spread_biases)}" if config.forget_bias == "chrono" else "",
        _BATCHES,
        _DROPOUT if config.dropout else "",
        _MAIN.format(
            argument=script_parts.argument(config),
            reading=script_parts.call(config),
            optimizer=OPTIMIZERS[required(config.optimizer)],
            dropout="DropoutOfEpoch(), " if config.dropout else "",
            biases=_SPREAD if config.forget_bias == "chrono" else "",
        ),
    ]
    return "".join(parts)


def network(config: RunConfig) -> str:
    """Return the function `build`, with the layers of `rnnlab.models.portable`."""
    arch = config.architecture
    layers = ['keras.Input((MAXLEN,), dtype="int32")']
    if arch.embeds:
        layers.append(f"keras.layers.Embedding(VOCAB_SIZE, {config.embedding_dim})")
    else:
        layers.append('keras.layers.CategoryEncoding(VOCAB_SIZE, output_mode="one_hot")')
    if arch.kind == "average":
        layers.append("keras.layers.GlobalAveragePooling1D()")
    else:
        layers += _recurrent(config, RecurrentLayers.of(config))
    layers.append('keras.layers.Dense(1, activation="sigmoid")')
    body = "".join(f"            {layer},\n" for layer in layers)
    return f'''

def build():
    """The network; it reads rows of ids and gives the probability that a review is positive."""
    return keras.Sequential(
        [
{body}        ]
    )
'''


def _recurrent(config: RunConfig, stack: RecurrentLayers) -> list[str]:
    layers = []
    start = config.recurrent_initializer
    for index in range(stack.layers):
        options = f", dropout={stack.dropout!r}" if stack.dropout else ""
        options += f', recurrent_initializer="{start}"' if start != "orthogonal" else ""
        options += ", return_sequences=True" if index < stack.layers - 1 else ""
        layer = f"keras.layers.{stack.cell.layer}({stack.units}{options})"
        layers.append(f"keras.layers.Bidirectional({layer})" if stack.directions == 2 else layer)
    return layers


_IMPORTS_OF_KERAS = """
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # the run was trained without a GPU

import keras
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split
"""

_SPLIT = '''

def split({arguments}):
    """Ids to train and to validate on, int32 (n, MAXLEN), then the labels, float32 (n, 1)."""
    ids = keras.utils.pad_sequences(reviews, maxlen=MAXLEN, truncating=TRUNCATING)
    labels = np.array(labels, dtype="float32")[:, None]
'''

_BATCHES = '''

class Batches(keras.utils.PyDataset):
    """The reviews in batches; each epoch has an order of its own, drawn from (seed, epoch)."""

    def __init__(self, ids, labels):
        super().__init__()
        self.ids, self.labels = ids, labels
        self.epoch, self.order = 0, np.arange(len(ids))

    def __len__(self):
        return math.ceil(len(self.ids) / BATCH_SIZE)

    def __getitem__(self, batch):
        rows = self.order[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]
        return self.ids[rows], self.labels[rows]

    def on_epoch_begin(self):
        self.epoch += 1
        self.order = np.random.default_rng((SEED, self.epoch)).permutation(len(self.ids))
'''

_DROPOUT = '''

class DropoutOfEpoch(keras.callbacks.Callback):
    """Draws each epoch's dropout from (seed, epoch)."""

    def on_epoch_begin(self, epoch, logs=None):
        states = [v for v in self.model.variables if v.name == "seed_generator_state"]
        for index, state in enumerate(states):
            drawn = np.random.SeedSequence((SEED, epoch + 1, index)).generate_state(1)[0]
            state.assign(np.array([drawn & 0x7FFFFFFF, 0]))
'''

_SPREAD = """
    spread_biases(model, SEED, MAXLEN)"""

_MAIN = '''

def report(epoch, logs):
    """Report an epoch on stderr."""
    figures = ", ".join(f"{{name}} {{figure:.4f}}" for name, figure in logs.items())
    print(f"epoch {{epoch + 1}}: {{figures}}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0]){argument}
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how many, at most")
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    ids, validation_ids, labels, validation_labels = split(*{reading})
    keras.utils.set_random_seed(SEED)
    model = build(){biases}
    model.compile(
        optimizer=keras.optimizers.{optimizer}(LEARNING_RATE),
        loss="binary_crossentropy",
        metrics=["accuracy"],
        jit_compile=True,
        steps_per_execution=STEPS_PER_EXECUTION,
    )
    history = model.fit(
        Batches(ids, labels),
        validation_data=(validation_ids, validation_labels),
        validation_batch_size=VALIDATION_BATCH,
        epochs=options.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[
            {dropout}keras.callbacks.LambdaCallback(on_epoch_end=report),
            keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True),
            keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True),
        ],
    ).history
    print(json.dumps(history))


if __name__ == "__main__":
    main()
'''
