"""What a sweep has tried: its charts, each with a title that says what it shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from rnnlab import format
from rnnlab.charts import sweep, sweep_figures, sweep_panels
from rnnlab.charts.sweep import SweepChart
from rnnlab.study.result import StudyResult
from ui import chart, theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

VIEWS = {
    "values": "Values",
    "parallel": "All fields at once",
    "importance": "Importance",
    "cost": "Cost",
}
COSTS: dict[str, sweep.CostAxis] = {"Parameters": "parameters", "Training time": "seconds"}
LEGEND = (
    "Dot: a setting, at its mean validation accuracy. Open circle: stopped, because it was below "
    "the median; at its highest. Red cross: failed, and counts as guessing. Click a point to open "
    "its run."
)


def show(result: StudyResult) -> str | None:
    """Draw the charts of a sweep; return the id of the run whose point was clicked, or None."""
    info = sweep.sweep_chart(result)
    if info.empty:
        return None
    clicked = _draw(
        info,
        sweep.best_title(info),
        lambda color: sweep_figures.best_so_far(info, text_color=color),
        file="sweep",
        about="Validation accuracy of each setting in the order tried, and the highest so far",
    )
    st.caption(LEGEND)
    view = st.segmented_control(
        "Chart",
        list(VIEWS),
        default="values",
        format_func=VIEWS.__getitem__,
        required=True,
        key="sweep_view",
        label_visibility="collapsed",
    )
    return clicked or _VIEWS[view](info)


def _values(info: SweepChart) -> str | None:
    return _draw(
        info,
        sweep.slices_title(info),
        lambda color: sweep_panels.slices(info, text_color=color),
        file="sweep-values",
        about="Validation accuracy against each searched field, a panel for each",
    )


def _parallel(info: SweepChart) -> str | None:
    clicked = _draw(
        info,
        sweep.parallel_title(info),
        lambda color: sweep_panels.parallel(info, text_color=color),
        file="sweep-parallel",
        about="Each setting as a line through its values to its validation accuracy",
    )
    st.caption("A line is a setting: the stronger, the higher its accuracy. Click it to open it.")
    return clicked


def _importance(info: SweepChart) -> str | None:
    title = sweep.importance_title(info)
    if not any(candidate.importance for candidate in info.candidates):
        st.info(f"{title}.", icon=":material/hourglass_top:")
        return None
    _draw(
        info,
        title,
        lambda color: sweep_figures.importance(info, text_color=color),
        file="sweep-importance",
        about="Share of importance of each searched field",
    )
    unknown = [candidate.name for candidate in info.candidates if not candidate.importance]
    left_out = f" Not yet for {format.listing(unknown)}: it takes ten settings that are trained."
    st.caption(
        "PED-ANOVA (Watanabe et al. 2023): by how much the values of the best settings differ from "
        "all values that were tried. An estimate from few settings, within these ranges."
        + (theme.markdown(left_out) if unknown else "")
    )
    return None


def _cost(info: SweepChart) -> str | None:
    said = st.segmented_control(
        "Cost", list(COSTS), default="Parameters", required=True, key="sweep_cost_axis"
    )
    axis = COSTS[said]
    return _draw(
        info,
        sweep.cost_title(info, axis),
        lambda color: sweep_figures.against_cost(info, axis, text_color=color),
        file="sweep-cost",
        about=f"Validation accuracy against {sweep.COST_LABELS[axis]}, with the Pareto front",
    )


_VIEWS: dict[str, Callable[[SweepChart], str | None]] = {
    "values": _values,
    "parallel": _parallel,
    "importance": _importance,
    "cost": _cost,
}


def _draw(
    info: SweepChart,
    title: str,
    draw: Callable[[str], "go.Figure"],
    *,
    file: str,
    about: str,
) -> str | None:
    st.html(f'<h3 class="lab-finding">{theme.text(title)}</h3>')
    color = theme.text_color()
    return chart.exportable(
        _figure(file, info, title, color, draw),
        key=file.replace("-", "_"),
        label=f"{title}. {about}: {_in_words(info)}.",
        title=title,
        file=file,
        compact=False,
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _figure(
    file: str,
    info: SweepChart,
    title: str,
    text_color: str,
    _draw: Callable[[str], "go.Figure"],
) -> "go.Figure":
    """Return a figure, drawn once for all viewers."""
    return _draw(text_color)


def _in_words(info: SweepChart) -> str:
    parts = []
    for candidate in info.candidates:
        said = f"{candidate.name}, {format.plural(len(candidate.points), 'setting')}"
        if highest := candidate.highest:
            said += f", highest {format.percent(highest.accuracy)}"
        parts.append(said)
    return "; ".join(parts)
