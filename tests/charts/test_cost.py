"""Cost against accuracy: what a group costs, and who is on the front."""

import dataclasses

import numpy as np
import pytest

from rnnlab import charts
from rnnlab.charts import cost
from rnnlab.compare.cost import Cost, group_costs
from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from rnnlab.runs import RunCost
from tests.labs import claimed, finished_run


def of(group, accuracy, parameters=1_000, **changes):
    figures = Cost(group, group, 1, parameters, 0.5, 10.0, 700.0, 40_000, accuracy, None)
    return figures._replace(**changes)


def test_a_groups_cost_is_the_mean_over_its_seeds_and_its_memory_the_highest(store):
    runs = [
        dataclasses.replace(
            finished_run(store, preset("lstm", seed=seed)),
            best_epoch=best,
            best_val_accuracy=accuracy,
            peak_memory_mb=memory,
        )
        for seed, best, accuracy, memory in ((1, 10, 0.78, 700.0), (2, 13, 0.81, 900.0))
    ]
    run_costs = {runs[0].id: RunCost(0.5, 8.0, 100), runs[1].id: RunCost(0.7, 9.0, 200)}

    (found,) = group_costs(group_runs(runs), run_costs)

    assert found == (
        group_runs(runs)[0].id,
        "LSTM × 2",
        2,
        8_809,
        pytest.approx(0.6),
        8.5,
        900.0,
        150,
        pytest.approx(0.795),
        pytest.approx(np.std([0.78, 0.81], ddof=1)),
        0,
    )


def test_seeds_that_are_stuck_count_in_the_cost_but_not_in_the_accuracy(store):
    runs = [
        dataclasses.replace(finished_run(store, preset("lstm", seed=seed)), best_val_accuracy=value)
        for seed, value in ((1, 0.78), (2, 0.51), (3, 0.80))
    ]
    costs = {
        run.id: RunCost(0.5, seconds, 100) for run, seconds in zip(runs, (8, 2, 8), strict=True)
    }

    (found,) = group_costs(group_runs(runs), costs)
    assert (found.accuracy, found.failed, found.seeds) == (pytest.approx(0.79), 1, 3)
    assert found.seconds_to_best == 6.0
    (told,) = group_costs(group_runs(runs), costs, {found.group: frozenset()})
    assert (told.accuracy, told.failed) == (pytest.approx(2.09 / 3), 0)


def test_costs_come_from_the_store(store):
    run = finished_run(store, epochs=4, best=bytes(500))

    (found,) = group_costs(group_runs(store.runs()), store.run_costs([run.id]))

    assert found[2:-1] == (1, 8_809, 1.0, 4.0, 900.0, 500, pytest.approx(0.56), None)


def test_a_run_without_an_epoch_has_no_cost_yet(store):
    run = claimed(store).run

    assert group_costs(group_runs([run]), store.run_costs([run.id])) == ()


def beaten(point, points):
    return any(other != point and other[0] <= point[0] and other[1] >= point[1] for other in points)


@pytest.mark.parametrize("seed", range(20))
def test_the_front_holds_exactly_the_points_that_none_beats(seed):
    rng = np.random.default_rng(seed)
    points = [tuple(point) for point in rng.integers(0, 6, (12, 2)).tolist()]

    front = cost.pareto_front(points)

    assert set(front) == {i for i, point in enumerate(points) if not beaten(point, points)}
    assert [points[i][0] for i in front] == sorted(points[i][0] for i in front)


def test_no_points_have_no_front():
    assert cost.pareto_front([]) == ()


def test_titles_say_what_accuracy_costs():
    gru, lstm, onehot = of("GRU", 0.795, 8_633), of("LSTM", 0.799, 8_809), of("RNN", 0.742, 2_481)

    def title(*costs, axis="parameters"):
        return cost.against(axis, costs, selected=[one.group for one in costs]).title

    assert title(gru, lstm, onehot) == (
        "Highest accuracy: LSTM, 79.9\u00a0% for 8,809\u00a0parameters; GRU, 79.5\u00a0% for "
        "8,633\u00a0parameters"
    )
    assert title(lstm, onehot) == ("Highest accuracy: LSTM, 79.9\u00a0% for 8,809\u00a0parameters")
    assert title(gru, lstm, axis="seconds_to_best") == (
        "Highest accuracy: LSTM, 79.9\u00a0% for 10.0\u00a0s to the best epoch"
    )
    assert title(onehot) == "RNN: 74.2\u00a0% for 2,481\u00a0parameters"
    assert title() == "Accuracy against parameters"


def test_groups_that_are_not_selected_stand_on_the_front_but_not_in_the_title():
    info = cost.against("parameters", [of("a", 0.7, 10), of("b", 0.8, 5)], selected=["a"])

    assert info.front == (1,)
    assert info.title == "a: 70.0\u00a0% for 10\u00a0parameters"


def test_a_group_of_unknown_cost_is_left_out():
    costs = [of("a", 0.7), of("b", 0.8, seconds_per_epoch=None), of("c", 0.8, seconds_per_epoch=0)]

    assert [
        one.group for one in cost.against("seconds_per_epoch", costs, selected=["a"]).costs
    ] == ["a"]


@pytest.mark.parametrize("axis", cost.AXES)
def test_each_point_carries_its_group_and_selected_ones_are_filled(store, axis):
    found = group_runs(
        [finished_run(store, preset(arch)) for arch in ("lstm", "gru", "onehot-rnn")]
    )
    costs = [
        of(one.id, 0.7 + 0.01 * i, 1_000 * (i + 1), accuracy_sd=0.01, seeds=3)
        for i, one in enumerate(found)
    ]
    info = cost.against(axis, costs, selected=[one.id for one in found[:2]])

    figure = cost.figure(info, charts.trace_styles(found))
    traces = {trace.uid: trace for trace in figure.data}

    assert figure.to_json()
    lstm, gru = (traces[one.id] for one in found[:2])
    assert (lstm.customdata, lstm.marker.color) == ((found[0].id,), "#0072B2")
    assert (gru.customdata, gru.marker.color) == ((found[1].id,), "#009E73")
    assert traces["others"].customdata == (found[2].id,)
    assert traces["others"].marker.symbol == "circle-open"
    assert lstm.error_y.array == (0.01,)
    assert figure.layout.xaxis.type == "log"


def test_an_empty_lab_gives_an_empty_chart():
    info = cost.against("parameters", [], selected=[])

    assert not cost.figure(info, {}).data
    assert "no group selected" in cost.describe(info)


def test_a_name_with_markup_is_drawn_as_text(store):
    found = group_runs([finished_run(store)])
    costs = [of(found[0].id, 0.7)._replace(name="<b>bold</b>")]

    figure = cost.figure(
        cost.against("parameters", costs, selected=[found[0].id]), charts.trace_styles(found)
    )

    assert figure.data[1].name == "&lt;b&gt;bold&lt;/b&gt;"
    assert "&lt;b&gt;bold" in figure.data[1].text[0]


def test_the_legend_names_the_selected_the_most_accurate_first(store):
    found = group_runs(
        [finished_run(store, preset(arch)) for arch in ("lstm", "gru", "onehot-rnn")]
    )
    costs = [of(one.id, 0.7 + 0.01 * i)._replace(name=one.name) for i, one in enumerate(found)]
    info = cost.against("parameters", costs, selected=[one.id for one in found[:2]])

    legend = sorted(cost.figure(info, charts.trace_styles(found)).data, key=lambda t: t.legendrank)

    assert [trace.name for trace in legend] == [
        "gru-1",
        "lstm-1",
        "others in this lab",
        "Pareto front",
    ]
