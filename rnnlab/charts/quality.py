"""How well sides rank reviews (ROC) and how far their probabilities can be believed (reliability).

Predictions → small tuples → Plotly figures.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, TEXT_COLOR, escape, short
from rnnlab.charts.threshold import Called
from rnnlab.compare.verdict import Side
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Bin

if TYPE_CHECKING:
    import plotly.graph_objects as go

# False positive rates of a mean curve. Zero twice: a curve rises from (0, 0) before it goes right.
GRID_RATES = np.concatenate([[0.0], np.linspace(0, 1, 201)])
FEWEST = 20  # reviews of a bin that is drawn; the share of fewer says little
MARKERS_PX = (7, 22)


class RocLine(NamedTuple):
    """One side's ROC: true positive rates at `GRID_RATES`, of its seeds and their mean.

    `auc` is the mean over the seeds, which is the area under the mean curve; `spread` their
    standard deviation, None for a single seed.
    """

    name: str
    color: str
    auc: float
    spread: float | None
    mean: np.ndarray
    seeds: tuple[np.ndarray, ...]


class Rocs(NamedTuple):
    """A chart's finding as its title, and a line for each side; none where the reviews have one
    label."""

    title: str
    lines: tuple[RocLine, ...]


class ReliabilityLine(NamedTuple):
    """One side's bins of at least `FEWEST` reviews a seed, over the answers of all its seeds.

    `error` is the expected calibration error, the mean over its seeds; `spread` their standard
    deviation, None for a single seed.
    """

    name: str
    color: str
    error: float
    spread: float | None
    bins: tuple[Bin, ...]


class Reliabilities(NamedTuple):
    """A chart's finding as its title, and a line for each side."""

    title: str
    lines: tuple[ReliabilityLine, ...]


def rocs(sides: Sequence[Side], colors: Mapping[str, str]) -> Rocs:
    """The ROCs of these sides; `colors` by a side's name.

    A mean is taken at equal false positive rates (vertical averaging: Fawcett 2006, "An
    introduction to ROC analysis", section 9.1).
    """
    drawn = tuple(line for side in sides if (line := _roc(side, colors[side.name])))
    if not drawn:
        return Rocs("No ROC: all reviews have one label", ())
    best = max(drawn, key=lambda line: line.auc)
    spread = "" if best.spread is None else f" ± {best.spread:.3f}"
    ranks = " ranks best" if len(drawn) > 1 else ""
    return Rocs(f"{best.name}{ranks}: AUC {best.auc:.3f}{spread}", drawn)


def reliabilities(sides: Sequence[Side], colors: Mapping[str, str]) -> Reliabilities:
    """How far the probabilities of these sides are right; `colors` by a side's name."""
    drawn = tuple(_reliability(side, colors[side.name]) for side in sides)
    best = min(drawn, key=lambda line: line.error)
    which = " is the best calibrated" if len(drawn) > 1 else ""
    off = f"{100 * best.error:.1f}" + ("" if best.spread is None else f" ± {100 * best.spread:.1f}")
    return Reliabilities(f"{best.name}{which}: off by {off} points", drawn)


def describe_rocs(info: Rocs) -> str:
    """The chart in words, for those who cannot see it."""
    areas = ", ".join(f"{line.name} {line.auc:.3f}" for line in info.lines) or "none"
    return f"{info.title}. ROC curves with the area under each: {areas}."


def describe_reliabilities(info: Reliabilities) -> str:
    """The chart in words, for those who cannot see it."""
    errors = ", ".join(f"{line.name} {100 * line.error:.1f} points" for line in info.lines)
    return (
        f"{info.title}. Reliability diagram: share of positive reviews against predicted "
        f"probability; mean distance of the two: {errors}."
    )


def rocs_figure(
    info: Rocs, marked: Sequence[Called] = (), *, text_color: str = TEXT_COLOR, height: int = 460
) -> "go.Figure":
    """The Plotly figure of `rocs`; `marked` are the sides at a threshold: a point a seed.

    A seed's point lies on its own curve; a mean of points would lie off the mean curve. The names
    stand in the free corner, the best on top.
    """
    traces = []
    for line in sorted(info.lines, key=lambda line: -line.auc):
        name = escape(line.name)
        for place, seed in enumerate(line.seeds if len(line.seeds) > 1 else ()):
            traces.append(
                dict(
                    x=GRID_RATES,
                    y=seed,
                    mode="lines",
                    opacity=0.5,
                    hoverinfo="skip",
                    line={"color": line.color, "width": 1.2},
                    showlegend=False,
                    uid=f"roc-{line.name}-{place}",
                )
            )
        traces.append(
            dict(
                x=GRID_RATES,
                y=line.mean,
                mode="lines",
                line={"color": line.color, "width": 3.5},
                name=f"<b>{line.auc:.3f}</b> {escape(short(line.name))}",
                uid=f"roc-{line.name}",
                hovertemplate=f"{name}: finds %{{y:.1%}} of the positive reviews, "
                "with %{{x:.1%}} of the negative<extra></extra>",
            )
        )
    for one in marked:
        traces.append(
            dict(
                x=[point[0] for point in one.points],
                y=[point[1] for point in one.points],
                mode="markers",
                showlegend=False,
                uid=f"points-{one.name}",
                cliponaxis=False,
                marker={
                    "size": 11 if len(one.points) > 1 else 15,
                    "color": one.color,
                    "line": {"width": 2, "color": "#FFFFFF"},
                },
                hovertemplate=f"{escape(one.name)} at the threshold: finds %{{y:.1%}} of the "
                "positive reviews, with %{x:.1%} of the negative<extra></extra>",
            )
        )
    figure = _square(traces, text_color=text_color, height=height)
    figure.update_xaxes(title_text="negative reviews called positive")
    figure.update_yaxes(title_text="positive reviews found")
    figure.update_layout(legend_title_text="AUC")
    return figure


def reliabilities_figure(
    info: Reliabilities, *, text_color: str = TEXT_COLOR, height: int = 460
) -> "go.Figure":
    """The Plotly figure of `reliabilities`: a marker a bin, the larger the more reviews."""
    traces = []
    most = max((one.count for line in info.lines for one in line.bins), default=1)
    least, span = MARKERS_PX[0], MARKERS_PX[1] - MARKERS_PX[0]
    for line in sorted(info.lines, key=lambda line: line.error):
        traces.append(
            dict(
                x=[one.probability for one in line.bins],
                y=[one.positive for one in line.bins],
                mode="lines+markers",
                line={"color": line.color, "width": 3},
                marker={
                    "size": [least + span * (one.count / most) ** 0.5 for one in line.bins],
                    "opacity": 0.85,
                },
                text=[f"{one.count:,}" for one in line.bins],
                hovertemplate=f"{escape(line.name)} says %{{x:.1%}}: of %{{text}} such answers "
                "%{y:.1%} are about positive reviews<extra></extra>",
                name=f"<b>{100 * line.error:.1f}</b> {escape(short(line.name))}",
                uid=f"reliability-{line.name}",
            )
        )
    figure = _square(traces, text_color=text_color, height=height)
    figure.update_xaxes(title_text="predicted probability of being positive")
    figure.update_yaxes(title_text="share that is positive")
    figure.update_layout(legend_title_text="off by, in points")
    return figure


# ---- tuples ------------------------------------------------------------------------------


def _roc(side: Side, color: str) -> RocLine | None:
    found = [metrics.roc(run.labels, run.probabilities) for run in side.runs]
    if None in found:
        return None
    seeds = tuple(
        np.concatenate(
            [[0.0], np.interp(GRID_RATES[1:], one.false_positive_rate, one.true_positive_rate)]
        )
        for one in found
    )
    areas = [np.trapezoid(one.true_positive_rate, one.false_positive_rate) for one in found]
    return RocLine(
        side.name, color, float(np.mean(areas)), _spread(areas), np.mean(seeds, axis=0), seeds
    )


def _reliability(side: Side, color: str) -> ReliabilityLine:
    errors = [
        metrics.calibration_error(metrics.reliability(run.labels, run.probabilities))
        for run in side.runs
    ]
    bins = metrics.reliability(
        np.concatenate([run.labels for run in side.runs]),
        np.concatenate([run.probabilities for run in side.runs]),
    )
    enough = tuple(one for one in bins if one.count >= FEWEST * side.seeds)
    return ReliabilityLine(side.name, color, float(np.mean(errors)), _spread(errors), enough)


def _spread(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


# ---- figures -----------------------------------------------------------------------------


def _square(scatters: Sequence[dict], *, text_color: str, height: int) -> "go.Figure":
    """A figure of shares against shares, with its diagonal and its names in the lower right."""
    figure = lines.figure(scatters)
    lines.lay_out(figure, text_color=text_color, height=height, percent=True)
    figure.add_shape(
        type="line",
        x0=0,
        y0=0,
        x1=1,
        y1=1,
        layer="below",
        line={"color": "#8A93A3", "width": 2, "dash": "dot"},
    )
    figure.update_xaxes(
        range=[0, 1],
        tickformat=".0%",
        dtick=0.2,
        showgrid=True,
        gridcolor=GRID,
        ticklabelstandoff=8,
    )
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%", title_standoff=10)
    figure.update_layout(
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
    return figure
