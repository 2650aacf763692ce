"""How far an answer falls without the words that effects rank first."""

import numpy as np
import pytest

from rnnlab.inference.classify import Classifier
from rnnlab.inside import attribution
from rnnlab.inside.faithfulness import SHARES, comprehensiveness
from tests.networks import VOCABULARY, tiny
from tests.networks import weights as random_weights

TEXTS = [
    "the film was good and the script was bad and a zebra was good film",
    "bad bad script",
    "good film and a good script and the film was good and good",
]


@pytest.fixture(scope="module")
def average():
    config = tiny("feedforward", vocab_size=12, maxlen=14)
    return Classifier("id", "feedforward", config, random_weights(config), VOCABULARY)


def test_on_an_average_the_fall_is_the_sum_of_the_first_effects(average):
    readings = [average.read(text) for text in TEXTS]
    for reading, fall in zip(
        readings, comprehensiveness(average, readings, attribution.occlusion), strict=True
    ):
        effects = attribution.occlusion(average, reading)
        total = attribution.shares_in_the_average(average, reading.ids).effects.sum()
        known = [place for place in range(len(effects)) if reading.known[reading.first + place]]
        answer = logit(average, reading)
        towards = np.sort(np.sign(answer) * effects[known])[::-1]
        expected = np.mean([towards[: max(1, round(share * len(known)))].sum() for share in SHARES])
        assert fall == pytest.approx(expected, abs=1e-9)
        assert total == pytest.approx(effects.sum(), abs=1e-9)


def logit(model, reading):
    from rnnlab.inference.forward import logits

    return logits(model.config, attribution.double_weights(model), reading.ids[None])[0]


def test_a_bad_ranking_makes_the_answer_fall_less(average):
    readings = [average.read(text) for text in TEXTS]
    good = comprehensiveness(average, readings, attribution.occlusion)
    bad = comprehensiveness(average, readings, lambda *a: -attribution.occlusion(*a))
    assert (good > bad).all()


def test_texts_without_a_known_word_are_left_out(average):
    assert comprehensiveness(average, [average.read("zebra")], attribution.occlusion).shape == (0,)
