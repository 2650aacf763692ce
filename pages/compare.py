"""Compare: which is better, how surely, and at what cost?"""

import streamlit as st

from rnnlab import charts
from rnnlab.errors import RnnlabError
from rnnlab.groups import groups
from ui import chart, live, theme
from ui.compare import choice, curves, headline, judging
from ui.lab import snapshot

TABS = {"Curves": curves.show}

st.html(
    '<div class="lab-hero"><h1>Compare</h1><p>Which is better, how surely, and at what cost.</p>'
    "</div>"
)
lab = snapshot()
live.follow(lab)
runs = choice.comparable(lab.runs)
if not runs:
    st.info("Nothing to compare yet: train two networks, and they stand side by side here.",
            icon=":material/balance:")  # fmt: skip
    st.page_link("pages/lab.py", label="Go to the lab", icon=":material/science:")
    st.stop()
every = groups(runs)
looks = charts.looks(every)
chosen = choice.choose(every, looks)
if not chosen:
    st.info("Choose at least one run or group above.", icon=":material/balance:")
    st.stop()
chart.prepare()

try:
    judged = judging.judge(chosen)
except RnnlabError as error:
    judged = None
    st.info(theme.markdown(str(error)), icon=":material/info:")
if judged:
    headline.show(judged, chosen, {side.name: looks[side.id].color for side in chosen})


@st.fragment
def tabs() -> None:
    """The tabs; only the open one is drawn."""
    for tab, draw in zip(st.tabs(list(TABS), key="tab", bind="query-params"), TABS.values(),
                         strict=True):  # fmt: skip
        if tab.open:
            with tab:
                draw(chosen, looks)


tabs()
