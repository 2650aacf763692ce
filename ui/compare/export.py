"""The tab Export: tables, pictures, the report and everything in one ZIP."""

import time

import streamlit as st

from rnnlab import format
from rnnlab.report import comparison
from rnnlab.report.html import ExportedFigure
from rnnlab.report.table_formats import to_text
from ui import theme
from ui.compare import pictures
from ui.compare.view import View

TITLES = {
    "differences": "What differs, how good, at what cost",
    "quality": "Metrics",
    "elsewhere": "Accuracy on each set of reviews",
    "verdicts": "The verdict on each pair",
}
LABELS = {"csv": "CSV", "json": "JSON", "markdown": "Markdown", "latex": "LaTeX"}


def show(view: View) -> None:
    """A card each for the report, the ZIP, and every table."""
    compared = view.comparison
    report, everything = st.columns(2, gap="medium")
    with report, st.container(border=True, height="stretch"):
        st.markdown("##### A report to send")
        st.write("One HTML file: opens without a network, charts can be zoomed, prints to PDF.")
        st.download_button(
            "Report (HTML)",
            lambda: comparison.render_html(compared, now=time.time()),
            file_name="rnnlab-report.html",
            mime="text/html",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            width="stretch",
            key="export_report",
        )
    with everything, st.container(border=True, height="stretch"):
        st.markdown("##### Everything")
        st.write("The report, all tables, all charts as SVG and PNG, and each run's exact config.")
        _zip(view)
    for name, frame in comparison.report_tables(compared).items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{TITLES[name]}**")
            for format, label in LABELS.items():
                st.download_button(
                    label,
                    to_text(frame, format),
                    file_name=f"{name}.{comparison.ENDINGS[format]}",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"export_{name}_{format}",
                )
    st.caption(
        "Charts are saved one by one with the SVG and PNG buttons under them. The address of this "
        "page restores what you see: copy it to share the view."
    )


def _zip(view: View) -> None:
    """A click has the browser draw the pictures; then the ZIP with them can be saved."""
    compared = view.comparison
    members = ((group.name, *(run.id for run in group.runs)) for group in view.groups)
    # By what the reviews are, not by their number: two files may hold as many.
    judged_on = compared.evaluated.sides[0].runs[0].reviews if compared.evaluated else None
    key = (judged_on, *members)
    made = st.session_state.get("compare_zip")
    if made and made[0] == key:
        st.download_button(
            f"Save the ZIP ({format.size(len(made[1]))})",
            made[1],
            file_name="rnnlab-comparison.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            type="primary",
            on_click="ignore",
            width="stretch",
            key="export_zip",
        )
        return
    if st.session_state.get("compare_packing") != key:
        if st.button(
            "Pack a ZIP", icon=":material/folder_zip:", width="stretch", key="export_pack"
        ):
            st.session_state.compare_packing = key
            st.rerun()
        return
    drawn = pictures.draw(
        _exported_figures(key, theme.text_color(), compared), key="export_pictures"
    )
    if drawn is not None:
        packed = comparison.zip_archive(compared, drawn, now=time.time())
        st.session_state.compare_zip = (key, packed)
        st.session_state.compare_packing = None
        st.rerun()


@st.cache_resource(show_spinner=False, max_entries=4)
def _exported_figures(
    key: tuple, text_color: str, _compared: comparison.Comparison
) -> tuple[ExportedFigure, ...]:
    return comparison.exported_figures(_compared, text_color=text_color)
