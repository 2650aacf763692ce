"""The tab Cost: accuracy against what it costs, and the costs of each group."""

import streamlit as st

from rnnlab import format
from rnnlab.charts import cost
from rnnlab.charts.cost import Axis
from rnnlab.compare import stuck
from rnnlab.compare.cost import Cost
from ui import chart, theme
from ui.compare import choice
from ui.compare.view import View

AXES: dict[Axis, str] = {
    "seconds_to_best": "Seconds to best",
    "parameters": "Parameters",
    "seconds_per_epoch": "Seconds per epoch",
    "peak_memory_mb": "Peak memory",
}


def show(view: View) -> None:
    """Show accuracy against a cost, and the costs as cards."""
    axis = st.segmented_control(
        "Cost",
        list(AXES),
        format_func=AXES.__getitem__,
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
    if clicked and clicked in {group.id for group in view.all_groups}:
        choice.add(clicked)
    st.caption(
        "On the dotted Pareto front, no other model is both cheaper and more accurate. Click a "
        "grey ring to compare that model too. Bars: ± 1 standard deviation over seeds. Accuracy: "
        "validation reviews, best epoch."
    )
    selected = {group.id for group in view.groups}
    cards = "".join(_card(costs, view) for costs in view.costs if costs.group in selected)
    st.html(f'<div class="lab-leaders cmp-costs">{cards}</div>')


def _card(costs: Cost, view: View) -> str:
    memory = costs.peak_memory_mb and costs.peak_memory_mb * 1e6
    failed = stuck.describe(costs.failed, costs.seeds)
    rows = [
        (format.count(costs.parameters), "parameters"),
        (format.duration(costs.seconds_per_epoch), "per epoch"),
        (format.duration(costs.seconds_to_best), "to the best epoch"),
        (format.size(memory), "peak memory"),
        (format.size(costs.file_bytes), "weights file"),
    ]
    lines = "".join(f"<div><b>{value}</b> {label}</div>" for value, label in rows)
    return (
        f'<div class="lab-leader" style="--tint:{view.styles[costs.group].color}">'
        f'<div class="lab-row"><i class="lab-dot"></i><b>{theme.text(costs.name)}</b></div>'
        f"{lines}{f'<div>{failed}</div>' if failed else ''}</div>"
    )
