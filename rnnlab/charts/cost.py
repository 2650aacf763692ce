"""What accuracy costs: each group's accuracy against one of its costs.

Accuracy is that of the best epoch on the validation reviews, as Keras reported it, so groups that
are not selected can be drawn without reading a review.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, TEXT_COLOR, TraceStyle, escape, font, layout, short
from rnnlab.compare.cost import Cost, pareto_front

if TYPE_CHECKING:
    import plotly.graph_objects as go

Axis = Literal["parameters", "seconds_to_best", "seconds_per_epoch", "peak_memory_mb"]
AXES: dict[Axis, tuple[str, str, str]] = {  # the axis's title, a cost's number, its unit
    "parameters": ("parameters", "{:,.0f}", "parameters"),
    "seconds_to_best": ("seconds to the best epoch", "{:,.1f}", "s to the best epoch"),
    "seconds_per_epoch": ("seconds per epoch", "{:,.2f}", "s per epoch"),
    "peak_memory_mb": ("peak memory (MB)", "{:,.0f}", "MB of memory"),
}
NEAR = 0.01  # of accuracy: how far below the highest a title looks for a cheaper group
OTHERS = "#8A93A3"
LEGEND_NAME = 30  # characters


class Costs(NamedTuple):
    """Accuracy against one cost. `selected` are group ids.

    `front` holds the indices, within `costs`, of those that no other beats in both, the cheapest
    first.
    """

    axis: Axis
    title: str
    costs: tuple[Cost, ...]
    selected: frozenset[str]
    front: tuple[int, ...]


def against(axis: Axis, costs: Iterable[Cost], *, selected: Iterable[str]) -> Costs:
    """Set accuracy against the cost `axis`, the selected groups (ids) apart from the lab's others.

    A group whose cost is not known is left out.
    """
    known = tuple(cost for cost in costs if _amount(axis, cost))
    front = pareto_front([(_amount(axis, cost), cost.accuracy) for cost in known])
    ids = frozenset(selected)
    title = _title(axis, [cost for cost in known if cost.group in ids])
    return Costs(axis, title, known, ids, front)


def describe(info: Costs) -> str:
    """Describe the chart in words, for those who cannot see it."""
    points = "; ".join(
        f"{cost.name} {_accuracy_and_cost(info.axis, cost)}"
        for cost in info.costs
        if cost.group in info.selected
    )
    front = ", ".join(info.costs[index].name for index in info.front)
    return (
        f"{info.title}. Scatter chart of validation accuracy against {AXES[info.axis][0]}: "
        f"{points or 'no group selected'}. Pareto front: {front or 'empty'}."
    )


def figure(
    info: Costs,
    styles: Mapping[str, TraceStyle],
    *,
    text_color: str = TEXT_COLOR,
    height: int = 460,
) -> "go.Figure":
    """Draw the points of `against`; `styles` by group id.

    Each point's `customdata` is its group's id. The title is left to the page.
    """
    selected = [cost for cost in info.costs if cost.group in info.selected]
    others = [cost for cost in info.costs if cost.group not in info.selected]
    traces = []
    ranges = _ranges(info) if info.costs else None
    if ranges:
        traces.append(_front(info, right=10 ** ranges[0][1], bottom=ranges[1][0]))
    if others:
        traces.append(_points(info.axis, others, OTHERS, uid="others", filled=False))
    for cost in sorted(selected, key=lambda cost: -cost.accuracy):
        color = styles[cost.group].color
        traces.append(_points(info.axis, [cost], color, uid=cost.group, filled=True))
    chart = lines.figure(traces)
    text = font(text_color)
    chart.update_layout(
        **layout(text_color, height),
        margin={"l": 66, "r": 16, "t": 10, "b": 58},
        hovermode="closest",
        dragmode=False,
        legend={"font": {"size": FONT_PX}, "bgcolor": "rgba(0,0,0,0)", "itemclick": False},
        xaxis={
            "title": {"text": AXES[info.axis][0], "font": text},
            "tickfont": text,
            "type": "log",
            "dtick": "D2",
            "tickformat": "~s",
            "gridcolor": GRID,
        },
        yaxis={"tickfont": text, "tickformat": ".1~%", "nticks": 7, "gridcolor": GRID},
    )
    if ranges:
        chart.update_layout(xaxis_range=ranges[0], yaxis_range=ranges[1])
    return chart


# ---- tuples ------------------------------------------------------------------------------


def _title(axis: Axis, costs: Sequence[Cost]) -> str:
    """Say what the highest accuracy costs, and the least that a mean within `NEAR` of it does."""
    if not costs:
        return f"Accuracy against {AXES[axis][0]}"
    highest = max(costs, key=lambda cost: cost.accuracy)
    if len(costs) == 1:
        return f"{highest.name}: {_accuracy_for_price(axis, highest)}"
    near = [cost for cost in costs if cost.accuracy >= highest.accuracy - NEAR]
    cheapest = min(near, key=lambda cost: _amount(axis, cost))
    other = ""
    if _amount(axis, cheapest) < _amount(axis, highest):
        other = f"; {cheapest.name}, {_accuracy_for_price(axis, cheapest)}"
    return f"Highest accuracy: {highest.name}, {_accuracy_for_price(axis, highest)}{other}"


def _accuracy_for_price(axis: Axis, cost: Cost) -> str:
    """Say what a group reaches and what that costs: "79.6 % for 8.4 s per epoch"."""
    return f"{format.percent(cost.accuracy)} for {_price(axis, cost)}"


def _amount(axis: Axis, cost: Cost) -> float:
    """Return a group's cost; 0 where it is not known."""
    return getattr(cost, axis) or 0.0


def _price(axis: Axis, cost: Cost) -> str:
    _, number, unit = AXES[axis]
    return f"{number.format(_amount(axis, cost))}{format.NO_BREAK}{unit}"


def _accuracy_and_cost(axis: Axis, cost: Cost) -> str:
    spread = "" if cost.accuracy_sd is None else f" ± {100 * cost.accuracy_sd:.1f} points"
    return f"{format.percent(cost.accuracy)}{spread} for {_price(axis, cost)}"


# ---- figure ------------------------------------------------------------------------------


def _ranges(info: Costs) -> tuple[tuple[float, float], tuple[float, float]]:
    """Find the ranges of the axes, x in powers of ten: all points with some room."""
    x = [math.log10(_amount(info.axis, cost)) for cost in info.costs]
    lows = [cost.accuracy - (cost.accuracy_sd or 0) for cost in info.costs]
    highs = [cost.accuracy + (cost.accuracy_sd or 0) for cost in info.costs]
    side = max(0.1 * (max(x) - min(x)), 0.15)
    rise = max(0.12 * (max(highs) - min(lows)), 0.01)
    return (min(x) - side, max(x) + side), (min(lows) - rise, max(highs) + rise)


def _front(info: Costs, *, right: float, bottom: float) -> dict:
    """Make the steps below which every group is beaten by another, as far as the chart's edges."""
    front = [info.costs[index] for index in info.front]
    x = [_amount(info.axis, cost) for cost in front]
    y = [cost.accuracy for cost in front]
    return {
        "x": [x[0], *x, right],
        "y": [bottom, *y, y[-1]],
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"shape": "hv", "color": OTHERS, "width": 2, "dash": "dot"},
        "name": "Pareto front",
        "legendrank": 2_000,
        "uid": "front",
    }


def _points(axis: Axis, costs: Sequence[Cost], color: str, *, uid: str, filled: bool) -> dict:
    return {
        "x": [_amount(axis, cost) for cost in costs],
        "y": [cost.accuracy for cost in costs],
        "customdata": [cost.group for cost in costs],
        "text": [
            f"<b>{escape(cost.name)}</b><br>{_accuracy_and_cost(axis, cost)}<br>"
            f"{format.plural(cost.seeds, 'seed')}"
            for cost in costs
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "mode": "markers",
        "marker": {
            "size": 16 if filled else 11,
            "symbol": "circle" if filled else "circle-open",
            "color": color,
            "line": {"width": 1.5 if filled else 2, "color": "#FFFFFF" if filled else color},
        },
        "error_y": {
            "array": [cost.accuracy_sd or 0 for cost in costs],
            "visible": any(cost.accuracy_sd for cost in costs),
            "color": OTHERS,
            "thickness": 2,
            "width": 6,
        },
        "name": escape(short(costs[0].name, LEGEND_NAME)) if filled else "others in this lab",
        "legendrank": 1_000 if filled else 1_500,
        "showlegend": True,
        "uid": uid,
    }
