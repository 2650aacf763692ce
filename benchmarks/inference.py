"""How fast trained networks judge reviews: the lab's numpy against keras.

Batch evaluation and a single review, by `rnnlab.inference`, by `model.predict`, and by a
`tf.function` of one fixed shape, all in turn in one process. The weights are untrained, which costs
the same. Run as `python -m benchmarks.inference TIMES` it prints JSON.
"""

import json
import statistics
import sys
from collections.abc import Iterator

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab import datasets, home
from rnnlab.config import preset
from rnnlab.inference import batch
from rnnlab.inference.classify import Classifier, classify

GOAL = 10_000  # reviews a second
SINGLE = 20  # single reviews a turn
BATCH = 250  # of model.predict and the tf.function; divides the 5,000 validation reviews


def measure(effort: Effort) -> Iterator[Row]:
    """Evaluation in reviews a second, and one review in milliseconds."""
    with harness.fresh_home():
        found = harness.child("inference", str(effort.of(7, 1)))
    many, single = found["reviews_a_second"], found["ms_a_review"]
    evaluated = many["lab, evaluate"]
    yield harness.at_least(
        "LSTM, maxlen 100, batch evaluation",
        statistics.median(evaluated),
        GOAL,
        figure=harness.spread(evaluated, " reviews/s", 0),
        goal=f"≥ {GOAL:,} reviews/s",
        note="the 5,000 validation reviews, cut and padded, then read",
        values=many,
    )
    yield Row(
        "the same by others, reviews/s",
        f"model.predict {statistics.median(many['model.predict']):,.0f}, "
        f"tf.function {statistics.median(many['tf.function']):,.0f}",
        note=each(many, 0),
    )
    yield Row(
        "one review",
        harness.spread(single["lab, classify"], " ms", 2),
        note=each(single, 2),
        values=single,
    )


def each(found: dict[str, list[float]], digits: int) -> str:
    """Who had which figure."""
    return ", ".join(
        f"{who}: {harness.spread(values, '', digits)}" for who, values in found.items()
    )


def main(times: int) -> None:
    """Measure and print JSON."""
    import tensorflow as tf

    from rnnlab import models

    config = preset("lstm")
    dataset = datasets.load(config.dataset, home.home())
    window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
    rows = dataset.split(config).validation
    ids = dataset.inputs(rows, **window)
    texts = [dataset.text(row) for row in rows]
    model = models.build(config)
    vocabulary = dataset.vocabulary.top(config.vocab_size)
    one = Classifier("bench", "bench", config, models.weights_of(model), vocabulary)
    whole = tf.function(lambda ids: model(ids, training=False), reduce_retracing=False)
    whole(tf.constant(ids[:BATCH])), whole(tf.constant(ids[:1]))  # traced once for each shape

    def by_function() -> None:
        for start in range(0, len(ids), BATCH):
            whole(tf.constant(ids[start : start + BATCH])).numpy()

    many = {
        "lab, evaluate": lambda: batch.predict_rows(one, dataset, rows),
        "lab, evaluate texts": lambda: batch.predict_texts([one], texts),
        "model.predict": lambda: model.predict(ids, batch_size=BATCH, verbose=0),
        "tf.function": by_function,
    }
    single = {
        "lab, classify": lambda: [classify(text, [one]) for text in texts[:SINGLE]],
        "model.predict": lambda: [model.predict(ids[i : i + 1], verbose=0) for i in range(SINGLE)],
        "tf.function": lambda: [whole(tf.constant(ids[i : i + 1])).numpy() for i in range(SINGLE)],
    }
    for call in (*many.values(), *single.values()):
        call()  # once to warm up
    many_s, single_s = (
        harness.in_turn(
            times, **{name: lambda call=call: harness.seconds(call) for name, call in calls.items()}
        )
        for calls in (many, single)
    )
    print(
        json.dumps(
            {
                "reviews_a_second": {
                    name: [len(ids) / taken for taken in values] for name, values in many_s.items()
                },
                "ms_a_review": {
                    name: [1000 * taken / SINGLE for taken in values]
                    for name, values in single_s.items()
                },
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
