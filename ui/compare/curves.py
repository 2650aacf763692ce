"""The tab Curves: loss and accuracy over the training, and the gap that shows overfitting."""

from typing import NamedTuple

import streamlit as st

from rnnlab.charts import over_seeds
from rnnlab.charts.histories import Axis, Quantity
from rnnlab.charts.over_seeds import Band
from rnnlab.charts.over_seeds_figure import group_curves_figure
from ui import chart, theme
from ui.chart import RenderedFigure
from ui.compare.view import View

AXES: dict[Axis, str] = {"epoch": "Epochs", "seconds": "Seconds", "reviews": "Reviews seen"}
BANDS: dict[Band, str] = {"sd": "Standard deviation", "interval": "95 % interval of the mean"}
WIDEST = 15  # epochs that smoothing joins


class GroupCurvesChart(NamedTuple):
    """A chart as the browser gets it, in words for those who cannot see it, what it leaves out."""

    title: str
    label: str
    left_out: str
    figure: RenderedFigure


def show(view: View) -> None:
    """Show the settings of the charts, and the charts."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis = st.segmented_control(
            "X axis",
            list(AXES),
            format_func=AXES.__getitem__,
            default="epoch",
            required=True,
            key="axis",
            bind="query-params",
        )
        band = st.segmented_control(
            "Band over seeds",
            list(BANDS),
            format_func=BANDS.__getitem__,
            default="sd",
            required=True,
            key="band",
            bind="query-params",
        )
        smoothing = st.slider(
            "Smoothing (epochs)",
            1,
            WIDEST,
            1,
            key="smoothing",
            bind="query-params",
            width=220,
            help="Each value becomes the mean of this many epochs around it, and dotted lines show "
            "the minimum and maximum behind those means. 1 turns smoothing off.",
        )
        train = st.toggle("Training curves", True, key="train_lines", bind="query-params")

    def show_chart(quantity: Quantity) -> GroupCurvesChart:
        drawn = _chart(
            (view.key, tuple(sorted(view.all_stuck))),
            quantity,
            axis,
            band,
            smoothing,
            train,
            theme.text_color(),
            view,
        )
        st.html(f'<h3 class="lab-finding">{theme.text(drawn.title)}</h3>')
        chart.exportable(
            drawn.figure,
            key=f"compare_{quantity}",
            label=drawn.label,
            title=drawn.title,
            file=f"curves-{quantity}",
        )
        return drawn

    left, right = st.columns(2, gap="medium")
    with left:
        show_chart("loss")
    with right:
        left_out = show_chart("accuracy").left_out
    with left:
        show_chart("gap")
    stuck = bool(view.all_stuck)
    means = "means over the seeds that learned" if stuck else "means over the seeds"
    failed = "; dotted ones failed and count in no mean" if stuck else ""
    if band == "interval":
        failed += (
            ". Each interval stands by itself and counts the seeds alone: only the verdict above "
            "compares the models"
        )
    smoothed = " Dotted: minimum and maximum before smoothing." if smoothing > 1 else ""
    right.html(
        f'<p class="lab-muted cmp-note">Thick lines: {means}, up to the epoch that each of them '
        f"reached. Bands: {over_seeds.BANDS[band]}. Thin lines: single seeds{failed}. Solid: "
        f"validation. Dashed: training.{smoothed} Rings: the best epochs, whose weights are kept. "
        f"Horizontal lines: models that are fitted in one step. {left_out}</p>"
        '<p class="lab-muted cmp-note">The gap is the validation loss minus the training loss. '
        "When it grows, the model is overfitting: it memorizes its training reviews.</p>"
    )


@st.cache_resource(show_spinner=False, max_entries=24)
def _chart(
    key: tuple,
    quantity: Quantity,
    axis: Axis,
    band: Band,
    smoothing: int,
    train: bool,
    text_color: str,
    _view: View,
) -> GroupCurvesChart:
    """Draw a chart once for all viewers; `key` names the runs and which of them failed."""
    info = over_seeds.group_curves(
        _view.groups,
        _view.epochs,
        _view.styles,
        quantity=quantity,
        axis=axis,
        band=band,
        smoothing=smoothing,
        stuck=_view.all_stuck,
    )
    figure = group_curves_figure(info, text_color=text_color, train=train)
    return GroupCurvesChart(
        info.title,
        over_seeds.describe(info, band=band),
        info.drawn.sentence,
        chart.render(figure),
    )
