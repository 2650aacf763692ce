"""Make the runs that come with rnnlab: `python -m rnnlab.learn.make` (`make lesson`).

Trains what is missing in the lab of `RNNLAB_HOME` (half an hour in an empty one), then writes
`rnnlab/learn/data`.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnlab import datasets
from rnnlab.config import RunConfig, preset
from rnnlab.errors import TrainingFailed
from rnnlab.inference.classify import Classifier
from rnnlab.inside import order as inside_order
from rnnlab.lab import Lab
from rnnlab.learn import examples
from rnnlab.runs import Run
from rnnlab.shipped import train_named
from rnnlab.text import Vocabulary

EPOCHS = 25  # of the tutorial's presets
SEEDS = {"feedforward": 1, "embedding-rnn": 10, "lstm": 3, "gru": 3}
# Large enough to learn its training reviews by heart, and never stopped early.
OVERFITTING: dict[str, Any] = {
    "vocab_size": 5_000,
    "learning_rate": 1e-3,
    "epochs": EPOCHS,
    "patience": 100,
}
DROPOUTS = {"overfitting": 0.0, "dropout": 0.5}
ORDER_ARCHS = ("feedforward", "embedding-rnn", "lstm", "gru")
ORDER: dict[str, Any] = {  # a task that a recurrent network solves within these few epochs
    "dataset": "which-first",
    "maxlen": 21,
    "vocab_size": 30,
    "learning_rate": 1e-2,
    "epochs": 5,
    "patience": 100,
}
WORDS = 5_000  # of the vocabulary that is kept


def configs() -> dict[str, RunConfig]:
    """Return the configs of the runs by the names that they get, in the order of their training."""
    presets = {
        f"{arch}-{number + 1}": preset(arch, seed=42 + number, epochs=EPOCHS)
        for arch, seeds in SEEDS.items()
        for number in range(seeds)
    }
    pair = {
        f"lstm-{name}": preset("lstm", dropout=dropout, **OVERFITTING)
        for name, dropout in DROPOUTS.items()
    }
    tasks = {f"which-first-{arch}": preset(arch, **ORDER) for arch in ORDER_ARCHS}
    return presets | pair | tasks


def representatives(runs: Mapping[str, Run]) -> tuple[str, ...]:
    """Name the runs whose weights are kept: of each preset the seed with the highest accuracy.

    And all that were trained on a task, which are small.
    """
    of_presets = (
        max(
            (f"{arch}-{number + 1}" for number in range(seeds)),
            key=lambda name: runs[name].best_val_accuracy or 0.0,
        )
        for arch, seeds in SEEDS.items()
    )
    return (*of_presets, *(f"which-first-{arch}" for arch in ORDER_ARCHS))


def measure_order(lab: Lab, run: Run, classifier: Classifier) -> Mapping[str, Any]:
    """Return the accuracy on the validation reviews, and what shuffling their words costs."""
    dataset = datasets.load(run.config.dataset_id, lab.home)
    rows = dataset.split(run.config).validation
    inputs = dataset.inputs(rows, **run.config.window)
    order = inside_order.measure_order(run.config, classifier.weights, inputs, dataset.labels[rows])
    accuracies = {row.name: row.accuracy for row in order.rows}
    return {
        "run": run.name,
        "reviews": order.reviews,
        "untouched": accuracies["untouched"],
        "shuffled": accuracies["shuffled"],
        "lost": order.shuffled.value,
        "low": order.shuffled.low,
        "high": order.shuffled.high,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m rnnlab.learn.make", description=__doc__)
    parser.add_argument("--out", type=Path, default=examples.FOLDER, help="folder to write to")
    out = parser.parse_args(arguments).out
    lab = Lab()
    try:
        runs = train_named(lab, configs())
    except TrainingFailed as error:
        sys.exit(str(error))
    classifiers = {name: Classifier.load(lab.store, runs[name]) for name in representatives(runs)}
    lstm = next(runs[name] for name in classifiers if runs[name].config.arch == "lstm")
    vocabularies: dict[str, Vocabulary] = {
        config.dataset: datasets.load(config.dataset_id, lab.home).vocabulary.top(WORDS)
        for config in (run.config for run in runs.values())
    }
    examples.write(
        out,
        [examples.describe(run, lab.store.epochs(run.id)) for run in runs.values()],
        {name: classifier.weights for name, classifier in classifiers.items()},
        vocabularies,
        {"order": measure_order(lab, lstm, classifiers[lstm.name])},
    )
    print(f"Wrote {len(runs)} runs to {out}")


if __name__ == "__main__":
    main()
