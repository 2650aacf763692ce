import dataclasses

import pytest

from rnnlab.compare import groups
from rnnlab.config import preset
from rnnlab.errors import RunNotFound
from tests.labs import finished_run


@pytest.fixture
def runs(store):
    """Three seeds of the tutorial's LSTM, one of them twice, two of a smaller one, and a GRU."""
    configs = [
        preset("lstm", seed=1),
        preset("gru"),
        preset("lstm", seed=2),
        preset("lstm", units=4, seed=1),
        preset("lstm", seed=1),
        preset("lstm", units=4, seed=5),
        preset("lstm", seed=3),
    ]
    return [finished_run(store, config) for config in configs]


def test_runs_that_differ_in_seed_alone_form_groups_in_the_order_of_their_first(runs):
    found = groups.group_runs(runs)
    assert [group.runs for group in found] == [
        (runs[0], runs[2], runs[6]),
        (runs[1],),
        (runs[3], runs[5]),
    ]
    assert [group.seeds for group in found] == [3, 1, 2]


def test_a_seed_that_comes_again_is_set_apart(runs):
    assert groups.group_runs(runs)[0].repeats == (runs[4],)


def test_groups_are_called_by_what_their_preset_lacks_whatever_stands_beside_them(runs):
    assert [group.name for group in groups.group_runs(runs)] == [
        "LSTM × 3",
        "gru-1",
        "LSTM × 2, units 4",
    ]
    assert groups.group_runs([runs[3], runs[5]])[0].name == "LSTM × 2, units 4"
    odd = preset("lstm", learning_rate=1e-3, bidirectional=True)
    assert groups.changed_settings(odd) == ["learning_rate 0.001", "bidirectional"]


def test_id_names_the_settings_without_the_seed(runs):
    config = runs[0].config
    assert groups.group_id(config) == groups.group_id(dataclasses.replace(config, seed=99))
    assert groups.group_id(config) != groups.group_id(dataclasses.replace(config, units=9))
    assert groups.group_id(preset("lstm")) == "g-84c4379d"


def test_group_is_found_by_its_id_or_an_architecture_that_has_one_group_alone(runs):
    small = groups.group_id(runs[3].config)
    assert groups.find_runs(small, runs) == (runs[3], runs[5])
    assert groups.find_runs("gru", runs) == (runs[1],)
    assert groups.find_runs("lstm-1", runs) == ()  # a run's name is for the store


def test_unclear_and_unknown_groups_are_named(runs):
    with pytest.raises(RunNotFound, match=r"lstm has 2 groups of runs: name one of g-.*LSTM × 3"):
        groups.find_runs("lstm", runs)
    with pytest.raises(RunNotFound, match="no trained onehot-rnn"):
        groups.find_runs("onehot-rnn", runs)
    with pytest.raises(RunNotFound, match="no group 'g-00000000'"):
        groups.find_runs("g-00000000", runs)


def test_missing_seeds_follow_the_highest(runs):
    lstm, gru, _ = groups.group_runs(runs)
    assert groups.missing_seeds(lstm, wanted=3) == ()
    assert groups.missing_seeds(gru, wanted=3) == (preset("gru", seed=43), preset("gru", seed=44))
