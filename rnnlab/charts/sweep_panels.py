"""Draws a sweep's settings: a panel for each searched field, and all fields side by side.

Each point's `customdata` is the id of its run. Titles are left to the page.
"""

import math
from typing import TYPE_CHECKING, Any

from rnnlab.charts import lines
from rnnlab.charts.styling import GRID, TEXT_COLOR, escape, faded, font, layout
from rnnlab.charts.sweep import Axis, Point, SweepChart
from rnnlab.charts.sweep_figures import accuracy_range, dots
from rnnlab.study import plan

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_PX, GAP_PX, TOP_PX, EDGE_PX = 240, 84, 12, 60
ONE_ROW, COLUMNS = 4, 3  # panels that stand in one row, and in each of several
PARALLEL_PX, NARROW_PX = 420, 380
TICKS = 5
FEW = 6  # axes side by side on a screen whose labels stand level
# From the lowest to the highest accuracy, in fifths: how strongly a line is drawn.
STRENGTHS = (0.12, 0.2, 0.32, 0.55, 0.95)


def slices(info: SweepChart, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw accuracy against each field, in rows of panels; on a phone one below the other."""
    traces = [
        trace
        for place, axis in enumerate(info.axes)
        for candidate in info.candidates
        for trace in dots(
            candidate._replace(points=tuple(p for p in candidate.points if axis.name in p.values)),
            lambda point, axis=axis: axis.at(point.values[axis.name]),
            {"xaxis": _name("x", place), "yaxis": _name("y", place)},
        )
    ]
    chart = lines.figure(traces)
    columns = len(info.axes) if len(info.axes) <= ONE_ROW else COLUMNS
    narrow = _panels(info, 1, text_color) if columns > 1 else {}
    chart.update_layout(**_panels(info, columns, text_color), meta={"narrow": narrow})
    return chart


def parallel(info: SweepChart, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw each setting as a line from its value of each field to its accuracy, right.

    The higher the accuracy, the stronger the line.
    """
    low, high = accuracy_range(info)

    def heights(point: Point) -> list[float | None]:
        values = [
            axis.share(point.values[axis.name]) if axis.name in point.values else None
            for axis in info.axes
        ]
        return [*values, (point.accuracy - low) / (high - low)]

    traces: list[dict] = []
    for candidate in info.candidates:
        points = sorted(candidate.points, key=lambda point: point.accuracy)
        for fifth, strength in enumerate(STRENGTHS):
            start, end = (len(points) * n // len(STRENGTHS) for n in (fifth, fifth + 1))
            x: list[float | None] = []
            y: list[float | None] = []
            runs: list[str | None] = []
            words: list[str | None] = []
            for point in points[start:end]:
                x += [*range(len(info.axes) + 1), None]
                y += [*heights(point), None]
                runs += [*[point.run] * (len(info.axes) + 1), None]
                words += [*[point.words] * (len(info.axes) + 1), None]
            traces.append(
                {
                    "x": x,
                    "y": y,
                    "customdata": runs,
                    "text": words,
                    "hovertemplate": "%{text}<extra></extra>",
                    "mode": "lines+markers",
                    "connectgaps": False,
                    "line": {"color": faded(candidate.color, strength), "width": 1 + 2 * strength},
                    "marker": {"size": 7, "color": faded(candidate.color, strength)},
                    "name": candidate.name,
                    "showlegend": False,
                    "uid": f"{candidate.name}-{fifth}",
                }
            )
    for candidate in info.candidates:  # in the legend at full strength
        traces.append(
            {
                "x": [None],
                "y": [None],
                "mode": "lines",
                "line": {"color": candidate.color, "width": 3},
                "name": candidate.name,
                "uid": f"legend-{candidate.name}",
            }
        )
    chart = lines.figure(traces)
    chart.update_layout(**_side_by_side(info, low, high, text_color))
    return chart


def _panels(info: SweepChart, columns: int, text_color: str) -> dict[str, Any]:
    """Return the layout of `slices` with so many panels side by side."""
    rows = math.ceil(len(info.axes) / columns)
    height = rows * ROW_PX + (rows - 1) * GAP_PX + TOP_PX + EDGE_PX
    plot = height - TOP_PX - EDGE_PX
    gap_x, gap_y = 0.035, GAP_PX / plot
    width, rise = (1 - gap_x * (columns - 1)) / columns, ROW_PX / plot
    text = {**font(text_color), "size": 15}
    found: dict[str, Any] = {
        **layout(text_color, height),
        "margin": {"l": 62, "r": 14, "t": TOP_PX, "b": EDGE_PX},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
    }
    for place, axis in enumerate(info.axes):
        row, column = divmod(place, columns)
        left, top = column * (width + gap_x), 1 - row * (rise + gap_y)
        found[f"xaxis{_number(place)}"] = {
            **_scale(axis),
            "title": {"text": axis.label.lower(), "font": text, "standoff": 6},
            "domain": [left, left + width],
            "anchor": _name("y", place),
            "tickfont": text,
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        }
        found[f"yaxis{_number(place)}"] = {
            "range": list(accuracy_range(info)),
            "domain": [max(top - rise, 0), top],
            "anchor": _name("x", place),
            "tickformat": ".0%",
            "nticks": 5,
            "tickfont": text,
            "showticklabels": column == 0,
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        }
    return found


def _scale(axis: Axis) -> dict[str, Any]:
    """Return the type, range and ticks of a field's axis."""
    if axis.values.choices:
        places = range(len(axis.values.choices))
        return {
            "tickvals": list(places),
            "ticktext": [plan.grid_value(axis.name, c) for c in axis.values.choices],
            "range": [-0.4, len(places) - 0.6],
        }
    ticks = {"tickvals": _ticks(axis), "ticktext": [_short(axis, t) for t in _ticks(axis)]}
    low, high = axis.values.low, axis.values.high
    if axis.log:
        room = 0.06 * math.log10(high / low)
        return {"type": "log", "range": [math.log10(low) - room, math.log10(high) + room], **ticks}
    room = 0.06 * (high - low)
    return {"range": [low - room, high + room], **ticks}


def _ticks(axis: Axis) -> list[float]:
    """Return round values within a range: its ends, and what lies evenly between them."""
    low, high = axis.values.low, axis.values.high
    if not axis.log:
        return [round(low + (high - low) * share, 3) for share in (0, 0.5, 1)]
    decades = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    inner = [10.0**n for n in decades if low * 1.5 < 10.0**n < high / 1.5]
    if not inner:
        inner = [float(f"{math.sqrt(low * high):.1g}")]
    return [low, *inner, high]


def _short(axis: Axis, value: float) -> str:
    if axis.name == "learning_rate":
        return f"{value:g}"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"


def _side_by_side(info: SweepChart, low: float, high: float, text_color: str) -> dict[str, Any]:
    """Return the layout of `parallel`: a line for each axis with its ends, labels below."""
    text = font(text_color)
    size = 15 if len(info.axes) < FEW else 13
    ends = [_end_labels(axis) for axis in info.axes]
    ends.append((f"{100 * low:.0f} %", f"{100 * high:.0f} %"))
    labels = [*(axis.label for axis in info.axes), "Accuracy"]
    annotations, shapes = [], []
    for place, (bottom, top) in enumerate(ends):
        for words, y, anchor in ((bottom, -0.02, "top"), (top, 1.02, "bottom")):
            annotations.append(
                {
                    "x": place,
                    "y": y,
                    "yanchor": anchor,
                    "text": escape(words),
                    "showarrow": False,
                    "font": {**text, "size": size},
                }
            )
        shapes.append(
            {
                "type": "line",
                "x0": place,
                "x1": place,
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"color": "#8A93A3", "width": 1.5},
            }
        )
    return {
        **layout(text_color, PARALLEL_PX),
        "margin": {"l": 44, "r": 44, "t": 44, "b": 64},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": len(info.candidates) > 1,
        "legend": {
            "orientation": "h",
            "y": 1.08,
            "yanchor": "bottom",
            "font": text,
            "bgcolor": "rgba(0,0,0,0)",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "annotations": annotations,
        "shapes": shapes,
        "xaxis": {
            "tickvals": list(range(len(labels))),
            "ticktext": [label.replace(" ", "<br>") for label in labels],
            "tickfont": {**text, "size": size},
            "tickangle": 0,
            "ticklabelstandoff": 24,
            "range": [-0.25, len(labels) - 0.75],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [-0.03, 1.03],
            "visible": False,
            "fixedrange": True,
        },
        "meta": {"narrow": {"margin": {"l": 30, "r": 30, "t": 44, "b": 84}}},
    }


def _end_labels(axis: Axis) -> tuple[str, str]:
    low, high = (
        (axis.values.choices[0], axis.values.choices[-1])
        if axis.values.choices
        else (axis.values.low, axis.values.high)
    )
    return plan.grid_value(axis.name, low), plan.grid_value(axis.name, high)


def _number(place: int) -> str:
    return "" if place == 0 else str(place + 1)


def _name(letter: str, place: int) -> str:
    return f"{letter}{_number(place)}"
