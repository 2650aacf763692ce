"""What a cell computes at each word, as heatmaps of units by words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

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
}
GATES = frozenset("ifozr")
UNIT_PX = 26
# Blue and orange are told apart by colour-blind eyes; the middle is the page's own grey.
SIGNED = [[0, "#0072B2"], [0.5, "rgba(128,138,155,0.12)"], [1, "#D55E00"]]
SHARES = [[0, "rgba(128,138,155,0.08)"], [1, "#009E73"]]


class CellChart(NamedTuple):
    """A quantity of a cell, by unit and word: its name, values (units, words), and the words.

    The colours of states reach from −`reach` to `reach`; gates always from 0 to 1.
    """

    quantity: str
    values: tuple[tuple[float, ...], ...]
    words: tuple[str, ...]
    reach: float

    @property
    def title(self) -> str:
        """What is shown."""
        return QUANTITIES[self.quantity].capitalize()


def cell_chart(
    quantity: str, values: np.ndarray, words: Sequence[str], *, reach: float
) -> CellChart:
    """Return the chart of a step's field; values (words, units).

    Charts that are compared need the same `reach`, the largest absolute value of all of them.
    """
    return CellChart(quantity, tuple(map(tuple, values.T.tolist())), tuple(words), reach or 1.0)


def describe(info: CellChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    flat = [value for row in info.values for value in row]
    return (
        f"{info.title} of {len(info.values)} units at {len(info.words)} words, from "
        f"{min(flat, default=0):.2f} to {max(flat, default=0):.2f}."
    )


def cell_figure(info: CellChart, *, text_color: str) -> "go.Figure":
    """Draw a row for each unit."""
    import plotly.graph_objects as go

    gate = info.quantity in GATES
    figure = go.Figure(
        go.Heatmap(
            z=info.values,
            x=list(range(len(info.words))),
            y=[f"unit {number}" for number in range(1, len(info.values) + 1)],
            text=[list(map(escape, info.words))] * len(info.values),
            zmin=0 if gate else -info.reach,
            zmax=1 if gate else info.reach,
            colorscale=SHARES if gate else SIGNED,
            xgap=1,
            ygap=1,
            hovertemplate="%{text}, %{y}: %{z:.2f}<extra></extra>",
            colorbar={"thickness": 12, "tickfont": {"size": FONT_PX, "color": text_color}},
        )
    )
    figure.update_layout(
        **layout(text_color, 130 + UNIT_PX * len(info.values)),
        margin={"l": 74, "r": 8, "t": 10, "b": 92},
        xaxis={
            "tickvals": list(range(len(info.words))),
            "ticktext": [escape(word) for word in info.words],
            "tickangle": -60,
            "tickfont": {"size": 14},
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={"autorange": "reversed", "showgrid": False, "zeroline": False},
    )
    return figure
