"""What a cell holds after each word of a short text, up to the word that is being read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.charts.cell import QUANTITIES, SHARES, SHARES_OF_ONE, SIGNED
from rnnlab.charts.styling import FONT_PX, escape, layout

if TYPE_CHECKING:
    import plotly.graph_objects as go


class StatesChart(NamedTuple):
    """A part of a cell by unit and word: values (units, words), NaN where nothing is read yet.

    `marked` are the words whose states are framed, first and last; `unit` a unit framed with them,
    None for all.
    """

    quantity: str
    values: tuple[tuple[float, ...], ...]
    words: tuple[str, ...]
    marked: tuple[int, int]
    unit: int | None
    reach: float


def states_chart(
    quantity: str,
    values: np.ndarray,
    words: Sequence[str],
    *,
    marked: tuple[int, int],
    unit: int | None = None,
    until: int | None = None,
) -> StatesChart:
    """Return the chart of values (words, units); with `until`, those after this word are hidden."""
    shown = np.array(values, dtype=float)
    reach = float(np.abs(shown).max()) or 1.0
    if until is not None:
        shown[until + 1 :] = np.nan
    return StatesChart(
        quantity, tuple(map(tuple, shown.T.tolist())), tuple(words), marked, unit, reach
    )


def describe(info: StatesChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    first, last = info.marked
    framed = info.words[first] if first == last else f"{info.words[first]} to {info.words[last]}"
    return (
        f"{QUANTITIES[info.quantity].capitalize()} of {len(info.values)} units at "
        f"{len(info.words)} words; framed: {framed}."
    )


def states_figure(info: StatesChart, *, text_color: str, height: int = 300) -> "go.Figure":
    """Draw a row for each unit and a column for each word."""
    import plotly.graph_objects as go

    gate = info.quantity in SHARES_OF_ONE
    figure = go.Figure(
        go.Heatmap(
            z=[[None if value != value else value for value in row] for row in info.values],
            text=[
                [
                    f"{escape(word)}, unit {unit}: {format.decimal(value)}"
                    for word, value in zip(info.words, row, strict=True)
                ]
                for unit, row in enumerate(info.values, start=1)
            ],
            zmin=0 if gate else -info.reach,
            zmax=1 if gate else info.reach,
            colorscale=SHARES if gate else SIGNED,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            hovertemplate="%{text}<extra></extra>",
            colorbar={
                "thickness": 12,
                "tickfont": {"size": FONT_PX, "color": text_color},
                "tickvals": [0, 0.5, 1] if gate else [-info.reach, 0, info.reach],
                "tickformat": ".2~f",
            },
        )
    )
    first, last = info.marked
    rows = (-0.5, len(info.values) - 0.5)
    frame = rows if info.unit is None else (info.unit - 0.5, info.unit + 0.5)
    units = list(range(len(info.values)))
    every = 1 if len(units) <= 8 else len(units) // 4
    words_axis = {
        "tickvals": list(range(len(info.words))),
        "ticktext": [escape(word) for word in info.words],
        "tickangle": -40,
        "tickfont": {"size": 15},
        "range": [-0.6, len(info.words) - 0.4],
        "showgrid": False,
        "zeroline": False,
    }
    figure.update_layout(
        **layout(text_color, height),
        margin={"l": 66, "r": 8, "t": 8, "b": 78},
        shapes=[
            {
                "type": "rect",
                "x0": first - 0.5,
                "x1": last + 0.5,
                "y0": frame[0],
                "y1": frame[1],
                "line": {"color": text_color, "width": 3},
            }
        ],
        meta={"narrow": {"xaxis": {**words_axis, "tickangle": -90, "tickfont": {"size": 13}}}},
        xaxis=words_axis,
        yaxis={
            "tickvals": units[::every],
            "ticktext": [f"unit {unit + 1}" for unit in units[::every]],
            "tickfont": {"size": 15},
            "range": [rows[1] + 0.1, rows[0] - 0.1],
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure
