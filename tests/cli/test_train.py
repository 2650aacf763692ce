"""`train`, whose run this process trains."""

import json
import os
import signal
import threading
import time

import pytest

from rnnlab.cli import watch
from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests import labs
from tests.commands import SHOW_KEYS, document
from tests.labs import finish, train_until_stopped, working


def test_detached_train_gives_the_queued_run_at_once(cli, store, worker):
    found = document(
        cli("train", "--preset", "gru", "--seed", "7", "--name", "first", "--detach", "--json")
    )
    assert set(found) == SHOW_KEYS
    assert (found["state"], found["name"], found["config"]["seed"]) == ("queued", "first", 7)
    assert store.get(found["id"]).config == preset("gru", seed=7)


def test_run_belongs_to_whoever_is_named_else_to_who_queues_it(cli, store, worker, monkeypatch):
    monkeypatch.setenv("RNNLAB_OWNER", "ann")
    named = cli("train", "--preset", "gru", "--owner", "bob", "--detach", "--json")
    assert document(cli("show", document(named)["id"], "--json"))["owner"] == "bob"
    cli("train", "--preset", "lstm", "--seeds", "2", "--detach")
    cli("study", "--arch", "lstm", "--seeds", "1", "--detach")
    assert {run["owner"] for run in document(cli("runs", "--json"))} == {
        "ann",
        "bob",
    }
    assert sum(run.owner == "bob" for run in store.runs()) == 1
    code, _, err = cli("train", "--preset", "gru", "--owner", " ", "--detach")
    assert (code, "owner must be 1–80 characters" in err) == (2, True)


def test_train_shows_a_line_per_epoch_and_gives_the_finished_run(cli, store, worker):
    with working(store, finish):
        code, out, err = cli("train", "--arch", "lstm", "--epochs", "3", "--json")
    found = document((code, out, err))
    assert set(found) == SHOW_KEYS
    assert (found["state"], found["best_epoch"]) == ("finished", 3)
    assert [line for line in err.splitlines() if "epoch 2 of 3" in line] == [
        "lstm-1: epoch 2 of 3: loss 0.6800, accuracy 52.0\u00a0%, val_loss 0.6700, "
        "val_accuracy 54.0\u00a0%, 1.0\u00a0s"
    ]
    assert sum("val_loss" in line for line in err.splitlines()) == 3
    assert err.endswith("Trained for the planned 3 epochs. The weights of epoch 3 are kept.\n")


def test_train_for_people_ends_with_a_summary(cli, store, worker):
    with working(store, finish):
        code, out, _ = cli("train", "--arch", "lstm")
    assert code == 0
    assert "is finished. Stopped early after epoch 3" in out
    assert (
        "Best epoch 3: val_loss 0.6600, val_accuracy 55.0\u00a0%. "
        "Epochs done: 3 of 100, in 3.0\u00a0s."
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
    thread.join(60)
    found = document((code, out, err))
    assert set(found) == {"runs"}
    assert all(set(run) == SHOW_KEYS for run in found["runs"])
    assert [run["config"]["seed"] for run in found["runs"]] == [7, 8, 9]
    assert [run["state"] for run in found["runs"]] == ["finished"] * 3
    assert f"seed 8 is already trained: gru-1 ({there.id})\n" in err
    assert "gru-2: epoch 3 of" in err
    assert "gru-3: epoch 3 of" in err
    assert "gru-1: epoch" not in err


def test_seeds_that_wait_or_train_already_are_said_to(cli, store, worker):
    training = labs.claimed(store, preset("gru", seed=1), now=time.time()).run
    waiting = store.enqueue(preset("gru", seed=2), now=time.time())
    flags = ["--arch", "gru", "--seed", "1", "--detach", "--json"]
    code, out, err = cli("train", *flags, "--seeds", "2")
    assert err == (
        f"seed 1 is already running: gru-1 ({training.id})\n"
        f"seed 2 is already queued: gru-2 ({waiting.id})\n"
    )
    assert [run["id"] for run in document((code, out, err))["runs"]] == [training.id, waiting.id]
    assert len(document(cli("train", *flags, "--seeds", "1"))["runs"]) == 1


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
    assert watch.queue_position(lab, run) == "2 of 2"
    assert watch.queue_position(lab, first) == "1 of 2"
    assert watch.queue_position(lab, labs.finished_run(store)) == ""


def test_missing_worker_is_reported_once_with_its_log(store, capsys, lab_home):
    run = store.enqueue(preset("lstm"), now=0.0)
    worker_wait = watch.WorkerWait(Lab())
    for now in (100.0, 129.0):
        worker_wait.check(run, now)
    assert capsys.readouterr().err == ""
    for now in (131.0, 200.0):
        worker_wait.check(run, now)
    log = lab_home / "logs" / "worker.log"
    assert capsys.readouterr().err == f"No worker has started yet; {log} may say why.\n"
