"""How far each epoch has moved the weights of each layer, in proportion to their size."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import escape

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Of the layers, in their order; none of an architecture's own colours is needed beside them.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#666666")
TICKS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1)
DASHES = ("solid", "dash", "dot", "dashdot")


class UpdateLine(NamedTuple):
    """A layer's update-to-weight ratio by epoch; epochs without a record are left out."""

    layer: str
    color: str
    dash: str
    epochs: tuple[int, ...]
    ratios: tuple[float, ...]


class UpdatesChart(NamedTuple):
    """The chart's title, and a line for each layer."""

    title: str
    lines: tuple[UpdateLine, ...]


def updates_chart(ratios: Mapping[int, Mapping[str, float]]) -> UpdatesChart:
    """Return the chart of recorded ratios, by epoch and layer (see `RunStore.update_ratios`)."""
    layers = list(dict.fromkeys(layer for epoch in sorted(ratios) for layer in ratios[epoch]))
    drawn = []
    for number, layer in enumerate(layers):
        epochs = tuple(epoch for epoch in sorted(ratios) if ratios[epoch].get(layer, 0.0) > 0)
        values = tuple(ratios[epoch][layer] for epoch in epochs)
        color, dash = COLORS[number % len(COLORS)], DASHES[number % len(DASHES)]
        drawn.append(UpdateLine(layer, color, dash, epochs, values))
    drawn = [line for line in drawn if line.epochs]
    moves = [f"{line.layer} by {share(line.ratios[-1])}" for line in drawn]
    return UpdatesChart(f"The last epoch moved {format.listing(moves)}", tuple(drawn))


def share(ratio: float) -> str:
    """Format a ratio: 1.2345 → "123 %"; 0.0123 → "1.2 %"; 0.00012 → "0.012 %"."""
    percent = 100 * ratio
    return (
        f"{percent:.0f}{format.NO_BREAK}%" if percent >= 10 else f"{percent:.2g}{format.NO_BREAK}%"
    )


def describe(info: UpdatesChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    return f"{info.title} of its size. Change of each layer’s weights in each epoch."


def updates_figure(info: UpdatesChart, *, text_color: str, height: int = 300) -> "go.Figure":
    """Draw a line for each layer over a logarithmic ratio."""
    figure = lines.figure(
        {
            "x": line.epochs,
            "y": line.ratios,
            "mode": "lines+markers",
            "line": {"color": line.color, "width": 2.5, "dash": line.dash},
            "marker": {"size": 6},
            "name": line.layer,
            "showlegend": True,
            "hovertemplate": f"{escape(line.layer)}, epoch %{{x}}: %{{y:.2%}}<extra></extra>",
        }
        for line in info.lines
    )
    lines.lay_out(figure, text_color=text_color, height=height, percent=True)
    figure.update_layout(showlegend=True, legend={"x": 1.0, "xanchor": "right", "y": 1.0})
    figure.update_xaxes(title_text="epoch")
    figure.update_yaxes(
        type="log",
        title_text="change per epoch",
        tickvals=TICKS,
        ticktext=[share(tick) for tick in TICKS],
    )
    return figure
