"""What charts of lines over the training share: their axes, and names at the lines' ends."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.charts.styling import FONT_PX, GRID, escape, font, layout, short

if TYPE_CHECKING:
    import plotly.graph_objects as go

APART = 0.075  # of the height that is shown: how far two names stand apart at least


class End(NamedTuple):
    """Where a line ends, and what is written there."""

    value: float
    color: str
    name: str


def figure(scatters: Iterable[dict]) -> "go.Figure":
    """A figure of these scatter traces, given as what Plotly's `Scatter` takes.

    All at once: a trace that is added by itself is checked twice, and 60 lines take twice as long.
    """
    import plotly.graph_objects as go

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
            "text": f'<span style="color:{end.color}">●</span> {escape(short(end.name))}',
        }
        for height, end in zip(heights, ends, strict=True)
    ]
    longest = max(len(short(end.name)) for end in ends)
    figure.update_layout(margin={"r": 32 + 9 * longest})
