"""Accuracy by how many of a review's last words are left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import escape, faded
from rnnlab.inside.order import LastWords

if TYPE_CHECKING:
    import plotly.graph_objects as go

NAMED = 10  # words of which the title says how far they get
TICKS = (1, 5, 20, 100, 500)


class LastWordsLine(NamedTuple):
    """One model's accuracy by the number of words that are left."""

    name: str
    color: str
    points: tuple[LastWords, ...]


class LastWordsChart(NamedTuple):
    """The chart's title, and a line for each model."""

    title: str
    lines: tuple[LastWordsLine, ...]


def last_words_chart(models: Sequence[LastWordsLine]) -> LastWordsChart:
    """Return the chart of these models; the title says what the last ten words alone are worth."""
    accuracies = [
        f"{format.percent(point.accuracy)} in {line.name}"
        for line in models
        for point in line.points
        if point.words == NAMED
    ]
    title = "Accuracy on the last words alone"
    if accuracies:
        title = f"The last {NAMED} words alone give {format.listing(accuracies)}"
    return LastWordsChart(title, tuple(models))


def describe(info: LastWordsChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    return f"{info.title}. Accuracy by how many of the last words are left."


def last_words_figure(info: LastWordsChart, *, text_color: str, height: int = 340) -> "go.Figure":
    """Draw each accuracy with a band of its 95 % interval, over a logarithmic number of words."""
    traces: list[dict] = []
    shown: list[float] = []
    ends = []
    for line in info.lines:
        words = [point.words for point in line.points]
        band = {"x": words, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        traces += [
            {**band, "y": [point.low for point in line.points]},
            {
                **band,
                "y": [point.high for point in line.points],
                "fill": "tonexty",
                "fillcolor": faded(line.color, 0.16),
            },
            {
                "x": words,
                "y": [point.accuracy for point in line.points],
                "mode": "lines+markers",
                "line": {"color": line.color, "width": 3},
                "marker": {"size": 8},
                "hovertemplate": (
                    f"{escape(line.name)}: %{{y:.1%}} on the last %{{x}} words<extra></extra>"
                ),
                "uid": f"accuracy-{line.name}",
            },
        ]
        shown += [value for point in line.points for value in (point.low, point.high)]
        ends.append(lines.End(line.points[-1].accuracy, line.color, line.name))
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height, percent=True)
    lines.label_ends(figure, ends, shown=shown)
    longest = max(line.points[-1].words for line in info.lines)
    figure.update_xaxes(
        title_text="last words that are left",
        type="log",
        tickvals=[words for words in TICKS if words <= longest],
    )
    return figure
