"""The charts of the Inside page, as tuples and as figures."""

import numpy as np
import pytest
from scipy.special import expit

from rnnlab.charts import cell, dial, dial_figure, last_words, logit_shares, reach
from rnnlab.charts.last_words import LastWordsLine
from rnnlab.charts.reach import ReachLine
from rnnlab.inside.dial import dial as make_dial
from rnnlab.inside.memory import Reach, Swaps
from rnnlab.inside.network import Network
from rnnlab.inside.order import LastWords
from rnnlab.inside.terms import LogitShares
from tests.networks import fixed_weights, tiny

IDS = np.random.default_rng(0).integers(3, 10, (80, 5)).astype(np.int32)
TEXT = "#161B26"


@pytest.fixture(scope="module")
def network():
    config = tiny("gru", units=4)
    return Network.load(config, fixed_weights(config))


def chart_of(network, words):
    states = network.run(network.project(IDS[:1])).layers[-1].cells[0].steps["h"][: len(words), 0]
    read_out = network.kernel[:, 0]
    info = dial.dial_chart(
        make_dial(network, IDS),
        states,
        words,
        read_out=read_out,
        bias=network.bias,
        color="#009E73",
    )
    return info, states @ read_out + network.bias


def test_walk_has_the_probability_at_each_word(network):
    info, logits = chart_of(network, ("a", "b", "c", "d", "e"))
    np.testing.assert_allclose(info.walk.probabilities, expit(logits))
    assert len(info.cloud[0]) == 80
    assert "ends at" in dial.describe(info)


def test_boundary_is_where_the_network_says_one_half(network):
    info, _ = chart_of(network, ("a",))
    made = make_dial(network, IDS)
    for x, y in info.boundary:
        state = made.mean + x * made.directions[0] + y * made.directions[1]
        assert state @ network.kernel[:, 0] + network.bias == pytest.approx(0, abs=1e-9)


def test_words_that_move_the_answer_most_are_named(network):
    words = ("a", "<b>", "c", "d", "e")
    info, logits = chart_of(network, words)
    figure = dial_figure.dial_figure(info, text_color=TEXT)
    named = next(trace for trace in figure.data if trace.uid == "named")
    moves = np.abs(np.diff(logits, prepend=logits[0]))
    expected = sorted(np.argsort(-moves)[: dial_figure.NAMED])
    escaped = ("a", "&lt;b&gt;", "c", "d", "e")
    assert list(named.text) == [escaped[place] for place in expected]


def test_text_without_words_has_no_walk(network):
    info, _ = chart_of(network, ())
    assert info.walk.x == ()
    assert "text starts" not in dial.describe(info)
    assert dial_figure.dial_figure(info, text_color=TEXT).data[1].x == ()


def test_cells_are_drawn_by_unit_and_word_on_the_given_scale():
    values = np.array([[0.1, -0.4], [0.2, 0.3], [0.0, 0.5]])
    info = cell.cell_chart("h", values, ("a", "b", "c"), reach=0.8)
    assert info.values == ((0.1, 0.2, 0.0), (-0.4, 0.3, 0.5))
    (heatmap,) = cell.cell_figure(info, text_color=TEXT).data
    assert (heatmap.zmin, heatmap.zmax) == (-0.8, 0.8)
    assert cell.describe(info) == "Hidden state of 2 units at 3 words, from −0.40 to 0.50."
    gate = cell.cell_chart("f", np.abs(values), ("a", "b", "c"), reach=0.5)
    (heatmap,) = cell.cell_figure(gate, text_color=TEXT).data
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)


def test_reach_names_the_half_lives():
    falling = Reach(*np.linspace([0.5, 1, 2], [0.1, 0.2, 0.4], 100).T, 63)
    level = Reach(*np.tile([[0.5], [1], [2]], 100), None)
    info = reach.reach_chart(
        [ReachLine("lstm-1", "#0072B2", falling), ReachLine("gru-1", "#009E73", level)]
    )
    assert info.title == (
        "By its gradient, a word counts half as much as the last one 63 words back in lstm-1 and "
        "more than 99 words back in gru-1"
    )
    figure = reach.reach_figure(info, text_color=TEXT)
    assert [trace.uid for trace in figure.data][2] == "median-lstm-1"
    assert figure.data[2].y[0] == 1


def test_axes_hold_all_that_is_drawn_but_not_the_whole_boundary(network):
    info, _ = chart_of(network, ("a", "b", "c"))
    (left, right), (bottom, top) = info.axes
    xs = (*info.cloud[0], *info.walk.x, *(point.x for point in info.points))
    assert left < min(xs) and max(xs) < right
    assert [y for _, y in info.boundary] == [bottom, top]
    figure = dial_figure.dial_figure(info, text_color=TEXT)
    assert figure.layout.xaxis.range == (left, right)


def test_marked_word_and_unit_are_framed_and_a_click_names_both():
    values = np.array([[0.1, -0.4], [0.2, 0.3], [0.0, 0.5]])
    info = cell.cell_chart("h", values, ("a", "b", "c"), reach=0.8, first=4, marked=(1, 0))
    assert "Marked: unit 1 at “b”, 0.20." in cell.describe(info)
    figure = cell.cell_figure(info, text_color=TEXT)
    assert [(shape.x0, shape.y1) for shape in figure.layout.shapes] == [(0.5, 1.5), (0.5, 0.5)]
    assert figure.data[0].customdata[1][2] == "6 1"


def test_bars_of_the_units_add_up_to_the_logit():
    shares = LogitShares(np.array([0.5, -0.25, 1.0, 0.0]), -0.05)
    info = logit_shares.logit_shares_chart(shares, directions=2, color="#0072B2", marked=1)
    assert info.names == ("1", "2", "1 ←", "2 ←", "bias")
    assert info.title == "Logit +1.20, a probability of 76.9\u00a0%"
    assert sum(logit_shares.logit_shares_figure(info, text_color=TEXT).data[0].y) == 1.2
    assert "2 −0.25" in logit_shares.describe(info)


def test_a_dial_of_a_thousand_reviews_and_a_long_text_is_small_for_the_browser():
    config = tiny("lstm", units=8, maxlen=500)
    network = Network.load(config, fixed_weights(config))
    ids = np.random.default_rng(0).integers(3, 10, (1_000, 20)).astype(np.int32)
    words = ["entertainment"] * 500
    states = np.random.default_rng(0).uniform(-1, 1, (500, 8))
    info = dial.dial_chart(
        make_dial(network, ids),
        states,
        words,
        read_out=network.kernel[:, 0],
        bias=network.bias,
        color="#0072B2",
        marked=3,
    )
    assert len(info.cloud[0]) == 1_000
    figure = dial_figure.dial_figure(info, text_color=TEXT)
    assert len(figure.to_json()) < 150_000  # two of them stand side by side
    marked = next(trace for trace in figure.data if trace.uid == "marked")
    assert (marked.x[0], marked.y[0]) == (info.walk.x[3], info.walk.y[3])


def test_dials_side_by_side_have_the_same_axes(network):
    infos = [chart_of(network, ("a",))[0], chart_of(network, ("a", "b", "c", "d", "e"))[0]]
    wide = infos[1]._replace(axes=((-3.0, 1.0), (-0.1, 2.0)))
    first, second = dial.share_axes([infos[0], wide])
    assert first.axes == second.axes
    assert first.axes[0][0] == -3.0 and first.axes[1][1] == 2.0
    assert [y for _, y in first.boundary] == list(first.axes[1])


def test_a_state_without_an_answer_of_its_own_has_no_boundary(network):
    states = np.random.default_rng(0).uniform(-1, 1, (4, 4))
    made = make_dial(network, IDS)
    info = dial.dial_chart(
        made._replace(probabilities=(None,) * len(made.points)),
        states,
        ("a", "b", "c", "d"),
        read_out=None,
        bias=0.0,
        color="#009E73",
        marked=1,
    )
    assert info.boundary is None and info.walk.probabilities == ()
    assert "%" not in dial.describe(info)
    figure = dial_figure.dial_figure(info, text_color=TEXT)
    assert [each.text for each in figure.layout.annotations] == ["<b>b</b>"]


def test_swapped_words_are_drawn_at_their_distances():
    falling = Swaps(np.array([0, 1, 4]), *np.full((3, 3), 0.2), 4)
    info = reach.reach_chart([ReachLine("lstm-1", "#0072B2", falling)])
    assert info.title.startswith("Swapped, a word moves the answer half as far")
    assert reach.reach_figure(info, text_color=TEXT).data[2].x == (0, 1, 4)


def test_last_words_say_what_ten_of_them_give():
    points = (LastWords(1, 0.5, 0.48, 0.52), LastWords(10, 0.61, 0.6, 0.62))
    info = last_words.last_words_chart([LastWordsLine("gru-1", "#009E73", points)])
    assert info.title == "The last 10 words alone give 61.0\u00a0% in gru-1"
    figure = last_words.last_words_figure(info, text_color=TEXT)
    assert figure.data[2].y == (0.5, 0.61)
    assert figure.layout.xaxis.tickvals == (1, 5)


def test_heatmap_of_a_wide_network_shows_the_units_around_the_picked_one():
    values = np.random.default_rng(0).uniform(-1, 1, (60, 512))
    words = ["entertainment"] * 60
    info = cell.cell_chart("h", values, words, reach=1.0, first=400, marked=(59, 300))
    assert len(info.values) == cell.MAX_UNITS
    assert info.values[info.marked[1]][59] == pytest.approx(values[59, 300], abs=1e-3)
    assert "unit 301 at" in cell.describe(info)
    figure = cell.cell_figure(info, text_color=TEXT)
    assert figure.data[0].customdata[info.marked[1]][59] == "459 300"
    assert len(figure.to_json()) < 150_000  # two of them stand on the page


def test_bars_side_by_side_have_the_same_axis():
    charts = [
        logit_shares.logit_shares_chart(
            LogitShares(np.array(units), 0.1), directions=1, color="#000000"
        )
        for units in ([0.5, -0.2], [2.0, 0.1])
    ]
    shared = logit_shares.share_axis(charts)
    assert {info.reach for info in shared} == {(-0.2, 2.0)}


def test_on_a_phone_the_marked_word_alone_is_named():
    info = cell.cell_chart("h", np.zeros((3, 2)), ("a", "<b>", "c"), reach=1.0, marked=(1, 0))
    narrow = cell.cell_figure(info, text_color=TEXT).layout.meta["narrow"]
    assert narrow["xaxis"]["ticktext"] == ["&lt;b&gt;"]


def test_hovers_have_the_minus_of_the_page():
    shares = logit_shares.logit_shares_chart(
        LogitShares(np.array([-0.25]), 0.1), directions=1, color="#000000"
    )
    (bars,) = logit_shares.logit_shares_figure(shares, text_color="#000").data
    assert bars.hovertext == ("−0.250", "+0.100")


def test_only_a_layer_that_the_read_out_reads_has_a_positive_side():
    stacked = Network.load(tiny("gru", layers=2), fixed_weights(tiny("gru", layers=2), 0.5))
    ids = np.array([[1, 4, 5, 6, 4], [1, 5, 5, 4, 6], [1, 6, 4, 5, 5]], np.int32)
    for layer, oriented in ((0, False), (1, True)):
        made = make_dial(stacked, ids, layer=layer)
        info = dial.dial_chart(
            made, np.zeros((1, len(made.mean))), ["a"], read_out=None, bias=0.0, color="#000000"
        )
        title = dial_figure.dial_figure(info, text_color="#000").layout.xaxis.title.text
        assert ("positive" in title) == oriented
