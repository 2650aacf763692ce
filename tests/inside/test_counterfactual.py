"""The fewest words that change an answer, against every subset read anew."""

from itertools import combinations

import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import attribution
from rnnlab.inside.counterfactual import Flip, fewest_words, strongest
from rnnlab.text import UNKNOWN
from tests.networks import VOCABULARY, tiny
from tests.networks import weights as random_weights

FILM = "the film was good and the script was bad and a zebra was good film"


def classifier(arch, **fields):
    config = tiny(arch, vocab_size=12, maxlen=12, **fields)
    return Classifier("id", arch, config, random_weights(config), VOCABULARY)


def logits_without(model, reading, subsets):
    positions = attribution.word_positions(reading)
    rows = np.repeat(reading.ids[None], len(subsets), axis=0)
    for row, places in zip(rows, subsets, strict=True):
        row[positions[list(places)]] = UNKNOWN
    return forward.logits(model.config, attribution.double_weights(model), rows)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("fields", [{}, {"layers": 2, "bidirectional": True}])
@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_no_smaller_and_no_stronger_set_of_the_ten_strongest_words_turns_the_answer(
    arch, fields, seed
):
    model = classifier(arch, **fields, seed=seed + 1)
    reading = model.read(FILM)
    effects = attribution.occlusion(model, reading)
    flip = fewest_words(model, reading, effects)
    places = strongest(effects)
    assert len(places) == 10
    (answer,) = logits_without(model, reading, [()])
    for size in range(1, 11):
        subsets = list(combinations(places.tolist(), size))
        logits = logits_without(model, reading, subsets)
        turned = np.flatnonzero((logits > 0) != (answer > 0))
        if len(turned):
            best = turned[np.argmax(np.abs(logits[turned]))]
            assert flip == Flip(subsets[best], pytest.approx(logits[best], abs=1e-9))
            return
    assert flip is None


def test_a_text_of_unknown_words_has_nothing_to_lose():
    model = classifier("lstm")
    reading = model.read("zebra zebra")
    assert fewest_words(model, reading, attribution.occlusion(model, reading)) is None
