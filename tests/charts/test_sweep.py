"""The charts of a sweep: points, titles and figures."""

import pytest

from rnnlab.charts import sweep, sweep_figures, sweep_panels
from rnnlab.charts.sweep import Axis, Point, SweepChart, Tuned
from rnnlab.studies import Range
from rnnlab.study.result import study_result
from tests.sweeps import quality, search, start
from tests.sweeps import sweep as spec_of

RATE = Axis("learning_rate", "Learning rate", Range(1e-4, 1e-2), log=True)
UNITS = Axis("units", "Units", Range(4, 16), log=False)
OPTIMIZER = Axis("optimizer", "Optimizer", Range(choices=("adam", "sgd")), log=False)


def point(number, accuracy, *, outcome="trained", rate=1e-3, units=8, parameters=100, **values):
    values = {"learning_rate": rate, "units": units, **values}
    return Point(
        number, values, accuracy, outcome, parameters, 2.0, f"run-{number}", "words", False
    )


def chart(*points, importance=None, axes=(RATE, UNITS)):
    return SweepChart((Tuned("LSTM", "#0072B2", points, importance),), axes, False)


@pytest.fixture
def found(store):
    """What a running sweep of two architectures has found."""
    study = start(store, spec_of("lstm", "gru", runs=8, epochs=5))
    search(store, accuracy=lambda config: quality(config) if config.units % 3 else 0.5)
    return study_result(*store.studies.with_runs(study.id), {})


def test_every_ended_setting_is_a_point_that_opens_its_run(found):
    info = sweep.sweep_chart(found)
    assert [len(candidate.points) for candidate in info.candidates] == [8, 8]
    runs = {seed.run.id for c in found.candidates for s in c.settings for seed in s.seeds}
    assert {p.run for candidate in info.candidates for p in candidate.points} == runs
    assert [axis.name for axis in info.axes] == ["learning_rate", "units"]
    assert sum(p.chosen for candidate in info.candidates for p in candidate.points) == 2


@pytest.mark.parametrize(
    "draw",
    [
        sweep_figures.best_so_far,
        sweep_panels.slices,
        sweep_panels.parallel,
        lambda info: sweep_figures.against_cost(info, "seconds"),
    ],
)
def test_figure_holds_the_run_of_every_point(found, draw):
    info = sweep.sweep_chart(found)
    figure = draw(info)
    drawn = {
        run for trace in figure.data if trace.customdata is not None for run in trace.customdata
    }
    assert {p.run for c in info.candidates for p in c.points} == drawn - {None}


def test_titles_say_what_is_seen():
    info = chart(point(1, 0.7), point(2, 0.8, rate=5e-3, parameters=900), point(3, 0.795))
    assert sweep.best_title(info) == "Highest in the search: LSTM 80.0\u00a0% at setting 2 of 3"
    assert sweep.slices_title(info) == "Highest so far: LSTM at learning rate 0.005, units 8"
    assert sweep.cost_title(info, "parameters") == (
        "Highest: LSTM, 80.0\u00a0% for 900 parameters; within a point: LSTM, 79.5\u00a0% for "
        "100 parameters"
    )
    assert [p.number for p in sweep.front(info, "parameters")] == [3, 2]


def test_title_of_all_fields_says_where_the_best_tenth_lies():
    points = [point(n, 0.5 + n / 100, units=n, optimizer="adam") for n in range(4, 17)]
    info = chart(*points, axes=(UNITS, OPTIMIZER))
    assert sweep.parallel_title(info) == (
        "The 3 highest of 13 settings: units 14–16, optimizer adam"
    )


def test_pruned_and_failed_settings_are_never_the_highest():
    info = chart(point(1, 0.9, outcome="pruned"), point(2, 0.95, outcome="failed"), point(3, 0.6))
    assert info.candidates[0].highest.number == 3
    assert len(sweep.front(info, "seconds")) == 1


def test_importance_is_named_once_it_is_known():
    assert "once ten settings" in sweep.importance_title(chart(point(1, 0.6)))
    info = chart(point(1, 0.6), importance={"units": 0.7, "learning_rate": 0.3})
    title = "Largest share of importance: units for LSTM (70\u00a0%)"
    assert sweep.importance_title(info) == title
    (bars,) = sweep_figures.importance(info).data
    assert list(bars.y) == ["Learning rate", "Units"] and list(bars.x) == [0.3, 0.7]


def test_choices_and_scales_have_their_places_on_axes():
    assert OPTIMIZER.share("sgd") == 1.0
    assert RATE.share(1e-3) == pytest.approx(0.5)
    figure = sweep_panels.slices(chart(point(1, 0.6, optimizer="sgd"), axes=(RATE, OPTIMIZER)))
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis2.ticktext) == ["adam", "sgd"]


def test_sweep_without_points_is_empty():
    assert chart().empty and not chart(point(1, 0.6)).empty
    assert sweep.best_title(chart()) == "No setting is trained yet"
