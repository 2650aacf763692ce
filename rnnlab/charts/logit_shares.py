"""The logit as a sum: what each unit adds to it, and the bias."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scipy.special import expit

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, layout
from rnnlab.inside.terms import LogitShares

if TYPE_CHECKING:
    import plotly.graph_objects as go


class LogitSharesChart(NamedTuple):
    """Bars that add up to the logit: a name and a value each, the bias last."""

    title: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    color: str
    marked: int | None  # the bar of the unit that is looked at
    reach: tuple[float, float]  # of the axis: charts side by side need the same


def logit_shares_chart(
    shares: LogitShares, *, directions: int, color: str, marked: int | None = None
) -> LogitSharesChart:
    """Return the bars; `directions` is 2 for a bidirectional network, forwards first."""
    units = len(shares.units) // directions
    arrows = ("", " ←") if directions == 2 else ("",)
    names = [f"{unit + 1}{arrow}" for arrow in arrows for unit in range(units)]
    probability = format.percent(float(expit(shares.logit)))
    title = f"Logit {format.signed(shares.logit)}, a probability of {probability}"
    values = (*shares.units.tolist(), shares.bias)
    reach = (min(0.0, *values), max(0.0, *values))
    return LogitSharesChart(title, (*names, "bias"), values, color, marked, reach)


def share_axis(charts: Sequence[LogitSharesChart]) -> list[LogitSharesChart]:
    """Give charts that stand side by side the same axis."""
    low, high = min(info.reach[0] for info in charts), max(info.reach[1] for info in charts)
    return [info._replace(reach=(low, high)) for info in charts]


def describe(info: LogitSharesChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    bars = [
        f"{name} {format.signed(value)}"
        for name, value in zip(info.names, info.values, strict=True)
    ]
    return f"{info.title}. What each unit and the bias add: {format.listing(bars)}."


def logit_shares_figure(
    info: LogitSharesChart, *, text_color: str, height: int = 260
) -> "go.Figure":
    """Draw a bar for each unit, upwards where it makes the answer more positive."""
    places = list(range(len(info.names)))
    figure = lines.figure([])
    figure.add_bar(
        x=places,
        y=list(info.values),
        text=[format.signed(value) for value in info.values],
        textposition="outside",
        textfont={"size": 14, "color": text_color},
        textangle=0,
        cliponaxis=False,
        marker={
            "color": [info.color] * (len(places) - 1) + ["#808A9B"],
            "line": {
                "color": text_color,
                "width": [3 if place == info.marked else 0 for place in places],
            },
        },
        hovertext=[format.signed(value, 3) for value in info.values],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    low, high = info.reach
    room = 0.16 * ((high - low) or 1.0)
    figure.update_layout(
        **layout(text_color, height),
        margin={"l": 56, "r": 8, "t": 12, "b": 56},
        xaxis={
            "tickvals": places,
            "ticktext": list(info.names),
            "title": {"text": "unit", "font": {"size": FONT_PX}},
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "range": [low - room, high + room],
            "gridcolor": GRID,
            "zeroline": True,
            "zerolinecolor": text_color,
            "nticks": 5,
        },
    )
    return figure
