import json
import math
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time

import pytest

from rnnlab import machine
from rnnlab.cli import output, watch
from rnnlab.compare.groups import group_id
from rnnlab.config import FIELDS, preset
from rnnlab.lab import Lab
from rnnlab.runs import Epoch, RunState
from tests import labs
from tests.commands import SHOW_KEYS, document, modules_after
from tests.labs import be_the_worker, finish, train_until_stopped, trained_run, working
from tests.networks import LITERALS, tiny

PARAMETERS = {
    "onehot-rnn": 2_481,
    "embedding-rnn": 5_009,
    "lstm": 8_809,
    "gru": 8_633,
    "feedforward": 8_017,
    "tfidf-logreg": 40_001,
}


# ---- presets and params --------------------------------------------------------------------


def test_presets_have_their_parameter_counts(cli):
    found = document(cli("presets", "--json"))
    assert {entry["name"]: entry["parameters"] for entry in found} == PARAMETERS
    assert all(set(entry) == {"name", "label", "parameters", "config"} for entry in found)
    assert found[2]["config"] == preset("lstm").to_dict()


def test_presets_for_people_show_counts_and_fields(cli):
    code, out, err = cli("presets")
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if "lstm" in line)
    assert line.split() == ["lstm", "LSTM", "8,809", "500", "100", "0.3"]
    assert "Where they have it: learning_rate 0.0001, embedding_dim 16, units 8" in out
    (line,) = (line for line in out.splitlines() if "tfidf" in line)
    assert line.split()[-4:] == ["40,001", "20000", "1000", "–"]
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
    assert "Input: 8.0 MB as it is fed, 8.0 GB as naive one-hot." in out
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
    ("flags", "message"),
    [
        (["--maxlen", "5000"], "maxlen must be 5–1000, got 5000: shorten the review window"),
        (
            ["--maxlen", "ten"],
            "maxlen must be 5–1000, got 'ten': give a whole number in this range",
        ),
        (
            ["--learning-rate", "nan"],
            "learning_rate must be 1e-06–1, got nan: give a number in this range",
        ),
        (["--units", "-1"], "units must be 1–512, got -1: use at least one unit"),
        (
            ["--bidirectional", "maybe"],
            "bidirectional must be true or false, got 'maybe': write true or false",
        ),
        (["--truncating", "mid"], "truncating must be pre or post, got 'mid': choose one of these"),
    ],
)
@pytest.mark.parametrize("command", ["params", "train"])
def test_bad_value_is_one_line_with_field_value_limit_and_remedy(cli, command, flags, message):
    assert cli(command, "--preset", "lstm", *flags, "--json") == (2, "", f"rnnlab: {message}\n")


@pytest.mark.parametrize("name", ["transformer", ""])
def test_unknown_preset_or_arch_is_refused(cli, name):
    names = "onehot-rnn or embedding-rnn or lstm or gru or feedforward or tfidf-logreg"
    message = f"must be {names}, got {name!r}: choose one of these\n"
    assert cli("params", "--preset", name) == (2, "", f"rnnlab: preset {message}")
    assert cli("params", "--arch", name) == (2, "", f"rnnlab: arch {message}")


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
    assert err == "rnnlab: embedding_dim has no meaning for onehot-rnn: it is left out\n"
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


# ---- what the interpreter loads ------------------------------------------------------------


def test_no_command_but_worker_imports_keras_or_streamlit(store):
    run = trained_run(store, tiny("lstm"))
    loaded = modules_after(
        ("presets",),
        ("params", "--arch", "lstm", "--json"),
        ("params", "--arch", "lstm"),
        ("runs",),
        ("show", run.id),
        ("classify", "--text", "the zebra"),
        ("delete", run.id),
    )
    assert loaded & {"keras", "tensorflow", "jax", "streamlit", "pandas", "sklearn"} == set()


def test_presets_as_json_load_nothing_slow():
    slow = {"numpy", "scipy", "sqlalchemy", "rich", "psutil", "asyncio"}
    assert modules_after(("presets", "--json")) & slow == set()


# ---- runs, show, stop, resume, delete ------------------------------------------------------


def test_show_has_exactly_the_keys_and_figures_of_the_run(cli, store):
    run = labs.finished_run(store, epochs=2)
    found = document(cli("show", run.id, "--json"))
    assert set(found) == SHOW_KEYS
    assert found["history"] == {
        "loss": pytest.approx([0.69, 0.68]),
        "accuracy": [0.51, 0.52],
        "val_loss": pytest.approx([0.68, 0.67]),
        "val_accuracy": pytest.approx([0.53, 0.54]),
        "seconds": [1.0, 1.0],
    }
    assert found["best_epoch"] == 2
    assert found["metrics"] == {
        "loss": pytest.approx(0.68),
        "accuracy": 0.52,
        "val_loss": pytest.approx(0.67),
        "val_accuracy": pytest.approx(0.54),
    }
    assert found["layers"][1] == {
        "name": "lstm",
        "type": "LSTM",
        "output_shape": [None, 8],
        "parameters": 800,
    }
    assert (found["id"], found["name"], found["state"]) == (run.id, "lstm-1", "finished")
    assert (found["parameters"], found["config"]) == (8_809, preset("lstm").to_dict())
    assert found["versions"] == {"keras": "3.15.1", "tensorflow": "2.21.0"}
    assert found["error"] is None


def test_show_of_a_figure_that_is_not_a_number_is_valid_json(cli, store):
    attempt = labs.claimed(store)
    epoch = Epoch(1, math.nan, 0.5, math.inf, 0.5, 1.0)
    attempt.record_epoch(epoch, checkpoint=b"", best=b"weights")
    found = document(cli("show", attempt.run.id, "--json"))
    assert (found["history"]["loss"], found["history"]["val_loss"]) == ([None], [None])
    assert (found["metrics"]["loss"], found["metrics"]["val_loss"]) == (None, None)


def test_show_for_people_tells_layers_epochs_and_ending(cli, store):
    run = labs.finished_run(store, epochs=3)
    code, out, err = cli("show", run.name)
    assert (code, err) == (0, "")
    assert "lstm (LSTM)" in out
    assert [line.split() for line in out.splitlines() if "best" in line.split()] == [
        ["3", "0.6700", "53.0", "%", "0.6600", "55.0", "%", "1.0", "s", "best"]
    ]
    assert "Trained with keras 3.15.1, tensorflow 2.21.0." in out
    assert "Stopped early after epoch 3" in out


def test_failed_run_shows_its_error(cli, store):
    run = labs.failed_run(store)
    assert "lower learning_rate (0.5)" in document(cli("show", run.id, "--json"))["error"]
    assert "lower learning_rate (0.5)" in cli("show", run.id)[1]


def test_unknown_run_is_an_error_that_says_how_to_list_runs(cli):
    message = "rnnlab: there is no run 'nix': `python -m rnnlab runs` lists them\n"
    for command in ("show", "stop", "resume", "delete"):
        assert cli(command, "nix") == (2, "", message)


def test_runs_are_listed_newest_first_and_by_state(cli, store):
    finished = labs.finished_run(store)
    failed = labs.failed_run(store, preset("gru"))
    found = document(cli("runs", "--json"))
    assert {entry["id"]: entry["state"] for entry in found} == {
        finished.id: "finished",
        failed.id: "failed",
    }
    (entry,) = document(cli("runs", "--state", "finished", "--json"))
    assert set(entry) == {
        "id",
        "name",
        "state",
        "group",
        "config",
        "parameters",
        "epochs_done",
        "best_epoch",
        "metrics",
        "seconds",
        "error",
    }
    assert (entry["id"], entry["best_epoch"], entry["epochs_done"]) == (finished.id, 3, 3)
    assert document(cli("runs", "--state", "queued", "--json")) == []


def test_runs_for_people_are_a_line_each(cli, store):
    run = labs.finished_run(store)
    (line,) = (line for line in cli("runs")[1].splitlines() if run.id in line)
    assert line.split() == [
        run.id,
        "lstm-1",
        "finished",
        "lstm",
        "8,809",
        "3",
        "of",
        "100",
        "3",
        "0.6600",
        "55.0",
        "%",
        "3.0",
        "s",
        group_id(run.config),
    ]


def test_empty_lab_says_how_to_start(cli):
    assert cli("runs")[1] == (
        "There is no run yet: start one with `python -m rnnlab train --preset lstm`.\n"
    )
    assert document(cli("runs", "--json")) == []


def test_unknown_state_is_refused(cli):
    code, out, err = cli("runs", "--state", "dead")
    assert (code, out) == (2, "")
    assert err.startswith("rnnlab: state must be queued or running or finished")


def test_run_of_a_dead_worker_is_not_shown_as_running(cli, store):
    run = labs.claimed(store).run
    store.workers.unregister("worker-1")
    (entry,) = document(cli("runs", "--json"))
    assert (entry["id"], entry["state"]) == (run.id, "interrupted")


def test_name_cannot_steer_the_terminal(cli, store):
    run = labs.finished_run(store)
    store.rename(run.id, "[red]x[/red] :boom: \x1b[31my")
    for command in (("runs",), ("show", run.id)):
        out = cli(*command)[1]
        assert "[red]x[/red] :boom: \N{REPLACEMENT CHARACTER}[31my" in out
        assert "\x1b" not in out


def test_queued_run_is_stopped_at_once(cli, store, worker):
    run = store.enqueue(preset("lstm"), now=time.time())
    assert cli("stop", "lstm-1") == (0, "", f"lstm-1 ({run.id}) is stopped.\n")
    assert store.get(run.id).state is RunState.STOPPED


def test_running_run_is_asked_to_stop(cli, store, worker):
    run = labs.claimed(store, now=time.time()).run
    assert cli("stop", run.id) == (0, "", f"lstm-1 ({run.id}) stops at its next batch.\n")
    assert store.get(run.id).stop_requested


def test_ended_run_cannot_be_stopped_or_resumed(cli, store):
    run = labs.finished_run(store)
    for command in ("stop", "resume"):
        code, out, err = cli(command, run.id)
        assert (code, out) == (2, "")
        assert err.startswith("rnnlab: run lstm-1 is finished: ")
        assert err.count("\n") == 1


def test_interrupted_run_is_queued_again(cli, store, worker):
    run = labs.running_run(store, epochs=2)
    store.workers.unregister("worker-1")
    store.workers.mark_stalled(now=time.time())
    be_the_worker(store)
    assert cli("resume", run.id) == (
        0,
        "",
        f"lstm-1 ({run.id}) is queued again and goes on after epoch 2.\n",
    )
    assert store.get(run.id).state is RunState.QUEUED


def test_delete_without_a_terminal_does_not_ask(cli, store):
    run = labs.finished_run(store)
    assert cli("delete", run.id) == (0, "", f"lstm-1 ({run.id}) is deleted.\n")
    assert store.runs() == ()


def test_running_run_is_not_deleted(cli, store, worker):
    run = labs.claimed(store, now=time.time()).run
    code, _, err = cli("delete", run.id, "--yes")
    assert (code, err) == (
        2,
        "rnnlab: run lstm-1 is running: stop it first, then delete it\n",
    )
    assert store.get(run.id)


# ---- classify ------------------------------------------------------------------------------


def test_classify_has_exactly_the_keys_and_kerass_probability(cli, store):
    run = trained_run(store, tiny("lstm"))
    found = document(cli("classify", "--text", "The zebra!", "--json"))
    assert found == {
        "text": "The zebra!",
        "results": [
            {
                "run": run.id,
                "name": "lstm-1",
                "arch": "lstm",
                "probability": pytest.approx(LITERALS["lstm", False][0], abs=1e-6),
                "label": "negative",
                "tokens": ["the", "zebra"],
                "unknown": ["zebra"],
                "cut": 0,
            }
        ],
    }


def test_classify_asks_all_finished_runs_or_those_that_are_named(cli, store):
    finished = [trained_run(store, tiny(arch)) for arch in ("lstm", "gru", "gru")]
    labs.failed_run(store)

    def judges(*flags):
        found = document(cli("classify", "--text", "the", *flags, "--json"))
        return [result["run"] for result in found["results"]]

    assert sorted(judges()) == sorted(run.id for run in finished)
    assert judges("--run", "gru-2", finished[0].id) == [finished[2].id, finished[0].id]
    assert judges("--run", "gru-1", "--run", "lstm-1", "--run", "gru-1") == [
        finished[1].id,
        finished[0].id,
    ]


def test_classify_for_people_shows_verdict_unknown_and_cut_words(cli, store):
    run = trained_run(store, tiny("lstm"))
    code, out, err = cli("classify", "--text", "is to of a the zebra")
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if run.id in line)
    assert line.split()[:3] == ["lstm-1", run.id, "lstm"]
    assert line.split()[-3:] == ["negative", "1", "1"]
    assert "lstm-1 does not know: zebra" in out


def test_text_without_a_word_has_null_for_probability_and_label(cli, store):
    trained_run(store, tiny("lstm"))
    for text in ("", "...", " \t "):
        code, out, err = cli("classify", "--text", text, "--json")
        (result,) = document((code, out, err))["results"]
        assert (result["probability"], result["label"], result["tokens"]) == (None, None, [])
        assert err == "There is no word in this text, so there is nothing to judge.\n"


def test_review_comes_from_a_file_or_stdin_with_or_without_a_bom(cli, store, tmp_path):
    trained_run(store, tiny("lstm"))
    review = "the фильм 🎬 of\r\n"
    for name, encoding in (("plain.txt", "utf-8"), ("bom.txt", "utf-8-sig")):
        (tmp_path / name).write_bytes(review.encode(encoding))
        found = document(cli("classify", "--file", str(tmp_path / name), "--json"))
        assert found["text"] == review
    found = document(cli("classify", "--file", "-", "--json", stdin=review.encode()))
    assert found["results"][0]["tokens"] == ["the", "фильм", "🎬", "of"]


def test_file_that_cannot_be_a_review_is_an_error_with_a_remedy(cli, tmp_path):
    latin = tmp_path / "latin.txt"
    latin.write_bytes("tr\u00e8s bien".encode("latin-1"))
    huge = tmp_path / "huge.txt"
    huge.write_bytes(b"a " * 5_000_001)
    for name, message in (
        (str(tmp_path / "none"), "(No such file or directory): check its path"),
        (str(tmp_path), "(Is a directory): check its path"),
        ("a\0b", "(embedded null byte): check its path"),
        (str(huge), "file must be at most 10 MB"),
        ("/dev/zero", "file must be at most 10 MB"),
        (str(latin), "file must be UTF-8 text, byte 3 of"),
    ):
        code, out, err = cli("classify", "--file", name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert message in err


def test_classify_without_a_finished_run_says_what_to_do(cli, store):
    labs.failed_run(store)
    assert cli("classify", "--text", "good", "--json") == (
        2,
        "",
        "rnnlab: there is no finished run to classify with: train one with "
        "`python -m rnnlab train --preset lstm`\n",
    )


# ---- train ---------------------------------------------------------------------------------


def test_detached_train_gives_the_queued_run_at_once(cli, store, worker):
    found = document(
        cli("train", "--preset", "gru", "--seed", "7", "--name", "first", "--detach", "--json")
    )
    assert set(found) == SHOW_KEYS
    assert (found["state"], found["name"], found["config"]["seed"]) == ("queued", "first", 7)
    assert store.get(found["id"]).config == preset("gru", seed=7)


def test_train_shows_a_line_per_epoch_and_gives_the_finished_run(cli, store, worker):
    with working(store, finish):
        code, out, err = cli("train", "--arch", "lstm", "--epochs", "3", "--json")
    found = document((code, out, err))
    assert set(found) == SHOW_KEYS
    assert (found["state"], found["best_epoch"]) == ("finished", 3)
    assert [line for line in err.splitlines() if "epoch 2 of 3" in line] == [
        "lstm-1: epoch 2 of 3: loss 0.6800, accuracy 52.0 %, val_loss 0.6700, "
        "val_accuracy 54.0 %, 1.0 s"
    ]
    assert sum("val_loss" in line for line in err.splitlines()) == 3
    assert err.endswith("Trained to the end, 3 epochs. The weights of epoch 3 are kept.\n")


def test_train_for_people_ends_with_a_summary(cli, store, worker):
    with working(store, finish):
        code, out, _ = cli("train", "--arch", "lstm")
    assert code == 0
    assert "is finished. Stopped early after epoch 3" in out
    assert (
        "Best epoch 3: val_loss 0.6600, val_accuracy 55.0 %. Epochs done: 3 of 100, in 3.0 s."
    ) in out


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.INTERRUPTED, RunState.STOPPED])
def test_train_whose_run_does_not_finish_ends_with_1(cli, store, worker, state):
    def end(attempt):
        attempt.end(state, now=time.time(), error="the loss is not a number")

    with working(store, end):
        code, out, err = cli("train", "--arch", "lstm", "--json")
    assert code == 1
    assert json.loads(out)["state"] == state
    assert f"is {state}" in err


@pytest.fixture
def interruptible():
    """SIGINT as a terminal's process has it; a job in the background starts with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_interrupt_without_a_terminal_stops_the_run(cli, store, worker, interruptible):
    def interrupt():
        os.kill(os.getpid(), signal.SIGINT)

    with working(store, lambda attempt: train_until_stopped(attempt, then=interrupt)):
        code, out, err = cli("train", "--arch", "lstm", "--json")
    assert code == 130
    assert json.loads(out)["state"] == "stopped"
    assert "Stopping lstm-1 at its next batch" in err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_run_that_cannot_fit_is_refused_and_not_queued(cli, store):
    sizes = ["--units", "512", "--maxlen", "1000", "--batch-size", "4096", "--layers", "3"]
    code, out, err = cli("train", "--arch", "lstm", *sizes, "--bidirectional")
    assert (code, out) == (2, "")
    assert "GB of memory" in err
    assert store.runs() == ()


def test_train_of_several_seeds_follows_all_and_gives_them(cli, store, worker):
    there = labs.finished_run(store, preset("gru", seed=8))

    def work():
        for _ in range(2):
            while not (attempt := store.claim_next("worker-1", machine="here", now=time.time())):
                time.sleep(0.02)
            finish(attempt)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    code, out, err = cli("train", "--arch", "gru", "--seed", "7", "--seeds", "3", "--json")
    thread.join(10)
    found = document((code, out, err))
    assert set(found) == {"runs"}
    assert all(set(run) == SHOW_KEYS for run in found["runs"])
    assert [run["config"]["seed"] for run in found["runs"]] == [7, 8, 9]
    assert [run["state"] for run in found["runs"]] == ["finished"] * 3
    assert f"seed 8 is trained already: gru-1 ({there.id})\n" in err
    assert "gru-2: epoch 3 of" in err
    assert "gru-3: epoch 3 of" in err
    assert "gru-1: epoch" not in err


def test_seeds_that_wait_or_train_already_are_said_to(cli, store, worker):
    training = labs.claimed(store, preset("gru", seed=1), now=time.time()).run
    waiting = store.enqueue(preset("gru", seed=2), now=time.time())
    flags = ["--arch", "gru", "--seed", "1", "--detach", "--json"]
    code, out, err = cli("train", *flags, "--seeds", "2")
    assert err == (
        f"seed 1 is running already: gru-1 ({training.id})\n"
        f"seed 2 is queued already: gru-2 ({waiting.id})\n"
    )
    assert [run["id"] for run in document((code, out, err))["runs"]] == [training.id, waiting.id]
    assert len(document(cli("train", *flags, "--seeds", "1"))["runs"]) == 1


@pytest.mark.parametrize("number", ["0", "51", "many", "2.5", ""])
def test_bad_number_of_seeds_is_refused_and_nothing_is_queued(cli, store, number):
    code, out, err = cli("train", "--arch", "gru", "--seeds", number)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("rnnlab: seeds must be 1–50, got ")
    assert store.runs() == ()


def test_one_seed_that_fails_makes_the_exit_code_1(cli, store, worker):
    def fail(attempt):
        attempt.end(RunState.FAILED, now=time.time(), error="the loss is not a number")

    with working(store, fail), working(store, finish):
        code, out, _ = cli("train", "--arch", "gru", "--seeds", "2")
    assert code == 1
    assert {"failed", "finished"} <= set(out.split())


def test_interrupt_without_a_terminal_stops_every_seed(cli, store, worker, interruptible):
    def interrupt():
        os.kill(os.getpid(), signal.SIGINT)

    with working(store, lambda attempt: train_until_stopped(attempt, then=interrupt)):
        code, out, _ = cli("train", "--arch", "lstm", "--seeds", "3", "--json")
    assert code == 130
    assert [run["state"] for run in json.loads(out)["runs"]] == ["stopped"] * 3
    assert store.queued_count() == 0


def test_queued_run_tells_its_place(cli, store, worker):
    first = store.enqueue(preset("gru"), now=time.time())
    run = store.enqueue(preset("lstm"), now=time.time())
    lab = Lab()
    assert watch.place(lab, run) == "2 of 2"
    assert watch.place(lab, first) == "1 of 2"
    assert watch.place(lab, labs.finished_run(store)) == ""


def test_missing_worker_is_reported_once_with_its_log(store, capsys, lab_home):
    run = store.enqueue(preset("lstm"), now=0.0)
    patience = watch.Patience(Lab())
    for now in (100.0, 129.0):
        patience.watch(run, now)
    assert capsys.readouterr().err == ""
    for now in (131.0, 200.0):
        patience.watch(run, now)
    log = lab_home / "logs" / "worker.log"
    assert capsys.readouterr().err == f"No worker has come up yet; {log} may say why.\n"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (65, "1 min 05 s"),
        (3_599.7, "1 h 00 min"),
        (7_620, "2 h 07 min"),
    ],
)
def test_durations_read_naturally(seconds, words):
    assert output.duration(seconds) == words


# ---- the real program, in a pipe and at a terminal -----------------------------------------


@pytest.mark.parametrize("flags", [["--json"], []])
def test_closed_pipe_gives_no_traceback(flags):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "rnnlab", "presets", *flags], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


class Terminal:
    """`python -m rnnlab` at a pseudo-terminal of its own."""

    def __init__(self, *arguments):
        self.shown = ""
        self.pid, self._fd = pty.fork()
        if not self.pid:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # where the suite runs in the background
            os.execv(sys.executable, [sys.executable, "-m", "rnnlab", *arguments])

    def wait_for(self, text, *, timeout_s=10.0):
        """Read until the text is on the screen."""
        end = time.monotonic() + timeout_s
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self._fd], [], [], 0.1)[0]:
                self.shown += os.read(self._fd, 10_000).decode()

    def type(self, text):
        self.shown = ""
        os.write(self._fd, text.encode())

    def exit_code(self):
        while True:
            try:
                self.shown += os.read(self._fd, 10_000).decode()
            except OSError:  # the program has closed its terminal
                break
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.mark.parametrize(
    ("answer", "code", "state"),
    [("s\r", 130, "stopped"), ("\r", 0, "running"), ("\x03", 0, "running")],
    ids=["s stops", "Enter leaves", "a second Ctrl-C leaves"],
)
def test_ctrl_c_at_a_terminal_asks(store, worker, answer, code, state):
    terminal = Terminal("train", "--arch", "lstm")
    with working(store, train_until_stopped):
        terminal.wait_for("epoch 2/100 batch 11/313")
        terminal.type("\x03")
        terminal.wait_for("Stop the run [s], or leave it training in the background [Enter]?")
        terminal.type(answer)
        assert terminal.exit_code() == code
        (run,) = store.runs()
        assert run.state == state
        assert f"lstm-1 ({run.id}) is {state}." in terminal.shown
        if run.state.active:
            store.request_stop(run.id, now=time.time())


@pytest.mark.parametrize(
    ("answer", "code", "states"),
    [("s\r", 130, {"stopped"}), ("\r", 0, {"running", "queued"})],
    ids=["s stops", "Enter leaves"],
)
def test_ctrl_c_at_a_terminal_asks_for_all_seeds(store, worker, answer, code, states):
    terminal = Terminal("train", "--arch", "lstm", "--seeds", "3")
    with working(store, train_until_stopped):
        terminal.wait_for("epoch 2/100 batch 11/313")
        terminal.type("\x03")
        terminal.wait_for("Stop all that are left [s], or leave them training in the background")
        terminal.type(answer)
        assert terminal.exit_code() == code
        assert {run.state for run in store.runs()} == states
        for run in store.runs([RunState.RUNNING]):
            store.request_stop(run.id, now=time.time())


@pytest.mark.parametrize(("answer", "left"), [("y\r", 0), ("\r", 1)])
def test_delete_at_a_terminal_asks(store, answer, left):
    run = labs.finished_run(store)
    terminal = Terminal("delete", "lstm-1")
    terminal.wait_for(f"Delete lstm-1 ({run.id}) with all that it produced? [y/N]")
    terminal.type(answer)
    assert terminal.exit_code() == 0
    assert len(store.runs()) == left


def test_run_deleted_while_it_is_followed_leaves_the_terminal_usable(store, worker):
    terminal = Terminal("train", "--arch", "lstm")
    terminal.wait_for("queued, 1 of 1")
    (run,) = store.runs()
    store.delete(run.id)
    assert terminal.exit_code() == 2
    assert f"rnnlab: there is no run '{run.id}': it may have been deleted" in terminal.shown
    assert terminal.shown.rindex("\x1b[?25h") > terminal.shown.rindex("\x1b[?25l")  # the cursor
