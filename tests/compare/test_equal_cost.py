"""Groups at equal training time and with equally many parameters, against plain arithmetic."""

import dataclasses

import pytest

from rnnlab import params
from rnnlab.compare import equal_cost
from rnnlab.compare.equal_cost import AccuracyInTime
from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from rnnlab.runs import Epoch, Run, RunState


def run(arch, seed=1, **changes):
    config = preset(arch, seed=seed, **changes)
    name = f"{arch}-{seed}"
    return Run(f"{name}-{sorted(changes)}", name, RunState.FINISHED, config, 1, 0.0, 0.0)


def epochs(seconds, *accuracies):
    return tuple(
        Epoch(number, 0.5, 0.7, 0.5, accuracy, seconds)
        for number, accuracy in enumerate(accuracies, start=1)
    )


def test_each_group_has_what_it_reached_within_the_shortest_training_time():
    lstms, gru = [run("lstm", 1), run("lstm", 2)], run("gru")
    history = {
        lstms[0].id: epochs(2.0, 0.60, 0.70, 0.75, 0.78),
        lstms[1].id: epochs(2.0, 0.64, 0.62, 0.77),
        gru.id: epochs(1.0, 0.55, 0.66, 0.65, 0.64),  # 4 seconds in all
    }
    found = equal_cost.accuracy_at_equal_time(group_runs([*lstms, gru]), history)
    assert found.seconds == 4.0
    assert found.groups == (
        AccuracyInTime("LSTM × 2", pytest.approx(0.67), pytest.approx(0.0424264), 2),
        AccuracyInTime("gru-1", 0.66, None, 1),
    )
    assert found.title == "Highest within 4.0\u00a0s of training: LSTM × 2, 67.0\u00a0%"


def test_seeds_that_are_stuck_and_seeds_without_an_epoch_in_time_do_not_count():
    lstms, gru = [run("lstm", seed) for seed in (1, 2, 3)], run("gru")
    history = {
        lstms[0].id: epochs(2.0, 0.60),
        lstms[1].id: epochs(9.0, 0.64),
        lstms[2].id: epochs(2.0, 0.51),
        gru.id: epochs(1.0, 0.55, 0.66, 0.65),
    }
    lstm, other = equal_cost.accuracy_at_equal_time(
        group_runs([*lstms, gru]), history, stuck={lstms[2].id}
    ).groups
    assert (lstm.accuracy, lstm.sd, lstm.seeds) == (0.60, None, 1)
    assert other.accuracy == 0.66


def test_one_group_has_nothing_to_be_compared_with():
    assert equal_cost.accuracy_at_equal_time(group_runs([run("lstm")]), {}) is None


def test_sizes_are_compared_and_the_units_that_even_them_out_are_computed():
    groups = group_runs([run("onehot-rnn"), run("gru"), run("lstm"), run("feedforward")])
    found = equal_cost.sizes_of(groups, groups[2])
    assert [(size.name, size.parameters) for size in found.groups] == [
        ("onehot-rnn-1", 2_481),
        ("feedforward-1", 8_017),
        ("gru-1", 8_633),
        ("lstm-1", 8_809),
    ]
    onehot, _, gru, lstm = found.groups
    assert onehot.excess == pytest.approx(2_481 / 8_809 - 1)
    assert [size.close for size in found.groups] == [False, True, True, True]
    # A SimpleRNN on 300 words has n (300 + n + 1) parameters, and n + 1 more for the output.
    assert onehot.evened.units == 27
    assert params.parameters(onehot.evened) == 27 * 328 + 28 == 8_884
    assert onehot.remedy == "units 27 (8,884 parameters)"
    assert gru.remedy == lstm.remedy == "within 10\u00a0%"
    assert found.title == (
        "2 of 3 other models are within 10\u00a0% of the 8,809 parameters of lstm-1"
    )


@pytest.mark.parametrize("arch", ["onehot-rnn", "embedding-rnn", "lstm", "gru", "feedforward"])
def test_no_other_size_comes_closer(arch):
    target, config = 20_000, preset(arch)
    found = equal_cost.with_parameters(config, target)
    field = "embedding_dim" if arch == "feedforward" else "units"
    every_size = [dataclasses.replace(config, **{field: size}) for size in range(1, 200)]
    gaps = [abs(params.parameters(other) - target) for other in every_size]
    assert abs(params.parameters(found) - target) == min(gaps)


def test_title_counts_how_many_are_about_as_large():
    groups = group_runs([run("gru"), run("lstm"), run("feedforward")])
    assert equal_cost.sizes_of(groups, groups[1]).title.startswith("All 2 other models are within")
    groups = group_runs([run("onehot-rnn"), run("lstm"), run("embedding-rnn")])
    assert equal_cost.sizes_of(groups, groups[1]).title.startswith("None of the 2 other models are")


def test_what_cannot_come_close_says_so():
    assert equal_cost.with_parameters(preset("tfidf-logreg"), 8_809) is None
    assert (
        equal_cost.with_parameters(preset("lstm"), 500) is None
    )  # its word vectors alone are more
    groups = group_runs([run("lstm"), run("tfidf-logreg")])
    found = equal_cost.sizes_of(groups, groups[0])
    assert found.groups[1].remedy == "no size comes close"
    assert found.title == (
        "tfidf-logreg-1 is not within 10\u00a0% of the 8,809 parameters of lstm-1"
    )
