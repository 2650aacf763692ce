"""Whether the probabilities of sides are right: a reliability diagram.

Predictions of the seeds that learned → small tuples → a Plotly figure.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.charts import lines
from rnnlab.charts.styling import TEXT_COLOR, escape, short
from rnnlab.compare.side import Side
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Bin
from rnnlab.evaluation.seeds import mean_and_sd

if TYPE_CHECKING:
    import plotly.graph_objects as go

MIN_BIN_REVIEWS = 20  # of a bin that is drawn; a share of fewer says little
MARKERS_PX = (7, 22)


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


def describe_reliability(info: ReliabilityCurves) -> str:
    """Describe the chart in words, for those who cannot see it."""
    errors = ", ".join(f"{line.name} {100 * line.error:.1f} points" for line in info.lines)
    return (
        f"{info.title}. Reliability diagram: share of positive reviews against predicted "
        f"probability; mean distance of the two: {errors}."
    )


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
    figure = lines.square(traces, text_color=text_color, height=height)
    figure.update_xaxes(title_text="predicted probability of being positive")
    figure.update_yaxes(title_text="share of positive reviews")
    figure.update_layout(legend_title_text="calibration error (points)")
    return figure


def _reliability(side: Side, color: str) -> ReliabilityCurve:
    error, spread = mean_and_sd([run.metrics.ece for run in side.learned_runs])
    assert error is not None  # each run has one
    bins = metrics.reliability(
        np.concatenate([run.labels for run in side.learned_runs]),
        np.concatenate([run.probabilities for run in side.learned_runs]),
    )
    large = tuple(bin_ for bin_ in bins if bin_.count >= MIN_BIN_REVIEWS * len(side.learned_runs))
    return ReliabilityCurve(side.name, color, error, spread, large)
