"""`sweep`, whose runs this process trains, and which this process coordinates."""

import threading

import pytest

from rnnlab.study.coordinate import Coordinator
from tests import labs
from tests.commands import document, modules_after
from tests.labs import two_at_work

FLAGS = (
    *("--arch", "lstm", "--arch", "gru", "--range", "learning_rate=1e-4..1e-2"),
    *("--range", "units=4..8", "--runs", "2", "--fresh-seeds", "3", "--epochs", "3"),
)


@pytest.fixture
def dataset(lab_home):
    """A small dataset in the home, 40 of its reviews held out."""
    labs.encode_reviews(lab_home)


@pytest.fixture
def coordinated(store, monkeypatch):
    """Two threads that train what is queued, and one that coordinates; no process is started."""
    monkeypatch.setenv("RNNLAB_WORKERS", "2")
    monkeypatch.setattr("rnnlab.worker.coordinator.CoordinatorLauncher.ensure", lambda _: False)
    ended = threading.Event()

    def coordinate():
        coordinator = Coordinator(store, "test")
        while not ended.wait(0.05):
            coordinator.tick(workers=2)

    thread = threading.Thread(target=coordinate, daemon=True)
    thread.start()
    with two_at_work(store, labs.finish_network):
        yield
    ended.set()
    thread.join(60)


@pytest.fixture
def alone(store, worker, monkeypatch):
    """This process is the only worker, and there is no coordinator."""
    monkeypatch.setattr("rnnlab.worker.coordinator.CoordinatorLauncher.ensure", lambda _: False)


def test_sweep_is_followed_to_its_answer(cli, store, dataset, coordinated):
    code, out, err = cli("sweep", *FLAGS, "--name", "wide", "--json")
    found = document((code, out, err))
    assert (found["state"], found["phase"], found["name"]) == ("finished", "final", "wide")
    assert found["headline"].startswith("LSTM and GRU, each tuned with 2 runs: ")
    assert [len(candidate["settings"]) for candidate in found["candidates"]] == [2, 2]
    assert all(len(candidate["default"]["seeds"]) == 3 for candidate in found["candidates"])
    assert "Searching learning rate 0.0001–0.01; units 4–8; each architecture with 2 runs." in err
    assert "16 runs (4 in the search, 12 winners and defaults on fresh seeds), at most" in err
    code, out, _ = cli("sweep", "show", "wide")
    words = " ".join(out.split())
    assert code == 0
    assert " ".join(found["headline"].split()) in words


def test_detached_sweep_is_listed_paused_given_a_budget_resumed_and_stopped(cli, store, alone):
    found = document(cli("sweep", *FLAGS, "--detach", "--json"))
    assert (found["state"], found["headline"]) == ("running", None)
    (line,) = document(cli("sweep", "list", "--json"))
    assert line["id"] == found["id"] and line["progress"]["runs"] == 4
    assert document(cli("sweep", "pause", "sweep-1", "--json"))["state"] == "paused"
    assert cli("sweep", "pause", "sweep-1")[0] == 2
    changed = document(cli("sweep", "budget", "sweep-1", "--runs", "9", "--json"))
    assert changed["spec"]["sweep"]["runs"] == 9
    assert document(cli("sweep", "resume", "sweep-1", "--json"))["state"] == "running"
    code, _, err = cli("sweep", "delete", "sweep-1")
    assert code == 2 and "stop it first" in err
    assert document(cli("sweep", "stop", "sweep-1", "--json"))["state"] == "stopped"
    assert cli("sweep", "delete", "sweep-1")[0] == 0
    assert store.studies.all() == ()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ((), "arch must be one or more architectures"),
        (("--arch", "lstm", "--runs", "0"), "runs must be 1–1000, got 0"),
        (("--arch", "lstm", "--minutes", "0"), "minutes must be 0.1–10000"),
        (("--arch", "lstm", "--range", "units=64..8"), "write units=8..64"),
        (("--arch", "lstm", "--range", "units=8..9999"), "units must be 1–512, got 9999"),
        (("--arch", "lstm", "--range", "nope=1..2"), "searched field must be"),
        (("budget", "nope", "--runs", "4"), "there is no study 'nope'"),
    ],
)
def test_sweep_that_cannot_be_is_refused_and_nothing_is_queued(cli, store, alone, flags, message):
    code, out, err = cli("sweep", *flags)
    assert (code, out) == (2, "")
    assert message in err
    assert store.studies.all() == ()


def test_both_budgets_at_once_are_bad_usage(cli, alone):
    code, _, err = cli("sweep", "--arch", "lstm", "--runs", "4", "--minutes", "3")
    assert code == 2 and "not allowed with argument" in err


def test_grid_is_no_sweep(cli, store, alone):
    cli("study", "--arch", "lstm", "--detach")
    code, _, err = cli("sweep", "pause", "study-1")
    assert code == 2 and "searches a grid: see `rnnlab study show" in err


def test_million_points_are_sampled_and_few_are_all_trained_and_it_says_so(cli, alone):
    many = ("--range", "vocab_size=10..10009", "--range", "maxlen=5..104", "--runs", "3")
    _, _, err = cli("sweep", "--arch", "lstm", *many, "--detach")
    assert "LSTM: settings are sampled from 1,000,000 possible ones." in err
    few = ("--range", "units=4,8", "--runs", "30")
    _, _, err = cli("sweep", "--arch", "lstm", *few, "--detach")
    assert "LSTM: the ranges hold 2 settings: all are trained, and no more." in err


def test_sweeps_load_nothing_slow(store):
    slow = {"keras", "streamlit", "pandas", "sklearn", "scipy", "plotly", "optuna"}
    assert modules_after(("sweep", "list"), ("studies", "--json")) & slow == set()
