"""Word by word: against plain re-reads, and against what must add up."""

import numpy as np
import pytest
from scipy.special import expit

from rnnlab import text
from rnnlab.config import ARCHITECTURES, preset
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier, classify
from rnnlab.inside import attribution
from rnnlab.inside.explain import explain
from rnnlab.inside.network import Network
from rnnlab.inside.prefixes import logits_after_each_word
from rnnlab.text import UNKNOWN
from tests.networks import VOCABULARY, fixed_weights, tiny
from tests.networks import weights as random_weights

RECURRENT = [name for name, arch in ARCHITECTURES.items() if arch.kind == "recurrent"]
DEEP = {"layers": 2, "bidirectional": True}
FILM = "The film was good, the script zebra bad"


def classifier(arch, *, weights=fixed_weights, **fields):
    config = tiny(arch, **{"vocab_size": 12, "maxlen": 7, **fields})
    return Classifier("id", arch, config, weights(config), VOCABULARY)


def reading(model, content=FILM):
    config = model.config
    window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
    return text.read(content, model.vocabulary, **window)


def logit(model, ids):
    double = {name: array.astype(np.float64) for name, array in model.weights.items()}
    return float(forward.logits(model.config, double, np.asarray(ids, np.int32)[None])[0])


@pytest.mark.parametrize("fields", [{}, DEEP, {"truncating": "post"}])
@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_answer_after_each_word_is_that_of_the_review_up_to_it(arch, fields):
    model = classifier(arch, **fields)
    read = reading(model)
    after = logits_after_each_word(model, read)
    positions = attribution.word_positions(read)
    if ARCHITECTURES[arch].kind != "recurrent":
        prefixes = [np.where(np.arange(len(read.ids)) <= place, read.ids, 0) for place in positions]
    else:
        prefixes = [read.ids[: place + 1] for place in positions]
    np.testing.assert_allclose(after, [logit(model, ids) for ids in prefixes], atol=1e-9)
    (result,) = classify(FILM, [model])
    assert expit(after[-1]) == pytest.approx(result.probability, abs=1e-6)


@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_occlusion_is_the_fall_where_a_word_is_read_as_unknown(arch):
    model = classifier(arch, bidirectional=True)
    read = reading(model)
    for place, effect in zip(
        attribution.word_positions(read), attribution.occlusion(model, read), strict=True
    ):
        ids = read.ids.copy()
        ids[place] = UNKNOWN
        assert effect == pytest.approx(logit(model, read.ids) - logit(model, ids), abs=1e-9)


@pytest.mark.parametrize("content", [FILM, "good film"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
def test_removal_is_the_fall_where_the_text_lacks_the_word(content, truncating):
    model = classifier("gru", truncating=truncating)
    read = reading(model, content)
    words = content.replace(",", "").split()
    falls = attribution.removal(model, read)
    assert len(falls) == read.last - read.first
    for effect, place in zip(falls, range(read.first, read.last), strict=True):
        without = reading(model, " ".join(words[:place] + words[place + 1 :]))
        assert effect == pytest.approx(logit(model, read.ids) - logit(model, without.ids), abs=1e-9)


@pytest.mark.parametrize("arch", RECURRENT)
def test_integrated_gradients_add_up_to_the_change_of_the_logit(arch):
    config = preset(arch, seed=3, maxlen=60)
    network = Network.load(config, random_weights(config))
    ids = np.random.default_rng(0).integers(3, 300, 60)
    ids[:10] = 0
    gradients = attribution.integrated_gradients(network, ids)
    both = network.run(network.project(np.stack([ids, attribution.blanked(ids)]))).logit
    assert gradients.converged
    assert gradients.effects.sum() == pytest.approx(both[0] - both[1], rel=1e-3)
    assert not gradients.effects[:10].any()  # padding


def test_midpoints_are_doubled_until_integrated_gradients_add_up():
    config = preset("embedding-rnn", seed=3, maxlen=60)
    weights = {name: 2 * array for name, array in random_weights(config).items()}
    ids = np.random.default_rng(0).integers(3, 300, 60)
    gradients = attribution.integrated_gradients(Network.load(config, weights), ids)
    assert gradients.midpoints > attribution.MIDPOINTS
    assert gradients.converged


def test_integrated_gradients_say_where_they_do_not_add_up(monkeypatch):
    config = preset("embedding-rnn", seed=3, maxlen=60)
    weights = {name: 6 * array for name, array in random_weights(config).items()}
    monkeypatch.setattr(attribution, "MOST_MIDPOINTS", attribution.MIDPOINTS)
    ids = np.random.default_rng(0).integers(3, 300, 60)
    gradients = attribution.integrated_gradients(Network.load(config, weights), ids)
    assert gradients.error > attribution.COMPLETENESS
    assert not gradients.converged


def test_effects_on_an_average_are_exact():
    (explanation,) = explain(FILM, [classifier("feedforward")])
    np.testing.assert_allclose(explanation.gradients.effects, explanation.occlusion, atol=1e-12)
    assert explanation.gradients.effects.sum() == pytest.approx(
        explanation.logit - explanation.baseline
    )
    assert explanation.disputed == ()


def test_explanation_holds_the_answer_and_the_words_that_are_read():
    first, second = explain(FILM, [classifier("lstm"), classifier("tfidf-logreg")])
    assert first.words == ("film", "was", "good", "the", "script", "zebra", "bad")
    assert first.after[-1] == pytest.approx(first.probability)
    assert first.occlusion[5] == first.gradients.effects[5] == 0  # unknown already
    assert set(first.trace.layers[0].cells[0].steps) == {"i", "f", "candidate", "o", "c", "h"}
    assert second.gradients is None and second.trace is None


def test_text_without_words_is_not_explained():
    assert explain(" ,. ", [classifier("lstm")]) == (None,)


def test_strong_words_on_which_the_methods_disagree_are_named():
    (explanation,) = explain(FILM, [classifier("lstm")])
    effects = explanation.gradients.effects.copy()
    strongest = int(np.argmax(np.abs(explanation.occlusion)))
    effects[strongest] = -10 * explanation.occlusion[strongest]
    changed = explanation._replace(gradients=explanation.gradients._replace(effects=effects))
    assert strongest in changed.disputed
