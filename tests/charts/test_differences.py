"""The leads over each rival, as tuples and as a figure."""

import pytest

from rnnlab.charts import differences
from rnnlab.compare import verdict
from rnnlab.compare.ranking import rank
from tests.sides import BAD, GOOD, group


@pytest.fixture
def info():
    sides = [
        group("rnn", BAD, arch="embedding-rnn"),
        group("lstm", GOOD),
        group("<b>gru</b>", (0.799, 0.802, 0.797), arch="gru"),
    ]
    colors = {"rnn": "#E69F00", "lstm": "#0072B2", "<b>gru</b>": "#009E73"}
    return differences.accuracy_differences(rank(sides, verdict.compare(sides)), colors)


def test_rows_are_points_with_their_interval_the_strongest_rival_first(info):
    gru, rnn = info.rows
    assert (gru.opponent, gru.color, gru.sure) == ("<b>gru</b>", "#009E73", False)
    assert (rnn.opponent, rnn.sure) == ("rnn", True)
    assert rnn.value == pytest.approx(5.1, abs=0.05)
    assert 0 < rnn.low < rnn.value < rnn.high and gru.low < 0
    assert "rnn +5.1 points" in differences.describe(info)


def test_figure_has_a_row_for_each_rival_and_shows_names_as_text(info):
    figure = differences.accuracy_differences_figure(info, text_color="#161B26")
    assert [trace.x[0] for trace in figure.data] == [row.value for row in info.rows]
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;gru&lt;/b&gt;", "rnn")


def test_a_phone_is_given_the_leads_without_their_intervals(info):
    narrow = differences.accuracy_differences_figure(info, text_color="#161B26").layout.meta[
        "narrow"
    ]
    assert [note["text"] for note in narrow["annotations"]] == [
        f"<b>{row.value:+.1f}</b>" for row in info.rows
    ]
