"""The tab Export: tables, pictures, the report and everything in one ZIP."""

import time

import streamlit as st

from rnnlab import format
from rnnlab.report import comparison
from rnnlab.report.html import ExportedFigure
from rnnlab.report.table_formats import Format, to_file
from ui import theme
from ui.compare import pictures, state
from ui.compare.view import View

TITLES = {
    "differences": "Settings, results and costs",
    "quality": "Metrics",
    "elsewhere": "Accuracy on each set of reviews",
    "equal-time": "Accuracy at equal training time",
    "equal-parameters": "Accuracy at equal parameters",
    "verdicts": "The verdict on each pair",
}
LABELS: dict[Format, str] = {
    "csv": "CSV",
    "json": "JSON",
    "markdown": "Markdown",
    "latex": "LaTeX",
}


def show(view: View) -> None:
    """Show a card each for the report, the ZIP, and every table."""
    compared = view.comparison
    report, everything = st.columns(2, gap="medium")
    with report, st.container(border=True, height="stretch"):
        st.markdown("##### Report")
        st.write("One HTML file to share: works offline, with charts to zoom, and prints to PDF.")
        st.download_button(
            "Download report (HTML)",
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
        st.write("The report, all tables, all charts as SVG and PNG, and each run's configuration.")
        _zip(view)
    for name, frame in comparison.export_tables(compared).items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{TITLES[name]}**")
            for file_format, label in LABELS.items():
                st.download_button(
                    label,
                    to_file(frame, file_format),
                    file_name=f"{name}.{comparison.ENDINGS[file_format]}",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"export_{name}_{file_format}",
                )
    st.caption(
        "To save a single chart, use the SVG and PNG buttons below it. To share this view, copy "
        "the page's URL."
    )


def _zip(view: View) -> None:
    """Have the browser draw the pictures after a click; then offer the ZIP with them."""
    compared = view.comparison
    members = ((group.name, *(run.id for run in group.runs)) for group in view.groups)
    evaluated = compared.evaluated
    key: tuple = tuple(members)
    if evaluated:
        # By what the reviews are, not by their number: two files may hold as many.
        left_out = tuple(side.left_out for side in evaluated.sides)
        key = (evaluated.sides[0].runs[0].reviews, evaluated.ranking.margin, left_out, *key)
    archive = state.archive(key)
    if archive:
        st.download_button(
            f"Download ZIP ({format.size(len(archive.content))})",
            archive.content,
            file_name="rnnlab-comparison.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            type="primary",
            on_click="ignore",
            width="stretch",
            key="export_zip",
        )
        return
    if not state.is_packing(key):
        if st.button(
            "Create ZIP", icon=":material/folder_zip:", width="stretch", key="export_pack"
        ):
            state.pack(key)
            st.rerun()
        return
    figures = _exported_figures(key, theme.text_color(), compared)
    images = pictures.draw(figures, key="export_pictures")
    if images is not None:
        content = comparison.zip_archive(compared, images, now=time.time())
        state.keep_archive(state.Archive(key, content))
        st.rerun()


@st.cache_resource(show_spinner=False, max_entries=4)
def _exported_figures(
    key: tuple, text_color: str, _compared: comparison.Comparison
) -> tuple[ExportedFigure, ...]:
    return comparison.exported_figures(_compared, text_color=text_color)
