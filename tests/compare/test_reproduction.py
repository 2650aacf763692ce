"""Whether a run trained again gives the same: the comparison, and what is queued for it."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest

from rnnlab.compare import reproduction
from rnnlab.compare.reproduction import compare, weights_sha256
from rnnlab.config import preset
from rnnlab.errors import DataError, RunNotFound, StoreError, WrongState
from rnnlab.lab import Lab
from rnnlab.runs import HISTORY_KEYS, RunState
from tests import labs
from tests.commands import document
from tests.labs import working
from tests.networks import npz

WEIGHTS = npz({"dense/kernel": np.ones((2, 1), np.float32), "dense/bias": np.zeros(1)})
OTHER = npz({"dense/kernel": np.ones((2, 1), np.float32), "dense/bias": np.full(1, 1e-9)})


@pytest.fixture
def original(store):
    run = labs.finished_run(store, best=WEIGHTS)
    return run, store.epochs(run.id)


def again(original, *, change=None, **fields):
    """The comparison with a run that differs in what is given; `change` maps its last epoch."""
    run, epochs = original
    later = (*epochs[:-1], change(epochs[-1])) if change else epochs
    weights = (WEIGHTS, fields.pop("weights", WEIGHTS))
    return compare(run, epochs, replace(run, **fields), later, weights=weights)


def test_equal_history_and_weights_are_bit_identical(original):
    assert again(original) == (
        True,
        0.0,
        None,
        True,
        "Bit-identical: all figures of 3 epochs and all weights match the original.",
    )


def test_duration_is_not_part_of_the_history(original):
    assert again(original, change=lambda epoch: replace(epoch, seconds=9.0)).identical


@pytest.mark.parametrize("key", HISTORY_KEYS)
def test_largest_difference_is_named_with_figure_and_epoch(original, key):
    found = again(original, change=lambda e: replace(e, **{key: getattr(e, key) - 0.25}))
    assert found[:4] == (False, 0.25, f"{key} of epoch 3", True)
    assert f"over 3 epochs the largest difference is 0.25, in {key} of epoch 3" in found.sentence


def test_last_bit_of_one_figure_counts(original):
    found = again(original, change=lambda e: replace(e, loss=math.nextafter(e.loss, 1)))
    assert not found.identical
    assert 0 < found.largest_difference < 1e-15


def test_other_weights_with_the_same_history_are_not_identical(original):
    found = again(original, weights=OTHER)
    assert found[:4] == (False, 0.0, None, False)
    assert found.sentence.startswith(
        "The figures of 3 epochs are bit-identical. "
        "The weights of the best epoch are not identical."
    )


def test_run_that_ended_sooner_is_compared_over_what_both_have(original):
    run, epochs = original
    found = compare(run, epochs, run, epochs[:2], weights=(WEIGHTS, WEIGHTS))
    assert found[:3] == (False, 0.0, None)
    assert "It ended after epoch 2, the original after epoch 3." in found.sentence


def test_other_machine_versions_and_settings_are_named_as_a_reason(original):
    found = again(
        original,
        weights=OTHER,
        machine="there",
        versions={"keras": "3.16.0", "tensorflow": "2.21.0"},
        manifest={"threads": 2, "jit_compile": False},
    )
    assert found.sentence.endswith(
        "Training conditions differ: machine here then, there now; keras 3.15.1 then, 3.16.0 "
        "now; jit_compile unknown then, False now; threads unknown then, 2 now."
    )
    assert again(original, weights=OTHER).sentence.endswith(
        "Machine, versions and settings were the same both times."
    )


def test_weights_are_compared_by_their_arrays_and_not_by_their_file():
    swapped = npz({"dense/bias": np.zeros(1), "dense/kernel": np.ones((2, 1), np.float32)})
    assert swapped != WEIGHTS
    assert weights_sha256(swapped) == weights_sha256(WEIGHTS)
    for arrays in (
        {"dense/kernel": np.ones((1, 2), np.float32), "dense/bias": np.zeros(1)},
        {"dense/kernel": np.ones((2, 1), np.float32), "dense/bias": np.zeros(1, np.int64)},
        {"dense/kernel": np.ones((2, 1), np.float32), "other/bias": np.zeros(1)},
    ):
        assert weights_sha256(npz(arrays)) != weights_sha256(WEIGHTS)


@pytest.mark.parametrize("content", [b"", b"weights", WEIGHTS[:-9]])
def test_damaged_weights_are_an_error_with_the_remedy(content):
    with pytest.raises(StoreError, match="delete the run and train it again"):
        weights_sha256(content)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("lstm-1", "lstm-1, again"),
        ("x" * 80, "x" * 73 + ", again"),
        ("a" * 72 + " b cdef", "a" * 72 + ", again"),
    ],
)
def test_name_of_the_new_run_fits(name, named):
    assert reproduction.repeat_name(name) == named


def test_new_run_has_the_config_and_the_reviews_of_the_original(store, worker):
    run = labs.finished_run(store, preset("gru", seed=3))
    new = Lab().reproduce(run)
    assert (new.config, new.name, new.reproduces) == (run.config, "gru-1, again", run.id)
    attempt = store.claim_next("worker-1", machine="here", now=time.time())
    attempt.start(versions={}, manifest={"threads": 1})
    assert store.get(new.id).manifest == {**new.manifest, "threads": 1}


def test_original_whose_reviews_are_gone_is_refused(store, worker):
    attempt = labs.claimed(store)
    attempt.start(versions={}, manifest={"dataset_sha256": "0" * 64})
    labs.train(attempt, 1)
    attempt.end(RunState.FINISHED, now=labs.NOW)
    with pytest.raises(DataError, match="have changed since this run was queued"):
        Lab().reproduce(store.get(attempt.run.id))
    assert len(store.runs()) == 1


@pytest.mark.parametrize("state", [s for s in RunState if s is not RunState.FINISHED])
def test_only_a_finished_run_can_be_reproduced(state, store):
    run = replace(labs.finished_run(store), state=state)
    with pytest.raises(WrongState, match=f"run lstm-1 is {state}, and only a finished run"):
        Lab().reproduce(run)


def test_comparison_with_a_deleted_original_says_so(store):
    run = labs.finished_run(store)
    with pytest.raises(RunNotFound, match="may have been deleted"):
        reproduction.compare_with_original(store, replace(run, manifest={"reproduces": "gone"}))


# ---- the command -----------------------------------------------------------------------------


def finish_like(best):
    def finish(attempt):
        labs.train(attempt, 3, best=best)
        attempt.end(RunState.FINISHED, now=time.time())

    return finish


def test_command_waits_and_says_bit_identical(cli, store, worker):
    run = labs.finished_run(store, best=WEIGHTS)
    with working(store, finish_like(WEIGHTS)):
        code, out, err = cli("reproduce", "lstm-1")
    assert (code, out) == (
        0,
        "Bit-identical: all figures of 3 epochs and all weights match the original.\n",
    )
    assert "lstm-1, again (" in err
    assert {r.reproduces for r in store.runs()} == {None, run.id}


def test_command_gives_the_comparison_as_json(cli, store, worker):
    run = labs.finished_run(store, best=WEIGHTS)
    with working(store, finish_like(OTHER)):
        found = document(cli("reproduce", run.id, "--json"))
    new = found.pop("run")
    assert (new["state"], new["name"]) == ("finished", "lstm-1, again")
    assert found == {
        "reproduces": run.id,
        "identical": False,
        "largest_difference": 0.0,
        "where": None,
        "weights_identical": False,
    }


def test_detached_command_knows_nothing_yet(cli, store, worker):
    run = labs.finished_run(store, best=WEIGHTS)
    found = document(cli("reproduce", run.id, "--detach", "--json"))
    assert found.pop("run")["state"] == "queued"
    assert found == {
        "reproduces": run.id,
        "identical": None,
        "largest_difference": None,
        "where": None,
        "weights_identical": None,
    }


def test_command_whose_run_fails_ends_with_1(cli, store, worker):
    labs.finished_run(store, best=WEIGHTS)
    with working(store, lambda a: a.end(RunState.FAILED, now=time.time(), error="no luck")):
        code, out, err = cli("reproduce", "lstm-1")
    assert (code, out) == (1, "")
    assert "There is nothing to compare with lstm-1" in err
