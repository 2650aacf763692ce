"""The tab Curves: loss and accuracy over the training, and the gap that shows overfitting."""

import streamlit as st

from rnnlab.charts import over_seeds
from rnnlab.charts.over_seeds import Axis, Band, Quantity
from rnnlab.charts.over_seeds_figure import group_curves_figure
from ui import chart, theme
from ui.compare.view import View

AXES: dict[Axis, str] = {"epoch": "Epochs", "seconds": "Seconds", "reviews": "Reviews seen"}
BANDS: dict[Band, str] = {"sd": "Standard deviation", "interval": "95 % interval of the mean"}
WIDEST = 15  # epochs that smoothing joins


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

    def show_chart(quantity: Quantity) -> None:
        info = over_seeds.group_curves(
            view.groups,
            view.epochs,
            view.styles,
            quantity=quantity,
            axis=axis,
            band=band,
            smoothing=smoothing,
            stuck=view.all_stuck,
        )
        st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
        chart.exportable(
            group_curves_figure(info, text_color=theme.text_color(), train=train),
            key=f"compare_{quantity}",
            label=over_seeds.describe(info, band=band),
            title=info.title,
            file=f"curves-{quantity}",
        )

    left, right = st.columns(2, gap="medium")
    with left:
        show_chart("loss")
    with right:
        show_chart("accuracy")
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
        "Horizontal lines: models that are fitted in one step.</p>"
        '<p class="lab-muted cmp-note">The gap is the validation loss minus the training loss. '
        "When it grows, the model is overfitting: it memorizes its training reviews.</p>"
    )
