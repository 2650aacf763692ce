"""How fast labelled texts are evaluated, beside keras's `predict` on the same rows.

Run with: python -m benchmarks.bench_evaluate [ROWS]. The tutorial's LSTM with random weights;
weights change no time. Keras is given ids that are padded already, the lab has to read the texts.
"""

import sys
import time

import numpy as np

from rnnlab import datasets, home
from rnnlab.config import preset
from rnnlab.datasets import labelled
from rnnlab.evaluation import predictions
from rnnlab.inference.classify import Classifier

ROWS = 5_000


def main(rows: int) -> None:
    """Print the speeds and their ratio, and how far the probabilities are apart."""
    from rnnlab import models

    config = preset("lstm")
    dataset = datasets.load("bundled", home.home())
    network = models.build(config)
    weights = models.weights_of(network)
    reader = Classifier("r1", "lstm-1", config, weights, dataset.vocabulary.top(config.vocab_size))
    chosen = np.resize(dataset.validation_rows, rows)
    texts = [dataset.text(row) for row in chosen]
    reviews = labelled.labelled(texts, dataset.labels[chosen].tolist())

    began = time.perf_counter()
    (found,) = predictions.on_texts([reader], reviews)
    lab_s = time.perf_counter() - began
    ids = dataset.inputs(chosen, vocab_size=500, maxlen=100, truncating="pre")
    network.predict(ids[:64], verbose=0)  # compiles
    began = time.perf_counter()
    expected = network.predict(ids, batch_size=256, verbose=0)[:, 0]
    keras_s = time.perf_counter() - began
    print(f"lab, texts cut into words and read: {rows / lab_s:8,.0f} reviews a second")
    print(f"keras predict, ids ready and padded:{rows / keras_s:8,.0f} reviews a second")
    print(f"ratio: {keras_s / lab_s:.2f}")
    print(f"largest difference: {np.abs(found.probabilities - expected).max():.1e}")
    right = [np.mean((one > 0.5) == reviews.labels) for one in (found.probabilities, expected)]
    print(f"accuracies: {right[0]:.4f} and {right[1]:.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
