"""Whether the lab learns what plain Keras learns: the same losses, and the same chance.

The plain script's network starts from the lab's first weights and is fed the lab's batch order;
all else is Keras's own: no XLA, a step a call, one-hot tensors for `onehot-rnn`. Run as
`python -m benchmarks.same CONFIG ...`, each a JSON object, it prints the histories as JSON.
"""

import dataclasses
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab import datasets, home
from rnnlab.config import TUTORIAL, RunConfig, preset
from rnnlab.lab import Lab
from rnnlab.runs import HISTORY_KEYS

GOAL = 1e-6
# Small and fast, yet past the plateau at the start, so that seeds scatter as they do in earnest.
DROPPED = preset(
    "lstm", maxlen=60, learning_rate=3e-3, optimizer="adam", batch_size=128, epochs=4, patience=4
)
SEEDS = 6


def measure(effort: Effort) -> Iterator[Row]:
    """A row for each architecture without dropout, then one for chance with it."""
    archs = TUTORIAL if not effort.smoke else ["embedding-rnn"]
    configs = [preset(arch, dropout=0.0, epochs=effort.of(2), patience=4) for arch in archs]
    seeds = range(1, effort.of(SEEDS, 2) + 1)
    dropped = [dataclasses.replace(DROPPED, seed=seed, epochs=effort.of(4)) for seed in seeds]
    with harness.fresh_home():
        labs = by_lab([*configs, *dropped])
        plains = by_plain([*configs, *dropped])
    for config, lab, plain in zip(configs, labs, plains, strict=False):
        apart = {key: float(np.abs(np.subtract(lab[key], plain[key])).max()) for key in lab}
        losses = max(apart["loss"], apart["val_loss"])
        yield harness.at_most(
            f"{config.arch}, no dropout, same order: losses of {config.epochs} epochs",
            losses,
            GOAL,
            figure=f"{losses:.0e} apart",
            goal="equal to 1e-6",
            note=f"at most, of losses about {lab['val_loss'][-1]:.2f}; accuracies "
            f"{max(apart['accuracy'], apart['val_accuracy']):.0e} apart",
            values={"lab": lab, "plain": plain},
        )
    best = [
        [100 * max(history["val_accuracy"]) for history in histories[len(configs) :]]
        for histories in (labs, plains)
    ]
    yield chance(best[0], best[1])


def chance(lab: Sequence[float], plain: Sequence[float]) -> Row:
    """The row on best validation accuracies, in %, over the seeds."""
    from scipy.stats import ttest_ind

    low, high = ttest_ind(lab, plain, equal_var=False).confidence_interval(harness.CONFIDENCE)
    sides = [f"{np.mean(side):.2f} ± {np.std(side, ddof=1):.2f} %" for side in (lab, plain)]
    return Row(
        f"LSTM with dropout: best validation accuracy over {len(lab)} seeds, lab − plain",
        f"{np.mean(lab) - np.mean(plain):+.2f} points ({low:+.2f} to {high:+.2f})",
        "interval holds 0",
        "met" if low <= 0 <= high else "missed",
        f"95 % interval (Welch); lab {sides[0]}, plain {sides[1]} (standard deviation over seeds), "
        f"{DROPPED.maxlen} words, {DROPPED.epochs} epochs",
        {"lab": lab, "plain": plain},
    )


def by_lab(configs: Sequence[RunConfig]) -> list[dict[str, list[float]]]:
    """The histories of these configs as the lab's workers train them."""
    lab = Lab()
    runs = [lab.train(config) for config in configs]

    def done() -> bool:
        lab.reconcile()
        return not lab.store.active_count()

    harness.wait_until(done, timeout_s=1_200, every_s=0.5)
    found = [
        {key: [getattr(epoch, key) for epoch in lab.store.epochs(run.id)] for key in HISTORY_KEYS}
        for run in runs
    ]
    lab.store.close()
    harness.end_workers(lab.home)
    return found


def by_plain(configs: Sequence[RunConfig]) -> list[dict[str, list[float]]]:
    """The histories of these configs by plain Keras, in two processes side by side."""
    texts = [json.dumps(config.to_dict()) for config in configs]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda half: harness.child("same", *half), (texts[::2], texts[1::2])))
    histories = [{} for _ in configs]
    histories[::2], histories[1::2] = (one["histories"] for one in found)
    return histories


def main(configs: Sequence[RunConfig]) -> None:
    """Train one after another and print the histories."""
    import keras

    from benchmarks import plain_keras
    from rnnlab import models
    from rnnlab.training.fit import epoch_order

    class Batches(keras.utils.PyDataset):
        """Reviews in an order, batch by batch; one-hot where the network asks for it."""

        def __init__(self, ids, labels, config: RunConfig, order) -> None:
            super().__init__()
            self.ids, self.labels, self.config, self.order = ids, labels, config, order

        def __len__(self) -> int:
            return -(-len(self.order) // self.config.batch_size)

        def __getitem__(self, place):
            size = self.config.batch_size
            rows = self.order[place * size : (place + 1) * size]
            ids = self.ids[rows]
            if not self.config.architecture.embeds:
                ids = keras.utils.to_categorical(ids, num_classes=self.config.vocab_size)
            return ids, self.labels[rows]

    dataset = datasets.load("bundled", home.home())
    histories = []
    for config in configs:
        first = models.build(config).get_weights()
        model = plain_keras.network(config.arch, maxlen=config.maxlen, dropout=config.dropout)
        model.set_weights(first)
        optimizer = keras.optimizers.get(config.optimizer)
        optimizer.learning_rate = config.learning_rate
        model.compile(
            optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"], jit_compile=False
        )
        train, validation = (
            (
                plain_keras.reviews(config.vocab_size, rows, dataset, maxlen=config.maxlen),
                np.asarray(dataset.labels[rows], np.float32)[:, None],
            )
            for rows in dataset.split(config)[:2]
        )
        evaluated = Batches(*validation, config, np.arange(len(validation[0])))
        history: dict[str, list[float]] = {key: [] for key in HISTORY_KEYS}
        for epoch in range(1, config.epochs + 1):
            order = epoch_order(config.seed, epoch, len(train[0]))
            told = model.fit(
                Batches(*train, config, order), validation_data=evaluated, shuffle=False, verbose=0
            ).history
            for key in HISTORY_KEYS:
                history[key].append(told[key][0])
        histories.append(history)
        print(f"{time.strftime('%X')} {config.arch} seed {config.seed}", file=sys.stderr)
    print(json.dumps({"histories": histories}))


if __name__ == "__main__":
    main([RunConfig(**json.loads(text)) for text in sys.argv[1:]])
