import dataclasses

import pytest

from rnnlab.compare import find, groups
from rnnlab.config import preset
from rnnlab.errors import RunNotFound
from rnnlab.runs import RunState
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


def test_stopped_run_is_set_apart_where_others_have_ended(runs):
    stopped = dataclasses.replace(
        runs[2], id="stopped", state=RunState.STOPPED, config=preset("lstm", seed=8)
    )
    (group,) = groups.group_runs([stopped, runs[0], runs[2]])
    assert (group.runs, group.stopped) == ((runs[0], runs[2]), (stopped,))
    assert (group.name, group.seeds) == ("LSTM × 2", 2)
    assert group.all_runs == (runs[0], runs[2], stopped)


def test_stopped_run_gives_way_to_one_of_its_seed_that_has_ended(runs):
    stopped = dataclasses.replace(runs[0], id="stopped", state=RunState.STOPPED)
    (group,) = groups.group_runs([stopped, runs[0]])
    assert (group.runs, group.stopped, group.repeats) == ((runs[0],), (stopped,), ())


def test_stopped_run_alone_is_the_group(runs):
    stopped = dataclasses.replace(runs[0], state=RunState.STOPPED)
    (group,) = groups.group_runs([stopped])
    assert (group.runs, group.stopped) == ((stopped,), ())


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
    assert find.find_runs(small, runs) == (runs[3], runs[5])
    assert find.find_runs("gru", runs) == (runs[1],)
    assert find.find_runs("lstm-1", runs) == ()  # a run's name is for the store


def test_unclear_and_unknown_groups_are_named(runs):
    with pytest.raises(RunNotFound, match=r"lstm has 2 groups of runs: name one of g-.*LSTM × 3"):
        find.find_runs("lstm", runs)
    with pytest.raises(RunNotFound, match="no trained onehot-rnn"):
        find.find_runs("onehot-rnn", runs)
    with pytest.raises(RunNotFound, match="no group 'g-00000000'"):
        find.find_runs("g-00000000", runs)


def test_more_seeds_follow_the_highest(runs):
    lstm, gru, _ = groups.group_runs(runs)
    assert groups.more_seeds(lstm, 0) == ()
    assert groups.more_seeds(gru, 2) == (preset("gru", seed=43), preset("gru", seed=44))


def test_more_seeds_skip_those_that_failed_and_count_those_on_the_way(runs):
    _, gru, _ = groups.group_runs(runs)
    lab_runs = [
        dataclasses.replace(runs[1], state=state, config=preset("gru", seed=seed))
        for state, seed in ((RunState.FAILED, 50), (RunState.QUEUED, 51))
    ]
    assert groups.more_seeds(gru, 2, lab_runs) == (preset("gru", seed=52),)


@pytest.fixture
def split_runs(store):
    """Two seeds on each of three splits, a third seed on the tutorial's, and a baseline on two."""
    seeds = [(seed, split) for split in (7, 42, 9) for seed in (1, 2)] + [(3, 42)]
    configs = [preset("lstm", seed=seed, split_seed=split) for seed, split in seeds]
    configs += [preset("tfidf-logreg", split_seed=split) for split in (7, 9)]
    return [finished_run(store, config) for config in configs]


def test_runs_on_other_splits_are_members_of_the_same_group(split_runs):
    lstm, baseline = groups.group_runs(split_runs)
    assert lstm.runs == tuple(split_runs[:7])
    assert lstm.seeds == 3
    assert lstm.name == "LSTM × 3, 3 splits"
    assert baseline.name == "TF-IDF + logistic regression, 2 splits"
    assert lstm.repeats == baseline.repeats == ()


def test_one_split_is_the_one_that_most_groups_have(split_runs):
    lstm, baseline = groups.on_one_split(groups.group_runs(split_runs))
    assert lstm.runs == tuple(split_runs[:2])
    assert lstm.other_splits == tuple(split_runs[2:7])
    assert (lstm.name, lstm.id) == ("LSTM × 2", groups.group_id(preset("lstm")))
    assert (baseline.runs, baseline.other_splits) == ((split_runs[7],), (split_runs[8],))
    assert baseline.name == "tfidf-logreg-1"


def test_one_split_has_the_most_runs_then_is_the_tutorials(split_runs):
    def chosen(runs):
        (group,) = groups.on_one_split(groups.group_runs(runs))
        return group.config.split_seed

    assert chosen(split_runs[:7]) == 42
    assert chosen(split_runs[:6]) == 42
    assert chosen(split_runs[:2] + split_runs[4:6]) == 7
    assert chosen(split_runs[:2] + split_runs[4:5]) == 7


def test_group_without_runs_on_that_split_keeps_its_own(split_runs):
    lstm, baseline = groups.on_one_split(groups.group_runs(split_runs[2:4] + split_runs[8:]))
    assert (lstm.config.split_seed, baseline.config.split_seed) == (42, 9)


def test_other_start_makes_a_group_of_its_own_and_keras_own_start_keeps_the_old_id():
    config = preset("lstm", forget_bias="chrono", recurrent_initializer="glorot_uniform")
    assert groups.group_id(config) != groups.group_id(preset("lstm"))
    assert groups.changed_settings(config) == [
        "forget_bias chrono",
        "recurrent_initializer glorot_uniform",
    ]
    assert groups.group_id(preset("onehot-rnn")) == "g-371d8c0d"


def test_test_set_makes_a_group_of_its_own(runs):
    config = preset("lstm", test_set=True)
    assert groups.group_id(config) != groups.group_id(preset("lstm"))
    assert groups.changed_settings(config) == ["test set"]


def test_settings_that_all_groups_share_are_not_in_the_names_that_are_compared(store):
    configs = [
        preset(arch, seed=seed, test_set=True, units=4)
        for arch in ("lstm", "gru")
        for seed in (1, 2)
    ]
    tested = groups.group_runs([finished_run(store, config) for config in configs])
    assert tested[0].name == "LSTM × 2, units 4, test set"
    assert [g.name for g in groups.as_compared(tested)] == ["LSTM × 2", "GRU × 2"]
    assert [g.id for g in groups.as_compared(tested)] == [g.id for g in tested]
    assert groups.shared_settings(tested) == {"units": 4, "test_set": True}
    without = groups.group_runs([finished_run(store, preset("gru"))])
    assert groups.as_compared([*tested, *without]) == (*tested, *without)
