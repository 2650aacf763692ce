"""What a decision threshold makes of probabilities: histograms of them, and confusion counts.

A review is called positive above the threshold. Counts are means over the seeds that learned.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.charts.styling import FONT_PX, GRID, TEXT_COLOR, escape, faded, layout, short
from rnnlab.compare.side import Side
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Confusion
from rnnlab.evaluation.predictions import Predictions

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_NAME = 40  # characters
BINS = 20  # of the scores, 5 points wide
ROW_PX = 112
NAME_PX = 34  # above each row, for its name
EDGES_PX = (8, 62)  # above and below all rows
FADED = 0.42  # of the bars of negative reviews


class ThresholdResult(NamedTuple):
    """One side's confusion counts and rates at a threshold; means over its seeds.

    `precision` and `recall` are None where undefined for one of the seeds. `points` are those of
    the seeds on their ROC curves, (false positive rate, recall); none where reviews have one
    label.
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


class ScoreHistogram(NamedTuple):
    """How many negative and positive reviews get each probability: float64 (BINS,) each."""

    name: str
    color: str
    negatives: np.ndarray
    positives: np.ndarray


class Histograms(NamedTuple):
    """A chart's finding as its title, and the scores of each side."""

    title: str
    rows: tuple[ScoreHistogram, ...]


def at_threshold(
    sides: Sequence[Side], colors: Mapping[str, str], *, threshold: float
) -> tuple[ThresholdResult, ...]:
    """Count what these sides call positive above `threshold`; `colors` by a side's name."""
    results = []
    for side in sides:
        seeds = [
            metrics.confusion(run.labels, run.probabilities, threshold=threshold)
            for run in side.learned_runs
        ]
        true_negatives, false_positives, false_negatives, true_positives = np.mean(
            seeds, axis=0
        ).tolist()
        accuracies, precisions, recalls = zip(*map(_rates, seeds), strict=True)
        results.append(
            ThresholdResult(
                name=side.name,
                color=colors[side.name],
                true_negatives=true_negatives,
                false_positives=false_positives,
                false_negatives=false_negatives,
                true_positives=true_positives,
                accuracy=float(np.mean(accuracies)),
                precision=_mean(precisions),
                recall=_mean(recalls),
                points=tuple(point for seed in seeds if (point := _point(seed))),
            )
        )
    return tuple(results)


def title(results: Sequence[ThresholdResult], *, threshold: float) -> str:
    """Name the highest mean accuracy at this threshold; no claim that its side is better."""
    at = f"Decision threshold {100 * threshold:.0f}{format.NO_BREAK}%"
    highest = max(results, key=lambda result: result.accuracy)
    accuracy = format.percent(highest.accuracy)
    if len(results) == 1:
        return f"{at}: accuracy {accuracy}"
    return f"{at}: highest accuracy {accuracy} ({highest.name})"


def histograms(sides: Sequence[Side], colors: Mapping[str, str]) -> Histograms:
    """Count the probabilities that these sides give; `colors` by a side's name."""
    rows = tuple(
        ScoreHistogram(side.name, colors[side.name], _counts(side, label=0), _counts(side, label=1))
        for side in sides
    )
    return Histograms(_title(sides), rows)


def describe(info: Histograms) -> str:
    """Describe the chart in words, for those who cannot see it."""
    names = ", ".join(row.name for row in info.rows)
    return (
        f"{info.title}. Histograms of the probability of being positive for {names}: positive "
        "reviews upwards, negative ones downwards, the threshold as a line."
    )


def histograms_figure(
    info: Histograms, *, threshold: float, text_color: str = TEXT_COLOR
) -> "go.Figure":
    """Draw a row for each side on one scale, crossed by the threshold."""
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
            ("negative", row.negatives, faded(row.color, FADED), -1),
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
            text=f'<span style="color:{row.color}">●</span> '
            f"<b>{escape(short(row.name, ROW_NAME))}</b>",
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


def _rates(counts: Confusion) -> tuple[float, float | None, float | None]:
    """Return accuracy, precision and recall."""
    hits = counts.true_positives
    return (
        (counts.true_negatives + hits) / sum(counts),
        _share(hits, hits + counts.false_positives),
        _share(hits, hits + counts.false_negatives),
    )


def _point(counts: Confusion) -> tuple[float, float] | None:
    false_alarms = _share(counts.false_positives, counts.false_positives + counts.true_negatives)
    recall = _share(counts.true_positives, counts.true_positives + counts.false_negatives)
    return None if false_alarms is None or recall is None else (false_alarms, recall)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def _counts(side: Side, *, label: int) -> np.ndarray:
    histograms = [np.histogram(_of(run, label), BINS, (0, 1))[0] for run in side.learned_runs]
    return np.mean(histograms, axis=0)


def _of(run: Predictions, label: int) -> np.ndarray:
    return run.probabilities[run.labels == label]


def _title(sides: Sequence[Side]) -> str:
    """Say how far apart the mean probabilities of the two labels are: Yates's slope (1982)."""
    if len(np.unique(sides[0].runs[0].labels)) < 2:
        return "Distribution of the probabilities"
    means = [
        [np.mean([_of(run, label).mean() for run in side.learned_runs]) for label in (1, 0)]
        for side in sides
    ]
    widest = max(range(len(sides)), key=lambda index: means[index][0] - means[index][1])
    positive, negative = map(format.percent, means[widest])
    text = f"on average {positive} for positive reviews, {negative} for negative ones"
    return text.capitalize() if len(sides) == 1 else f"Widest apart: {sides[widest].name}, {text}"


def _round(most: float) -> float:
    """Round down to one significant digit."""
    unit = 10.0 ** math.floor(math.log10(most))
    return unit * math.floor(most / unit)
