"""`runs`, `show`, `stop`, `resume` and `delete`."""

import math
import time

import pytest

from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from tests import labs
from tests.commands import SHOW_KEYS, document
from tests.labs import be_the_worker


def test_show_has_exactly_the_keys_and_figures_of_the_run(cli, store):
    run = labs.finished_run(store, epochs=2)
    found = document(cli("show", run.id, "--json"))
    assert set(found) == SHOW_KEYS | {"owner", "update_ratios"}
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


def test_show_tells_how_far_each_epoch_moved_each_layer(cli, store):
    attempt = labs.claimed(store)
    labs.train(attempt, 1)  # as by an earlier version
    attempt.record_epoch(
        Epoch(2, 0.6, 0.6, 0.6, 0.6, 1.0),
        checkpoint=b"",
        update_ratios={"embedding": 0.25, "lstm": 0.5},
    )
    found = document(cli("show", attempt.run.id, "--json"))
    assert found["update_ratios"] == {"embedding": [None, 0.25], "lstm": [None, 0.5]}


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
    message = "rnnlab: there is no run 'nix': `rnnlab runs` lists them\n"
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
        "owner",
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
        "There are no runs yet: start one with `rnnlab train --preset lstm`.\n"
    )
    assert document(cli("runs", "--json")) == []


def test_run_of_a_dead_worker_is_not_shown_as_running(cli, store):
    run = labs.claimed(store).run
    store.workers.unregister("worker-1")
    (entry,) = document(cli("runs", "--json"))
    assert (entry["id"], entry["state"]) == (run.id, "interrupted")


def test_name_cannot_steer_the_terminal(cli, store):
    run = labs.finished_run(store)
    # Earlier versions took any character.
    labs.damage(store, run.id, "name = '[red]x[/red] :boom: \x1b[31my'")
    for command in (("runs",), ("show", run.id)):
        out = cli(*command)[1]
        assert "[red]x[/red] :boom: \N{REPLACEMENT CHARACTER}[31my" in out
        assert "\x1b" not in out


def test_queued_run_is_stopped_at_once(cli, store, worker):
    run = store.enqueue(preset("lstm"), now=time.time())
    assert cli("stop", "lstm-1") == (0, "", f"lstm-1 ({run.id}) was stopped.\n")
    assert store.get(run.id).state is RunState.STOPPED


def test_running_run_is_asked_to_stop(cli, store, worker):
    run = labs.claimed(store, now=time.time()).run
    assert cli("stop", run.id) == (0, "", f"lstm-1 ({run.id}) will stop at its next batch.\n")
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
        f"lstm-1 ({run.id}) is queued and will continue after epoch 2.\n",
    )
    assert store.get(run.id).state is RunState.QUEUED


def test_delete_without_a_terminal_does_not_ask(cli, store):
    run = labs.finished_run(store)
    assert cli("delete", run.id) == (0, "", f"lstm-1 ({run.id}) was deleted.\n")
    assert store.runs() == ()


def test_running_run_is_not_deleted(cli, store, worker):
    run = labs.claimed(store, now=time.time()).run
    code, _, err = cli("delete", run.id, "--yes")
    assert (code, err) == (
        2,
        "rnnlab: run lstm-1 is running: stop it first, then delete it\n",
    )
    assert store.get(run.id)
