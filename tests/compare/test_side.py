"""Which runs of a group count, and what is said of those that do not."""

import dataclasses

import pytest

from rnnlab.compare import verdict
from rnnlab.compare.groups import group_runs
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.ranking import rank
from rnnlab.compare.side import LeftOut, Side
from rnnlab.config import preset
from rnnlab.runs import Run, RunState
from tests.sides import BAD, GOOD, group, run


def lab_run(seed, *, arch="lstm", state=RunState.FINISHED, best_epoch=3, **changes):
    config = preset(arch, seed=seed, **changes)
    name = f"{arch}-{seed}"
    return Run(f"id-{name}", name, state, config, 8_809, 0.0, 0.0, best_epoch=best_epoch)


def side_of(runs, accuracies=GOOD, *, all_runs=()):
    (found,) = group_runs(runs)
    predicted = [
        run(accuracy, seed=member.config.seed)
        for member, accuracy in zip(found.runs, accuracies, strict=False)
    ]
    return Side.from_group(found, predicted, all_runs)


def test_seed_that_failed_in_the_lab_is_named_and_counts_as_a_failure():
    runs = [lab_run(seed) for seed in (1, 2, 3)]
    failed = lab_run(4, state=RunState.FAILED, best_epoch=None)
    side = side_of(runs, all_runs=[*runs, failed])
    assert side.left_out == LeftOut(failed=1)
    assert (side.failures.failed, side.failures.seeds) == (1, 4)
    assert side.min_seeds == 5
    ranking = rank([side], [])
    assert ranking.headline == "LSTM × 3: 80.0\u00a0% accuracy (1 of 4 seeds failed)"
    assert "1 of 4 seeds of LSTM × 3 ended without a model." in ranking.details


def test_seeds_that_were_not_chosen_are_named():
    runs = [lab_run(seed) for seed in range(1, 8)]
    side = side_of(runs[:3], all_runs=[*runs, lab_run(9, units=4)])
    assert side.left_out == LeftOut(not_chosen=4)
    (found,) = verdict.compare_sides([side, group("gru", BAD, arch="gru")])
    assert "3 of 7 trained seeds of LSTM × 3 are chosen, which can favor it." in found.rests_on


def test_stopped_run_is_left_out_and_named():
    runs = [lab_run(seed) for seed in (1, 2, 3)] + [lab_run(4, state=RunState.STOPPED)]
    side = side_of(runs)
    assert (side.seeds, side.name, side.left_out) == (3, "LSTM × 3", LeftOut(stopped=1))
    (found,) = verdict.compare_sides([side, group("gru", BAD, arch="gru")])
    assert "1 run of LSTM × 3 left out: stopped before it ended." in found.rests_on


@pytest.mark.parametrize("seeds", [1, 3])
def test_stopped_runs_alone_give_no_verdict_on_their_settings(seeds):
    runs = [lab_run(seed, state=RunState.STOPPED) for seed in range(1, seeds + 1)]
    side = side_of(runs, GOOD[:seeds])
    assert not side.enough
    gru = group("gru", BAD, arch="gru")
    (found,) = verdict.compare_sides([side, gru])
    assert (found.outcome, found.of_models) == (Outcome.SEEDS, Outcome.A)
    assert found.short == "no verdict on stopped runs"
    assert found.sentence.startswith(
        f"No verdict on {side.name} and gru: {side.name} was stopped before the end. "
        "These trained models differ significantly: "
    )
    assert f"train at least 3 seeds of {side.name} to the end." in found.rests_on
    ranking = rank([side, gru], [found])
    assert ranking.headline.endswith("higher than gru: no verdict on stopped runs")
    assert ranking.details == "No verdict against gru: runs were stopped before the end."


def test_run_that_was_still_improving_is_counted():
    cut_off = dataclasses.replace(lab_run(1), best_epoch=preset("lstm").epochs)
    assert side_of([cut_off, lab_run(2)]).left_out == LeftOut(improving=1)
