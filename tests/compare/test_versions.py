"""Runs that another rnnlab or TensorFlow has trained are pooled only on request."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlab.compare import reproduction
from rnnlab.compare.groups import are_pooled, as_compared, group_runs, other_seeds
from rnnlab.compare.side import Side
from rnnlab.compare.versions import differences, set_apart
from rnnlab.config import preset
from rnnlab.evaluation.predictions import Predictions
from rnnlab.runs import Run, RunState

NEW = {"rnnlab": "0.2.0", "tensorflow": "2.21.0"}
OLD = {"rnnlab": "0.2.0", "tensorflow": "2.20.0"}


def run_of(seed, versions, **changes):
    config = preset("lstm", seed=seed)
    run = Run(
        f"id-{seed}",
        f"lstm-{seed}",
        RunState.FINISHED,
        config,
        8809,
        float(seed),
        float(seed),
        best_epoch=1,
        versions=versions,
    )
    return replace(run, **changes)


def seeds(runs):
    return [run.config.seed for run in runs]


@pytest.mark.parametrize(
    ("versions", "apart"),
    [
        ([NEW, NEW, NEW], []),
        ([NEW, OLD, NEW], [1]),
        ([OLD, OLD, NEW], [2]),
        ([OLD, NEW], [0]),  # of as many, the newest run decides
        ([{}, NEW, NEW], []),  # what is not said may be anything
        ([{"tensorflow": "2.20.0"}, NEW, NEW], [0]),
        ([{"tensorflow": "2.21.0"}, NEW, OLD, OLD], [0, 1]),
        ([{"tensorflow": "2.20.0"}, {"tensorflow": "2.20.0"}, {"tensorflow": "2.19.0"}], [2]),
        ([{**NEW, "rnnlab": "0.3.0"}, NEW, NEW], [0]),
        ([OLD, {"tensorflow": "2.21.0"}, {"tensorflow": "2.21.0"}], [0]),
        ([{"tensorflow": "2.21.0"}, NEW, {**NEW, "rnnlab": "0.1.0"}, NEW], [2]),
    ],
)
def test_runs_of_versions_that_few_have_are_set_apart(versions, apart):
    runs = [run_of(seed, of_run) for seed, of_run in enumerate(versions)]
    kept, others = set_apart(runs)
    assert seeds(others) == apart
    assert sorted(seeds(kept) + apart) == list(range(len(runs)))


def test_group_counts_runs_of_one_version_unless_they_are_pooled():
    runs = [run_of(1, NEW), run_of(2, NEW), run_of(3, OLD)]
    (group,) = as_compared(group_runs(runs))
    assert (group.name, seeds(group.runs), seeds(group.other_versions)) == ("LSTM × 2", [1, 2], [3])
    assert seeds(group.all_runs) == [1, 2, 3]
    (pooled,) = as_compared(group_runs(runs, pool_versions=True))
    assert (pooled.name, pooled.id, pooled.other_versions) == ("LSTM × 3", group.id, ())
    assert (are_pooled([group]), are_pooled([pooled])) == (False, True)


def test_runs_of_other_splits_and_of_other_versions_are_both_set_apart():
    other_split = run_of(4, NEW, config=preset("lstm", seed=4, split_seed=7))
    runs = [run_of(1, NEW), run_of(2, NEW), run_of(3, OLD), other_split]
    (group,) = as_compared(group_runs(runs))
    assert (seeds(group.other_splits), seeds(group.other_versions)) == ([4], [3])


def test_run_that_is_set_apart_was_not_passed_over():
    runs = [run_of(1, NEW), run_of(2, NEW), run_of(3, OLD)]
    (group,) = group_runs(runs)
    assert other_seeds(group, runs).not_chosen == 0


def test_versions_that_differ_are_named():
    assert differences([run_of(1, NEW)], [run_of(2, OLD)]) == "TensorFlow 2.20.0"
    assert differences([run_of(1, NEW)], [run_of(2, {})]) == ""


def test_side_counts_what_is_set_apart():
    runs = [run_of(1, NEW), run_of(2, NEW), run_of(3, OLD)]
    (group,) = group_runs(runs)
    side = Side.from_group(group, [predicted(run) for run in group.runs])
    assert side.left_out.other_versions == 1


def predicted(run):
    labels = np.arange(40, dtype=np.uint8) % 2
    return Predictions(run.id, run.name, run.config, labels, labels.astype(np.float32), "reviews")


def test_reproduction_says_when_machines_differ_in_kind():
    original = run_of(1, NEW, machine="a", manifest={"machine_kinds": ["EPYC (1)"]})
    repeat = run_of(1, NEW, machine="b", manifest={"machine_kinds": ["Xeon (2)"]})
    assert reproduction._reasons(original, repeat) == (
        "The machines differ in kind (EPYC (1) then, Xeon (2) now), and only machines of one kind "
        "give bit-identical results."
    )
    alike = replace(repeat, manifest=original.manifest)
    assert reproduction._reasons(original, alike) == (
        "The kind of machine, versions and settings were the same both times."
    )
    earlier = replace(original, manifest={}, versions={"tensorflow": "2.21.0"})
    assert reproduction._reasons(earlier, repeat) == (
        "Training conditions differ: machine a then, b now."
    )
