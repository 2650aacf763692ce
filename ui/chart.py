"""Plotly figures on the page: plain, and exportable as pictures.

`st.plotly_chart` (1.67) makes a chart's id from its figure, so a figure that changes is taken down
and drawn anew: it flickers and loses the viewer's zoom. And it brings a plotly.js of its own, which
takes a second to load. `show` and `exportable` hand the figure to `Plotly.react` in the browser,
which changes what is there. plotly.js comes from this server (`ui.server`); nothing is fetched from
elsewhere.
"""

import functools
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from rnnlab import charts
from rnnlab.charts.styling import escape
from ui import assets, theme
from ui.server import PLOTLYJS

if TYPE_CHECKING:
    import plotly.graph_objects as go

KEPT = 32  # drawn curves: two charts, in two themes, of the Lab page and of each run that is open
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
SLIDE_PX = (1120, 630)  # of a picture: 17 px letters are then as large as a slide's smaller text


class RenderedFigure(NamedTuple):
    """A figure as the browser gets it, and how high it stands there in px."""

    json: str
    height: int


def render(figure: "go.Figure") -> RenderedFigure:
    """Serialize the figure for the browser."""
    return RenderedFigure(figure.to_json(), figure.layout.height)


_drawing = threading.Lock()


def render_curves(info: charts.Curves, text_color: str) -> RenderedFigure:
    """Render the figure of these curves, once for all viewers of the server.

    While a run trains, each viewer's page asks for it twice a second, and to draw it takes some
    hundred times as long as to look it up.
    """
    with _drawing:  # whoever comes while it is drawn waits for it, and does not draw it too
        return _render_curves(info, text_color)


@functools.lru_cache(maxsize=KEPT)
def _render_curves(info: charts.Curves, text_color: str) -> RenderedFigure:
    return render(charts.curves_figure(info, text_color=text_color))


def show(figure: RenderedFigure, *, key: str, label: str, compact: bool = True) -> None:
    """Show a figure; it may change at every rerun: no flicker, and a viewer's zoom stays.

    Screen readers read `label` out. On a phone a `compact` figure has no annotations and few ticks.
    """
    _draw(figure, key=key, label=label, compact=compact)


def exportable(
    figure: "go.Figure | RenderedFigure",
    *,
    key: str,
    label: str,
    title: str,
    file: str,
    compact: bool = True,
) -> str | None:
    """Show a figure that can be saved as a picture; return what of it was just clicked, or None.

    The picture is made in the browser, on white and with its `title`, as `file`.svg or .png. A
    click on a point gives the first of its `customdata`. For `compact` see `show`.
    """
    rendered = figure if isinstance(figure, RenderedFigure) else render(figure)
    shown = _draw(rendered, key=key, label=label, slide=slide(title, file), compact=compact)
    return shown.clicked


def slide(title: str, file: str) -> dict:
    """Return what the browser needs to make a picture of a figure: title, file name and size."""
    width, height = SLIDE_PX
    return {
        "text_color": theme.TEXT_COLOR,
        "title": escape(title),
        "file": file,
        "width": width,
        "height": height,
    }


def _draw(
    figure: RenderedFigure, *, key: str, label: str, slide: dict | None = None, compact: bool = True
) -> Any:
    draw = st.components.v2.component(
        "lab_chart",
        html=assets.read("chart.html"),
        css=assets.read("chart.css"),
        js=assets.read("slide.js") + assets.read("chart.js"),
        isolate_styles=False,
    )
    return draw(
        key=key,
        data={
            "figure": figure.json,
            "height": figure.height,
            "label": label,
            "config": CONFIG,
            "plotlyjs": PLOTLYJS,
            "text_color": theme.text_color(),
            "slide": slide,
            "compact": compact,
        },
        on_clicked_change=lambda: None,
    )
