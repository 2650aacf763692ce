"""The update-to-weight ratios of a run's layers, as a tuple and as a figure."""

from rnnlab.charts import updates

RATIOS = {
    2: {"embedding": 0.25, "lstm": 0.1},
    1: {"embedding": 0.5, "lstm": 0.0},
    3: {"embedding": 0.00012, "lstm": 0.1},
}


def test_lines_are_the_layers_over_the_epochs():
    info = updates.updates_chart(RATIOS)
    assert [line.layer for line in info.lines] == ["embedding", "lstm"]
    assert info.lines[0].epochs == (1, 2, 3) and info.lines[0].ratios == (0.5, 0.25, 0.00012)
    assert info.lines[1].epochs == (2, 3)  # a logarithm has no place for 0
    assert info.title == "The last epoch moved embedding by 0.012\u00a0% and lstm by 10\u00a0%"
    assert "of its size" in updates.describe(info)


def test_axis_is_logarithmic_and_lines_differ_in_dash():
    figure = updates.updates_figure(updates.updates_chart(RATIOS), text_color="#161B26")
    assert figure.layout.yaxis.type == "log"
    assert [trace.line.dash for trace in figure.data] == ["solid", "dash"]


def test_shares_of_any_size_are_read_as_percentages():
    shares = [updates.share(ratio) for ratio in (1.2345, 0.1, 0.0123, 0.00012)]
    assert shares == ["123\u00a0%", "10\u00a0%", "1.2\u00a0%", "0.012\u00a0%"]
