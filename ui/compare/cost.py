"""The tab Cost: what accuracy costs, and who is beaten by nobody in both."""

import streamlit as st

from rnnlab import format
from rnnlab.charts import cost
from rnnlab.compare.cost import Cost
from ui import chart, theme
from ui.compare import choice
from ui.compare.view import View

AXES = {
    "seconds_to_best": "Seconds to best",
    "parameters": "Parameters",
    "seconds_per_epoch": "Seconds per epoch",
    "peak_memory_mb": "Peak memory",
}


def show(view: View) -> None:
    """The scatter of accuracy against a cost, and the costs as cards."""
    axis = st.segmented_control(
        "Against",
        list(AXES),
        format_func=AXES.get,
        default="seconds_to_best",
        required=True,
        key="cost",
        bind="query-params",
    )
    info = cost.against(axis, view.costs, selected=[group.id for group in view.groups])
    st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
    clicked = chart.exportable(
        cost.figure(info, view.styles, text_color=theme.text_color()),
        key="compare_cost",
        label=cost.describe(info),
        title=info.title,
        file=f"cost-{axis}",
        compact=False,
    )
    if clicked in {group.id for group in view.every}:
        choice.add(clicked)
    st.caption(
        "Dotted: no other network is cheaper and better. Grey rings: other networks of this lab; "
        "click one to compare it. Bars: ± 1 standard deviation over seeds. Accuracy is that of the "
        "validation reviews at the best epoch."
    )
    chosen = {group.id for group in view.groups}
    cards = "".join(_card(one, view) for one in view.costs if one.group in chosen)
    st.html(f'<div class="lab-leaders cmp-costs">{cards}</div>')


def _card(one: Cost, view: View) -> str:
    style = view.styles[one.group]
    rows = [
        ("parameters", format.count(one.parameters)),
        ("an epoch", format.duration(one.seconds_per_epoch)),
        ("to its best epoch", format.duration(one.seconds_to_best)),
        ("peak memory", format.size(one.peak_memory_mb and one.peak_memory_mb * 1e6)),
        ("weights file", format.size(one.file_bytes)),
    ]
    said = "".join(f"<div><b>{value}</b> {words}</div>" for words, value in rows)
    return (
        f'<div class="lab-leader" style="--tint:{style.color}"><div class="lab-row">'
        f'<i class="lab-dot"></i><b>{theme.text(one.name)}</b></div>{said}</div>'
    )
