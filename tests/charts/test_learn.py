"""The charts of the lesson: what their tuples say, and what their figures show of it."""

import numpy as np
import pytest

from rnnlab.charts import arrangements, dots, overfitting, states, stopping
from rnnlab.charts.arrangements import Answers, ArrangementsChart
from rnnlab.charts.dots import DotsChart, Row
from rnnlab.runs import Epoch

TEXT = "#161B26"
LOSSES = [0.6, 0.5, 0.55, 0.45, 0.5, 0.52, 0.53]


def test_answers_of_the_order_that_is_looked_at_are_large():
    info = ArrangementsChart((Answers("LSTM", "#0072B2", (0.2, 0.7, 0.4)),), 1)
    figure = arrangements.arrangements_figure(info, text_color=TEXT)
    assert figure.data[0].y == (0.2, 0.7, 0.4)
    assert np.argmax(figure.data[0].marker.size) == 1
    assert arrangements.describe(info) == (
        "Answers to 3 orders. LSTM: 20\u00a0% to 70\u00a0% positive."
    )


def test_states_after_the_word_that_is_read_are_not_shown_yet():
    values = np.arange(6.0).reshape(3, 2) - 2  # (words, units)
    info = states.states_chart("h", values, ["a", "b", "c"], marked=(1, 1), unit=1, until=1)
    np.testing.assert_equal(info.values, ((-2.0, 0.0, np.nan), (-1.0, 1.0, np.nan)))
    assert info.reach == 3.0  # of all words, so that colours stay while reading goes on
    figure = states.states_figure(info, text_color=TEXT)
    assert [row[-1] for row in figure.data[0].z] == [None, None]
    frame = figure.layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 1.5, 0.5, 1.5)


def test_gates_are_drawn_from_0_to_1():
    info = states.states_chart("f", np.full((2, 2), 0.4), ["a", "b"], marked=(0, 1))
    heatmap = states.states_figure(info, text_color=TEXT).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)
    assert states.describe(info) == "Forget gate of 2 units at 2 words; framed: a to b."


@pytest.mark.parametrize(
    ("patience", "title"),
    [
        (1, "Patience 1: training stops after epoch 3, and the weights of epoch 2 are kept"),
        (3, "Patience 3: training stops after epoch 7, and the weights of epoch 4 are kept"),
        (4, "Patience 4: training would go on after epoch 7; epoch 4 is kept so far"),
    ],
)
def test_stopping_is_told_in_the_title(patience, title):
    info = stopping.stopping_chart(LOSSES, LOSSES, patience, "#0072B2")
    assert info.title == title
    figure = stopping.stopping_figure(info, text_color=TEXT)
    best = next(trace for trace in figure.data if trace.uid == "best")
    assert (best.x, best.y) == ((info.stopping.best,), (min(LOSSES[: info.stopping.best]),))


def test_curves_of_dropout_keep_one_scale_whichever_are_shown():
    epochs = [Epoch(n, 0.6 - n / 10, 0.7, 0.5 + n / 10, 0.6, 1.0) for n in (1, 2, 3)]
    both = [overfitting.course(name, "#0072B2", epochs, "loss") for name in ("a", "b")]
    one = overfitting.overfitting_chart("loss", both[:1], both)
    two = overfitting.overfitting_chart("loss", both, both)
    assert both[0].validation == pytest.approx((0.6, 0.7, 0.8))
    assert (one.low, one.high) == (two.low, two.high) == pytest.approx((0.3, 0.8))
    ranges = [
        overfitting.overfitting_figure(info, text_color=TEXT).layout.yaxis.range
        for info in (one, two)
    ]
    assert ranges[0] == ranges[1]


def test_mean_is_that_of_the_dots_that_are_drawn():
    row = Row("GRU", "#009E73", ("gru-1", "gru-2", "gru-3"), (0.7, 0.8, 0.3), 2)
    assert row.mean == pytest.approx(0.75)
    info = DotsChart("validation accuracy", (row,))
    figure = dots.dots_figure(info, text_color=TEXT)
    assert figure.data[0].x == (0.7, 0.8)
    assert figure.layout.shapes[0].label.text == "mean 75.0\u00a0%"
    low, high = figure.layout.xaxis.range
    assert low < 0.3 and high > 0.8  # room for the dots to come
    assert dots.describe(info) == (
        "validation accuracy. GRU: 2 runs from 70.0\u00a0% to 80.0\u00a0%."
    )
