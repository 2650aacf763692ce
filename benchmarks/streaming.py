"""What streaming to the store costs: LSTM epochs with the store callback against without.

One model in one process, trained by two epochs with and two without in turn, so that only the
callback differs. What it still writes when they end is waited for and counted, though in a run the
next epoch would go on meanwhile. Run as `python -m benchmarks.streaming PAIRS`, it prints the
measured seconds.
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab import datasets, home
from rnnlab.config import preset
from rnnlab.store import RunStore

GOAL = 1.0  # per cent
EPOCHS = 2  # in turn


def measure(effort: Effort) -> Iterator[Row]:
    """The cost by the clock, with its interval, and the share of time inside the callback."""
    with harness.fresh_home():
        found = harness.child("streaming", str(effort.of(6, 3)))
    pairs = zip(found["with_s"], found["without_s"], strict=True)
    costs = [100 * (streamed / bare - 1) for streamed, bare in pairs]
    mean, low, high = harness.mean_interval(costs)
    verdict = "met" if high <= GOAL else "missed" if low > GOAL else "unclear"
    yield Row(
        "training with the store callback against without",
        f"{mean:+.1f} % (95 % interval {low:+.1f} to {high:+.1f})",
        f"≤ {GOAL:.0f} %",
        verdict,
        f"{len(costs)} times {EPOCHS} epochs in turn, s: with {harness.spread(found['with_s'])}, "
        f"without {harness.spread(found['without_s'])}; unclear where the interval holds the goal",
        found,
    )
    shares = [
        100 * inside / whole
        for inside, whole in zip(found["inside_s"], found["with_s"], strict=True)
    ]
    yield harness.at_most(
        "time spent inside the store callback",
        statistics.median(shares),
        GOAL,
        figure=harness.spread(shares, " %"),
        goal=f"≤ {GOAL:.0f} %",
        note="of an epoch; by the clock around each call, so hardly any noise",
    )


def main(pairs: int) -> None:
    """Train and print what was measured, as JSON."""
    import keras

    from rnnlab import models
    from rnnlab.arrays import Reviews
    from rnnlab.execution import VALIDATION_BATCH
    from rnnlab.training.batches import batches
    from rnnlab.training.fit import epoch_order
    from rnnlab.training.recorder import Recorder
    from rnnlab.training.stream_to_store import StreamToStore
    from rnnlab.training.xla import configure

    class Order(keras.callbacks.Callback):
        """What training needs of the callback beside the store: each epoch's own chance."""

        epoch = 1

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch + 1
            models.seed_epoch(self.model, config.seed, self.epoch)

    class Timed(StreamToStore):
        """The lab's callback, with the time that its calls take."""

        inside_s = 0.0

    for name in ("on_train_batch_end", "on_test_batch_end", "on_epoch_end"):
        setattr(Timed, name, timed(getattr(StreamToStore, name)))

    config = preset("lstm", epochs=2 * EPOCHS * (pairs + 1))
    configure(config)
    dataset = datasets.load(config.dataset, home.home())
    window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
    train, validation = (
        Reviews(dataset.inputs(rows, **window), dataset.labels[rows].astype(np.float32)[:, None])
        for rows in dataset.split(config)[:2]
    )
    store = RunStore(home.store_url())
    store.enqueue(config, now=time.time())
    store.workers.register("bench", now=time.time(), limit=1)
    attempt = store.claim_next("bench", machine="here", now=time.time())
    attempt.start(versions={}, manifest={})
    model = models.build(config)
    models.compile_model(model, config)
    evaluated = batches(validation, VALIDATION_BATCH)
    found: dict[str, list[float]] = {"with_s": [], "without_s": [], "inside_s": []}
    done = 0
    with Recorder(attempt) as recorder:
        stream = Timed(config, recorder, (), lambda: False, lambda: None)
        for pair in range(pairs + 1):
            for name, callback in (("with_s", stream), ("without_s", Order())):
                stream.inside_s = 0.0

                def order(count, callback=callback):
                    return epoch_order(config.seed, callback.epoch, count)

                read = batches(train, config.batch_size, order)
                began_s = time.perf_counter()
                model.fit(
                    read,
                    validation_data=evaluated,
                    initial_epoch=done,
                    epochs=done + EPOCHS,
                    verbose=0,
                    shuffle=False,
                    callbacks=[callback],
                )
                recorder.settle()
                taken_s = time.perf_counter() - began_s
                done += EPOCHS
                if pair:  # the first pair compiles
                    found[name].append(taken_s)
                    if callback is stream:
                        found["inside_s"].append(stream.inside_s)
    print(json.dumps(found))


def timed(method):
    """The method, adding the time that it takes to its object's `inside_s`."""

    def call(self, *arguments, **named):
        began_s = time.perf_counter()
        try:
            return method(self, *arguments, **named)
        finally:
            self.inside_s += time.perf_counter() - began_s

    return call


if __name__ == "__main__":
    main(int(sys.argv[1]))
