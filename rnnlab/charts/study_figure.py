"""Draws a study's search: a panel for each candidate; on a phone one below the other."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.charts import lines
from rnnlab.charts.study import Dot, Panel, Search
from rnnlab.charts.styling import GRID, TEXT_COLOR, escape, faded, font, layout, short

if TYPE_CHECKING:
    import plotly.graph_objects as go

SINGLE_ROW_PX, ROW_PX, EDGE_PX = 300, 205, 56  # a row of panels; below the last for the axis
MOST_TICKS = 6
JITTER = 0.018  # of the axis: how far the dots of two seeds stand apart
TITLE_NAME = 30  # characters
FAILED = "#E5484D"


def figure(info: Search, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw the panels of `search`, side by side; on a phone one below the other.

    Each point's `customdata` is its run's id. The title is left to the page.
    """
    traces = [
        trace for place, panel in enumerate(info.panels) for trace in _traces(info, place, panel)
    ]
    chart = lines.figure(traces)
    columns = _columns(len(info.panels))
    wide = _layout(info, columns, text_color)
    narrow = _layout(info, 1, text_color) if columns > 1 else {}
    chart.update_layout(**wide, meta={"narrow": narrow})
    return chart


def _columns(panels: int) -> int:
    """Return how many panels stand side by side."""
    return panels if panels <= 3 else 2 if panels == 4 else 3


def _x(info: Search, value: float | None, shift: float = 0.0) -> float:
    """Return a value's place on the axis, moved by a share of the axis's length."""
    low, high = info.values[0], info.values[-1]
    if not info.log:
        middle = (low + high) / 2
        return (middle if value is None else value) + shift * ((high - low) or abs(high) or 1.0)
    middle = math.sqrt(low * high)
    return (middle if value is None else value) * (high / low) ** shift


def _range(info: Search) -> tuple[float, float]:
    """Return the ends of the accuracy axis, the same for all panels."""
    shown = [dot.accuracy for panel in info.panels for dot in (*panel.seeds, *panel.fresh)]
    known = [accuracy for accuracy in shown if accuracy is not None] or [0.5, 0.9]
    room = max(0.1 * (max(known) - min(known)), 0.01)
    return min(known) - 1.6 * room, max(known) + room


def _traces(info: Search, place: int, panel: Panel) -> list[dict]:
    axes = _axes(place)
    bottom, top = _range(info)
    traces: list[dict] = []
    known = [(value, mean) for value, mean in panel.means if bottom <= mean <= top]
    if len(known) > 1:
        traces.append(
            {
                **axes,
                "x": [_x(info, value) for value, _ in known],
                "y": [mean for _, mean in known],
                "mode": "lines",
                "line": {"color": panel.color, "width": 2.5},
                "hoverinfo": "skip",
                "uid": f"mean-{place}",
            }
        )
    trained = [dot for dot in panel.seeds if dot.accuracy is not None]
    failed = [dot for dot in panel.seeds if dot.accuracy is None]
    marker = {
        "size": 11,
        "color": faded(panel.color, 0.75),
        "line": {"width": 1, "color": "#FFFFFF"},
    }
    traces.append(_points(info, trained, marker, axes, uid=f"seeds-{place}"))
    marker = {"size": 12, "symbol": "x", "color": FAILED}
    dots = [dot._replace(accuracy=bottom + 0.04 * (top - bottom)) for dot in failed]
    traces.append(_points(info, dots, marker, axes, uid=f"failed-{place}"))
    marker = {
        "size": 11,
        "symbol": "diamond-open",
        "color": panel.color,
        "line": {"width": 2, "color": panel.color},
    }
    traces.append(_points(info, panel.fresh, marker, axes, uid=f"fresh-{place}", shift=0.085))
    return traces


def _points(
    info: Search, dots: Sequence[Dot], marker: dict, axes: dict, *, uid: str, shift: float = 0.0
) -> dict:
    at: Counter[float | None] = Counter()
    total = Counter(dot.value for dot in dots)
    x = []
    for dot in dots:
        apart = at[dot.value] - (total[dot.value] - 1) / 2
        at[dot.value] += 1
        x.append(_x(info, dot.value, shift + JITTER * apart))
    return {
        **axes,
        "x": x,
        "y": [dot.accuracy for dot in dots],
        "customdata": [dot.run for dot in dots],
        "text": [escape(dot.words) for dot in dots],
        "hovertemplate": "%{text}<extra></extra>",
        "mode": "markers",
        "marker": marker,
        "uid": uid,
    }


def _axes(place: int) -> dict[str, str]:
    number = "" if place == 0 else str(place + 1)
    return {"xaxis": f"x{number}", "yaxis": f"y{number}"}


def _layout(info: Search, columns: int, text_color: str) -> dict[str, Any]:
    """Return the layout with so many panels side by side."""
    rows = max(math.ceil(len(info.panels) / columns), 1)
    row_px = SINGLE_ROW_PX if rows == 1 else ROW_PX
    height = rows * row_px + EDGE_PX
    text = font(text_color)
    ticks = _ticks(info)
    reach = [_x(info, info.values[0], -0.09), _x(info, info.values[-1], 0.16)]
    if len(info.values) == 1:
        reach = [info.values[0] * 0.5, info.values[0] * 2]
    found: dict[str, Any] = {
        **layout(text_color, height),
        "margin": {"l": 60, "r": 12, "t": 34, "b": EDGE_PX},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "annotations": [],
        "shapes": [],
    }
    plot_px = height - 34 - EDGE_PX
    gap_x, gap_y = 0.03, min(66 / plot_px, 0.5)
    width, rise = (1 - gap_x * (columns - 1)) / columns, (1 - gap_y * (rows - 1)) / rows
    for place, panel in enumerate(info.panels):
        row, column = divmod(place, columns)
        left, top = column * (width + gap_x), 1 - row * (rise + gap_y)
        axes, number = _axes(place), "" if place == 0 else str(place + 1)
        searched = any(value is not None for value, _ in panel.means) or not panel.means
        found[f"xaxis{number}"] = {
            "type": "log" if info.log else "linear",
            "range": [math.log10(end) for end in reach] if info.log else reach,
            "domain": [left, left + width],
            "anchor": axes["yaxis"],
            "tickvals": list(ticks) if searched else [],
            "ticktext": list(ticks.values()) if searched else [],
            "tickfont": {**text, "size": 15},
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        }
        if place + columns >= len(info.panels):
            words = info.label if searched else f"no {info.label}"
            found[f"xaxis{number}"]["title"] = {
                "text": words,
                "font": {**text, "size": 15},
                "standoff": 6,
            }
        found[f"yaxis{number}"] = {
            "range": list(_range(info)),
            "domain": [max(top - rise, 0), top],
            "anchor": axes["xaxis"],
            "tickformat": ".0%",
            "nticks": 5,
            "tickfont": {**text, "size": 15},
            "showticklabels": column == 0,
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        }
        found["annotations"].append(
            {
                "x": left,
                "xref": "paper",
                "xanchor": "left",
                "y": top,
                "yref": "paper",
                "yanchor": "bottom",
                "yshift": 4,
                "showarrow": False,
                "font": text,
                "text": f'<span style="color:{panel.color}">●</span> '
                f"<b>{escape(short(panel.name, TITLE_NAME))}</b>",
            }
        )
        if panel.chosen is not None and len(info.values) > 1:
            found["shapes"].append(_band(info, panel, axes))
    return found


def _band(info: Search, panel: Panel, axes: dict[str, str]) -> dict[str, Any]:
    """Mark the chosen value by a band over the panel's height."""
    return {
        "type": "rect",
        "xref": axes["xaxis"],
        "yref": f"{axes['yaxis']} domain",
        "x0": _x(info, panel.chosen, -0.055),
        "x1": _x(info, panel.chosen, 0.14 if panel.fresh else 0.055),
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": faded(panel.color, 0.2 if info.decided else 0.1),
    }


def _ticks(info: Search) -> dict[float, str]:
    """Return the values to write at the axis; of many only some."""
    every = math.ceil(len(info.values) / MOST_TICKS)
    return {value: f"{value:g}" for value in info.values[::every]}
