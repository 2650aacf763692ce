"""The commands on runs of a task: its texts are read with its own vocabulary."""

import pytest

from rnnlab.config import preset
from rnnlab.datasets import synthetic
from tests.commands import document
from tests.labs import trained

TASK = {"dataset": "which-first", "maxlen": 12, "vocab_size": 30}


@pytest.fixture
def runs(store):
    """An LSTM and a feed-forward network of a task, with random weights."""
    vocabulary = synthetic.load("which-first-12").vocabulary
    return [
        trained(store, preset(arch, **TASK), vocabulary=vocabulary)
        for arch in ("lstm", "feedforward")
    ]


@pytest.mark.usefixtures("runs")
def test_typed_letters_are_all_known_and_other_words_are_not(cli):
    answer = document(cli("classify", "--text", "x a film B q", "--json"))
    for result in answer["results"]:
        assert result["tokens"] == ["x", "a", "film", "b", "q"]
        assert result["unknown"] == ["film"]
        assert result["cut"] == 0


def test_runs_of_a_task_are_compared_on_its_validation_texts(cli, runs):
    answer = document(cli("compare", *(run.id for run in runs), "--json"))
    assert answer["metrics"][runs[0].id]["rows"] == 5_000
    assert len(answer["pairs"]) == 1


def test_bag_of_words_is_told_apart_by_its_answers_to_texts_in_another_order(cli, runs):
    texts = ("x a q b m", "x b q a m")
    answers = [document(cli("classify", "--text", text, "--json"))["results"] for text in texts]
    by_arch = [{answer["arch"]: answer["probability"] for answer in of_text} for of_text in answers]
    first, turned = by_arch
    assert first["feedforward"] == pytest.approx(turned["feedforward"], abs=1e-6)
    assert abs(first["lstm"] - turned["lstm"]) > 1e-4


def test_inside_of_a_run_of_a_task_is_computed_from_its_texts(cli, runs):
    found = document(cli("inside", runs[0].id, "--json"))
    assert (found["run"], found["reviews"]) == (runs[0].id, 5_000)


def test_value_that_is_no_task_is_named_with_the_tasks(cli):
    code, _, err = cli("params", "--arch", "lstm", "--dataset", "which-last")
    assert code == 2
    assert "bundled, keras, which-first, first-word, counting" in err


def test_start_of_the_memory_is_a_flag_that_others_ignore_aloud(cli):
    shown = document(cli("params", "--arch", "gru", "--forget-bias", "chrono", "--json"))
    assert shown["config"]["forget_bias"] == "chrono"
    err = cli("params", "--arch", "embedding-rnn", "--forget-bias", "chrono")[2]
    assert "embedding-rnn ignores forget_bias" in err
