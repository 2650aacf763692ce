"""Accuracy against a setting: which groups are one line, and what counts in its means."""

import dataclasses

import pytest

from rnnlab.charts import by_setting
from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from tests.labs import finished_run

TASK = {"dataset": "first-word", "learning_rate": 0.01}


@pytest.fixture
def groups(store):
    """Two seeds of three kinds at two lengths; the default LSTM learns nothing at 80."""
    figures = {
        ("keras", 30): (1.0, 0.9),
        ("keras", 80): (0.5, 0.51),
        ("chrono", 30): (1.0, 1.0),
        ("chrono", 80): (0.99, 1.0),
    }
    runs = []
    for (start, maxlen), accuracies in figures.items():
        for seed, accuracy in enumerate(accuracies):
            config = preset("lstm", forget_bias=start, maxlen=maxlen, seed=seed, **TASK)
            run = finished_run(store, config)
            runs.append(dataclasses.replace(run, best_val_accuracy=accuracy))
    for maxlen in (30, 80):
        run = finished_run(store, preset("feedforward", maxlen=maxlen, **TASK))
        runs.append(dataclasses.replace(run, best_val_accuracy=0.55))
    return group_runs(runs)


def test_groups_that_differ_in_the_setting_alone_are_one_line(groups):
    info = by_setting.by_setting(groups, "maxlen")
    assert {line.name: line.means for line in info.lines} == {
        "LSTM": ((30, pytest.approx(0.95)), (80, pytest.approx(0.505))),
        "LSTM, forget_bias chrono": ((30, 1.0), (80, pytest.approx(0.995))),
        "Feedforward": ((30, 0.55), (80, 0.55)),
    }
    assert [len(line.seeds) for line in info.lines] == [4, 4, 2]
    assert len({(line.color, line.dash) for line in info.lines}) == 3


def test_seeds_that_learned_nothing_count_in_the_means(groups):
    (line,) = by_setting.by_setting(groups[1:2], "maxlen").lines
    assert line.means == ((80, pytest.approx(0.505)),)


def test_title_tells_the_highest_and_the_lowest_at_the_largest_value(groups):
    info = by_setting.by_setting(groups, "maxlen")
    assert info.title == (
        "At review length 80: highest LSTM, forget_bias chrono 99.5\u00a0%, lowest LSTM 50.5\u00a0%"
    )
    assert "LSTM: 95.0\u00a0% at 30, 50.5\u00a0% at 80" in by_setting.describe(info)


def test_only_settings_that_vary_within_a_line_are_offered(groups, store):
    assert by_setting.varied(groups) == ("maxlen",)
    assert by_setting.varied(groups[:1]) == ()
    other = group_runs([finished_run(store, preset("lstm")), finished_run(store, preset("gru"))])
    assert by_setting.varied(other) == ()  # two architectures; each has one value


def test_figure_has_a_dot_for_each_seed_and_tells_its_run(groups):
    info = by_setting.by_setting(groups, "maxlen")
    chart = by_setting.figure(info)
    seeds = [trace for trace in chart.data if trace.uid.endswith("-seeds")]
    assert sum(len(trace.x) for trace in seeds) == 10
    assert {run for trace in seeds for run in trace.customdata} == {
        run.id for group in groups for run in group.runs
    }
    assert chart.layout.xaxis.ticktext == ("30", "80")
