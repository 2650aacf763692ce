"""`study` and `studies`, whose runs this process trains."""

import json
import time

import pytest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.studies import StudyState
from tests import labs
from tests.commands import document, modules_after
from tests.labs import two_at_work

SEARCH = ("--arch", "lstm", "--arch", "gru", "--learning-rates", "1e-4,1e-3", "--epochs", "3")
FLAGS = (*SEARCH, "--seeds", "1", "--fresh-seeds", "3")
KEYS = {
    *("id", "name", "state", "phase", "created_at", "ended_at", "error", "spec", "progress"),
    *("candidates", "headline", "refused", "pairs", "optimism", "optimism_of_choosing"),
    *("warnings", "cost"),
}


@pytest.fixture
def dataset(lab_home):
    """A small dataset in the home, 40 of its reviews held out."""
    labs.encode_reviews(lab_home)


@pytest.fixture
def two(store, monkeypatch):
    """Two threads of this process train what is queued; commands start no worker."""
    monkeypatch.setenv("RNNLAB_WORKERS", "2")
    with two_at_work(store, labs.finish_network):
        yield


def test_study_is_followed_to_its_answer(cli, store, dataset, two):
    code, out, err = cli("study", *FLAGS, "--name", "rates", "--json")
    found = document((code, out, err))
    assert set(found) == KEYS
    assert (found["state"], found["phase"], found["name"]) == ("finished", "final", "rates")
    assert found["cost"]["runs"] == 10
    assert found["headline"].startswith("Tuned, ")
    assert [pair["a"] for pair in found["pairs"]] == ["LSTM"]
    (lstm, gru) = found["candidates"]
    assert [seed["seed"] for seed in lstm["final"]] == [43, 44, 45]
    assert lstm["chosen"]["learning_rate"] == 1e-4  # of equal ones the smaller
    assert lstm["optimism"] == pytest.approx(0.55 - lstm["test_accuracy"]["mean"])
    assert gru["edges"] == [{"field": "learning_rate", "value": 1e-4, "side": "low"}]
    assert "10 runs (4 in the search, 6 on fresh seeds), at most about 1 minute." in err
    assert "rates: Search: " in err and " of 4 runs done, about 1 minute left\n" in err
    assert "rates: Winners on fresh seeds: 6 of 6 runs done" in err


def test_detached_study_is_queued_listed_and_shown(cli, store, worker):
    found = document(cli("study", *FLAGS, "--detach", "--json"))
    assert (found["state"], found["headline"]) == ("running", None)
    assert store.queued_count() == 4
    (line,) = document(cli("studies", "--json"))
    assert line == {name: found[name] for name in line}
    shown = document(cli("study", "show", found["id"], "--json"))
    assert shown["candidates"][0]["settings"][0]["seeds"][0]["outcome"] == "active"
    code, out, _ = cli("studies")
    assert code == 0 and "study-1" in out and "LSTM, GRU" in out


def test_study_is_stopped_resumed_and_deleted(cli, store, worker):
    study = document(cli("study", *FLAGS, "--detach", "--json"))["id"]
    code, out, err = cli("study", "stop", "study-1")
    assert (code, out) == (0, "") and "`rnnlab study resume" in err
    assert store.queued_count() == 0
    assert document(cli("study", "resume", study, "--json"))["state"] == "running"
    assert store.queued_count() == 4
    code, _, err = cli("study", "delete", study)
    assert code == 2 and "stop it first" in err
    assert document(cli("study", "stop", study, "--json"))["state"] == "stopped"
    assert cli("study", "delete", study)[0] == 0
    assert store.studies.all() == ()


def test_people_get_tables_and_sentences(cli, store, dataset, two):
    code, out, _ = cli("study", *FLAGS)
    words = " ".join(out.split())
    assert code == 0
    assert "Tuned, " in words and "Optimism of choosing: " in words
    assert "edge of the grid: LSTM and GRU at learning rate 0.0001; try lower values." in words
    assert "Still improving at the last epoch (3): 3 of 3 seeds of LSTM and 3 of 3" in words


def test_study_that_cannot_be_is_refused_and_nothing_is_queued(cli, store):
    for flags, message in (
        ((), "arch must be one or more architectures"),
        (("--arch", "lstm", "--learning-rates", "2"), "learning_rate must be"),
        (("--arch", "lstm", "--learning-rates", "fast"), "learning_rate must be"),
        (("--arch", "lstm", "--seeds", "many"), "seeds must be 1–20, got 'many'"),
        (("--arch", "nope"), "preset must be onehot-rnn, embedding-rnn,"),
        (("show", "nope"), "there is no study 'nope': `rnnlab studies` lists them"),
    ):
        code, out, err = cli("study", *flags)
        assert (code, out) == (2, ""), flags
        assert message in err
    assert store.runs() == ()


def test_action_without_a_study_is_bad_usage_and_says_how_to_type_it(cli):
    code, out, err = cli("study", "show")
    assert (code, out) == (2, "")
    assert err.startswith("usage: rnnlab study show [-h] [--json] STUDY\n")


def test_study_that_fails_ends_with_1_and_says_why(cli, store, monkeypatch, dataset):
    def fail(attempt):
        attempt.end(RunState.FAILED, now=time.time(), error="the loss is not a number")

    monkeypatch.setenv("RNNLAB_WORKERS", "2")
    with two_at_work(store, fail):
        code, out, _ = cli("study", *FLAGS, "--json")
    assert code == 1
    found = json.loads(out)
    assert found["state"] == StudyState.FAILED
    assert "nothing to choose from" in found["error"]
    assert found["candidates"][0]["settings"][0]["failures"] == 1


def test_run_that_is_trained_already_is_reused(cli, store, worker):
    run = labs.finished_run(store, preset("gru", epochs=3, test_set=True))
    _, out, err = cli("study", *FLAGS, "--detach", "--json")
    assert "1 run will be reused." in err
    gru = json.loads(out)["candidates"][1]
    assert gru["settings"][0]["seeds"][0]["run"] == run.id


def test_lists_of_studies_load_nothing_slow(store):
    slow = {"keras", "streamlit", "pandas", "sklearn", "scipy", "plotly"}
    assert modules_after(("studies",), ("studies", "--json")) & slow == set()
