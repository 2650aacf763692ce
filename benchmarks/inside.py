"""What it takes to see an answer word by word, and how faithful the words' effects are.

Times are of one process on a review of 500 words that is read whole: the tutorial's LSTM with
`maxlen` 501 and random weights, which costs the same. Faithfulness is of networks that are trained
on real reviews. Run as `python -m benchmarks.inside HOME` it prints that of every run of a lab.
"""

import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks import harness, inside_page
from benchmarks.harness import Effort, Row
from benchmarks.screen import REVIEW_WORDS, review
from rnnlab import datasets, text
from rnnlab.config import preset
from rnnlab.evaluation.predictions import part_rows
from rnnlab.inference.classify import Classifier
from rnnlab.inside import attribution, counterfactual, explain, faithfulness, prefixes
from rnnlab.lab import Lab
from rnnlab.runs import Run, trained
from rnnlab.text import Reading, Vocabulary
from tests import labs
from tests.networks import weights

CONFIG = preset("lstm", maxlen=REVIEW_WORDS + 1)  # the start mark takes a place
KB = 300  # of a view
REVIEWS = 200
RATIO = 5.0
EPOCHS = 15
DRAWS = 5  # random orders of each review's words


def measure(effort: Effort) -> Iterator[Row]:
    """Times and sizes on 500 words, then faithfulness of trained networks."""
    yield from speeds(effort)
    yield inside_page.dial_speed(effort)
    with harness.fresh_home():  # of its own: this process stands in for the worker of its runs
        yield view()
        yield from inside_page.views()
    with harness.fresh_home():
        lab = Lab()
        runs = [lab.train(preset(arch, epochs=effort.of(EPOCHS))) for arch in ("lstm", "gru")]

        def done() -> bool:
            lab.reconcile()
            return not lab.store.active_count()

        harness.wait_until(done, every_s=0.5, timeout_s=600)
        for run in runs:
            yield faithful(lab, lab.store.get(run.id), effort.of(REVIEWS, 5))
        lab.store.close()


# ---- speed -------------------------------------------------------------------------------


def speeds(effort: Effort) -> Iterator[Row]:
    """Each computation on 500 words, against its goal where it has one."""
    classifier = Classifier("bench", "bench", CONFIG, weights(CONFIG), vocabulary())
    reading = classifier.read(review())
    assert reading.last - reading.first == REVIEW_WORDS and all(reading.known)
    network = attribution.recurrent_network(classifier)
    assert network is not None
    occlusion = attribution.occlusion(classifier, reading)

    def states_and_answers() -> None:
        network.run(network.project(reading.ids[None]))
        prefixes.logits_after_each_word(classifier, reading)

    calls: dict[str, tuple[Callable[[], object], float | None]] = {
        "states, and the answer after each word": (states_and_answers, 30),
        "occlusion": (lambda: attribution.occlusion(classifier, reading), 200),
        "removal": (lambda: attribution.removal(classifier, reading), None),
        "integrated gradients": (lambda: explain.gradients(classifier, reading), 100),
        "fewest words to change its mind": (
            lambda: counterfactual.fewest_words(classifier, reading, occlusion),
            None,
        ),
        "a whole explanation": (lambda: explain.explain(review(), [classifier]), 300),
    }
    for name, (call, limit) in calls.items():
        call()
        taken_ms = [1000 * harness.seconds(call) for _ in range(effort.of(15, 2))]
        what, figure = f"LSTM, {REVIEW_WORDS} words: {name}", harness.spread(taken_ms, " ms", 1)
        if limit is None:
            yield Row(what, figure, values={"ms": taken_ms})
            continue
        median = statistics.median(taken_ms)
        goal, values = f"≤ {limit} ms", {"ms": taken_ms}
        yield harness.at_most(what, median, limit, figure=figure, goal=goal, values=values)


def vocabulary() -> Vocabulary:
    """The words of the review."""
    return Vocabulary(tuple(dict.fromkeys(text.tokenize(review()))))


def view() -> Row:
    """What the browser gets for the chart and the words of 500 words."""
    from streamlit.testing.v1 import AppTest

    lab = Lab()
    labs.trained(lab.store, CONFIG, vocabulary=vocabulary())
    lab.store.close()
    page = AppTest.from_file(str(harness.ROOT / "pages" / "classify.py"), default_timeout=120)
    page.query_params["text"] = review()
    page.run()
    assert not page.exception
    sent = [part.proto.json for part in page.get("bidi_component")]
    kb = [len(json.encode()) / 1000 for json in sent if '"figure"' in json or '"windows"' in json]
    return harness.at_most(
        f"LSTM, {REVIEW_WORDS} words: chart and words, to the browser",
        sum(kb),
        KB,
        figure=" + ".join(f"{size:.0f} kB" for size in kb),
        goal=f"≤ {KB} kB",
    )


# ---- faithfulness ------------------------------------------------------------------------


def faithful(lab: Lab, run: Run, count: int) -> Row:
    """How much further the answer falls without the words ranked first than without any words."""
    classifier = Classifier.load(lab.store, run)
    dataset = datasets.load(run.config.dataset, lab.home)
    rows = part_rows(run, dataset, "validation")[:count]
    readings = [classifier.read(dataset.text(row)) for row in rows]
    falls = {
        "occlusion": fall(classifier, readings, attribution.occlusion),
        "integrated gradients": fall(classifier, readings, shares),
    }
    rng = np.random.default_rng(0)

    def order(classifier: Classifier, reading: Reading) -> np.ndarray:
        return rng.permutation(reading.last - reading.first).astype(float)

    at_random = statistics.fmean(fall(classifier, readings, order) for _ in range(DRAWS))
    ratios = {name: value / at_random for name, value in falls.items()}
    names = ", ".join(f"{name} {value:.1f}×" for name, value in ratios.items())
    return harness.at_least(
        f"{run.name}: the answer falls further without its strongest words than random ones",
        min(ratios.values()),
        RATIO,
        figure=names,
        goal=f"≥ {RATIO:.0f}×",
        note=f"comprehensiveness in logits, {len(readings)} validation reviews; "
        + ", ".join(f"{name} {value:.2f}" for name, value in falls.items())
        + f", random order {at_random:.3f}",
        values={**falls, "random": at_random},
    )


def fall(
    classifier: Classifier, readings: Sequence[Reading], effects: faithfulness.Effects
) -> float:
    """The mean fall of the logit over reviews."""
    return float(faithfulness.comprehensiveness(classifier, readings, effects).mean())


def shares(classifier: Classifier, reading: Reading) -> np.ndarray:
    """Integrated gradients, where a model has them."""
    found = explain.gradients(classifier, reading)
    return attribution.occlusion(classifier, reading) if found is None else found.effects


def main(home: str) -> None:
    """Print the faithfulness of every trained run of a lab."""
    os.environ["RNNLAB_HOME"] = home
    os.environ["RNNLAB_STARTERS"] = "0"
    lab = Lab()
    for run in trained(lab.store.runs()):
        row = faithful(lab, run, REVIEWS)
        print(f"{run.name}: {row.figure} ({row.note})", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
