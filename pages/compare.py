"""Compare: which model is better, how certain that is, and what it costs."""

import streamlit as st

from rnnlab import charts
from rnnlab.compare.groups import as_compared, group_runs
from rnnlab.errors import RnnlabError
from rnnlab.runs import trained
from ui import live, starters, theme
from ui.compare import (
    choice,
    cost,
    curves,
    differences,
    disagreements,
    export,
    headline,
    holdout,
    predictions,
    quality,
    tuning,
    upload,
    versions,
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
runs = trained(starters.readable(lab, parameter="runs"))
if not runs:
    st.info(
        "Nothing to compare yet: train two models to see them side by side.",
        icon=":material/balance:",
    )
    st.page_link("pages/lab.py", label="Go to the lab", icon=":material/science:")
    st.stop()
all_groups = group_runs(runs, pool_versions=versions.pooled())
styles = charts.trace_styles(all_groups)
groups = as_compared(choice.select_groups(all_groups, styles, lab))
versions.choose(groups)
if any(group.id not in styles for group in groups):  # single runs of one setting
    all_groups = choice.with_singles(all_groups, groups)
    styles = charts.trace_styles(all_groups)
if not groups:
    st.info("Choose at least one run or group above.", icon=":material/balance:")
    st.stop()

labelled_reviews = reviews = None
message = "Preparing the reviews …"
try:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = predictions.select_reviews(groups)
        margin = predictions.select_margin()
    predictions.warn_of_optimism(name, groups)
    labelled_reviews = predictions.load_reviews(name, groups)
    if name == predictions.CSV and not upload.has_file():
        message = "Upload your reviews above to evaluate the models on them."
    reviews = predictions.evaluate(groups, name, labelled_reviews, lab=lab, margin=margin)
except RnnlabError as error:
    message = str(error)
if reviews:
    theme.left_out(reviews.damaged)
    groups = reviews.groups
view = View(groups, all_groups, styles, reviews)
if labelled_reviews and (words := upload.describe(labelled_reviews)):
    st.caption(words)
if reviews:
    headline.show(view, lab)
else:
    st.info(theme.markdown(message), icon=":material/info:")
    if labelled_reviews:
        quality.alone(groups, labelled_reviews)
    if any(run.has_test_reviews for group in groups for run in group.runs):  # others keep none
        holdout.offer(groups, lab.runs)
tuning.show(groups, lab)


@st.fragment
def tabs() -> None:
    """Show the tabs; only the open one is drawn."""
    for name, tab in zip(TABS, st.tabs(list(TABS), key="tab", bind="query-params"), strict=True):
        if not tab.open:
            continue
        with tab:
            if view.reviews or name in WITHOUT_REVIEWS:
                TABS[name](view)
            else:
                st.caption("Needs models that are evaluated on the same reviews: see above.")


tabs()
