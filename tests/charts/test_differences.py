"""The leader's differences to each opponent, as tuples and as a figure."""

import pytest

from rnnlab.charts import differences
from rnnlab.compare import verdict
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.ranking import Opponent, Ranking, rank
from rnnlab.compare.statistics import Difference
from tests.sides import BAD, GOOD, group


@pytest.fixture
def info():
    sides = [
        group("rnn", BAD, arch="embedding-rnn"),
        group("lstm", GOOD),
        group("<b>gru</b>", (0.799, 0.802, 0.797), arch="gru"),
    ]
    colors = {"rnn": "#E69F00", "lstm": "#0072B2", "<b>gru</b>": "#009E73"}
    return differences.accuracy_differences(rank(sides, verdict.compare_sides(sides)), colors)


def of_intervals(*intervals):
    """The chart of a leader whose differences, in points, are (value, low, high) each."""
    opponents = tuple(
        Opponent(
            f"rival-{place}", Difference(*(part / 100 for part in parts), 0.5, None), 0.5, Outcome.A
        )
        for place, parts in enumerate(intervals)
    )
    colors = {opponent.name: "#009E73" for opponent in opponents}
    return differences.accuracy_differences(Ranking("lstm", 0.8, None, 3, opponents), colors)


def traces_of(info):
    figure = differences.accuracy_differences_figure(info, text_color="#161B26")
    return figure, {trace.uid: trace for trace in figure.data}


def test_rows_are_points_with_their_interval_the_strongest_opponent_first(info):
    gru, rnn = info.rows
    assert (gru.opponent, gru.color, gru.significant) == ("<b>gru</b>", "#009E73", False)
    assert (rnn.opponent, rnn.significant) == ("rnn", True)
    assert rnn.value == pytest.approx(5.1, abs=0.05)
    assert 0 < rnn.low < rnn.value < rnn.high and gru.low < 0
    assert "rnn +5.1 points" in differences.describe(info)


def test_figure_has_a_row_for_each_opponent_and_shows_names_as_text(info):
    figure, traces = traces_of(info)
    assert traces["difference-0"].x == (info.rows[0].value,)
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;gru&lt;/b&gt;", "rnn")


def test_a_phone_is_given_the_differences_without_their_intervals(info):
    figure, _ = traces_of(info)
    assert [note["text"] for note in figure.layout.meta["narrow"]["annotations"]] == [
        f"<b>{row.value:+.1f}</b>" for row in info.rows
    ]


def test_intervals_of_one_scale_all_fit_the_axis():
    info = of_intervals((0.3, -0.5, 1.1), (0.9, 0.2, 1.6), (2.1, 1.3, 2.9))
    assert info.axis == pytest.approx((-0.5, 2.9))
    assert info.beyond == ()


def test_one_wide_interval_does_not_squeeze_the_others():
    info = of_intervals((0.3, -0.5, 1.1), (0.9, 0.2, 1.6), (6.0, -20.0, 32.0))
    assert info.axis == pytest.approx((-0.5, 1.6))
    assert [row.opponent for row in info.beyond] == ["rival-2"]


def test_wide_intervals_of_weak_opponents_do_not_squeeze_the_strong_ones():
    info = of_intervals(
        (9.3, 8.0, 10.6), (9.5, 8.3, 10.6), (20.8, 19.2, 22.3), (22.1, 0.9, 43.3), (27, -1, 55.3)
    )
    assert info.axis == pytest.approx((-1, 27))  # all dots are on it, and ends that nearly are
    assert [row.opponent for row in info.beyond] == ["rival-3", "rival-4"]


def test_margin_is_a_band_and_a_row_within_it_says_so(info):
    rows = (info.rows[0]._replace(within=True, value=0.1, low=-0.4, high=0.6), info.rows[1])
    figure, _ = traces_of(info._replace(rows=rows, margin=0.8))
    (band,) = (shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == (-0.8, 0.8)
    assert figure.layout.annotations[0].text == "<b>+0.1</b> (−0.4 to +0.6)<br>within 0.8 points"
    assert "within" not in figure.layout.annotations[1].text
    assert "(−0.4 to +0.6), within 0.8 points; " in differences.describe(
        info._replace(rows=rows, margin=0.8)
    )


def test_ends_of_the_band_are_shown_unless_they_are_far_from_all_intervals():
    assert of_intervals((0.2, -0.3, 0.6)).axis == (-1, 1)
    assert of_intervals((0.1, -0.1, 0.3)).axis == pytest.approx((-0.1, 0.3))


def test_margin_of_the_ranking_is_that_of_the_chart(info):
    assert info.margin == 1.0
    assert [row.within for row in info.rows] == [False, False]


def test_a_long_name_breaks_before_its_settings(info):
    rows = tuple(row._replace(opponent="Embedding RNN × 3, epochs 25") for row in info.rows)
    figure, _ = traces_of(info._replace(rows=rows))
    assert figure.layout.yaxis.ticktext[0] == "Embedding RNN × 3<br>epochs 25"


def test_an_interval_beyond_the_axis_ends_in_arrows_beside_its_true_values():
    figure, traces = traces_of(of_intervals((0.3, -0.5, 1.1), (0.9, 0.2, 1.6), (6.0, -20.0, 32.0)))
    cut, whole = traces["interval-2"], traces["interval-1"]
    assert cut.marker.symbol == ("triangle-left", "triangle-right")
    first, last = figure.layout.xaxis.range
    assert first < cut.x[0] < -0.5 and 1.6 < cut.x[1] < last  # an arrow each, all of it visible
    assert "difference-2" not in traces  # its dot would be off the axis too
    assert figure.layout.annotations[2].text == "<b>+6.0</b> (−20.0 to +32.0)"
    assert set(whole.marker.symbol) == {"line-ns"} and whole.x == pytest.approx((0.2, 1.6))


def test_an_opponent_far_behind_is_marked_at_the_end_it_lies_beyond():
    info = of_intervals((0.3, -0.5, 1.1), (12.0, 11.0, 13.0))
    _, traces = traces_of(info)
    assert traces["interval-1"].marker.symbol == ("triangle-right", "triangle-right")
    assert min(traces["interval-1"].x) > info.axis[1] == pytest.approx(1.1)
    assert "difference-1" not in traces


def test_sides_that_answer_alike_still_have_an_axis():
    low, high = of_intervals((0.0, 0.0, 0.0)).axis
    assert low < 0 < high


def test_constant_answer_is_a_line_where_the_axis_has_it():
    sides = [group("rnn", BAD, arch="embedding-rnn"), group("lstm", GOOD)]
    ranking = rank(sides, verdict.compare_sides(sides))
    colors = {"rnn": "#E69F00", "lstm": "#0072B2"}
    info = differences.accuracy_differences(ranking, colors, sides)
    share = sides[1].runs[0].labels.mean()
    expected = 100 * (sides[1].accuracy - max(share, 1 - share))
    assert info.constant.value == pytest.approx(expected)
    assert info.constant.sentence in differences.describe(info)
    line = differences.ConstantLine("Always “positive”", "lstm-1", 21.71)
    assert line.sentence == "Always “positive” scores 21.7 points lower than lstm-1."
    assert "higher than lstm-1" in line._replace(value=-0.5).sentence
    for inside, lines_drawn in ((True, 2), (False, 1)):
        at = info.axis[1] / 2 if inside else info.axis[1] + 50
        moved = info._replace(constant=info.constant._replace(value=at))
        figure, _ = traces_of(moved)
        assert len([shape for shape in figure.layout.shapes if shape.type == "line"]) == lines_drawn
