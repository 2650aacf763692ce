"""What counts as learned follows from a network's own answers."""

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.inference.classify import Classifier, classify
from rnnlab.inside.probes import PROBES, Changes, Pair, Probe, changes
from rnnlab.text import Vocabulary
from tests.networks import weights
from ui.classify.probes import finding, pair_result, verdict

WORDS = sorted({word for probe in PROBES for pair in probe.pairs for word in pair.first.split()})
NEGATION = PROBES[[probe.name for probe in PROBES].index("Negation")]


def classifier(words):
    config = preset("gru", maxlen=20)
    return Classifier("id", "gru", config, weights(config), Vocabulary(tuple(words)))


def test_changes_are_those_of_the_models_answers_towards_a_readers():
    model = classifier([*WORDS, "very", "not", "best", "could", "have", "been"])
    for probe, found in zip(PROBES, changes(model), strict=True):
        for pair, value in zip(probe.pairs, found.values, strict=True):
            shares = [classify(text, [model])[0].probability for text in (pair.first, pair.second)]
            logits = np.log(shares) - np.log1p(-np.array(shares))
            assert value == pytest.approx(pair.sign * (logits[1] - logits[0]), abs=1e-5)


def test_network_without_a_word_of_the_pair_cannot_tell():
    (found,) = changes(classifier(["a", "bad", "film"]), [NEGATION])
    assert found.values == (None, None) and not found.able


@pytest.mark.parametrize(
    ("values", "learned"), [((0.3, 0.2), True), ((0.3, 0.01), False), ((-0.3, 0.2), False)]
)
def test_all_pairs_must_change_noticeably(values, learned):
    assert Changes(values).learned is learned


@pytest.mark.parametrize(
    ("learned", "expected"),
    [(8, "learned (8 of 10 runs)"), (2, "not learned (2 of 10 runs)"), (5, "learned by some")],
)
def test_verdict_counts_the_runs_that_learned(learned, expected):
    runs = [Changes((0.5, 0.5))] * learned + [Changes((0.5, -0.5))] * (10 - learned)
    assert verdict(NEGATION, [*runs, Changes((None, None))]).startswith(f"Negation: {expected}")


def test_finding_tells_what_was_not_learned_from_what_was():
    yes, no, blind = Changes((0.5, 0.5)), Changes((-0.5, 0.5)), Changes((None,))
    runs = [[yes, yes, no, no, blind], [yes, no, no, no, blind]]
    assert finding(runs) == (
        "Learned: praise and blame. Not learned: negation and word order. Learned by some: degree."
    )


def test_result_of_a_pair_says_which_way_the_runs_go():
    probe = Probe("Degree", (Pair("bad", "very bad", -1),))
    runs = [Changes((0.3,)), Changes((-0.2,)), Changes((0.1,)), Changes((None,))]
    assert pair_result(probe, 0, runs) == (
        "A reader rates the second lower. 2 of 3 runs put it below the first; median change of "
        "the logit −0.10. 1 run left out: unknown words."
    )


def test_sentences_are_of_frequent_words(caches):
    from rnnlab import datasets

    top = datasets.load("bundled", caches.reviews.parents[1]).vocabulary.top(500)
    for probe in PROBES:
        for pair in probe.pairs:
            assert set(pair.first.split()) | set(pair.second.split()) <= set(top.words)
