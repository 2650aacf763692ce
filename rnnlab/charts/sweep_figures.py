"""Draws a sweep over time and against cost, and how much each field matters.

Each point's `customdata` is the id of its run. Titles are left to the page.
"""

from typing import TYPE_CHECKING, Any

from rnnlab.charts import lines, sweep
from rnnlab.charts.styling import (
    FONT_PX,
    GRID,
    TEXT_COLOR,
    faded,
    font,
    layout,
    short,
)
from rnnlab.charts.sweep import CostAxis, Point, SweepChart, Tuned
from rnnlab.config import FIELDS

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT_PX = 380
BAR_PX, BARS_EDGE_PX = 34, 78
LEGEND_NAME = 30  # characters
FRONT = "#8A93A3"
FAILED = "#E5484D"


def best_so_far(info: SweepChart, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw each candidate's settings in their order, and the highest accuracy up to each."""
    traces: list[dict] = []
    for candidate in info.candidates:
        x, y, highest = [], [], 0.0
        for point in candidate.points:
            if point.outcome == "trained":
                highest = max(highest, point.accuracy)
            if highest:
                x.append(point.number)
                y.append(highest)
        traces.append(
            {
                "x": x,
                "y": y,
                "mode": "lines",
                "line": {"shape": "hv", "color": candidate.color, "width": 3},
                "hoverinfo": "skip",
                "name": short(candidate.name, LEGEND_NAME),
                "uid": f"best-{candidate.name}",
            }
        )
        traces += dots(candidate, lambda point: point.number)
    chart = lines.figure(traces)
    chart.update_layout(**_layout(info, text_color, "setting, in the order tried"))
    last = max((len(candidate.points) for candidate in info.candidates), default=1)
    chart.update_xaxes(range=[0.5, last + 0.5], nticks=8, tickformat=",d")
    return chart


def against_cost(info: SweepChart, axis: CostAxis, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw accuracy against a cost, with the settings that no other beats in both."""
    front = sweep.front(info, axis)
    traces: list[dict] = [
        {
            "x": [sweep.cost_of(point, axis) for point in front],
            "y": [point.accuracy for point in front],
            "mode": "lines",
            "line": {"shape": "hv", "color": FRONT, "width": 2, "dash": "dot"},
            "hoverinfo": "skip",
            "name": "Pareto front",
            "uid": "front",
        }
    ]
    for candidate in info.candidates:
        named, *others = dots(candidate, lambda point: sweep.cost_of(point, axis))
        name = short(candidate.name, LEGEND_NAME)
        traces += [{**named, "name": name, "showlegend": True}, *others]
    chart = lines.figure(traces)
    chart.update_layout(**_layout(info, text_color, sweep.COST_LABELS[axis]))
    chart.update_xaxes(type="log", dtick="D2", tickformat="~s", gridcolor=GRID, showgrid=True)
    return chart


def importance(info: SweepChart, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw the share of importance of each field, a bar for each candidate."""
    import plotly.graph_objects as go

    known = [candidate for candidate in info.candidates if candidate.importance]
    fields = sorted(
        {name for candidate in known for name in candidate.importance or ()},
        key=lambda name: max((c.importance or {}).get(name, 0.0) for c in known),
    )
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "y": [FIELDS[name].label for name in fields],
            "x": [(candidate.importance or {}).get(name) for name in fields],
            "name": short(candidate.name, LEGEND_NAME),
            "marker": {"color": candidate.color},
            "texttemplate": "%{x:.0%}",
            "textposition": "outside",
            "cliponaxis": False,
            "hovertemplate": "%{y}: %{x:.1%}<extra></extra>",
            "uid": candidate.name,
        }
        for candidate in reversed(known)
    ]
    chart = go.Figure(bars)
    height = max(len(fields) * max(len(known), 1) * BAR_PX + BARS_EDGE_PX, 220)
    text = font(text_color)
    chart.update_layout(
        **layout(text_color, height),
        margin={"l": 10, "r": 60, "t": 10, "b": 40},
        dragmode=False,
        bargap=0.3,
        legend={
            "traceorder": "reversed",
            "font": text,
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
        },
        showlegend=len(known) > 1,
        xaxis={
            "tickformat": ".0%",
            "tickfont": text,
            "gridcolor": GRID,
            "rangemode": "tozero",
            "fixedrange": True,
        },
        yaxis={"tickfont": text, "automargin": True, "fixedrange": True, "ticksuffix": "  "},
    )
    return chart


def dots(candidate: Tuned, x_of: Any, axes: dict[str, str] | None = None) -> list[dict]:
    """Return a trace each for a candidate's settings that were trained, pruned, and have failed."""
    color = candidate.color
    markers = {
        "trained": {"size": 11, "color": faded(color, 0.8), "line": {"width": 1, "color": "#FFF"}},
        "pruned": {"size": 9, "symbol": "circle-open", "color": color, "line": {"width": 1.5}},
        "failed": {"size": 11, "symbol": "x", "color": FAILED},
    }
    traces = []
    for outcome, marker in markers.items():
        points: list[Point] = [p for p in candidate.points if p.outcome == outcome]
        x = [x_of(point) for point in points]
        traces.append(
            {
                **(axes or {}),
                "x": x,
                "y": [point.accuracy for point in points],
                "customdata": [point.run for point in points],
                "text": [point.words for point in points],
                "hovertemplate": "%{text}<extra></extra>",
                "mode": "markers",
                "marker": marker,
                "showlegend": False,
                "uid": f"{outcome}-{candidate.name}-{(axes or {}).get('xaxis', '')}",
            }
        )
    return traces


def accuracy_range(info: SweepChart) -> tuple[float, float]:
    """Return the ends of the accuracy axis."""
    shown = [point.accuracy for candidate in info.candidates for point in candidate.points]
    low, high = min(shown, default=0.5), max(shown, default=0.9)
    room = max(0.08 * (high - low), 0.01)
    return low - room, high + room


def _layout(info: SweepChart, text_color: str, x_title: str) -> dict[str, Any]:
    text = font(text_color)
    return {
        **layout(text_color, HEIGHT_PX),
        "margin": {"l": 70, "r": 16, "t": 34, "b": 58},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": True,
        "legend": {
            "font": {"size": FONT_PX},
            "orientation": "h",
            "x": 0,
            "y": 1.0,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": {
            "title": {"text": x_title, "font": text},
            "tickfont": text,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "range": list(accuracy_range(info)),
            "tickfont": text,
            "tickformat": ".0%",
            "nticks": 7,
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        },
    }
