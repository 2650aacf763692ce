"""How well sides rank reviews (ROC), and whether their probabilities are right (reliability).

Predictions of the seeds that learned → small tuples → Plotly figures.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, TEXT_COLOR, escape, short
from rnnlab.charts.threshold import ThresholdResult
from rnnlab.compare.side import Side
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Bin

if TYPE_CHECKING:
    import plotly.graph_objects as go

# False positive rates of a mean curve. Zero twice: a curve rises from (0, 0) before it goes right.
GRID_RATES = np.concatenate([[0.0], np.linspace(0, 1, 201)])
MIN_BIN_REVIEWS = 20  # of a bin that is drawn; a share of fewer says little
MARKERS_PX = (7, 22)


class RocCurve(NamedTuple):
    """One side's ROC curve: true positive rates at `GRID_RATES`, of its seeds and their mean.

    `auc` is the mean over the seeds that learned, which is the area under the mean curve; `spread`
    their standard deviation, None for a single seed.
    """

    name: str
    color: str
    auc: float
    spread: float | None
    mean: np.ndarray
    seeds: tuple[np.ndarray, ...]


class RocCurves(NamedTuple):
    """A chart's finding as its title, and a curve for each side.

    No curves where all reviews have one label.
    """

    title: str
    lines: tuple[RocCurve, ...]


class ReliabilityCurve(NamedTuple):
    """One side's bins of at least `MIN_BIN_REVIEWS` reviews a seed, over all its seeds.

    `error` is the expected calibration error, the mean over its seeds; `spread` their standard
    deviation, None for a single seed.
    """

    name: str
    color: str
    error: float
    spread: float | None
    bins: tuple[Bin, ...]


class ReliabilityCurves(NamedTuple):
    """A chart's finding as its title, and a line for each side."""

    title: str
    lines: tuple[ReliabilityCurve, ...]


def roc_curves(sides: Sequence[Side], colors: Mapping[str, str]) -> RocCurves:
    """Build the ROC curves of these sides; `colors` by a side's name.

    The mean is taken at equal false positive rates (vertical averaging: Fawcett 2006, "An
    introduction to ROC analysis", section 9.1).
    """
    curves = tuple(curve for side in sides if (curve := _roc(side, colors[side.name])))
    if not curves:
        return RocCurves("No ROC curve: all reviews have the same label", ())
    best = max(curves, key=lambda curve: curve.auc)
    value = f"{best.auc:.3f}" + ("" if best.spread is None else f" ± {best.spread:.3f}")
    mean = "" if best.spread is None else "mean "
    if len(curves) == 1:
        return RocCurves(f"{best.name}: {mean}AUC {value}", curves)
    return RocCurves(f"Highest {mean}AUC: {best.name} ({value})", curves)


def reliability_curves(sides: Sequence[Side], colors: Mapping[str, str]) -> ReliabilityCurves:
    """Compare the probabilities of these sides with what came true; `colors` by a side's name."""
    curves = tuple(_reliability(side, colors[side.name]) for side in sides)
    best = min(curves, key=lambda curve: curve.error)
    spread = "" if best.spread is None else f" ± {100 * best.spread:.1f}"
    value = f"{100 * best.error:.1f}{spread} points"
    mean = "" if best.spread is None else "mean "
    if len(curves) == 1:
        return ReliabilityCurves(f"{best.name}: {mean}calibration error {value}", curves)
    return ReliabilityCurves(f"Lowest {mean}calibration error: {best.name} ({value})", curves)


def describe_roc(info: RocCurves) -> str:
    """Describe the chart in words, for those who cannot see it."""
    areas = ", ".join(f"{line.name} {line.auc:.3f}" for line in info.lines) or "none"
    return f"{info.title}. ROC curves with the area under each: {areas}."


def describe_reliability(info: ReliabilityCurves) -> str:
    """Describe the chart in words, for those who cannot see it."""
    errors = ", ".join(f"{line.name} {100 * line.error:.1f} points" for line in info.lines)
    return (
        f"{info.title}. Reliability diagram: share of positive reviews against predicted "
        f"probability; mean distance of the two: {errors}."
    )


def roc_figure(
    info: RocCurves,
    at_threshold: Sequence[ThresholdResult] = (),
    *,
    text_color: str = TEXT_COLOR,
    height: int = 460,
) -> "go.Figure":
    """Draw the ROC curves, and the sides at a threshold as a point for each seed.

    A seed's point lies on its own curve; a mean of points would lie off the mean curve. The names
    stand in the free corner, the largest area on top.
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
                hovertemplate=f"{name}: true positive rate %{{y:.1%}}, "
                "false positive rate %{x:.1%}<extra></extra>",
            )
        )
    for result in at_threshold:
        traces.append(
            dict(
                x=[point[0] for point in result.points],
                y=[point[1] for point in result.points],
                mode="markers",
                showlegend=False,
                uid=f"points-{result.name}",
                cliponaxis=False,
                marker={
                    "size": 11 if len(result.points) > 1 else 15,
                    "color": result.color,
                    "line": {"width": 2, "color": "#FFFFFF"},
                },
                hovertemplate=f"{escape(result.name)} at the threshold: true positive rate "
                "%{y:.1%}, false positive rate %{x:.1%}<extra></extra>",
            )
        )
    figure = _square(traces, text_color=text_color, height=height)
    figure.update_xaxes(title_text="false positive rate")
    figure.update_yaxes(title_text="true positive rate")
    figure.update_layout(legend_title_text="AUC")
    return figure


def reliability_figure(
    info: ReliabilityCurves, *, text_color: str = TEXT_COLOR, height: int = 460
) -> "go.Figure":
    """Draw a marker for each bin, larger for more reviews."""
    traces = []
    most = max((bin_.count for line in info.lines for bin_ in line.bins), default=1)
    least, span = MARKERS_PX[0], MARKERS_PX[1] - MARKERS_PX[0]
    for line in sorted(info.lines, key=lambda line: line.error):
        traces.append(
            dict(
                x=[bin_.probability for bin_ in line.bins],
                y=[bin_.positive for bin_ in line.bins],
                mode="lines+markers",
                line={"color": line.color, "width": 3},
                marker={
                    "size": [least + span * (bin_.count / most) ** 0.5 for bin_ in line.bins],
                    "opacity": 0.85,
                },
                text=[f"{bin_.count:,}" for bin_ in line.bins],
                hovertemplate=f"{escape(line.name)} predicts %{{x:.1%}}: of %{{text}} such "
                "reviews, %{y:.1%} are positive<extra></extra>",
                name=f"<b>{100 * line.error:.1f}</b> {escape(short(line.name))}",
                uid=f"reliability-{line.name}",
            )
        )
    figure = _square(traces, text_color=text_color, height=height)
    figure.update_xaxes(title_text="predicted probability of being positive")
    figure.update_yaxes(title_text="share of positive reviews")
    figure.update_layout(legend_title_text="calibration error (points)")
    return figure


# ---- tuples ------------------------------------------------------------------------------


def _roc(side: Side, color: str) -> RocCurve | None:
    rocs = [
        roc
        for run in side.learned_runs
        if (roc := metrics.roc(run.labels, run.probabilities)) is not None
    ]
    if len(rocs) < len(side.learned_runs):
        return None  # of reviews with one label
    seeds = tuple(
        np.concatenate(
            [[0.0], np.interp(GRID_RATES[1:], roc.false_positive_rate, roc.true_positive_rate)]
        )
        for roc in rocs
    )
    areas = [float(np.trapezoid(roc.true_positive_rate, roc.false_positive_rate)) for roc in rocs]
    return RocCurve(
        side.name, color, float(np.mean(areas)), _spread(areas), np.mean(seeds, axis=0), seeds
    )


def _reliability(side: Side, color: str) -> ReliabilityCurve:
    errors = [
        metrics.calibration_error(metrics.reliability(run.labels, run.probabilities))
        for run in side.learned_runs
    ]
    bins = metrics.reliability(
        np.concatenate([run.labels for run in side.learned_runs]),
        np.concatenate([run.probabilities for run in side.learned_runs]),
    )
    large = tuple(bin_ for bin_ in bins if bin_.count >= MIN_BIN_REVIEWS * len(side.learned_runs))
    return ReliabilityCurve(side.name, color, float(np.mean(errors)), _spread(errors), large)


def _spread(values: Sequence[float]) -> float | None:
    """Return the standard deviation over seeds; None for a single seed."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


# ---- figures -----------------------------------------------------------------------------


def _square(scatters: Sequence[dict], *, text_color: str, height: int) -> "go.Figure":
    """Draw shares against shares, with the diagonal and the names in the lower right."""
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
