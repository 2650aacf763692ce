"""How the results of single runs become the answers of models, and those a sentence."""

import dataclasses

import numpy as np
import pytest

from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from rnnlab.inference.classify import Result, label
from rnnlab.runs import Run, RunState
from rnnlab.text import Reading
from ui.classify import answers, summary

KNOWN = Reading(np.zeros(3), ("good", "film"), (True, True), 0, 2)
UNKNOWN = Reading(np.zeros(3), ("zzz",), (False,), 0, 1)
BLANK = Reading(np.zeros(3), (), (), 0, 0)


def run(arch, seed, *, val_accuracy=0.8):
    config = preset(arch)
    if config.seed is not None:
        config = dataclasses.replace(config, seed=seed)
    name = f"{arch}-{seed}"
    return Run(name, name, RunState.FINISHED, config, 1, 0.0, 0.0, best_val_accuracy=val_accuracy)


def answer(*probabilities, reading=KNOWN, arch="lstm"):
    """The answer of one group of as many runs as there are probabilities."""
    return answers_of({arch: probabilities}, reading=reading)[0]


def answers_of(probabilities, *, reading=KNOWN, loaded=lambda run: True):
    """One answer for each architecture of {arch: probabilities}; seeds count from 1."""
    runs, results = [], []
    for arch, values in probabilities.items():
        for seed, value in enumerate(values, start=1):
            runs.append(run(arch, seed))
            results.append(Result(runs[-1].id, runs[-1].name, arch, value, label(value), reading))
    results = [result for result in results if loaded(result)]
    return answers.of_groups(results, group_runs(runs))


def test_runs_that_differ_in_seed_alone_give_one_answer():
    lstm, gru = answers_of({"lstm": (0.9, 0.6, 0.3), "gru": (0.2,)})
    assert lstm.group.name == "LSTM × 3"
    assert lstm.probability == pytest.approx(0.6)
    assert lstm.label == "positive"
    assert lstm.votes == {"positive": 2, "negative": 1}
    assert gru.group.name == "gru-1"
    assert (gru.probability, gru.label) == (0.2, "negative")


def test_run_that_could_not_be_loaded_is_left_out_of_the_mean():
    (lstm,) = answers_of({"lstm": (0.9, 0.7, 0.1)}, loaded=lambda result: result.run != "lstm-3")
    assert lstm.probability == pytest.approx(0.8)
    assert [member.id for member in lstm.runs] == ["lstm-1", "lstm-2"]


def test_group_of_which_nothing_could_be_loaded_has_no_answer():
    (only,) = answers_of(
        {"lstm": (0.9,), "gru": (0.9,)}, loaded=lambda result: result.arch == "gru"
    )
    assert only.group.config.arch == "gru"


def test_blank_text_has_neither_probability_nor_label():
    blank = answer(None, None, reading=BLANK)
    assert blank.blank and not blank.informed
    assert blank.probability is None and blank.label is None


def test_run_that_knows_no_word_does_not_count_beside_one_that_does():
    members = (run("lstm", 1), run("lstm", 2))
    results = [
        Result("lstm-1", "lstm-1", "lstm", 0.9, "positive", KNOWN),
        Result("lstm-2", "lstm-2", "lstm", 0.1, "negative", UNKNOWN),
    ]
    (mixed,) = answers.of_groups(results, group_runs(members))
    assert mixed.probability == 0.9
    assert mixed.votes == {"positive": 1, "negative": 0}
    assert len(mixed.readings) == 2


@pytest.mark.parametrize(
    ("probabilities", "sentence"),
    [
        ({"lstm": (0.9,)}, "The model says positive."),
        ({"lstm": (0.1, 0.2, 0.3)}, "The model says negative."),
        ({"lstm": (0.9,), "gru": (0.9,)}, "Both models say positive."),
        ({"lstm": (0.1,), "gru": (0.2,), "onehot-rnn": (0.3,)}, "All 3 models say negative."),
        ({"lstm": (0.9, 0.9, 0.9), "gru": (0.1,), "onehot-rnn": (0.2,)},
         "2 of 3 models say negative."),
        ({"lstm": (0.9,), "gru": (0.1,)}, "The models are split: 1 positive, 1 negative."),
        # One half is negative, as keras's accuracy counts it.
        ({"lstm": (0.5,), "gru": (0.5,)}, "Both models say negative."),
    ],
)  # fmt: skip
def test_summary_counts_models_not_runs(probabilities, sentence):
    assert summary.sentence(answers_of(probabilities)) == sentence


def test_summary_without_a_known_word_or_a_model_says_so():
    assert summary.sentence(()) == "No model could be loaded."
    assert summary.sentence([answer(None, reading=BLANK)]).startswith("Type a review")
    assert summary.sentence([answer(0.4, reading=UNKNOWN)]) == "No model knows any of these words."


def test_summary_counts_only_models_that_know_a_word():
    knows_none = answer(0.9, reading=UNKNOWN)
    gru = answer(0.2, arch="gru")
    assert summary.sentence([knows_none, gru]) == (
        "The only model that knows any of these words says negative."
    )
    onehot = answer(0.1, arch="onehot-rnn")
    assert summary.sentence([knows_none, gru, onehot]) == (
        "Both models that know any of these words say negative."
    )


@pytest.mark.parametrize(
    ("probabilities", "words"),
    [
        ((0.9, 0.8, 0.7), "All 3 seeds say positive"),
        ((0.9, 0.8, 0.3), "2 of 3 seeds say positive"),
        ((0.6, 0.6, 0.01), "2 of 3 seeds say positive"),  # though their average is negative
        ((0.1, 0.2), "Both seeds say negative"),
        ((0.9, 0.2), "1 of 2 seeds says positive"),
        ((0.6, 0.2), "1 of 2 seeds says negative"),
    ],
)
def test_votes_of_the_seeds_are_said(probabilities, words):
    assert summary.of_seeds(answer(*probabilities)) == words


def test_seeds_that_know_no_word_have_no_vote():
    assert summary.of_seeds(answer(0.4, 0.4, 0.4, reading=UNKNOWN)) == "3 seeds"


def test_runs_against_the_average_of_their_model_are_counted():
    split = answer(0.9, 0.8, 0.3)
    assert summary.dissent([split, answer(0.1, arch="gru")]) == (
        "1 of 3 runs disagrees with the average over seeds."
    )
    assert summary.dissent([answer(0.9, 0.8), answer(0.1, arch="gru")]) == ""
