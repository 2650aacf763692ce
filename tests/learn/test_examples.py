"""The runs that come with rnnlab: whole, small, and what they claim to be."""

import numpy as np
import pytest

from rnnlab import datasets, params
from rnnlab.inference import forward
from rnnlab.learn import examples, make
from rnnlab.learn.examples import shipped
from rnnlab.runs import Epoch, Run, RunState
from rnnlab.text import Vocabulary
from tests.networks import fixed_weights, tiny

TRAINED = {name: each for name, each in shipped().examples.items() if each.classifier}


def test_files_are_small_enough_to_ship():
    assert sum(path.stat().st_size for path in examples.FOLDER.iterdir()) < 300_000


def test_every_run_of_the_command_is_there_with_its_config():
    assert {name: each.run.config for name, each in shipped().examples.items()} == make.configs()


def test_each_architecture_of_the_lesson_has_a_network():
    archs = {each.run.config.arch for each in TRAINED.values()}
    assert archs == {"feedforward", "embedding-rnn", "lstm", "gru"}


@pytest.mark.parametrize("name", TRAINED)
def test_network_has_the_accuracy_that_its_history_tells(name, caches):
    run, classifier = TRAINED[name].run, TRAINED[name].classifier
    assert sum(array.size for array in classifier.weights.values()) == params.parameters(run.config)
    dataset = datasets.load(run.config.dataset_id, caches.reviews.parent.parent)
    rows = dataset.split(run.config).validation
    inputs = dataset.inputs(rows, **run.config.window)
    said = forward.predict(run.config, classifier.weights, inputs) > 0.5
    accuracy = np.mean(said == (dataset.labels[rows] == 1))
    assert accuracy == pytest.approx(run.best_val_accuracy, abs=0.0005)
    words = dataset.vocabulary.top(run.config.vocab_size).words
    assert classifier.vocabulary.words == words


def test_best_epoch_has_the_lowest_validation_loss():
    for each in shipped().examples.values():
        losses = [epoch.val_loss for epoch in each.epochs]
        assert each.run.best_epoch == 1 + int(np.argmin(losses))


def test_what_is_written_is_read_back(tmp_path):
    config = tiny("gru")
    epochs = (Epoch(1, 0.7, 0.5, 0.69, 0.52, 1.0), Epoch(2, 0.6, 0.6, 0.65, 0.61, 1.5))
    run = Run("id", "gru-1", RunState.FINISHED, config, 1, 0.0, 0.0, versions={"keras": "3.15"})
    weights, words = fixed_weights(config), Vocabulary(("the", "a", "is", "it", "of", "to", "and"))
    described = [examples.describe(run, epochs)]
    measured = {"order": 0.5}
    examples.write(tmp_path, described, {"gru-1": weights}, {"bundled": words}, measured)
    read = examples.read(tmp_path)
    example = read.examples["gru-1"]
    assert example.epochs == epochs
    assert example.run.config == config
    assert (example.run.best_epoch, example.run.best_val_loss) == (2, 0.65)
    assert example.classifier.vocabulary == words.top(config.vocab_size)
    assert example.classifier.weights.keys() == weights.keys()
    assert all(np.array_equal(example.classifier.weights[key], weights[key]) for key in weights)
    assert read.measured == measured


def test_runs_of_an_architecture_come_by_their_seeds():
    seeds = [each.run.config.seed for each in shipped().of("embedding-rnn", dataset="bundled")]
    assert seeds == list(range(42, 52))
