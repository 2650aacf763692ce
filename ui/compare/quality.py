"""The tab Quality: metrics, ROC, calibration, and results at a decision threshold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import streamlit as st

from rnnlab import format
from rnnlab.charts import reliability, roc, threshold
from rnnlab.charts.reliability import ReliabilityCurves
from rnnlab.charts.roc import RocCurves
from rnnlab.charts.threshold import Histograms, ThresholdResult
from rnnlab.compare import tables
from rnnlab.compare.groups import Group
from rnnlab.compare.side import MIN_REVIEWS, Side
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.runs import Run
from ui import chart, theme
from ui.compare import loading
from ui.compare.view import View
from ui.dataframe import bold

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_PX = 42


class QualityCharts(NamedTuple):
    """What no threshold changes: the metrics, and the data of three charts."""

    metrics: pd.DataFrame
    roc_curves: RocCurves
    reliability_curves: ReliabilityCurves
    histograms: Histograms


def show(view: View) -> None:
    """Show the metrics, ROC and calibration, and the results at a threshold."""
    sides = view.evaluated_reviews.evaluated.sides
    key = tuple(
        (side.name, side.failures, view.colors[side.name], _reviews(side)) for side in sides
    )
    charts = _charts(key, sides, view.colors)
    means = "Means over the seeds that learned" if view.all_stuck else "Means over seeds"
    share = format.percent(float((sides[0].runs[0].labels == 1).mean()))
    st.caption(f"{share} of these reviews are positive.")
    metrics_table(charts.metrics, means, optimistic=sides[0].runs[0].used_for_selection)
    _review_sets(view)
    above = st.container()
    at = st.slider(
        "Decision threshold",
        0.05,
        0.95,
        0.5,
        0.01,
        format="percent",
        key="threshold",
        bind="query-params",
        width=420,
        help="A review counts as positive when its probability is above the threshold.",
    )
    results = threshold.at_threshold(sides, view.colors, threshold=at)
    with above:
        _roc_and_reliability(charts, results)
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(
            charts.histograms,
            threshold.histograms_figure(
                charts.histograms, threshold=at, text_color=theme.text_color()
            ),
            label=threshold.describe(charts.histograms),
            file="scores",
        )
        st.caption(
            "Upward bars: positive reviews. Downward, paler: negative reviews. Means over the "
            "seeds. Dashed: the decision threshold."
        )
    right.html(
        f'<h3 class="lab-finding">{theme.text(threshold.title(results, threshold=at))}</h3>'
        f'<div class="cmp-called">{"".join(map(matrix, results))}</div>'
    )
    if at != 0.5:
        right.caption("A threshold tuned on these reviews will do less well on others.")


def alone(groups: Sequence[Group[Run]], labelled_reviews: LabelledReviews) -> None:
    """Show metrics without a verdict, for reviews that are too few for one; else nothing."""
    if len(labelled_reviews.texts) >= MIN_REVIEWS:
        return
    runs = [run for group in groups for run in group.runs]
    by_run, _ = loading.of_labelled(runs, labelled_reviews)
    frame = tables.run_metric_table([by_run[run.id] for run in runs if run.id in by_run])
    metrics_table(frame, "Metrics of each run, without a verdict", optimistic=False)


def matrix(result: ThresholdResult) -> str:
    """Render a side's confusion matrix as a card, with accuracy, precision and recall."""
    total = (
        result.true_negatives
        + result.false_positives
        + result.false_negatives
        + result.true_positives
    )

    def cell(count: float, kind: str) -> str:
        share = count / total
        return (
            f'<td class="{kind}" style="--share:{8 + 62 * share:.0f}%"><b>{count:,.0f}</b>'
            f"<small>{format.percent(share)}</small></td>"
        )

    rates = theme.figures(
        [
            ("accuracy", format.percent(result.accuracy)),
            ("precision", format.percent(result.precision)),
            ("recall", format.percent(result.recall)),
        ]
    )
    return (
        f'<div class="lab-leader" style="--tint:{result.color}"><div class="lab-row">'
        f'<i class="lab-dot"></i><b>{theme.text(result.name)}</b></div><table class="cmp-matrix">'
        "<colgroup><col><col><col></colgroup>"
        "<thead><tr><td></td><th>predicted negative</th><th>predicted positive</th></tr></thead>"
        "<tbody>"
        f"<tr><th>negative</th>{cell(result.true_negatives, 'right')}"
        f"{cell(result.false_positives, 'wrong')}</tr>"
        f"<tr><th>positive</th>{cell(result.false_negatives, 'wrong')}"
        f"{cell(result.true_positives, 'right')}</tr></tbody></table>{rates}</div>"
    )


def _reviews(side: Side) -> tuple[str, ...]:
    return tuple(part for run in side.runs for part in (run.run, run.reviews))


@st.cache_resource(show_spinner=False, max_entries=20)
def _charts(key: tuple, _sides: Sequence[Side], _colors: dict[str, str]) -> QualityCharts:
    return QualityCharts(
        tables.with_constant_answer(tables.metric_table(_sides), _sides[0].runs[0].labels),
        roc.roc_curves(_sides, _colors),
        reliability.reliability_curves(_sides, _colors),
        threshold.histograms(_sides, _colors),
    )


def metrics_table(frame: pd.DataFrame, means: str, *, optimistic: bool) -> None:
    """Show the metrics as a table."""

    def number(digits: int, label: str | None = None, width: int | None = None):
        return st.column_config.NumberColumn(label, format=f"%.{digits}f", width=width)

    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key="compare_metrics",
        alt="The metrics of the compared models, all on the same reviews",
        row_height=ROW_PX,
        height=ROW_PX * (len(frame) + 1),
        placeholder="–",
        column_config={
            "Name": st.column_config.TextColumn(pinned=True),
            "Seeds": st.column_config.NumberColumn(width=60),
            "Accuracy (%)": number(1),
            "Called positive (%)": number(1, width=110),
            "Log loss": number(4),
            "ROC AUC": number(3),
            "F1": number(3, width=70),
            "Brier score": number(4),
            "Calibration error (points)": number(1),
            "± (points)": number(1, "±", 60),
            "± (log loss)": number(4, "±", 70),
            "± (ROC AUC)": number(3, "±", 60),
            "± (F1)": number(3, "±", 60),
            "± (Brier score)": number(4, "±", 70),
            "± (calibration error, points)": number(1, "±", 60),
        },
    )
    caption = f"{means}, ± 1 standard deviation; accuracy and F1 at a threshold of 50 %. "
    if optimistic:
        caption += (
            "**These numbers are optimistic:** the same validation reviews also selected each "
            "run's best epoch. "
        )
    st.caption(caption + "Click a column header to sort.")


def _review_sets(view: View) -> None:
    """Show the accuracies on all sets of reviews that this viewer has selected, if several."""
    if len(view.by_review_set) < 2:
        st.caption("For an unbiased test, select other reviews under **Evaluated on**.")
        return
    frame = tables.review_set_table([group.name for group in view.groups], view.by_review_set)
    st.html('<h3 class="lab-finding">Accuracy of the same models on each set of reviews</h3>')
    number = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key="compare_review_sets",
        alt="Accuracy of the compared models on each set of reviews",
        row_height=ROW_PX,
        height=ROW_PX * (len(frame) + 1),
        placeholder="–",
        column_config={"Name": st.column_config.TextColumn(pinned=True)}
        | {name: number for name in frame.columns[1:]},
    )


def _roc_and_reliability(charts: QualityCharts, results: Sequence[ThresholdResult]) -> None:
    text_color = theme.text_color()
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(
            charts.roc_curves,
            roc.roc_figure(charts.roc_curves, results, text_color=text_color),
            label=roc.describe_roc(charts.roc_curves),
            file="roc",
        )
        st.caption(
            "Thick lines: means over the seeds. Thin lines: single seeds, each with its point at "
            "the decision threshold below. Dotted: random guessing. "
            + charts.roc_curves.drawn.sentence
        )
    with right:
        _chart(
            charts.reliability_curves,
            reliability.reliability_figure(
                charts.reliability_curves, text_color=theme.text_color()
            ),
            label=reliability.describe_reliability(charts.reliability_curves),
            file="reliability",
        )
        st.caption(
            "Dotted: perfect calibration. Above it the probabilities are too low, below it too "
            "high. Larger points stand for more reviews; bins of fewer than "
            f"{reliability.MIN_BIN_REVIEWS} are left out."
        )


def _chart(
    info: RocCurves | ReliabilityCurves | Histograms, figure: "go.Figure", *, label: str, file: str
) -> None:
    st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
    chart.exportable(
        figure, key=f"compare_{file}", label=label, title=info.title, file=file, compact=False
    )
