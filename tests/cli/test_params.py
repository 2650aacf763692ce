"""`presets`, `params`, `--version`, and how flags and their values are read."""

import re

import pytest

from rnnlab import machine
from rnnlab.cli import flags, main
from rnnlab.config import FIELDS, preset
from rnnlab.runs import RunState
from tests import labs
from tests.commands import document

PARAMETERS = {
    "onehot-rnn": 2_481,
    "embedding-rnn": 5_009,
    "lstm": 8_809,
    "gru": 8_633,
    "feedforward": 8_017,
    "tfidf-logreg": 40_001,
    "book-rnn": 1_681,
    "book-lstm": 4_553,
}


def test_presets_have_their_parameter_counts(cli):
    found = document(cli("presets", "--json"))
    assert {entry["name"]: entry["parameters"] for entry in found} == PARAMETERS
    assert all(set(entry) == {"name", "label", "parameters", "config"} for entry in found)
    assert found[2]["config"] == preset("lstm").to_dict()


def test_presets_for_people_show_counts_and_fields(cli):
    code, out, err = cli("presets")
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if " lstm " in line)
    assert line.split() == ["lstm", "LSTM", "8,809", "500", "100", "1", "0.3", "false"]
    assert "Shared settings: learning_rate 0.0001, embedding_dim 16, units 8" in out
    (line,) = (line for line in out.splitlines() if "tfidf" in line)
    assert line.split()[-6:] == ["40,001", "20000", "1000", "–", "–", "false"]
    assert "None" not in out


def test_params_give_the_layer_table(cli):
    found = document(cli("params", "--preset", "lstm", "--json"))
    assert found["layers"] == [
        {
            "name": "embedding",
            "type": "Embedding",
            "output_shape": [None, 100, 16],
            "parameters": 8_000,
        },
        {"name": "lstm", "type": "LSTM", "output_shape": [None, 8], "parameters": 800},
        {"name": "dense", "type": "Dense", "output_shape": [None, 1], "parameters": 9},
    ]
    assert (found["parameters"], found["bytes"]) == (8_809, 35_236)
    assert (found["input_bytes"], found["one_hot_bytes"]) == (8_000_000, 8_000_000_000)
    assert set(found["estimate"]) == {"memory_bytes", "seconds_per_epoch", "rests_on"}


def test_params_for_people_show_total_and_cost(cli):
    code, out, err = cli("params", "--arch", "gru")
    assert (code, err) == (0, "")
    assert "embedding (Embedding)   (None, 100, 16)        8,000   32,000" in out
    assert "8,633" in out
    assert "Input: 8.0\u00a0MB as fed to the network, 8.0\u00a0GB as a plain one-hot array." in out
    assert "of memory and" in out


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "arch"])
def test_each_field_is_a_flag_with_a_hyphen_or_an_underscore(cli, field):
    kind, low = FIELDS[field].kind, FIELDS[field].low
    value = {bool: True, str: FIELDS[field].choices[-1:]}.get(kind, low)
    value = value[0] if kind is str else value
    for flag in (f"--{field}", f"--{field.replace('_', '-')}"):
        found = document(cli("params", "--arch", "lstm", flag, str(value), "--json"))
        assert found["config"] == {**preset("lstm").to_dict(), field: value}


def test_bare_bidirectional_means_true(cli):
    def both(*flags):
        return document(cli("params", "--arch", "gru", *flags, "--json"))["config"]["bidirectional"]

    assert [both("--bidirectional"), both("--bidirectional", "false"), both()] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "COMMAND"),
        (("train",), "one of the arguments --preset --arch is required"),
        (("train", "--preset", "lstm", "--arch", "gru"), "not allowed with argument --preset"),
        (("params", "--arch", "lstm", "--epoch", "3"), "--epoch"),
        (("classify",), "one of the arguments --text --file is required"),
        (("show",), "RUN"),
    ],
)
def test_bad_usage_ends_with_2(cli, arguments, reason):
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert reason in err.splitlines()[-1]


def test_field_without_meaning_is_noted_and_left_out(cli):
    code, out, err = cli("params", "--arch", "onehot-rnn", "--embedding-dim", "32", "--json")
    assert err == "rnnlab: onehot-rnn ignores embedding_dim\n"
    found = document((code, out, err))
    assert (found["config"]["embedding_dim"], found["parameters"]) == (None, 2_481)


def test_estimate_rests_on_this_machines_runs_once_there_are_any(cli, store):
    def estimate():
        return document(cli("params", "--preset", "lstm", "--json"))["estimate"]

    assert "guess" in estimate()["rests_on"]
    store.enqueue(preset("lstm"), now=labs.NOW)
    attempt = store.claim_next("worker-1", machine=machine.name(), now=labs.NOW)
    labs.train(attempt, 3)  # a second an epoch
    attempt.end(RunState.FINISHED, now=labs.NOW)
    assert "1 earlier lstm run" in estimate()["rests_on"]
    assert estimate()["seconds_per_epoch"] == pytest.approx(1.0)


def test_version_is_the_packages(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"rnnlab {flags.version()}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+", flags.version())


def test_usage_names_the_program_rnnlab(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert capsys.readouterr().out.startswith("usage: rnnlab train (--preset NAME")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--test-set"], True),
        (["--test-set", "true"], True),
        (["--test_set", "false"], False),
        (["--no-test-set"], False),
        (["--test-set", "--no-test-set"], False),
        ([], False),
    ],
)
def test_test_set_is_a_switch(cli, given, expected):
    found = document(cli("params", "--preset", "lstm", *given, "--split-seed", "7", "--json"))
    assert found["config"]["test_set"] is expected
    assert found["config"]["split_seed"] == 7


def test_split_seed_out_of_bounds_is_refused(cli):
    code, out, err = cli("params", "--preset", "lstm", "--split-seed", "-1")
    assert (code, out) == (2, "")
    assert "split_seed must be 0–4294967295, got -1" in err
