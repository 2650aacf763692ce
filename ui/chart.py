"""Plotly figures on the page: static, live (redrawn as they grow), and exportable as pictures.

`st.plotly_chart` (1.67) makes a chart's id from its figure, so a figure that changes is taken down
and drawn anew: it flickers and loses the viewer's zoom. `live` and `exportable` hand the
figure to `Plotly.react` in the browser, which changes what is there. plotly.js comes from this
server (`ui.server`), out of the installed plotly package; nothing is fetched from elsewhere.
"""

import functools
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from rnnlab import charts
from rnnlab.charts.styling import escape
from ui import theme
from ui.server import PLOTLYJS

if TYPE_CHECKING:
    import plotly.graph_objects as go

KEPT = 32  # drawn curves: two charts, in two themes, of the Lab page and of each run that is open
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
SLIDE_PX = (1120, 630)  # of a picture: 17 px letters are then as large as a slide's smaller text

_HTML = """
<div class="lab-chart"></div>
<div class="lab-save" hidden>
  <span>Picture for a slide:</span>
  <button data-format="svg">SVG</button><button data-format="png">PNG</button>
</div>
"""
_CSS = """
.lab-save {display: flex; justify-content: flex-end; gap: .35rem; align-items: center;
  font-size: .82rem}
.lab-save[hidden] {display: none}
.lab-save span {opacity: .74}
.lab-save button {font: inherit; font-weight: 600; color: inherit; cursor: pointer;
  padding: .05rem .6rem; border-radius: 99px; background: none;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent)}
.lab-save button:hover, .lab-save button:focus-visible {
  background: color-mix(in srgb, currentColor 12%, transparent)}
@media print {.lab-save {display: none}}
"""
SLIDE_JS = (
    f'const PLOTLYJS = "{PLOTLYJS}";'
    + """
// plotly.js, loaded once in a window; where that fails, as when a page is left, it is tried again.
const library = () => {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  return window.labPlotly ??= new Promise((done) => {
    const load = (pause_ms) => {
      const script = document.createElement("script");
      script.src = new URL(PLOTLYJS, document.baseURI);
      script.onload = () => done(window.Plotly);
      script.onerror = () => {
        script.remove();
        setTimeout(load, pause_ms, Math.min(2 * pause_ms, 10_000));
      };
      document.head.append(script);
    };
    load(500);
  });
};

// On white, whatever the viewer's theme, and with its title.
const slideOf = (data) => {
  const size = Math.min(26, Math.floor(1.8 * data.slide.width / data.slide.title.length));
  const figure = JSON.parse(data.figure.replaceAll(data.text_color, data.slide.text_color));
  Object.assign(figure.layout, {
    paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", height: data.slide.height,
    title: {text: data.slide.title, x: 0.02, xanchor: "left", font: {size}},
    margin: {...figure.layout.margin, t: 70},
  });
  return figure;
};
const shape = (data, format) => ({
  format, filename: data.slide.file, width: data.slide.width, height: data.slide.height,
  scale: format === "png" ? 2 : 1,
});
"""
)
_JS = (
    SLIDE_JS
    + """
// The steps of a chart, one after another: Plotly fails on a chart that is purged while it draws.
const next = (box, step) => {
  box.step = Promise.resolve(box.step).then(library).then(step).catch(reportError);
};

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".lab-chart");
  box.setAttribute("role", "figure");
  box.setAttribute("aria-label", data.label);
  box.style.height = data.height + "px";
  const figure = JSON.parse(data.figure);
  if (box.clientWidth < 480 && data.compact) {  // a phone: the names stand above already
    figure.layout.annotations = [];
    figure.layout.margin.r = 12;
    figure.layout.xaxis.nticks = 5;
  }
  if (box.clientWidth < 480) Object.assign(figure.layout, figure.layout.meta?.narrow);
  if (box.clientWidth < 480 && figure.layout.legend) {  // below the plot, where it covers nothing
    const rows = figure.data.filter((one) => one.name && one.showlegend !== false).length + 1;
    figure.layout.legend = {...figure.layout.legend, x: 0, xanchor: "left", y: 0,
                            yref: "container", yanchor: "bottom"};
    figure.layout.margin.b += 25 * rows;
    figure.layout.height += 25 * rows;
    box.style.height = figure.layout.height + "px";
  }
  const bar = parentElement.querySelector(".lab-save");
  bar.hidden = !data.slide;
  next(box, async (Plotly) => {
    await Plotly.react(box, figure.data, figure.layout, data.config);
    box.removeAllListeners("plotly_click");
    box.on("plotly_click", (event) => {
      const known = event.points[0]?.customdata;
      if (known) setTriggerValue("clicked", Array.isArray(known) ? known[0] : known);
    });
    for (const button of bar.querySelectorAll("button"))
      button.onclick = () =>
        Plotly.downloadImage(slideOf(data), shape(data, button.dataset.format));
  });
  return () => next(box, (Plotly) => Plotly.purge(box));
}
"""
)


class RenderedFigure(NamedTuple):
    """A figure as the browser gets it, and how high it stands there in px."""

    json: str
    height: int


def render(figure: "go.Figure") -> RenderedFigure:
    """The figure, ready to be sent."""
    return RenderedFigure(figure.to_json(), figure.layout.height)


_drawing = threading.Lock()


def render_curves(info: charts.Curves, text_color: str) -> RenderedFigure:
    """The figure of these curves, drawn once for all viewers of the server.

    While a run trains, each viewer's page asks for it twice a second, and to draw it takes some
    hundred times as long as to look it up.
    """
    with _drawing:  # whoever comes while it is drawn waits for it, and does not draw it too
        return _render_curves(info, text_color)


@functools.lru_cache(maxsize=KEPT)
def _render_curves(info: charts.Curves, text_color: str) -> RenderedFigure:
    return render(charts.curves_figure(info, text_color=text_color))


def live(figure: RenderedFigure, *, key: str, label: str) -> None:
    """A figure that may change at every rerun: no flicker, and a viewer's zoom stays.

    `label` is read out to those who cannot see the chart.
    """
    _draw(figure, key=key, label=label)


def exportable(
    figure: "go.Figure", *, key: str, label: str, title: str, file: str, compact: bool = True
) -> str | None:
    """A figure like a `live` one that can be saved as a picture; what of it was just clicked.

    The picture is made in the browser, on white and with its `title`, as `file`.svg or .png. A
    click on a point gives the first of its `customdata`. On a phone a `compact` figure has no
    annotations.
    """
    shown = _draw(render(figure), key=key, label=label, slide=slide(title, file), compact=compact)
    return shown.clicked


def slide(title: str, file: str) -> dict:
    """What the browser needs to make a picture of a figure: its title, name and size."""
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
        "lab_chart", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
    )
    return draw(
        key=key,
        data={
            "figure": figure.json,
            "height": figure.height,
            "label": label,
            "config": CONFIG,
            "text_color": theme.text_color(),
            "slide": slide,
            "compact": compact,
        },
        on_clicked_change=lambda: None,
    )


def static(figure: "go.Figure", *, key: str, label: str) -> None:
    """A figure that stays as it is."""
    st.plotly_chart(figure, theme=None, key=key, alt=label, config=CONFIG)
