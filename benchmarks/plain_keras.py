"""The tutorial's recipe as a plain Keras script: what the lab is measured against.

Written as anyone would in a notebook: pad, one-hot or embed, compile, fit, all with Keras's own
defaults. Run as `python -m benchmarks.plain_keras ARCH --epochs N`; prints one JSON document with
the history, the seconds of each epoch, the time to the first epoch's end, and the peak memory.
"""

import argparse
import json
import resource
import time

STARTED = time.perf_counter()

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

from rnnlab import datasets, home  # noqa: E402
from rnnlab.config import RunConfig  # noqa: E402

VOCAB_SIZE = {"onehot-rnn": 300, "embedding-rnn": 300, "lstm": 500, "gru": 500}


class Clock(keras.callbacks.Callback):
    """The seconds at which each epoch began and ended, since the process started."""

    def __init__(self) -> None:
        super().__init__()
        self.began_s: list[float] = []
        self.ended_s: list[float] = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began_s.append(time.perf_counter() - STARTED)

    def on_epoch_end(self, epoch, logs=None):
        self.ended_s.append(time.perf_counter() - STARTED)


def reviews(
    vocab_size: int, rows: np.ndarray, dataset: datasets.Dataset, *, maxlen: int = 100
) -> np.ndarray:
    """Reviews as lists of ids, padded by Keras: int32 (len(rows), maxlen)."""
    sequences = [dataset.values[dataset.offsets[r] : dataset.offsets[r + 1]] for r in rows]
    sequences = [np.where(ids < vocab_size, ids, 2) for ids in sequences]
    return keras.utils.pad_sequences(sequences, maxlen=maxlen)


def network(arch: str, *, maxlen: int = 100, dropout: float = 0.3) -> keras.Sequential:
    """The tutorial's network; `dropout` is the LSTM's."""
    vocab_size = VOCAB_SIZE[arch]
    if arch == "onehot-rnn":
        hidden = [keras.Input((maxlen, vocab_size)), layers.SimpleRNN(8)]
    else:
        cell = {
            "embedding-rnn": layers.SimpleRNN(8),
            "lstm": layers.LSTM(8, dropout=dropout),
            "gru": layers.GRU(8),
        }[arch]
        hidden = [keras.Input((maxlen,)), layers.Embedding(vocab_size, 16), cell]
    return keras.Sequential([*hidden, layers.Dense(1, activation="sigmoid")])


def main() -> None:
    """Train one network and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arch", choices=list(VOCAB_SIZE))
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()
    keras.utils.set_random_seed(options.seed)
    dataset = datasets.load("bundled", home.home())
    parts = []
    for rows in dataset.split(RunConfig())[:2]:
        ids = reviews(VOCAB_SIZE[options.arch], rows, dataset)
        if options.arch == "onehot-rnn":
            ids = keras.utils.to_categorical(ids, num_classes=VOCAB_SIZE[options.arch])
        parts.append((ids, np.asarray(dataset.labels[rows])))
    model = network(options.arch)
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-4), loss="binary_crossentropy", metrics=["accuracy"]
    )
    clock = Clock()
    history = model.fit(
        *parts[0],
        validation_data=parts[1],
        epochs=options.epochs,
        batch_size=64,
        verbose=0,
        callbacks=[
            clock,
            keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
        ],
    ).history
    print(
        json.dumps(
            {
                "arch": options.arch,
                "history": history,
                "seconds": [e - b for b, e in zip(clock.began_s, clock.ended_s, strict=True)],
                "first_epoch_ended_s": clock.ended_s[0],
                "whole_s": time.perf_counter() - STARTED,
                "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1.024e-3,
            }
        )
    )


if __name__ == "__main__":
    main()
