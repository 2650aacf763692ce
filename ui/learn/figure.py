"""A card's chart: as high as its panel leaves room for."""

from typing import TYPE_CHECKING

from ui import chart

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDER_PX = 80  # what the larger type of a wide screen makes a panel higher


def show(figure: "go.Figure", *, key: str, label: str) -> None:
    """Show a figure that changes with its controls; screen readers read `label` out."""
    meta = figure.layout.meta or {}
    figure.layout.meta = {**meta, "wide": {"height": figure.layout.height + WIDER_PX}}
    chart.live(chart.render(figure), key=key, label=label)
