"""Charts as pictures, made in the viewer's browser: the server has nothing to draw them with."""

import base64
from collections.abc import Sequence

import streamlit as st

from rnnlab.report.html import Sheet
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
    for (const sheet of data.sheets) {
      said.textContent = `Drawing ${drawn.length + 1} of ${data.sheets.length} charts …`;
      const made = {name: sheet.slide.file};
      for (const format of ["svg", "png"])
        made[format] = await Plotly.toImage(slideOf(sheet), shape(sheet, format));
      drawn.push(made);
    }
    said.textContent = "Packing …";
    setTriggerValue("drawn", drawn);
  });
}
"""
)


def draw(sheets: Sequence[Sheet], *, key: str) -> dict[str, bytes] | None:
    """The pictures by file name, "loss.svg" and "loss.png" for each sheet; None until they are.

    Shows how far the browser is. Sheets must be drawn in the page's ink.
    """
    mount = st.components.v2.component(
        "lab_pictures", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
    )
    drawn = mount(
        key=key,
        data={
            "sheets": [
                {
                    "figure": sheet.figure.to_json(),
                    "ink": theme.ink(),
                    "slide": slide(sheet.title, sheet.name),
                }
                for sheet in sheets
            ],
        },
        on_drawn_change=lambda: None,
    ).drawn
    if not drawn:
        return None
    names = {sheet.name for sheet in sheets}
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
