"""How well sides rank reviews: ROC curves.

Predictions of the seeds that learned → small tuples → a Plotly figure. Of many seeds, means count
all and some are drawn (see `thinning`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.charts import lines, thinning
from rnnlab.charts.styling import TEXT_COLOR, escape, short
from rnnlab.charts.thinning import Drawn
from rnnlab.charts.threshold import ThresholdResult
from rnnlab.compare.side import Side
from rnnlab.evaluation import metrics
from rnnlab.evaluation.seeds import mean_and_sd

if TYPE_CHECKING:
    import plotly.graph_objects as go

# False positive rates of a mean curve. Zero twice: a curve rises from (0, 0) before it goes right.
GRID_RATES = np.concatenate([[0.0], np.linspace(0, 1, 201)])


class RocCurve(NamedTuple):
    """One side's ROC curve: true positive rates at `GRID_RATES`, of its seeds and their mean.

    `auc` is the mean over the seeds that learned, which is the area under the mean curve; `spread`
    their standard deviation, None for a single seed. `seeds` are the single curves, and `drawn`
    those that a chart shows, by their places.
    """

    name: str
    color: str
    auc: float
    spread: float | None
    mean: np.ndarray
    seeds: tuple[np.ndarray, ...]
    drawn: tuple[int, ...]


class RocCurves(NamedTuple):
    """A chart's finding as its title, and a curve for each side.

    No curves where all reviews have one label.
    """

    title: str
    lines: tuple[RocCurve, ...]

    @property
    def drawn(self) -> Drawn:
        """How many single seeds are drawn, of how many."""
        return Drawn(
            sum(len(line.drawn) for line in self.lines), sum(len(line.seeds) for line in self.lines)
        )


def roc_curves(sides: Sequence[Side], colors: Mapping[str, str]) -> RocCurves:
    """Build the ROC curves of these sides; `colors` by a side's name.

    The mean is taken at equal false positive rates (vertical averaging: Fawcett 2006, "An
    introduction to ROC analysis", section 9.1).
    """
    most = thinning.share_of([len(side.learned_runs) for side in sides])
    curves = tuple(curve for side in sides if (curve := _roc(side, colors[side.name], most)))
    if not curves:
        return RocCurves("No ROC curve: all reviews have the same label", ())
    best = max(curves, key=lambda curve: curve.auc)
    value = f"{best.auc:.3f}" + ("" if best.spread is None else f" ± {best.spread:.3f}")
    mean = "" if best.spread is None else "mean "
    if len(curves) == 1:
        return RocCurves(f"{best.name}: {mean}AUC {value}", curves)
    return RocCurves(f"Highest {mean}AUC: {best.name} ({value})", curves)


def describe_roc(info: RocCurves) -> str:
    """Describe the chart in words, for those who cannot see it."""
    areas = ", ".join(f"{line.name} {line.auc:.3f}" for line in info.lines) or "none"
    words = f"{info.title}. ROC curves with the area under each: {areas}."
    return " ".join(filter(None, [words, info.drawn.sentence]))


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
        if len(line.seeds) > 1:
            seeds = thinning.join([("", GRID_RATES, line.seeds[place]) for place in line.drawn])
            traces.append(
                dict(
                    x=seeds.x,
                    y=seeds.y,
                    mode="lines",
                    opacity=0.5,
                    hoverinfo="skip",
                    line={"color": line.color, "width": 1.2},
                    showlegend=False,
                    uid=f"roc-{line.name}-seeds",
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
    drawn = {line.name: line.drawn for line in info.lines}
    for result in at_threshold:
        points = [result.points[place] for place in drawn.get(result.name, ())]
        traces.append(
            dict(
                x=[point[0] for point in points],
                y=[point[1] for point in points],
                mode="markers",
                showlegend=False,
                uid=f"points-{result.name}",
                cliponaxis=False,
                marker={
                    "size": 11 if len(points) > 1 else 15,
                    "color": result.color,
                    "line": {"width": 2, "color": "#FFFFFF"},
                },
                hovertemplate=f"{escape(result.name)} at the threshold: true positive rate "
                "%{y:.1%}, false positive rate %{x:.1%}<extra></extra>",
            )
        )
    figure = lines.square(traces, text_color=text_color, height=height)
    figure.update_xaxes(title_text="false positive rate")
    figure.update_yaxes(title_text="true positive rate")
    figure.update_layout(legend_title_text="AUC")
    return figure


def _roc(side: Side, color: str, most: int) -> RocCurve | None:
    """Return the curve of a side, of which at most so many seeds are drawn."""
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
    drawn = tuple(thinning.evenly(areas, most))
    mean, spread = float(np.mean(areas)), mean_and_sd(areas).sd
    return RocCurve(side.name, color, mean, spread, np.mean(seeds, axis=0), seeds, drawn)
