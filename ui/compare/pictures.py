"""Charts as pictures, made in the viewer's browser: the server has nothing to draw them with."""

import base64
from collections.abc import Sequence

import streamlit as st

from rnnlab.report.html import ExportedFigure
from ui import theme
from ui.chart import SLIDE_JS, slide

_HTML = '<p class="lab-pictures" role="status"></p>'
_CSS = ".lab-pictures {margin: 0; padding: .5rem 0; font-weight: 600}"
_JS = (
    SLIDE_JS
    + """
export default function ({ data, parentElement, setTriggerValue }) {
  const said = parentElement.querySelector(".lab-pictures");
  if (said.dataset.begun) return;  // the page was drawn anew meanwhile
  said.dataset.begun = "yes";
  library().then(async (Plotly) => {
    const drawn = [];
    for (const figure of data.figures) {
      said.textContent = `Drawing ${drawn.length + 1} of ${data.figures.length} charts …`;
      const made = {name: figure.slide.file};
      for (const format of ["svg", "png"])
        made[format] = await Plotly.toImage(slideOf(figure), shape(figure, format));
      drawn.push(made);
    }
    said.textContent = "Packing …";
    setTriggerValue("drawn", drawn);
  });
}
"""
)


def draw(figures: Sequence[ExportedFigure], *, key: str) -> dict[str, bytes] | None:
    """The pictures by file name, "loss.svg" and "loss.png" for each figure; None until they are.

    Shows how far the browser is. The figures must have the page's text colour.
    """
    mount = st.components.v2.component(
        "lab_pictures", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
    )
    drawn = mount(
        key=key,
        data={
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
    if not drawn:
        return None
    names = {exported.name for exported in figures}
    return {
        f"{made['name']}.{format}": _bytes(made[format])
        for made in drawn
        if made["name"] in names  # what a browser sends is not taken on trust
        for format in ("svg", "png")
    }


def _bytes(url: str) -> bytes:
    """The content of a data URL, base64 or percent-encoded, as Plotly.toImage gives it."""
    from urllib.parse import unquote_to_bytes

    head, _, content = url.partition(",")
    return base64.b64decode(content) if head.endswith("base64") else unquote_to_bytes(content)
