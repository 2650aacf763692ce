"""The tab Differences: one table of what differs, how good each is, and what it costs."""

import streamlit as st

from rnnlab.compare import tables
from ui.compare.view import View
from ui.dataframe import bold

AT = {"best": "Best epoch", "last": "Last epoch"}


def show(view: View) -> None:
    """The table; sorted by a click on a column."""
    at = st.segmented_control(
        "Figures of the",
        list(AT),
        format_func=AT.get,
        default="best",
        required=True,
        key="at",
        bind="query-params",
    )
    frame = tables.comparison_table(view.groups, view.costs, view.epochs, at=at)
    fields = tables.differing_fields(view.groups)
    number = st.column_config.NumberColumn
    st.dataframe(
        bold(frame, "Name"),
        hide_index=True,
        key="compare_differences",
        alt="What differs between the compared groups, their figures and their cost",
        row_height=42,
        height=42 * (len(frame) + 1),
        placeholder="–",
        column_config={
            "Name": st.column_config.TextColumn(pinned=True),
            "Validation accuracy (%)": number(format="%.1f"),
            "± (points)": number(format="%.1f"),
            "Validation loss": number(format="%.4f"),
            "± (validation loss)": number(format="%.4f"),
            "Training loss": number(format="%.4f"),
            "± (training loss)": number(format="%.4f"),
            "Epoch": number(format="%.1f"),
            "Parameters": number(format="localized"),
            "Seconds per epoch": number(format="%.2f"),
            "Seconds to best": number(format="%.1f"),
            "Peak memory (MB)": number(format="%.0f"),
            "Weights file (kB)": number(format="%.1f"),
        },
    )
    if len(view.groups) > 1 and not fields:
        st.caption("They differ in nothing but their seeds.")
    st.caption("Means over seeds, ± 1 standard deviation. Click a column to sort by it.")
