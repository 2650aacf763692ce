"""A card's chart: as high as its panel leaves room for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui import chart, theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDER_PX = 80  # what the larger type of a wide screen makes a panel higher


def show(figure: "go.Figure", *, key: str, label: str) -> None:
    """Show a figure that changes with its controls; screen readers read `label` out."""
    meta = figure.layout.meta or {}
    figure.layout.meta = {**meta, "wide": {"height": figure.layout.height + WIDER_PX}}
    chart.show(chart.render(figure), key=key, label=label)


def legend(lines: Sequence[tuple[str, str]]) -> str:
    """Return (name, colour) pairs as HTML for a phone, where charts do not name their lines."""
    dots = (f'<span style="--tint:{color}">{theme.text(name)}</span>' for name, color in lines)
    return f'<p class="learn-legend learn-on-phones">{"".join(dots)}</p>'
