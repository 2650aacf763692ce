"""What is right on each card, against numbers that are computed another way."""

import re
import statistics
from dataclasses import replace

import numpy as np
import pytest

from rnnlab import text
from rnnlab.config import preset
from rnnlab.inference import forward
from rnnlab.learn import lesson, order, questions, steps, training_questions, weights, which_first
from rnnlab.learn.examples import shipped

EXAMPLES = shipped().examples
TEXT = "great actors and a great story but it is the worst film ever"
WORDS = TEXT.split()


def network(arch):
    """The shipped network of a preset."""
    return next(each for each in shipped().of(arch, dataset="bundled") if each.classifier)


def right(question):
    return question.options[question.correct]


def test_cards_have_keys_that_an_address_can_hold():
    assert all(key.isalpha() and key.islower() for key in lesson.KEYS)
    assert len(set(lesson.KEYS)) == len(lesson.CARDS) == 12


def test_feed_forward_answers_the_average_in_every_order():
    example = network("feedforward")
    orders = order.arrangements([example.classifier], WORDS, 20)
    config, stored = example.run.config, example.classifier.weights
    ids = np.zeros(config.maxlen, int)
    ids[-len(WORDS) - 1 :] = [1, *example.classifier.vocabulary.ids(WORDS, config.vocab_size)]
    logit = stored["embedding/embeddings"][ids].mean(axis=0) @ stored["dense/kernel"]
    expected = 1 / (1 + np.exp(-(logit + stored["dense/bias"])))
    assert orders[0].words == tuple(WORDS)
    assert {len(set(map(str.lower, each.words))) for each in orders} == {len(set(WORDS))}
    for each in orders:
        assert each.probabilities[0] == pytest.approx(float(expected[0]), abs=1e-6)


def test_order_question_tells_a_network_that_reads_in_order_from_one_that_does_not():
    examples = [network("feedforward"), network("embedding-rnn")]
    orders = order.arrangements([each.classifier for each in examples], WORDS, 20)
    assert right(questions.order(orders, examples[1])) == "It stays exactly the same"
    turned = [each._replace(probabilities=each.probabilities[::-1]) for each in orders]
    assert right(questions.order(turned, examples[0])) == "It changes a lot"


def test_bag_of_words_guesses_where_order_decides_and_recurrent_networks_do_not():
    examples = [EXAMPLES[f"which-first-{arch}"] for arch in ("feedforward", "lstm", "gru")]
    question = questions.memory(examples)
    assert right(question) == "About half, as by tossing a coin"
    assert questions.accuracies(examples)[0] == pytest.approx(0.5, abs=0.02)
    assert min(questions.accuracies(examples)[1:]) > 0.99
    solved = questions.memory([EXAMPLES["which-first-gru"], *examples[1:]])
    assert right(solved) == "Nearly all"


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("arch", ["embedding-rnn", "lstm", "gru"])
def test_recurrent_network_finds_the_first_letter_wherever_it_is_put(arch, positive):
    classifier = EXAMPLES[f"which-first-{arch}"].classifier
    for places in [(0, 19), (3, 4), (10, 15), (18, 19)]:
        letters = which_first.row(20, places, positive=positive)
        (probability,) = which_first.answers([classifier], letters)
        assert (probability > 0.5) == positive


def test_letters_at_one_place_become_neighbours():
    for place in (0, 7, 19):
        letters = which_first.row(20, (place, place), positive=True)
        assert letters.count("a") == letters.count("b") == 1
        assert letters.index("b") - letters.index("a") == 1


def test_one_set_of_weights_serves_every_word():
    example = network("embedding-rnn")
    read = steps.read(example.classifier, TEXT)
    question = questions.step(example.run.config, read)
    assert right(question) == "1"
    assert "200 weights" in question.why  # 16·8 + 8·8 + 8


def test_states_are_those_of_the_forward_pass_without_padding():
    example = network("lstm")
    read = steps.read(example.classifier, TEXT)
    config = replace(example.run.config, maxlen=len(WORDS) + 1)
    ids = example.classifier.vocabulary.ids(WORDS, config.vocab_size)
    logit = forward.logits(config, example.classifier.weights, np.array([[1, *ids]], np.int32))
    stored = example.classifier.weights
    own = read.values["h"][-1] @ stored["dense/kernel"][:, 0] + stored["dense/bias"][0]
    assert own == pytest.approx(float(logit[0]), abs=1e-5)


@pytest.mark.parametrize(
    ("cell", "inputs", "units", "total"),
    [
        ("gru", 16, 8, 624),
        ("lstm", 16, 8, 800),
        ("simple_rnn", 16, 8, 200),
        ("gru", 1, 1, 12),
        ("lstm", 64, 32, 12_416),
    ],
)
def test_terms_add_up_to_keras_count(cell, inputs, units, total):
    assert weights.terms(cell, inputs=inputs, units=units).total == total


@pytest.mark.slow
@pytest.mark.parametrize("cell", weights.BLOCKS)
def test_terms_are_the_parameters_that_keras_counts(cell):
    import keras

    layer = getattr(keras.layers, weights.terms(cell, inputs=1, units=1).cell.layer)(7)
    layer.build((None, None, 5))
    assert weights.terms(cell, inputs=5, units=7).total == layer.count_params()


def test_gru_of_the_tutorial_has_624_parameters_term_by_term():
    question = questions.cell(weights.terms("gru", inputs=16, units=8))
    assert question.options == ("200", "600", "624", "800")
    assert right(question) == "624"
    assert question.why == "3 · (16·8 + 8·8 + 2·8) = 3 · 208 = 624."


def test_lower_layer_hands_on_a_state_for_every_word():
    assert right(questions.outputs(preset("lstm", layers=2))) == "800"
    assert right(questions.outputs(preset("lstm", layers=2, units=4, maxlen=50))) == "200"


@pytest.mark.parametrize(
    ("truncating", "expected"), [("pre", "The last 100"), ("post", "The first 99")]
)
def test_end_of_a_review_that_is_cut_follows_from_truncating(truncating, expected):
    config = preset("lstm", truncating=truncating)
    words = [f"word{number}" for number in range(141)]
    reading = text.read(" ".join(words), shipped().vocabulary, **config.window)
    question = questions.padding(reading, config)
    assert right(question) == expected
    assert reading.tokens[reading.first : reading.last] == tuple(
        words[-100:] if truncating == "pre" else words[:99]
    )


def test_one_hot_reviews_take_600_times_the_memory_of_word_numbers():
    question = questions.embedding(preset("onehot-rnn"), 20_000)
    one_hot, ids = np.zeros((1, 100, 300)).nbytes, np.zeros((1, 100), np.int32).nbytes
    assert (one_hot * 20_000, ids * 20_000) == (4_800_000_000, 8_000_000)
    assert right(question) == "4.8\u00a0GB"
    assert "600 times less" in question.why


def test_training_stops_patience_epochs_after_its_best():
    question = training_questions.stopping(EXAMPLES["lstm-overfitting"])
    assert right(question) == "Epoch 9"
    early = training_questions.stopping(EXAMPLES["lstm-1"])
    assert right(early) == f"Epoch {len(EXAMPLES['lstm-1'].epochs)}"


def test_forget_gate_keeps_its_share_of_the_cell_state():
    read = steps.read(network("lstm").classifier, TEXT)
    place, unit = steps.open_gate(read, "f", "c")
    question = questions.lstm(read, (place, unit))
    values = {part: array[place, unit] for part, array in read.values.items()}
    kept = values["c"] - values["i"] * values["candidate"]  # what does not come from the new word
    assert right(question) == f"{kept:.2f}"
    assert read.values["c"][place - 1, unit] > 0
    assert len(set(question.options)) == 3


def test_the_new_cell_state_is_what_its_shown_terms_come_to():
    read = steps.read(network("lstm").classifier, TEXT)
    why = questions.lstm(read, steps.open_gate(read, "f", "c")).why
    terms = re.search(r"(\S+) \+ (\S+) · (\S+) = (\S+) is the new cell state", why)
    kept, gate, content, state = (float(term.replace("−", "-")) for term in terms.groups())
    assert kept + gate * content == pytest.approx(state, abs=0.0016)


def test_validation_loss_rises_where_a_network_learns_by_heart():
    without, dropout = EXAMPLES["lstm-overfitting"], EXAMPLES["lstm-dropout"]
    assert without.epochs[-1].loss < min(epoch.loss for epoch in without.epochs[:-1])
    assert right(training_questions.dropout(without, dropout)) == "It falls, then rises"
    shorter = without._replace(epochs=without.epochs[:2])
    assert right(training_questions.dropout(shorter, dropout)) == "It falls along with it"


def test_gru_and_lstm_differ_by_their_mean_accuracies():
    groups = [shipped().of(arch, patience=3) for arch in ("gru", "lstm")]
    means = [statistics.mean(questions.accuracies(group)) for group in groups]
    question = training_questions.gru(*groups)
    assert abs(means[0] - means[1]) < 0.01
    assert right(question) == "By less than 1 point"
    assert question.answer == f"Their means are {100 * abs(means[0] - means[1]):.1f} points apart."


def test_seeds_of_the_embedding_rnn_are_far_apart_and_some_are_stuck():
    examples = shipped().of("embedding-rnn", dataset="bundled")
    values = [each.run.best_val_accuracy for each in examples]
    question = training_questions.seeds(examples)
    assert right(question) == "More than 10 points"
    assert question.answer.startswith(f"{100 * (max(values) - min(values)):.1f} points apart")
    stuck = sum(value < 0.6 for value in values)
    assert f"{stuck} runs of 10" in question.why
    close = training_questions.seeds(
        [each for each in examples if each.run.best_val_accuracy > 0.7]
    )
    assert right(close) == "Less than 2 points"
