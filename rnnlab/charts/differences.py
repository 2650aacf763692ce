"""By how much the leader is ahead of each rival: a row each, with its 95 % interval.

Tuples from a `Ranking`, and the figure from the tuples.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, escape, faded, font, layout, short
from rnnlab.compare.ranking import Ranking
from rnnlab.compare.verdict import Outcome

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_PX = 46
FAINT = 0.5


class AccuracyDifference(NamedTuple):
    """The leader's accuracy less a rival's, in points, with its interval; `sure` if the verdict
    says so."""

    opponent: str
    color: str
    value: float
    low: float
    high: float
    sure: bool


class AccuracyDifferences(NamedTuple):
    """All rivals, the strongest first, and the finding as the title."""

    title: str
    leader: str
    rows: tuple[AccuracyDifference, ...]


def accuracy_differences(ranking: Ranking, colors: Mapping[str, str]) -> AccuracyDifferences:
    """The rows of a standing; `colors` by a rival's name."""
    rows = tuple(
        AccuracyDifference(
            opponent.name,
            colors[opponent.name],
            *(100 * part for part in opponent.difference[:3]),
            sure=opponent.outcome is Outcome.A,
        )
        for opponent in ranking.opponents
    )
    return AccuracyDifferences(ranking.headline, ranking.leader, rows)


def describe(info: AccuracyDifferences) -> str:
    """The chart in words, for those who cannot see it."""
    rows = "; ".join(
        f"{row.opponent} {row.value:+.1f} points ({row.low:+.1f} to {row.high:+.1f})"
        for row in info.rows
    )
    return f"{info.title}. How far {info.leader} is ahead, with 95 % intervals: {rows}."


def accuracy_differences_figure(info: AccuracyDifferences, *, text_color: str) -> "go.Figure":
    """Draw a row each: a dot and its interval; faded where the difference is not significant."""
    names = [escape(short(row.opponent)) for row in info.rows]
    figure = lines.figure(
        {
            "x": [row.value],
            "y": [place],
            "mode": "markers",
            "marker": {"size": 17, "color": row.color, "opacity": 1 if row.sure else FAINT},
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [row.high - row.value],
                "arrayminus": [row.value - row.low],
                "color": row.color if row.sure else faded(row.color, FAINT),
                "thickness": 3.5,
                "width": 7,
            },
            "hovertemplate": f"{names[place]}: {row.value:+.1f} points "
            f"({row.low:+.1f} to {row.high:+.1f})<extra></extra>",
            "uid": f"lead-{place}",
        }
        for place, row in enumerate(info.rows)
    )
    notes = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": place,
            "showarrow": False,
            "text": f"<b>{row.value:+.1f}</b> ({row.low:+.1f} to {row.high:+.1f})",
            "font": font(text_color),
        }
        for place, row in enumerate(info.rows)
    ]
    width = 20 + 9 * max(map(len, names), default=0)
    narrow = [
        {**note, "text": f"<b>{row.value:+.1f}</b>"}
        for note, row in zip(notes, info.rows, strict=True)
    ]
    figure.add_vline(x=0, line={"color": text_color, "width": 2}, opacity=0.7)
    figure.update_layout(
        **layout(text_color, 84 + ROW_PX * len(info.rows)),
        margin={"l": width, "r": 190, "t": 8, "b": 58},
        # What a phone has room for; the page's chart puts it in place (`ui.chart`).
        meta={"narrow": {"margin": {"l": width, "r": 62, "t": 8, "b": 58}, "annotations": narrow}},
        annotations=notes,
        showlegend=False,
        xaxis={
            "title": {"text": "points ahead"},
            "gridcolor": GRID,
            "zeroline": False,
            "nticks": 6,
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "autorange": "reversed",
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"size": FONT_PX},
        },
    )
    return figure
