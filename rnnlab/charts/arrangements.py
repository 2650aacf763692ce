"""What networks answer to one text in many orders of its words."""

from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import escape, faded

if TYPE_CHECKING:
    import plotly.graph_objects as go

LABELS_APART = 1.7  # of the axis: this chart is low, so its names need more room


class Answers(NamedTuple):
    """A network's probabilities in the orders, the first being the text as it was written."""

    name: str
    color: str
    probabilities: tuple[float, ...]


class ArrangementsChart(NamedTuple):
    """The answers of networks; `shown` is the order that a viewer looks at."""

    answers: tuple[Answers, ...]
    shown: int


def describe(info: ArrangementsChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    parts = [
        f"{each.name}: {format.whole_percent(min(each.probabilities))} to "
        f"{format.whole_percent(max(each.probabilities))} positive"
        for each in info.answers
    ]
    return f"Answers to {len(info.answers[0].probabilities)} orders. {format.listing(parts)}."


def arrangements_figure(
    info: ArrangementsChart, *, text_color: str, height: int = 300
) -> "go.Figure":
    """Draw each network's answers over the orders, the one that is looked at large."""
    traces, ends = [], []
    for each in info.answers:
        orders = list(range(len(each.probabilities)))
        traces.append(
            {
                "x": orders,
                "y": each.probabilities,
                "mode": "lines+markers",
                "line": {"color": faded(each.color, 0.45), "width": 2},
                "marker": {
                    "color": each.color,
                    "size": [17 if order == info.shown else 8 for order in orders],
                },
                "hovertemplate": f"{escape(each.name)}: %{{y:.1%}} positive<extra></extra>",
                "uid": each.name,
            }
        )
        ends.append(lines.End(each.probabilities[-1], each.color, each.name))
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height, percent=True)
    lines.label_ends(figure, ends, shown=[0.0, LABELS_APART])
    figure.add_vline(x=info.shown, line={"color": text_color, "width": 1.5}, opacity=0.35)
    count = len(info.answers[0].probabilities)
    figure.update_xaxes(
        tickvals=[0, *range(5, count, 5)],
        ticktext=["as written", *map(str, range(5, count, 5))],
        range=[-0.9, count - 0.4],
        title_text="order of the words",
    )
    figure.update_yaxes(range=[-0.02, 1.02], title_text="positive")
    figure.update_layout(margin={"l": 76})
    return figure
