"""Cost against accuracy: what a group costs, who is on the front, and where names stand."""

import dataclasses
import itertools

import numpy as np
import pytest

from rnnlab import charts
from rnnlab.charts import cost, labels
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
    )


def test_costs_come_from_the_store(store):
    run = finished_run(store, epochs=4, best=bytes(500))

    (found,) = group_costs(group_runs(store.runs()), store.run_costs([run.id]))

    assert found[2:] == (1, 8_809, 1.0, 4.0, 900.0, 500, pytest.approx(0.56), None)


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
        return cost.against(axis, costs, chosen=[one.group for one in costs]).title

    assert title(gru, lstm, onehot) == (
        "GRU comes within 0.4 points of LSTM for 8,633\u00a0parameters instead of 8,809"
    )
    assert title(lstm, onehot) == (
        "LSTM leads, 79.9\u00a0% for 8,809\u00a0parameters, and none comes close"
    )
    assert title(gru, lstm, axis="seconds_to_best") == (
        "LSTM leads, 79.9\u00a0% for 10.0\u00a0s to the best epoch, "
        "and none within 1 point is cheaper"
    )
    assert title(onehot) == "RNN: 74.2\u00a0% for 2,481\u00a0parameters"
    assert title() == "Accuracy against parameters"


def test_groups_that_are_not_chosen_stand_on_the_front_but_not_in_the_title():
    info = cost.against("parameters", [of("a", 0.7, 10), of("b", 0.8, 5)], chosen=["a"])

    assert info.front == (1,)
    assert info.title == "a: 70.0\u00a0% for 10\u00a0parameters"


def test_a_group_of_unknown_cost_is_left_out():
    costs = [of("a", 0.7), of("b", 0.8, seconds_per_epoch=None), of("c", 0.8, seconds_per_epoch=0)]

    assert [one.group for one in cost.against("seconds_per_epoch", costs, chosen=["a"]).costs] == [
        "a"
    ]


@pytest.mark.parametrize("axis", cost.AXES)
def test_each_point_carries_its_group_and_chosen_ones_are_filled(store, axis):
    found = group_runs(
        [finished_run(store, preset(arch)) for arch in ("lstm", "gru", "onehot-rnn")]
    )
    costs = [
        of(one.id, 0.7 + 0.01 * i, 1_000 * (i + 1), accuracy_sd=0.01, seeds=3)
        for i, one in enumerate(found)
    ]
    info = cost.against(axis, costs, chosen=[one.id for one in found[:2]])

    figure = cost.figure(info, charts.trace_styles(found))
    traces = {trace.uid: trace for trace in figure.data}

    assert figure.to_json()
    assert traces["chosen"].customdata == (found[0].id, found[1].id)
    assert traces["others"].customdata == (found[2].id,)
    assert traces["chosen"].marker.color == ("#0072B2", "#009E73")
    assert traces["others"].marker.symbol == "circle-open"
    assert traces["chosen"].error_y.array == (0.01, 0.01)
    assert figure.layout.xaxis.type == "log"


def test_an_empty_lab_gives_an_empty_chart():
    info = cost.against("parameters", [], chosen=[])

    assert not cost.figure(info, {}).data
    assert "no group chosen" in cost.describe(info)


def test_a_name_with_markup_is_drawn_as_text(store):
    found = group_runs([finished_run(store)])
    costs = [of(found[0].id, 0.7)._replace(name="<b>bold</b>")]

    figure = cost.figure(
        cost.against("parameters", costs, chosen=[found[0].id]), charts.trace_styles(found)
    )

    assert figure.layout.annotations[0].text == "&lt;b&gt;bold&lt;/b&gt;"
    assert "&lt;b&gt;bold" in figure.data[2].text[0]


def overlap(a, b):
    return a.left < b.right and b.left < a.right and a.bottom < b.top and b.bottom < a.top


@pytest.mark.parametrize("width", [262, 600, 1_700])
def test_names_never_cover_each_other_on_any_width(width):
    rng = np.random.default_rng(1)
    for _ in range(30):
        points = [(float(x), float(y)) for x, y in rng.uniform(20, 240, (10, 2))]
        names = [f"a run's name {i}"[: rng.integers(4, 14)] for i in range(10)]
        found = labels.places(points, names, width=262, height=400)
        grown = [
            box._replace(
                left=box.left + x * (width / 262 - 1), right=box.right + x * (width / 262 - 1)
            )
            for (x, _), box in zip(points, found, strict=True)
            if box
        ]
        assert not any(overlap(a, b) for a, b in itertools.combinations(grown, 2))
        assert len(grown) >= 8


def test_a_name_keeps_off_lines_where_it_can():
    line = labels.Box(100, 99, 262, 101)

    (free,) = labels.places([(100, 100)], ["name"], width=262, height=400)
    (clear,) = labels.places([(100, 100)], ["name"], width=262, height=400, lines=[line])

    assert free.bottom < 100 < free.top
    assert clear.bottom >= 101 or clear.top <= 99 or clear.right <= 100
