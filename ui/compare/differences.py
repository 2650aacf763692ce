"""The tab Differences: one table of the settings that differ, the results, and the costs."""

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from rnnlab.compare import tables
from rnnlab.compare.tables import At
from rnnlab.config import FIELDS
from ui.compare.view import View
from ui.dataframe import bold

AT: dict[At, str] = {"best": "Best epoch", "last": "Last epoch"}


def show(view: View) -> None:
    """Show the table; a click on a column header sorts it."""
    at = st.segmented_control(
        "Results at the",
        list(AT),
        format_func=AT.__getitem__,
        default="best",
        required=True,
        key="at",
        bind="query-params",
    )
    frame = tables.comparison_table(
        view.groups, view.costs, view.epochs, at=at, stuck=view.stuck, failed=view.failed
    )
    fields = tables.differing_fields(view.groups)
    number = st.column_config.NumberColumn
    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key="compare_differences",
        alt="The settings that differ between the compared models, their results and costs",
        row_height=42,
        height=42 * (len(frame) + 1),
        placeholder="–",
        column_config={
            **{FIELDS[name].label: _setting(name) for name in fields},
            "Name": st.column_config.TextColumn(pinned=True),
            "Validation accuracy (%)": number(format="%.1f"),
            "± (points)": number(format="%.1f"),
            "Validation loss": number(format="%.4f"),
            "± (validation loss)": number(format="%.4f"),
            "Training loss": number(format="%.4f"),
            "± (training loss)": number(format="%.4f"),
            "Epoch": number(format="%.1f"),
            "Parameters": number(format="%,d"),
            "Seconds per epoch": number(format="%.2f"),
            "Seconds to best": number(format="%.1f"),
            "Peak memory (MB)": number(format="%.0f"),
            "Weights file (kB)": number(format="%.1f"),
        },
    )
    if len(view.groups) > 1 and not fields:
        st.caption("They differ only in their seeds.")
    means = "Means over the seeds that learned" if view.all_stuck else "Means over seeds"
    st.caption(f"{means}, ± 1 standard deviation. Click a column header to sort.")


def _setting(name: str) -> ColumnConfig | None:
    """Return how a setting's column shows its numbers: those that are missing make them floats."""
    kind = FIELDS[name].kind
    if kind not in (int, float):
        return None
    return st.column_config.NumberColumn(format="%,d" if kind is int else "%g")
