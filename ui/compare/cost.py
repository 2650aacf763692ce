"""The tab Cost: accuracy against what it costs or a setting, and the costs of each group."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from rnnlab import format
from rnnlab.charts import by_setting, cost
from rnnlab.charts.cost import Axis
from rnnlab.compare import stuck, tables
from rnnlab.compare.cost import Cost
from rnnlab.config import FIELDS
from ui import chart, theme
from ui.compare import choice, settings
from ui.compare.view import View
from ui.dataframe import bold

ROW_PX = 42

AXES: dict[Axis, str] = {
    "seconds_to_best": "Seconds to best",
    "parameters": "Parameters",
    "seconds_per_epoch": "Seconds per epoch",
    "peak_memory_mb": "Peak memory",
}


def show(view: View) -> None:
    """Show accuracy against a cost or a setting that differs, and the costs as cards."""
    labels: dict[str, str] = dict(AXES.items())
    labels |= {name: FIELDS[name].label for name in by_setting.varied(view.groups)}
    axis = st.segmented_control(
        "X axis",
        list(labels),
        format_func=labels.__getitem__,
        default="seconds_to_best",
        required=True,
        key="cost",
        bind="query-params",
    )
    if axis in AXES:
        _against_cost(view, axis)
    else:
        _by_setting(view, axis)
    selected = {group.id for group in view.groups}
    cards = "".join(_card(costs, view) for costs in view.costs if costs.group in selected)
    st.html(f'<div class="lab-leaders cmp-costs">{cards}</div>')
    if len(view.groups) > 1:
        _equal_cost(view)


def _by_setting(view: View, name: str) -> None:
    """Show accuracy over the values of a setting."""
    info = by_setting.by_setting(view.groups, name)
    st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
    chart.exportable(
        by_setting.figure(info, text_color=theme.text_color()),
        key="compare_by_setting",
        label=by_setting.describe(info),
        title=info.title,
        file=f"accuracy-by-{name}",
        compact=False,
    )
    st.caption(
        f"Lines join the means of models that differ in {info.label} alone; each dot is a seed, "
        "those that learned nothing included. Accuracy: validation reviews, best epoch."
    )


def _against_cost(view: View, axis: Axis) -> None:
    """Show accuracy against a cost."""
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
        "Below the dotted Pareto front, another model has a higher mean at a lower cost. Click a "
        "grey ring to compare that model too. Bars: ± 1 standard deviation over seeds. Accuracy: "
        "validation reviews, best epoch."
    )


def _equal_cost(view: View) -> None:
    """Show the groups at equal training time and with equally many parameters."""
    left, right = st.columns(2, gap="large")
    in_time = view.comparison.in_time
    if in_time:
        with left:
            _titled_table(in_time.title, tables.equal_time_table(in_time), key="compare_in_time")
            st.caption(
                "The highest validation accuracy of each seed in the time that the quickest model "
                "trains for, means over seeds. Runs that trained beside others took longer."
            )
    sizes = view.comparison.sizes
    with right:
        _titled_table(sizes.title, tables.size_table(sizes, view.costs), key="compare_sizes")
        evened = {size.name: size.evened for size in sizes.groups if size.evened}
        missing = [
            tuple(
                replace(evened[group.name], seed=run.config.seed)
                for run in group.runs
                if group.name in evened
            )
            for group in view.groups
        ]
        missing = [tuple(c for c in configs if c not in view.lab_configs) for configs in missing]
        if any(missing) and st.button(
            f"Even out the parameters (about {settings.cost_text(settings.flat(missing))})",
            icon=":material/tune:",
            type="tertiary",
            key="compare_even_sizes",
        ):
            settings.even_out(f"about as many parameters as {sizes.reference}", missing)


def _titled_table(title: str, frame: pd.DataFrame, *, key: str) -> None:
    number = st.column_config.NumberColumn
    st.html(f'<h3 class="lab-finding">{theme.text(title)}</h3>')
    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key=key,
        alt=title,
        row_height=ROW_PX,
        height=ROW_PX * (len(frame) + 1),
        placeholder="–",
        column_config={
            "Name": st.column_config.TextColumn(pinned=True),
            "Parameters": number(format="%,d"),
            "± (points)": number("±", format="%.1f", width=70),
            **{name: number(format="%.1f") for name in frame.columns if name.endswith("(%)")},
        },
    )


def _card(costs: Cost, view: View) -> str:
    memory = costs.peak_memory_mb and costs.peak_memory_mb * 1e6
    rate = view.failed.get(costs.name)
    failed = stuck.describe(*(rate[:2] if rate else (costs.failed, costs.seeds)))
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
