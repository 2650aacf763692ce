"""What the pages' tables share beyond `st.dataframe`."""

from typing import TYPE_CHECKING

import pandas as pd

from rnnlab.report.table_formats import safe_cell
from ui import theme

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

MOST_BOLD = 200  # rows


def bold(frame: pd.DataFrame, column: str) -> "pd.DataFrame | Styler":
    """Return the table with a column bold and in full contrast, and none of its cells a formula.

    Meant for pinned columns, which Streamlit fades so that they look disabled. A long table is
    returned as it is, since pandas styles cell by cell: of the 0.9 s in which the page with 1,000
    runs was drawn, 0.7 s were for this.
    """
    # Streamlit's own download of a table escapes nothing: see `table_formats.safe_cell`.
    safe = frame[column].map(safe_cell)
    if not safe.equals(frame[column]):
        frame = frame.assign(**{column: safe})
    if len(frame) > MOST_BOLD:
        return frame
    return frame.style.set_properties(
        [column], color=theme.strong_text_color(), **{"font-weight": "700"}
    )
