"""A study's search as numbers, and as a figure that draws them."""

import numpy as np
import pytest

from rnnlab.charts import study as chart
from rnnlab.charts import study_figure
from rnnlab.config import ARCHITECTURES, preset
from rnnlab.runs import RunState
from rnnlab.study import plan
from tests.studies import RATES, by_rate, end_runs, finished, result, spec, start


def test_each_candidate_is_a_panel_with_its_seeds_means_and_winner(store):
    study = start(store, spec())
    info = chart.search(finished(store, study, by_rate(0.6, 0.8, 0.7), final=0.78))
    lstm, gru = info.panels
    assert (lstm.name, lstm.color) == ("LSTM", ARCHITECTURES["lstm"].color)
    assert [dot.value for dot in lstm.seeds] == [1e-4, 1e-4, 1e-3, 1e-3, 1e-2, 1e-2]
    assert [dot.accuracy for dot in lstm.seeds][:2] == pytest.approx([0.6, 0.601])
    assert [value for value, _ in lstm.means] == list(RATES)
    assert [mean for _, mean in lstm.means] == pytest.approx([0.6005, 0.8005, 0.7005])
    assert lstm.chosen == gru.chosen == 1e-3
    assert len(lstm.fresh) == 3 and {dot.value for dot in lstm.fresh} == {1e-3}
    assert (info.title, info.decided) == ("Chosen learning rate: 0.001 for all", True)
    assert lstm.seeds[0].words == "lstm-1, learning rate 0.0001, seed 42: validation 60.0\u00a0%"


def test_running_search_shows_the_highest_so_far_and_failed_seeds(store):
    study = start(store, spec())
    info = chart.search(result(store, study))
    assert info.title == "Validation accuracy against learning rate"
    end_runs(store, lambda c: RunState.FAILED if c.learning_rate == 1e-2 else 0.7)
    info = chart.search(result(store, study))
    assert info.title == "Highest so far at learning rate: 0.0001 for all"
    assert sum(dot.accuracy is None for dot in info.panels[0].seeds) == 2
    assert "2 seeds failed" in chart.describe(info)


def test_two_candidates_of_one_architecture_have_two_shades(store):
    study = plan.make_spec([preset("lstm"), preset("lstm", units=16)])
    info = chart.search(result(store, start(store, study)))
    assert [panel.name for panel in info.panels] == ["LSTM", "LSTM, units 16"]
    assert info.panels[0].color != info.panels[1].color


def test_points_lead_to_their_runs_and_all_values_are_within_the_axes(store):
    study = start(store, spec("lstm", "tfidf-logreg"))
    found = finished(store, study, lambda config: 0.8, correct={"lstm": 800, "tfidf-logreg": 900})
    info = chart.search(found)
    figure = study_figure.figure(info)
    runs = {run for trace in figure.data for run in trace.customdata or ()}
    assert runs == set(found.study.run_ids())
    low, high = figure.layout.xaxis.range
    accuracy = figure.layout.yaxis.range
    for trace in figure.data:
        assert all(low <= np.log10(x) <= high for x in trace.x)
        assert all(accuracy[0] <= y <= accuracy[1] for y in trace.y)
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis2.title.text == "no learning rate"


def test_panels_stand_below_one_another_on_a_phone(store):
    info = chart.search(result(store, start(store, spec("lstm", "gru", "feedforward"))))
    figure = study_figure.figure(info)
    wide = [figure.layout[axis].domain for axis in ("xaxis", "xaxis2", "xaxis3")]
    assert wide[0][1] < wide[1][0] < wide[1][1] < wide[2][0]
    narrow = figure.layout.meta["narrow"]
    assert {tuple(narrow[axis]["domain"]) for axis in ("xaxis", "xaxis2", "xaxis3")} == {(0, 1)}
    assert narrow["height"] > figure.layout.height
