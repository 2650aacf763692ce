"""Reviews read on from stored states give what reading them anew gives."""

import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import attribution, rereading
from rnnlab.inside.network import Network
from rnnlab.text import PADDING, START, UNKNOWN
from tests.networks import VOCABULARY, tiny
from tests.networks import weights as random_weights

RECURRENT = [name for name, arch in ARCHITECTURES.items() if arch.kind == "recurrent"]
SHAPES = [{}, {"layers": 3}, {"bidirectional": True}]
POSITIONS = np.array([3, 4, 6, 9, 10, 11])


def reviews(arch, fields):
    """A network of random weights, its logits of many ids, and one review."""
    config = tiny(arch, vocab_size=30, maxlen=12, units=3, **fields)
    weights = {name: array.astype(float) for name, array in random_weights(config).items()}
    ids = np.random.default_rng(1).integers(3, 30, 12)
    ids[:3] = PADDING, PADDING, START

    def logits(rows):
        return forward.logits(config, weights, np.asarray(rows, np.int32))

    return Network.load(config, weights), logits, ids


@pytest.mark.parametrize("fields", SHAPES)
@pytest.mark.parametrize("arch", RECURRENT)
def test_word_replaced_reads_as_anew(arch, fields):
    network, logits, ids = reviews(arch, fields)
    rows = np.repeat(ids[None], len(POSITIONS), axis=0)
    rows[np.arange(len(POSITIONS)), POSITIONS] = UNKNOWN
    found = rereading.replaced(network, ids, POSITIONS, UNKNOWN)
    np.testing.assert_allclose(found, logits(rows), atol=1e-9)


@pytest.mark.parametrize("fields", SHAPES)
@pytest.mark.parametrize("arch", RECURRENT)
def test_word_left_out_reads_as_anew_whichever_end_closes_the_gap(arch, fields):
    network, logits, ids = reviews(arch, fields)
    shorter = [np.delete(ids, position) for position in POSITIONS]
    found = rereading.without(network, ids, POSITIONS, first=7)
    np.testing.assert_allclose(found, logits([[7, *row] for row in shorter]), atol=1e-9)
    found = rereading.without(network, ids, POSITIONS, last=7)
    np.testing.assert_allclose(found, logits([[*row, 7] for row in shorter]), atol=1e-9)


@pytest.mark.parametrize("fields", SHAPES)
@pytest.mark.parametrize("arch", RECURRENT)
def test_every_subset_of_words_replaced_reads_as_anew(arch, fields):
    network, logits, ids = reviews(arch, fields)
    rows = np.repeat(ids[None], 1 << len(POSITIONS), axis=0)
    for index, row in enumerate(rows):
        row[[position for bit, position in enumerate(POSITIONS) if index >> bit & 1]] = UNKNOWN
    found = rereading.with_subsets_replaced(network, ids, POSITIONS, UNKNOWN)
    np.testing.assert_allclose(found, logits(rows), atol=1e-9)


@pytest.mark.parametrize("words", [5, 10, 11, 12, 13, 30])
@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("arch", ["lstm", "feedforward", "tfidf-logreg"])
def test_removal_is_the_fall_where_the_text_lacks_the_word_at_any_length(arch, truncating, words):
    config = tiny(arch, vocab_size=12, maxlen=12, truncating=truncating)
    model = Classifier("id", arch, config, random_weights(config), VOCABULARY)
    rng = np.random.default_rng(words)
    tokens = [str(word) for word in rng.choice([*VOCABULARY.words, "zebra"], words)]

    def logit(text):
        return forward.logits(
            config, attribution.double_weights(model), model.read(text).ids[None]
        )[0]

    reading = model.read(" ".join(tokens))
    falls = attribution.removal(model, reading)
    for effect, place in zip(falls, range(reading.first, reading.last), strict=True):
        without = logit(" ".join(tokens[:place] + tokens[place + 1 :]))
        assert effect == pytest.approx(logit(" ".join(tokens)) - without, abs=1e-9)


def test_removal_in_a_huge_text_handles_the_window_alone():
    config = tiny("lstm", vocab_size=12, maxlen=12)
    model = Classifier("id", "lstm", config, random_weights(config), VOCABULARY)
    reading = model.read("good film " * 50_000)
    falls = attribution.removal(model, reading)
    assert len(falls) == 12 and reading.cut == 99_988
