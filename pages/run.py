"""A run's own page, /run?run=ID: everything that is kept of it."""

import streamlit as st

from ui import actions, lab, layers, live, report, takeaway

run_id = st.query_params.get("run", "")
st.page_link("pages/lab.py", label="All runs", icon=":material/arrow_back:")

snapshot = lab.snapshot()
run = snapshot.get(run_id)
if run is None:
    st.error(report.missing(run_id), icon=":material/search_off:")
    st.page_link("pages/lab.py", label="Go to the table of all runs", icon=":material/science:")
    st.stop()

live.follow(snapshot)
st.html(report.heading(run))
with st.container(horizontal=True, vertical_alignment="center", key="run_actions"):
    if report.can_classify(run):
        st.page_link(
            "pages/classify.py",
            label="Classify with it",
            icon=":material/rate_review:",
            query_params={"run": run.id},
        )
    actions.buttons([run], key="run", home="pages/lab.py")

takeaway.verdict(run, snapshot)
if run.state.active:
    live.one(run)
else:
    report.ending(run)
    live.curves([run], {run.id: lab.get_reader().epochs(run)}, key=f"run_{run.id}")

summary, settings = st.columns([3, 2], gap="large")
with summary:
    st.subheader(f"Summary: {run.parameters:,} parameters", anchor=False)
    st.html(layers.table(run.config))
    st.subheader("Made with", anchor=False)
    st.html(report.facts(run))
with settings:
    st.subheader("Settings", anchor=False)
    st.html(report.settings(run.config))

takeaway.section(run, snapshot)
