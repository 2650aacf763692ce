"""Charts as pictures, made in the viewer's browser: the server has nothing to draw them with."""

import base64
from collections.abc import Sequence

import streamlit as st

from rnnlab.report.html import ExportedFigure
from ui import assets, theme
from ui.chart import slide
from ui.server import PLOTLYJS


def draw(figures: Sequence[ExportedFigure], *, key: str) -> dict[str, bytes] | None:
    """Return pictures by file name, "loss.svg" and "loss.png" for each figure; None until drawn.

    Shows the browser's progress. The figures must have the page's text colour.
    """
    mount = st.components.v2.component(
        "lab_pictures",
        html=assets.read("pictures.html"),
        css=assets.read("pictures.css"),
        js=assets.read("slide.js") + assets.read("pictures.js"),
        isolate_styles=False,
    )
    images = mount(
        key=key,
        data={
            "plotlyjs": PLOTLYJS,
            "figures": [
                {
                    "figure": exported.figure.to_json(),
                    "text_color": theme.text_color(),
                    "slide": slide(exported.title, exported.name),
                }
                for exported in figures
            ],
        },
        on_drawn_change=lambda: None,
    ).drawn
    if not images:
        return None
    names = {exported.name for exported in figures}
    return {
        f"{image['name']}.{kind}": _bytes(image[kind])
        for image in images
        if image["name"] in names  # what a browser sends is not taken on trust
        for kind in ("svg", "png")
    }


def _bytes(url: str) -> bytes:
    """Decode a data URL, base64 or percent-encoded, as Plotly.toImage gives it."""
    from urllib.parse import unquote_to_bytes

    head, _, content = url.partition(",")
    return base64.b64decode(content) if head.endswith("base64") else unquote_to_bytes(content)
