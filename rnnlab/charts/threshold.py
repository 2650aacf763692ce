"""What a threshold makes of probabilities: scores on either side of it, and who is called what.

A review is called positive above the threshold. Counts are means over a side's seeds.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.charts.styling import FONT_PX, GRID, TEXT_COLOR, escape, faded, layout, short
from rnnlab.compare.verdict import Side
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Confusion
from rnnlab.evaluation.predictions import Predictions

if TYPE_CHECKING:
    import plotly.graph_objects as go

BINS = 20  # of the scores, 5 points wide
ROW_PX = 112
NAME_PX = 34  # above each row, for its name
EDGES_PX = (8, 62)  # above and below all rows
FAINT = 0.42  # of the bars of negative reviews


class Called(NamedTuple):
    """How many reviews a side calls what, and how well that goes; means over its seeds.

    `precision` is the share of those called positive that is, `recall` that of the positive
    reviews that is called so; None where undefined for one of the seeds. `points` are those of
    the seeds on their ROCs, (false positive rate, recall); none where reviews have one label.
    """

    name: str
    color: str
    true_negatives: float
    false_positives: float
    false_negatives: float
    true_positives: float
    accuracy: float
    precision: float | None
    recall: float | None
    points: tuple[tuple[float, float], ...]


class Scores(NamedTuple):
    """How many negative and positive reviews get which probability: float64 (BINS,) each."""

    name: str
    color: str
    negatives: np.ndarray
    positives: np.ndarray


class Histograms(NamedTuple):
    """A chart's finding as its title, and the scores of each side."""

    title: str
    rows: tuple[Scores, ...]


def called(
    sides: Sequence[Side], colors: Mapping[str, str], *, threshold: float
) -> tuple[Called, ...]:
    """What these sides call positive above `threshold`; `colors` by a side's name."""
    found = []
    for side in sides:
        seeds = [
            metrics.confusion(run.labels, run.probabilities, threshold=threshold)
            for run in side.runs
        ]
        counts = np.mean(seeds, axis=0).tolist()
        rates = (_mean(rate) for rate in zip(*map(_rates, seeds), strict=True))
        points = tuple(point for one in seeds if (point := _point(one)))
        found.append(Called(side.name, colors[side.name], *counts, *rates, points))
    return tuple(found)


def finding(found: Sequence[Called], *, threshold: float) -> str:
    """Who is right most often at this threshold."""
    at = f"Above {threshold:.0%} is called positive".replace("%", "\u00a0%")
    best = max(found, key=lambda one: one.accuracy)
    if len(found) == 1:
        return f"{at}: {format.percent(best.accuracy)} right"
    return f"{at}: {best.name} is right most often, {format.percent(best.accuracy)}"


def histograms(sides: Sequence[Side], colors: Mapping[str, str]) -> Histograms:
    """The scores of these sides; `colors` by a side's name."""
    rows = tuple(
        Scores(side.name, colors[side.name], _counts(side, positive=0), _counts(side, positive=1))
        for side in sides
    )
    return Histograms(_apart(sides), rows)


def describe(info: Histograms) -> str:
    """The chart in words, for those who cannot see it."""
    names = ", ".join(row.name for row in info.rows)
    return (
        f"{info.title}. Histograms of the probability of being positive for {names}: positive "
        "reviews upwards, negative ones downwards, the threshold a line."
    )


def histograms_figure(
    info: Histograms, *, threshold: float, text_color: str = TEXT_COLOR
) -> "go.Figure":
    """The Plotly figure of `histograms`: a row a side on one scale, crossed by the threshold."""
    from plotly.subplots import make_subplots

    count = len(info.rows)
    inner = count * (ROW_PX + NAME_PX)
    figure = make_subplots(
        rows=count, cols=1, shared_xaxes=True, vertical_spacing=NAME_PX / (inner - NAME_PX)
    )
    most = max(max(row.negatives.max(), row.positives.max()) for row in info.rows) or 1.0
    tick = _round(most)
    for place, row in enumerate(info.rows, start=1):
        for kind, heights, color, sign in (
            ("positive", row.positives, row.color, 1),
            ("negative", row.negatives, faded(row.color, FAINT), -1),
        ):
            figure.add_bar(
                x=(np.arange(BINS) + 0.5) / BINS,
                y=sign * heights,
                row=place,
                col=1,
                marker={"color": color, "line": {"width": 1, "color": row.color}},
                text=[f"{height:,.0f} {kind} reviews" for height in heights],
                textposition="none",
                uid=f"{kind}-{place}",
                hovertemplate=f"{escape(row.name)}: %{{text}}<extra></extra>",
            )
        figure.add_annotation(
            xref="x domain",
            yref="y domain",
            x=0,
            y=1,
            yanchor="bottom",
            row=place,
            col=1,
            showarrow=False,
            text=f'<span style="color:{row.color}">●</span> <b>{escape(short(row.name))}</b>',
        )
    figure.update_yaxes(
        range=[-1.05 * most, 1.05 * most],
        tickvals=[-tick, 0, tick],
        ticktext=[f"{tick:,.0f}", "0", f"{tick:,.0f}"],
        tickfont={"size": FONT_PX - 3},
        gridcolor=GRID,
        zeroline=True,
        zerolinecolor=text_color,
        zerolinewidth=1,
    )
    figure.update_xaxes(
        range=[0, 1], tickformat=".0%", dtick=0.2, tickangle=0, showgrid=False, zeroline=False
    )
    figure.update_xaxes(title_text="probability of being positive", row=count, col=1)
    top, bottom = EDGES_PX
    figure.add_vline(
        threshold, row="all", col=1, line={"color": text_color, "width": 2.5, "dash": "dash"}
    )
    figure.update_layout(
        **layout(text_color, inner + top + bottom),
        margin={"l": 56, "r": 26, "t": top + NAME_PX, "b": bottom},
        barmode="overlay",
        bargap=0.06,
        showlegend=False,
        dragmode=False,
    )
    return figure


# ---- tuples ------------------------------------------------------------------------------


def _rates(counts: Confusion) -> tuple[float | None, ...]:
    """Accuracy, precision and recall."""
    found = counts.true_positives
    return (
        (counts.true_negatives + found) / sum(counts),
        _share(found, found + counts.false_positives),
        _share(found, found + counts.false_negatives),
    )


def _point(counts: Confusion) -> tuple[float, float] | None:
    false_alarms = _share(counts.false_positives, counts.false_positives + counts.true_negatives)
    recall = _share(counts.true_positives, counts.true_positives + counts.false_negatives)
    return None if false_alarms is None or recall is None else (false_alarms, recall)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Sequence[float | None]) -> float | None:
    return None if None in values else float(np.mean(values))


def _counts(side: Side, *, positive: int) -> np.ndarray:
    return np.mean([np.histogram(_of(run, positive), BINS, (0, 1))[0] for run in side.runs], axis=0)


def _of(run: Predictions, positive: int) -> np.ndarray:
    return run.probabilities[run.labels == positive]


def _apart(sides: Sequence[Side]) -> str:
    if len(np.unique(sides[0].runs[0].labels)) < 2:
        return "How the probabilities are spread"
    means = [
        [np.mean([_of(run, kind).mean() for run in side.runs]) for kind in (1, 0)] for side in sides
    ]
    # The distance of the two means: Yates's discrimination slope.
    widest = max(range(len(sides)), key=lambda place: means[place][0] - means[place][1])
    positive, negative = map(format.percent, means[widest])
    which = "" if len(sides) == 1 else f"{sides[widest].name} tells them apart the most: "
    said = f"on average {positive} for positive reviews, {negative} for negative ones"
    return which + said if which else said.capitalize()


def _round(most: float) -> float:
    """The largest number of one digit, and zeros, that is not above `most`."""
    unit = 10.0 ** math.floor(math.log10(most))
    return unit * math.floor(most / unit)
