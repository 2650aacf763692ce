"""A figure of each run as a dot, one row a group, with the mean and the range of each."""

from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, escape, faded

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Row(NamedTuple):
    """A group's values by the names of its runs; those from `shown` on are not drawn yet."""

    name: str
    color: str
    runs: tuple[str, ...]
    values: tuple[float, ...]
    shown: int

    @property
    def mean(self) -> float:
        """The mean of what is drawn."""
        return sum(self.values[: self.shown]) / self.shown


class DotsChart(NamedTuple):
    """Rows of dots; `percent` where the values are shares; the axis holds all values."""

    label: str
    rows: tuple[Row, ...]
    percent: bool = True

    def text(self, value: float) -> str:
        """Format a value."""
        return format.percent(value) if self.percent else f"{value:,.0f}"


def describe(info: DotsChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    parts = [
        f"{row.name}: {format.plural(row.shown, 'run')} from "
        f"{info.text(min(row.values[: row.shown]))} to {info.text(max(row.values[: row.shown]))}"
        for row in info.rows
    ]
    return f"{info.label}. {format.listing(parts)}."


def dots_figure(info: DotsChart, *, text_color: str, height: int = 300) -> "go.Figure":
    """Draw a dot for each run, a line over the range of a row, and a bar at its mean."""
    traces, marks = [], []
    for place, row in enumerate(info.rows):
        values = row.values[: row.shown]
        traces.append(
            {
                "x": values,
                "y": [place] * len(values),
                "mode": "markers",
                "marker": {
                    "size": 20,
                    "color": faded(row.color, 0.65),
                    "line": {"color": row.color, "width": 2},
                },
                "text": list(map(escape, row.runs[: row.shown])),
                "hovertemplate": "%{text}: %{x:.1%}<extra></extra>"
                if info.percent
                else "%{text}: %{x:,.0f}<extra></extra>",
                "uid": row.name,
            }
        )
        marks.append(
            {
                "type": "line",
                "x0": row.mean,
                "x1": row.mean,
                "y0": place + 0.28,
                "y1": place - 0.28,
                "line": {"color": text_color, "width": 3},
                "label": {
                    "text": f"mean {info.text(row.mean)}",
                    "textposition": "end",
                    "textangle": 0,
                    "yanchor": "bottom",
                    "xanchor": "center",
                    "padding": 4,
                    "font": {"size": FONT_PX, "color": text_color},
                },
            }
        )
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height)
    everything = [value for row in info.rows for value in row.values]
    low, high = min(everything), max(everything)
    room = 0.12 * ((high - low) or abs(high) or 1.0)
    figure.update_layout(shapes=marks, margin={"l": 130, "t": 26})
    figure.update_xaxes(
        range=[low - room, high + room],
        tickformat=",.1~%" if info.percent else ",",
        nticks=5,
        title_text=info.label,
        showgrid=True,
        gridcolor=GRID,
    )
    narrow = {**figure.layout.xaxis.to_plotly_json(), "nticks": 4}
    figure.update_layout(meta={"narrow": {"xaxis": narrow}})
    figure.update_yaxes(
        tickvals=list(range(len(info.rows))),
        ticktext=[escape(row.name) for row in info.rows],
        range=[len(info.rows) - 0.5, -0.6],
        showgrid=False,
    )
    return figure
