"""What accuracy costs: each group's outlay, and accuracy against one of its costs.

Accuracy is that of the best epoch on the validation reviews, as Keras reported it, so groups that
nobody chose can be drawn without reading a review.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnnlab import format
from rnnlab.charts.labels import Box, places
from rnnlab.charts.styling import GRID, TEXT_COLOR, TraceStyle, escape, font, layout, short
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
NEAR = 0.01  # of accuracy: what a title calls close to the leader
OTHERS = "#8A93A3"
NARROW_PX = 262  # the plot on a phone; names that are apart there are apart on any screen


class Costs(NamedTuple):
    """Accuracy against one cost. `front` holds the places, within `costs`, of those that no other
    beats in both, the cheapest first. `chosen` are group ids."""

    axis: Axis
    title: str
    costs: tuple[Cost, ...]
    chosen: frozenset[str]
    front: tuple[int, ...]


def against(axis: Axis, costs: Iterable[Cost], *, chosen: Iterable[str]) -> Costs:
    """Accuracy against the cost `axis`, the chosen groups (ids) apart from the rest of the lab.

    A group whose cost is not known is left out.
    """
    drawn = tuple(cost for cost in costs if getattr(cost, axis))
    front = pareto_front([(getattr(cost, axis), cost.accuracy) for cost in drawn])
    ids = frozenset(chosen)
    return Costs(
        axis, _finding(axis, [cost for cost in drawn if cost.group in ids]), drawn, ids, front
    )


def describe(info: Costs) -> str:
    """The chart in words, for those who cannot see it."""
    chosen = [cost for cost in info.costs if cost.group in info.chosen]
    said = "; ".join(f"{cost.name} {_both(info.axis, cost)}" for cost in chosen)
    front = ", ".join(info.costs[place].name for place in info.front)
    return (
        f"{info.title}. Scatter chart of validation accuracy against {AXES[info.axis][0]}: "
        f"{said or 'no group chosen'}. No other beats in both: {front or 'none'}."
    )


def figure(
    info: Costs,
    styles: Mapping[str, TraceStyle],
    *,
    text_color: str = TEXT_COLOR,
    height: int = 460,
) -> "go.Figure":
    """The Plotly figure of `against`; `styles` by group id.

    Each point's `customdata` is its group's id. The title is left to the page.
    """
    import plotly.graph_objects as go

    drawn = go.Figure()
    text = font(text_color)
    drawn.update_layout(
        **layout(text_color, height),
        margin={"l": 66, "r": 16, "t": 10, "b": 58},
        showlegend=False,
        hovermode="closest",
        dragmode=False,
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
    if not info.costs:
        return drawn
    (left, right), (low, high) = _ranges(info)
    drawn.update_layout(xaxis_range=[left, right], yaxis_range=[low, high])
    front = [info.costs[place] for place in info.front]
    x = [getattr(cost, info.axis) for cost in front]
    y = [cost.accuracy for cost in front]
    drawn.add_scatter(
        x=[x[0], *x, 10**right],
        y=[low, *y, y[-1]],
        mode="lines",
        hoverinfo="skip",
        line={"shape": "hv", "color": OTHERS, "width": 2, "dash": "dot"},
        uid="front",
    )
    others = [cost for cost in info.costs if cost.group not in info.chosen]
    chosen = [cost for cost in info.costs if cost.group in info.chosen]
    drawn.add_trace(_points(info.axis, others, lambda _: OTHERS, filled=False))
    drawn.add_trace(_points(info.axis, chosen, lambda cost: styles[cost.group].color, filled=True))

    for label in _labels(info, chosen, others, styles, height=height - 68):
        drawn.add_annotation(**label)
    return drawn


# ---- tuples ------------------------------------------------------------------------------


def _finding(axis: Axis, costs: Sequence[Cost]) -> str:
    if not costs:
        return f"Accuracy against {AXES[axis][0]}"
    leader = max(costs, key=lambda cost: cost.accuracy)
    near = [cost for cost in costs if cost.accuracy >= leader.accuracy - NEAR]
    thrifty = min(near, key=lambda cost: getattr(cost, axis))
    price = _price(axis, leader)
    if len(costs) == 1:
        return f"{leader.name}: {format.percent(leader.accuracy)} for {price}"
    if getattr(thrifty, axis) == getattr(leader, axis):
        close = "and none within 1 point is cheaper" if len(near) > 1 else "and none comes close"
        return f"{leader.name} leads, {format.percent(leader.accuracy)} for {price}, {close}"
    gap = 100 * (leader.accuracy - thrifty.accuracy)
    return (
        f"{thrifty.name} comes within {gap:.1f} points of {leader.name} for "
        f"{_price(axis, thrifty)} instead of {AXES[axis][1].format(getattr(leader, axis))}"
    )


def _price(axis: Axis, cost: Cost) -> str:
    _, number, unit = AXES[axis]
    return f"{number.format(getattr(cost, axis))}\u00a0{unit}"


def _both(axis: Axis, cost: Cost) -> str:
    spread = "" if cost.accuracy_sd is None else f" ± {100 * cost.accuracy_sd:.1f} points"
    return f"{format.percent(cost.accuracy)}{spread} for {_price(axis, cost)}"


# ---- figure ------------------------------------------------------------------------------


def _ranges(info: Costs) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of the axes, x in powers of ten: all points with some room."""
    x = [math.log10(getattr(cost, info.axis)) for cost in info.costs]
    lows = [cost.accuracy - (cost.accuracy_sd or 0) for cost in info.costs]
    highs = [cost.accuracy + (cost.accuracy_sd or 0) for cost in info.costs]
    side = max(0.1 * (max(x) - min(x)), 0.15)
    rise = max(0.12 * (max(highs) - min(lows)), 0.01)
    return (min(x) - side, max(x) + side), (min(lows) - rise, max(highs) + rise)


def _points(
    axis: Axis, costs: Sequence[Cost], color: Callable[[Cost], str], *, filled: bool
) -> "go.Scatter":
    import plotly.graph_objects as go

    colors = [color(cost) for cost in costs]
    seeds = [f"{cost.seeds} seed" + ("" if cost.seeds == 1 else "s") for cost in costs]
    return go.Scatter(
        x=[getattr(cost, axis) for cost in costs],
        y=[cost.accuracy for cost in costs],
        customdata=[cost.group for cost in costs],
        text=[
            f"<b>{escape(cost.name)}</b><br>{_both(axis, cost)}<br>{count}"
            for cost, count in zip(costs, seeds, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={
            "size": 15 if filled else 11,
            "symbol": "circle" if filled else "circle-open",
            "color": colors,
            "line": {"width": 1.5 if filled else 2, "color": "#FFFFFF" if filled else colors},
        },
        error_y={
            "array": [cost.accuracy_sd or 0 for cost in costs],
            "visible": any(cost.accuracy_sd for cost in costs),
            "color": OTHERS,
            "thickness": 2,
            "width": 6,
        },
        uid="chosen" if filled else "others",
    )


def _labels(
    info: Costs,
    chosen: Sequence[Cost],
    others: Sequence[Cost],
    styles: Mapping[str, TraceStyle],
    *,
    height: float,
) -> Iterator[dict]:
    """The chosen groups' names beside their points, with a line to it where one stands far off."""
    (left, right), (low, high) = _ranges(info)

    def point(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / (right - left)
        return across * NARROW_PX, (y - low) / (high - low) * height

    points = [point(getattr(cost, info.axis), cost.accuracy) for cost in (*chosen, *others)]
    ends = [point(getattr(info.costs[i], info.axis), info.costs[i].accuracy) for i in info.front]
    lines = [
        Box(x, min(y, before) - 1, x, y + 1)
        for (x, y), before in zip(ends, (0.0, *(y for _, y in ends)), strict=False)
    ]
    lines += [
        Box(x, y - 1, after, y + 1)
        for (x, y), after in zip(ends, (*(x for x, _ in ends[1:]), NARROW_PX), strict=True)
    ]
    for cost, (x, y) in zip((*chosen, *others), points, strict=True):
        spread = (cost.accuracy_sd or 0) / (high - low) * height
        lines.append(Box(x, y - spread, x, y + spread))
    names = [short(cost.name) for cost in chosen]
    boxes = places(points, names, width=NARROW_PX, height=height, lines=lines)
    for cost, name, (x, y), box in zip(chosen, names, points, boxes, strict=False):
        if not box:
            continue
        up = (box.bottom + box.top) / 2 - y
        yield {
            "x": math.log10(getattr(cost, info.axis)),
            "y": cost.accuracy,
            "text": escape(name),
            "ax": (box.left + box.right) / 2 - x,
            "ay": -up,
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1.5,
            "standoff": 9,
            "borderpad": 0,
            "arrowcolor": styles[cost.group].color if abs(up) > 20 else "rgba(0,0,0,0)",
        }
