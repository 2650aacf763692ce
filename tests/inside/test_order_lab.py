"""Networks that were trained on a task whose answers are known, and what is found inside them."""

import numpy as np
import pytest

from rnnlab.arrays import Reviews
from rnnlab.config import preset
from rnnlab.datasets import synthetic
from rnnlab.inference import forward
from rnnlab.inference.batch import predict_rows
from rnnlab.inference.classify import Classifier
from rnnlab.inside.explain import explain

pytestmark = pytest.mark.slow

MAXLEN = 12
SETTINGS = {
    "dataset": "which-first",
    "maxlen": MAXLEN,
    "vocab_size": 30,
    "learning_rate": 0.01,
    "dropout": 0.0,
}


def trained_on_task(arch, *, rows, epochs):
    """A network after some epochs on the first training texts of the task."""
    from rnnlab import models

    config, dataset = preset(arch, **SETTINGS), synthetic.load(f"which-first-{MAXLEN}")
    chosen = dataset.split(config).train[:rows]
    model = models.build(config)
    models.compile_model(model, config, jit=False)
    ids, labels = dataset.inputs(chosen, **config.window), dataset.labels[chosen]
    model.fit(ids, labels.astype(np.float32)[:, None], batch_size=64, epochs=epochs, verbose=0)
    return Classifier(arch, arch, config, models.weights_of(model), dataset.vocabulary)


@pytest.fixture(scope="module")
def solved():
    """An LSTM that has learned which word comes first."""
    return trained_on_task("lstm", rows=4_000, epochs=4)


@pytest.fixture(scope="module")
def bag():
    """A feed-forward network that was trained on the same task."""
    return trained_on_task("feedforward", rows=20_000, epochs=2)


def accuracy(classifier):
    """The share of the 5,000 validation texts that it answers correctly."""
    dataset = synthetic.load(f"which-first-{MAXLEN}")
    rows = dataset.split(classifier.config).validation
    answers = predict_rows(classifier, dataset, rows) > 0.5
    return float(np.mean(answers == (dataset.labels[rows] == 1)))


def within_chance(share, count=5_000):
    """Whether the share is one that guessing gives 999 times in 1,000."""
    return abs(share - 0.5) <= 3.29 * np.sqrt(0.25 / count)


def test_recurrent_network_solves_which_first_and_a_bag_of_words_can_only_guess(solved, bag):
    assert accuracy(solved) > 0.995
    assert within_chance(accuracy(bag))


def test_linear_baseline_can_only_guess_which_first():
    from rnnlab.training import linear

    config = preset("tfidf-logreg", dataset="which-first", maxlen=MAXLEN, vocab_size=30)
    dataset = synthetic.load(f"which-first-{MAXLEN}")
    rows = dataset.split(config).train
    reviews = Reviews(dataset.inputs(rows, **config.window), dataset.labels[rows][:, None])
    weights = linear.fit_weights(config, reviews)
    model = Classifier("linear", "linear", config, weights, dataset.vocabulary)
    assert within_chance(accuracy(model))


@pytest.fixture(scope="module")
def effects(solved):
    """The size of each word's effect in 100 validation texts: by method, a dict for each text."""
    dataset = synthetic.load(f"which-first-{MAXLEN}")
    explained = {"occlusion": [], "integrated gradients": []}
    for row in dataset.split(solved.config).validation[:100]:
        (explanation,) = explain(dataset.text(row), [solved])
        words = explanation.reading.tokens
        explained["occlusion"].append((words, np.abs(explanation.occlusion)))
        explained["integrated gradients"].append((words, np.abs(explanation.gradients.effects)))
    return explained


@pytest.mark.parametrize("method", ["occlusion", "integrated gradients"])
def test_two_strongest_words_of_a_solved_network_are_the_two_keys(effects, method):
    by_word = {}
    for words, sizes in effects[method]:
        for word, size in zip(words, sizes, strict=True):
            by_word.setdefault(word, []).append(size)
    means = sorted(((float(np.mean(sizes)), word) for word, sizes in by_word.items()), reverse=True)
    assert {word for _, word in means[:2]} == {"a", "b"}
    assert means[1][0] > 2 * means[2][0]


@pytest.mark.parametrize("method", ["occlusion", "integrated gradients"])
def test_strongest_word_of_each_text_is_a_key(effects, method):
    # Not both: many networks have decided at the first key, and what follows changes nothing.
    strongest = [words[int(np.argmax(sizes))] for words, sizes in effects[method]]
    assert sum(word in ("a", "b") for word in strongest) >= 95


def test_feed_forward_network_answers_a_shuffled_text_as_the_text(bag):
    dataset = synthetic.load(f"which-first-{MAXLEN}")
    ids = dataset.inputs(dataset.split(bag.config).validation[:200], **bag.config.window)
    shuffled = np.random.default_rng(0).permuted(ids, axis=1)
    assert (shuffled != ids).any(axis=1).all()
    logits, after = (forward.logits(bag.config, bag.weights, part) for part in (ids, shuffled))
    np.testing.assert_allclose(after, logits, rtol=0, atol=1e-6)


def test_recurrent_network_turns_round_where_the_keys_change_places(solved):
    dataset = synthetic.load(f"which-first-{MAXLEN}")
    ids = dataset.inputs(dataset.split(solved.config).validation[:500], **solved.config.window)
    keys = {letter: dataset.vocabulary.index[letter] for letter in "ab"}
    turned = np.select([ids == keys["a"], ids == keys["b"]], [keys["b"], keys["a"]], ids)
    before, after = (
        forward.predict(solved.config, solved.weights, part) > 0.5 for part in (ids, turned)
    )
    assert np.mean(before != after) > 0.99
