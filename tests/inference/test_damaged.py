"""Runs whose stored files are damaged, among others that are sound."""

import pytest

from rnnlab.errors import DamagedRun
from rnnlab.inference.classify import Classifier
from rnnlab.inference.damaged import load_sound
from tests.labs import trained
from tests.networks import npz, tiny, weights


def test_damaged_runs_are_left_out_and_named(store):
    sound, damaged = trained(store, tiny("lstm")), trained(store, tiny("gru"), best=b"no archive")
    loaded, left_out = load_sound([damaged, sound], lambda run: Classifier.load(store, run))
    assert list(loaded) == [sound.id]
    (error,) = left_out
    assert (error.run, error.name) == (damaged.id, "gru-1")
    assert str(error) == (
        f"the weights of gru-1 ({damaged.id}) are damaged: delete the run and train it again"
    )


def test_run_that_is_named_is_never_left_out(store):
    sound, damaged = trained(store, tiny("lstm")), trained(store, tiny("gru"), best=b"no archive")
    with pytest.raises(DamagedRun, match="gru-1"):
        load_sound([sound, damaged], lambda run: Classifier.load(store, run), named={damaged.id})


def test_damaged_runs_alone_are_an_error(store):
    damaged = trained(store, tiny("gru"), best=b"no archive")
    with pytest.raises(DamagedRun, match="gru-1"):
        load_sound([damaged], lambda run: Classifier.load(store, run))


@pytest.mark.parametrize(
    "damage",
    [
        lambda arrays: arrays.pop("dense/bias"),
        lambda arrays: arrays.update({"dense/kernel": arrays["dense/kernel"][:1]}),
        lambda arrays: arrays.update({"dense/kernel": arrays["dense/kernel"].astype("U3")}),
    ],
)
def test_weights_of_another_network_are_damaged(store, damage):
    arrays = weights(tiny("lstm"))
    damage(arrays)
    run = trained(store, tiny("lstm"), best=npz(arrays))
    with pytest.raises(DamagedRun, match=r"weights of lstm-1 .* damaged"):
        Classifier.load(store, run)


@pytest.mark.parametrize("name", ["best", "vocabulary"])
@pytest.mark.parametrize("content", ["'text'", "X'00'", "zeroblob(70000)", None])
def test_file_that_was_changed_or_lost_is_damaged(store, name, content):
    run = trained(store, tiny("lstm"))
    with store.database.writing() as connection:
        where = f"WHERE run_id = '{run.id}' AND name = '{name}'"
        change = f"UPDATE artifacts SET content = {content}" if content else "DELETE FROM artifacts"
        connection.exec_driver_sql(f"{change} {where}")
    with pytest.raises(DamagedRun, match=r"of lstm-1 .* damaged: delete the run"):
        Classifier.load(store, run)
