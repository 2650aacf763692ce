"""What a cell computes at each word, as heatmaps of units by words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.charts.styling import FONT_PX, escape, layout

if TYPE_CHECKING:
    import plotly.graph_objects as go

QUANTITIES = {  # how a step's fields are called
    "h": "hidden state",
    "c": "cell state",
    "candidate": "candidate",
    "i": "input gate",
    "f": "forget gate",
    "o": "output gate",
    "z": "update gate",
    "r": "reset gate",
    "sum": "sum before the tanh",
    "saturation": "tanh saturation",
}
SHARES_OF_ONE = frozenset({*"ifozr", "saturation"})
MAX_UNITS = 64  # drawn: with 60 words a quarter of what the browser may get
DIGITS = 3
UNIT_PX = 26
# Blue and orange are told apart by colour-blind eyes; the middle is the page's own grey.
SIGNED = [[0, "#0072B2"], [0.5, "rgba(128,138,155,0.12)"], [1, "#D55E00"]]
SHARES = [[0, "rgba(128,138,155,0.08)"], [1, "#009E73"]]


class CellChart(NamedTuple):
    """A quantity of a cell, by unit and word: its name, values (units, words), and the words.

    The colours of states reach from −`reach` to `reach`; gates always from 0 to 1. `marked` is the
    word and the unit that are looked at, None where the network does not read that word. The first
    word is that at `first` in the text, the first unit `first_unit`; a click gives the places in
    the text and the cell: "12 3".
    """

    quantity: str
    values: tuple[tuple[float, ...], ...]
    words: tuple[str, ...]
    reach: float
    first: int = 0
    marked: tuple[int, int] | None = None
    first_unit: int = 0

    @property
    def title(self) -> str:
        """What is shown."""
        return QUANTITIES[self.quantity].capitalize()


def cell_chart(
    quantity: str,
    values: np.ndarray,
    words: Sequence[str],
    *,
    reach: float,
    first: int = 0,
    marked: tuple[int, int] | None = None,
) -> CellChart:
    """Return the chart of a quantity; values (words, units), at most `MAX_UNITS` of them shown.

    Charts that are compared need the same `reach`, the largest absolute value of all of them.
    """
    units = values.shape[1]
    middle = marked[1] if marked else 0
    start = min(max(middle - MAX_UNITS // 2, 0), max(units - MAX_UNITS, 0))
    shown = values[:, start : start + MAX_UNITS].round(DIGITS)
    rows = tuple(map(tuple, shown.T.tolist()))
    if marked:
        marked = (marked[0], marked[1] - start)
    return CellChart(quantity, rows, tuple(words), reach or 1.0, first, marked, start)


def describe(info: CellChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    flat = [value for row in info.values for value in row]
    marked = ""
    if info.marked:
        word, unit = info.marked
        value = info.values[unit][word]
        marked = (
            f" Marked: unit {info.first_unit + unit + 1} at “{info.words[word]}”, "
            f"{format.decimal(value)}."
        )
    return (
        f"{info.title} of {len(info.values)} units at {len(info.words)} words, from "
        f"{format.decimal(min(flat, default=0))} to {format.decimal(max(flat, default=0))}.{marked}"
    )


def cell_figure(info: CellChart, *, text_color: str) -> "go.Figure":
    """Draw a row for each unit, a frame around the marked word."""
    import plotly.graph_objects as go

    gate = info.quantity in SHARES_OF_ONE
    units, words = range(len(info.values)), range(len(info.words))
    figure = go.Figure(
        go.Heatmap(
            z=info.values,
            x=list(words),
            y=list(units),
            customdata=[
                [f"{info.first + word} {info.first_unit + unit}" for word in words]
                for unit in units
            ],
            text=[list(map(escape, info.words))] * len(info.values),
            zmin=0 if gate else -info.reach,
            zmax=1 if gate else info.reach,
            colorscale=SHARES if gate else SIGNED,
            xgap=1,
            ygap=1,
            hovertemplate="%{text}: %{z:.2f}<extra></extra>",
            colorbar={"thickness": 12, "tickfont": {"size": FONT_PX, "color": text_color}},
        )
    )
    figure.update_layout(
        **layout(text_color, 130 + UNIT_PX * len(info.values)),
        margin={"l": 74, "r": 8, "t": 10, "b": 92},
        xaxis={
            "tickvals": list(words),
            "ticktext": [escape(word) for word in info.words],
            "tickangle": -60,
            "tickfont": {"size": 14},
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "tickvals": list(units),
            "ticktext": [_unit(unit, info) for unit in units],
            "autorange": "reversed",
            "showgrid": False,
            "zeroline": False,
        },
    )
    # On a phone there is room for one word.
    marked = [info.marked[0]] if info.marked else []
    figure.layout.meta = {
        "narrow": {
            "xaxis": {
                "tickvals": marked,
                "ticktext": [escape(info.words[word]) for word in marked],
                "tickangle": 0,
                "tickfont": {"size": FONT_PX},
                "showgrid": False,
                "zeroline": False,
            },
            "margin": {"l": 74, "r": 8, "t": 10, "b": 40},
        }
    }
    if info.marked:
        word, unit = info.marked
        frame = {"type": "rect", "line": {"color": text_color, "width": 2}}
        figure.layout.shapes = [
            {**frame, "x0": word - 0.5, "x1": word + 0.5, "y0": -0.5, "y1": len(units) - 0.5},
            {**frame, "x0": word - 0.5, "x1": word + 0.5, "y0": unit - 0.5, "y1": unit + 0.5},
        ]
    return figure


def _unit(unit: int, info: CellChart) -> str:
    name = f"unit {info.first_unit + unit + 1}"
    return f"<b>{name}</b>" if info.marked and info.marked[1] == unit else name
