"""Compare: which is better, how surely, and at what cost?"""

import streamlit as st

from rnnlab import charts
from rnnlab.compare.groups import group_runs
from rnnlab.errors import RnnlabError
from rnnlab.runs import trained
from ui import live, theme
from ui.compare import (
    choice,
    cost,
    curves,
    differences,
    disagreements,
    export,
    headline,
    predictions,
    quality,
)
from ui.compare.view import View
from ui.reader import snapshot

TABS = {
    "Curves": curves.show,
    "Quality": quality.show,
    "Cost": cost.show,
    "Differences": differences.show,
    "Disagreements": disagreements.show,
    "Export": export.show,
}
WITHOUT_REVIEWS = {"Curves", "Cost", "Differences", "Export"}

lab = snapshot()
live.follow(lab)
runs = trained(lab.runs)
if not runs:
    st.info(
        "Nothing to compare yet: train two networks, and they stand side by side here.",
        icon=":material/balance:",
    )
    st.page_link("pages/lab.py", label="Go to the lab", icon=":material/science:")
    st.stop()
every = group_runs(runs)
styles = charts.trace_styles(every)
chosen = choice.choose(every, styles)
if not chosen:
    st.info("Choose at least one run or group above.", icon=":material/balance:")
    st.stop()

labelled = reviewed = None
problem = "The reviews are not at hand yet: they are being prepared, or await your file."
try:
    on, labelled = predictions.choose()
    reviewed = predictions.evaluate(chosen, on, labelled)
except RnnlabError as error:
    problem = str(error)
view = View(chosen, every, styles, reviewed)
if labelled and labelled.left_out:
    st.caption(predictions.left_out(labelled))
if reviewed:
    headline.show(view)
else:
    st.info(theme.markdown(problem), icon=":material/info:")


@st.fragment
def tabs() -> None:
    """The tabs; only the open one is drawn."""
    for name, tab in zip(TABS, st.tabs(list(TABS), key="tab", bind="query-params"), strict=True):
        if not tab.open:
            continue
        with tab:
            if view.reviewed or name in WITHOUT_REVIEWS:
                TABS[name](view)
            else:
                st.caption("This needs runs that judged the same reviews: see above.")


tabs()
