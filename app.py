"""The dashboard: page config and navigation. Start it with `make run`."""

import streamlit as st

from ui import theme

PAGES = [
    st.Page("pages/lab.py", title="Lab", icon=":material/science:", default=True),
    st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
    st.Page("pages/compare.py", title="Compare", icon=":material/balance:"),
    st.Page("pages/classify.py", title="Classify", icon=":material/rate_review:"),
    # A run's own page is reached from tables and links, as /run?run=ID.
    st.Page("pages/run.py", title="Run", icon=":material/timeline:", visibility="hidden"),
]

st.set_page_config(page_title="rnnlab", page_icon="ui/icon.svg", layout="wide")
page = st.navigation(PAGES, position="top")
theme.install()
page.run()
