"""The tab Quality: metrics, how well each side ranks and how far it can be believed, and what it
calls positive above a threshold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import streamlit as st

from rnnlab import format
from rnnlab.charts import quality, threshold
from rnnlab.charts.quality import ReliabilityCurves, RocCurves
from rnnlab.charts.threshold import Histograms, ThresholdResult
from rnnlab.compare import tables
from rnnlab.compare.verdict import Side
from ui import chart, theme
from ui.compare.view import View
from ui.dataframe import bold

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_PX = 42


class Measured(NamedTuple):
    """What no threshold changes: the metrics, and the tuples of three charts."""

    metrics: pd.DataFrame
    roc_curves: RocCurves
    reliability_curves: ReliabilityCurves
    histograms: Histograms


def show(view: View) -> None:
    """The metrics, two charts beside each other, and what a threshold makes of the answers."""
    sides = view.reviewed.evaluated.sides
    key = tuple((side.name, view.colors[side.name], _reviews(side)) for side in sides)
    found = _measured(key, sides, view.colors)
    _table(found.metrics, optimistic=sides[0].runs[0].used_for_selection)
    _elsewhere(view)
    charts = st.container()
    at = st.slider(
        "Call a review positive above",
        0.05,
        0.95,
        0.5,
        0.01,
        format="percent",
        key="threshold",
        bind="query-params",
        width=420,
    )
    calls = threshold.at_threshold(sides, view.colors, threshold=at)
    with charts:
        _charts(found, calls)
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(
            found.histograms,
            threshold.histograms_figure(
                found.histograms, threshold=at, text_color=theme.text_color()
            ),
            label=threshold.describe(found.histograms),
            file="scores",
        )
        st.caption(
            "Up: positive reviews. Down, paler: negative ones. Means over seeds. Right of "
            "the dashed line a review is called positive."
        )
    right.html(
        f'<h3 class="lab-finding">{theme.text(threshold.title(calls, threshold=at))}</h3>'
        f'<div class="cmp-called">{"".join(map(matrix, calls))}</div>'
    )
    if at != 0.5:
        right.caption(
            "A threshold that is chosen to look well on these reviews does less well on others."
        )


def matrix(one: ThresholdResult) -> str:
    """A side's confusion matrix as a card, with accuracy, precision and recall."""
    total = one.true_negatives + one.false_positives + one.false_negatives + one.true_positives

    def cell(count: float, kind: str) -> str:
        share = count / total
        return (
            f'<td class="{kind}" style="--share:{8 + 62 * share:.0f}%"><b>{count:,.0f}</b>'
            f"<small>{format.percent(share)}</small></td>"
        )

    rates = theme.figures(
        [
            ("accuracy", format.percent(one.accuracy)),
            ("precision", format.percent(one.precision)),
            ("recall", format.percent(one.recall)),
        ]
    )
    return (
        f'<div class="lab-leader" style="--tint:{one.color}"><div class="lab-row">'
        f'<i class="lab-dot"></i><b>{theme.text(one.name)}</b></div><table class="cmp-matrix">'
        "<colgroup><col><col><col></colgroup>"
        "<thead><tr><td></td><th>called negative</th><th>called positive</th></tr></thead><tbody>"
        f"<tr><th>negative</th>{cell(one.true_negatives, 'right')}"
        f"{cell(one.false_positives, 'wrong')}</tr>"
        f"<tr><th>positive</th>{cell(one.false_negatives, 'wrong')}"
        f"{cell(one.true_positives, 'right')}</tr></tbody></table>{rates}</div>"
    )


def _reviews(side: Side) -> tuple[str, ...]:
    return tuple(part for run in side.runs for part in (run.run, run.reviews))


@st.cache_resource(show_spinner=False, max_entries=20)
def _measured(key: tuple, _sides: Sequence[Side], _colors: dict[str, str]) -> Measured:
    return Measured(
        tables.metric_table(_sides),
        quality.roc_curves(_sides, _colors),
        quality.reliability_curves(_sides, _colors),
        threshold.histograms(_sides, _colors),
    )


def _table(frame: pd.DataFrame, *, optimistic: bool) -> None:
    def number(digits: int, label: str | None = None, width: int | None = None):
        return st.column_config.NumberColumn(label, format=f"%.{digits}f", width=width)

    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key="compare_metrics",
        alt="The metrics of the compared groups on the reviews that all of them judged",
        row_height=ROW_PX,
        height=ROW_PX * (len(frame) + 1),
        placeholder="–",
        column_config={
            "Name": st.column_config.TextColumn(pinned=True),
            "Seeds": st.column_config.NumberColumn(width=60),
            "Accuracy (%)": number(1),
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
    said = "Means over seeds, ± 1 standard deviation; accuracy and F1 at a threshold of 50 %. "
    if optimistic:
        said += (
            "**These numbers flatter:** the same validation reviews chose each run's best epoch. "
        )
    st.caption(said + "Click a column to sort by it.")


def _elsewhere(view: View) -> None:
    """The accuracies on all sets of reviews that this viewer has had judged, if several."""
    if len(view.by_review_set) < 2:
        st.caption(
            "To see how they do on reviews that chose nothing, pick others under **Judged on**."
        )
        return
    frame = tables.review_set_table([group.name for group in view.groups], view.by_review_set)
    st.html('<h3 class="lab-finding">The same networks on each set of reviews: accuracy</h3>')
    number = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key="compare_elsewhere",
        alt="Accuracy of the compared groups on each set of reviews",
        row_height=ROW_PX,
        height=ROW_PX * (len(frame) + 1),
        placeholder="–",
        column_config={"Name": st.column_config.TextColumn(pinned=True)}
        | {name: number for name in frame.columns[1:]},
    )


def _charts(found: Measured, calls: Sequence[ThresholdResult]) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(
            found.roc_curves,
            quality.roc_figure(found.roc_curves, calls, text_color=theme.text_color()),
            label=quality.describe_roc(found.roc_curves),
            file="roc",
        )
        st.caption(
            "Thick: the mean over seeds. Thin: each seed, its point at the threshold below. "
            "Dotted: guessing."
        )
    with right:
        _chart(
            found.reliability_curves,
            quality.reliability_figure(found.reliability_curves, text_color=theme.text_color()),
            label=quality.describe_reliability(found.reliability_curves),
            file="reliability",
        )
        st.caption(
            "Dotted: probabilities that can be taken at their word; above it they are too "
            "low, below it too high. Size: how many reviews. Fewer than "
            f"{quality.MIN_BIN_REVIEWS} reviews are left out."
        )


def _chart(
    info: RocCurves | ReliabilityCurves | Histograms, figure: "go.Figure", *, label: str, file: str
) -> None:
    st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
    chart.exportable(
        figure, key=f"compare_{file}", label=label, title=info.title, file=file, compact=False
    )
