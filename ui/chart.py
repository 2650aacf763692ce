"""Plotly figures on the page: still ones, and ones that grow.

`st.plotly_chart` (1.67) makes a chart's id from its figure, so a figure that changes is taken down
and drawn anew: it flickers and loses the viewer's zoom. `growing` therefore hands the figure to
`Plotly.react` in the browser, which changes what is there. plotly.js comes from the installed
plotly package, once per session; nothing is fetched from the network.
"""

import json
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import plotly.graph_objects as go

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}

_JS = """
const library = () => new Promise((done) => {
  const look = () => (window.Plotly ? done(window.Plotly) : setTimeout(look, 30));
  look();
});

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".lab-chart");
  box.setAttribute("role", "figure");
  box.setAttribute("aria-label", data.label);
  box.style.height = data.height + "px";
  const figure = JSON.parse(data.figure);
  if (box.clientWidth < 480) {  // a phone: the cards above already name the colours
    figure.layout.annotations = [];
    figure.layout.margin.r = 12;
    figure.layout.xaxis.nticks = 5;
  }
  library().then((Plotly) => Plotly.react(box, figure.data, figure.layout, data.config));
  return () => window.Plotly && window.Plotly.purge(box);
}
"""


@st.cache_resource(show_spinner=False)
def _library() -> str:
    """plotly.js as a module that defines `window.Plotly`, some 5 MB."""
    from plotly.offline import get_plotlyjs

    return get_plotlyjs() + "\nexport default function () {}\n"


def prepare() -> None:
    """Send plotly.js to the browser; call it outside the fragment that draws `growing` figures."""
    st.components.v2.component("plotlyjs", js=_library(), isolate_styles=False)(
        key="plotlyjs", height=1
    )


def growing(figure: "go.Figure", *, key: str, label: str) -> None:
    """A figure that may change at every rerun: no flicker, and a viewer's zoom stays.

    `label` is read out to those who cannot see the chart. Needs `prepare`.
    """
    draw = st.components.v2.component(
        "growing_chart", html='<div class="lab-chart"></div>', js=_JS, isolate_styles=False
    )
    draw(
        key=key,
        data={
            "figure": json.dumps(figure.to_plotly_json(), default=list),
            "height": figure.layout.height,
            "label": label,
            "config": CONFIG,
        },
    )


def still(figure: "go.Figure", *, key: str, label: str) -> None:
    """A figure that stays as it is."""
    st.plotly_chart(figure, theme=None, key=key, alt=label, config=CONFIG)
