"""What charts of lines over the training share: axes, names at the lines' ends, reference lines."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.charts.styling import FONT_PX, GRID, escape, font, layout, short

if TYPE_CHECKING:
    import plotly.graph_objects as go

APART = 0.075  # of the height that is shown: how far two names stand apart at least
NEAR = 0.5  # of the curves' height: how far beyond them a reference line may widen the chart


class End(NamedTuple):
    """Where a line ends, and what is written there."""

    value: float
    color: str
    name: str


class Reference(NamedTuple):
    """A value without a course of its own, such as a baseline's; `text` holds name and value."""

    value: float
    color: str
    text: str


def figure(scatters: Iterable[dict]) -> "go.Figure":
    """Make a figure of these scatter traces, given as what Plotly's `Scatter` takes.

    All at once: a trace that is added by itself is checked twice, and 60 lines take twice as long.
    """
    import plotly.graph_objects as go

    if "pandas" in sys.modules:
        # Plotly takes it from there even while another thread is still importing it, and fails.
        import pandas  # noqa: F401  waits for that thread

    return go.Figure([{"type": "scatter", **scatter} for scatter in scatters])


def lay_out(figure: "go.Figure", *, text_color: str, height: int, percent: bool = False) -> None:
    """Give a figure of lines its axes; `percent` where its values are shares. Comes first."""
    text = font(text_color)
    figure.update_layout(
        overwrite=True,  # merging into axes that are not there yet takes ten times as long
        **layout(text_color, height),
        margin={"l": 64, "r": 16, "t": 10, "b": 52},
        dragmode="zoom",
        showlegend=False,
        xaxis={
            "title": {"font": text},
            "tickfont": text,
            "nticks": 8,
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "tickfont": text,
            "tickformat": ".1~%" if percent else "",
            "nticks": 6,
            "gridcolor": GRID,
            "zeroline": False,
        },
    )


def square(scatters: Sequence[dict], *, text_color: str, height: int) -> "go.Figure":
    """Draw shares against shares, with the diagonal and the names in the lower right."""
    drawn = figure(scatters)
    lay_out(drawn, text_color=text_color, height=height, percent=True)
    drawn.add_shape(
        type="line",
        x0=0,
        y0=0,
        x1=1,
        y1=1,
        layer="below",
        line={"color": "#8A93A3", "width": 2, "dash": "dot"},
    )
    drawn.update_xaxes(
        range=[0, 1],
        tickformat=".0%",
        dtick=0.2,
        showgrid=True,
        gridcolor=GRID,
        ticklabelstandoff=8,
    )
    drawn.update_yaxes(range=[0, 1.02], tickformat=".0%", title_standoff=10)
    drawn.update_layout(
        margin={"l": 88, "r": 26, "b": 66},
        showlegend=True,
        legend={
            "x": 0.99,
            "y": 0.02,
            "xanchor": "right",
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": FONT_PX},
            "title": {"font": {"size": FONT_PX}},
        },
    )
    return drawn


def label_ends(figure: "go.Figure", ends: Sequence[End], *, shown: Sequence[float]) -> None:
    """Write each line's name at its end, moved apart where names would overlap.

    shown: all values on the chart, for the height that they take.
    """
    if not ends:
        return
    gap = APART * ((max(shown) - min(shown)) or 1.0)
    ends = sorted(ends, key=lambda end: end.value)
    heights: list[float] = []
    for end in ends:
        heights.append(end.value if not heights else max(end.value, heights[-1] + gap))
    shift = sum(height - end.value for height, end in zip(heights, ends, strict=True)) / len(ends)
    # All at once: Plotly checks all that are there with each that is added, 40 ms for 20 names.
    figure.layout.annotations = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": height - shift,
            "yref": "y",
            "showarrow": False,
            "font": {"size": FONT_PX},
            "text": f"{_dot(end.color)} {escape(short(end.name))}",
        }
        for height, end in zip(heights, ends, strict=True)
    ]
    longest = max(len(short(end.name)) for end in ends)
    figure.update_layout(margin={"r": 32 + 9 * longest})


def add_references(
    figure: "go.Figure",
    references: Sequence[Reference],
    *,
    curves: Sequence[float],
    text_color: str,
) -> None:
    """Draw each reference as a named horizontal line that does not squeeze the curves.

    curves: all values of the curves. What lies far above or below them is named, with an arrow,
    at the chart's edge instead. Without curves, every reference is a line.
    """
    low, high = (min(curves), max(curves)) if curves else (0.0, 0.0)
    room = NEAR * (high - low)
    above, below, shapes = [], [], []
    for reference in references:
        if curves and reference.value > high + room:
            above.append(f"{_dot(reference.color)} {escape(reference.text)} ↑")
        elif curves and reference.value < low - room:
            below.append(f"{_dot(reference.color)} {escape(reference.text)} ↓")
        else:
            # Within the chart: a name above its highest line would be cut off.
            anchor = "top" if reference.value > high else "bottom"
            shapes.append(_reference_line(reference, anchor, text_color))
    for texts, y, anchor in ((above, 1, "top"), (below, 0, "bottom")):
        if texts:
            shapes.append(
                {
                    **_across(y, "paper"),
                    "line": {"width": 0},
                    "label": _label("<br>".join(texts), anchor, text_color),
                }
            )
    if shapes:
        # Beside those that are there, at once: each that is added is checked with all others.
        figure.layout.shapes = [*figure.layout.shapes, *shapes]


def _reference_line(reference: Reference, anchor: str, text_color: str) -> dict:
    return {
        **_across(reference.value, "y"),
        "layer": "below",
        "line": {"color": reference.color, "width": 2.5, "dash": "longdashdot"},
        "label": _label(escape(reference.text), anchor, text_color),
    }


def _across(y: float, yref: str) -> dict:
    """Make a line over the whole width. Labels of shapes stay on a phone; annotations do not."""
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": yref, "y0": y, "y1": y}


def _label(text: str, anchor: str, text_color: str) -> dict:
    return {
        "text": text,
        "textposition": "start",
        "yanchor": anchor,
        "font": {"size": FONT_PX, "color": text_color},
    }


def _dot(color: str) -> str:
    return f'<span style="color:{color}">●</span>'
