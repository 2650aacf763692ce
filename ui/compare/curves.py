"""The tab Curves: loss and accuracy over the training, and the gap that shows overfitting."""

import streamlit as st

from rnnlab.charts import over_seeds
from ui import chart, theme
from ui.compare.view import View

AXES = {"epoch": "Epochs", "seconds": "Seconds", "reviews": "Reviews seen"}
BANDS = {"sd": "Standard deviation", "interval": "95 % interval of the mean"}
WIDEST = 15  # epochs that smoothing joins


def show(view: View) -> None:
    """The settings of the charts, and the charts."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis = st.segmented_control(
            "Along",
            list(AXES),
            format_func=AXES.get,
            default="epoch",
            required=True,
            key="axis",
            bind="query-params",
        )
        band = st.segmented_control(
            "Band over seeds",
            list(BANDS),
            format_func=BANDS.get,
            default="sd",
            required=True,
            key="band",
            bind="query-params",
        )
        smoothing = st.slider(
            "Smoothing, in epochs",
            1,
            WIDEST,
            1,
            key="smoothing",
            bind="query-params",
            width=220,
            help="Each figure becomes the mean of this many epochs around it; 1 changes nothing.",
        )
        train = st.toggle("Training lines", True, key="train_lines", bind="query-params")
        extremes = st.toggle(
            "Keep least and most",
            key="extremes",
            bind="query-params",
            disabled=smoothing == 1,
            help="Dotted: the least and the most that each smoothed figure was made of.",
        )
    options = {"axis": axis, "band": band, "smoothing": smoothing}
    drawn = {"train": train, "extremes": extremes and smoothing > 1}
    left, right = st.columns(2, gap="medium")
    with left:
        _chart("loss", view, options, drawn)
    with right:
        _chart("accuracy", view, options, drawn)
    with left:
        _chart("gap", view, options, drawn)
    with right:
        st.html(
            '<p class="lab-muted cmp-note">Thick: the mean over seeds, as far as all seeds were '
            f"trained; its band: {over_seeds.BANDS[band]}. Thin: each seed. Solid: validation. "
            "Dashed: training. Rings: the epochs whose weights are kept.</p>"
            '<p class="lab-muted cmp-note">The gap is the validation loss less the training loss. '
            "Where it grows, the network learns its training reviews by heart: overfitting.</p>"
        )


def _chart(quantity: over_seeds.Quantity, view: View, options: dict, drawn: dict) -> None:
    info = over_seeds.group_curves(
        view.groups, view.epochs, view.styles, quantity=quantity, **options
    )
    st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
    chart.exportable(
        over_seeds.group_curves_figure(info, text_color=theme.text_color(), **drawn),
        key=f"compare_{quantity}",
        label=over_seeds.describe(info, band=options["band"]),
        title=info.title,
        file=f"curves-{quantity}",
    )
