"""What a run says at its end of the reviews that were held back."""

import numpy as np

from rnnlab import datasets
from rnnlab.config import PRESETS, preset
from rnnlab.evaluation import held_back, predictions
from rnnlab.inference.classify import Classifier
from tests.commands import document
from tests.labs import trained_run


def test_presets_of_the_book_keep_200_words_and_hold_test_reviews_back():
    rnn, lstm = PRESETS["book-rnn"], PRESETS["book-lstm"]
    assert (rnn.arch, rnn.vocab_size, rnn.test_set) == ("onehot-rnn", 200, True)
    assert (lstm.arch, lstm.vocab_size, lstm.layers, lstm.test_set) == ("lstm", 200, 2, True)
    assert lstm.dropout == 0.3


def test_commands_list_the_presets_of_the_book_under_their_names(cli):
    listed = {preset["name"]: preset for preset in document(cli("presets", "--json"))}
    assert listed["book-lstm"]["config"]["layers"] == 2
    assert listed["book-rnn"]["parameters"] == 200 * 8 + 8 * 8 + 8 + 9


def test_figures_are_those_of_the_test_reviews(warm_home, store):
    run = trained_run(store, preset("book-lstm", units=2))
    dataset = datasets.load("bundled", warm_home)
    evaluated = held_back.evaluate(store, run, dataset)
    rows = dataset.split(run.config).test
    said = predictions.predict_part(run, Classifier.load(store, run), dataset, "test")
    correct = (said.probabilities > 0.5) == (dataset.labels[rows] == 1)
    assert evaluated.reviews == len(rows)
    assert evaluated.accuracy == np.mean(correct)


def test_run_without_test_reviews_has_no_such_figures(store):
    assert held_back.evaluate(store, trained_run(store, preset("lstm", units=2)), None) is None


def test_show_ends_with_them(warm_home, store, cli):
    run = trained_run(store, preset("book-rnn", units=2))
    _, out, _ = cli("show", run.id)
    assert "held back from training: accuracy" in out.splitlines()[-1]
