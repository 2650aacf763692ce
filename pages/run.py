"""A run's own page, /run?run=ID: how it went, what it is, and what to do with it."""

import streamlit as st

from rnnlab.compare.groups import group_id
from ui import actions, layers, live, reader, starters
from ui.run import diagnosis, export, summary
from ui.study import listing

run_id = st.query_params.get("run", "")
st.page_link("pages/lab.py", label="All runs", icon=":material/arrow_back:")

snapshot = reader.snapshot()
run = snapshot.get(run_id)
if run is None:
    st.error(summary.missing(run_id), icon=":material/search_off:")
    st.stop()

live.follow(snapshot)
st.html(summary.heading(run))
with st.container(horizontal=True, vertical_alignment="center", key="run_actions"):
    if run.is_trained:
        st.page_link(
            "pages/classify.py",
            label="Classify with this model",
            icon=":material/rate_review:",
            query_params={"run": run.id},
        )
        if run.config.architecture.kind == "recurrent":
            st.page_link(
                "pages/inside.py",
                label="Look inside",
                icon=":material/neurology:",
                query_params={"run": run.id},
            )
    actions.buttons([run], key="run", home="pages/lab.py")
    listing.links(run, snapshot)

starters.note(run)
diagnosis.original(run, snapshot)
export.verdict(run, snapshot)
if run.state.active:
    summary.resumed(run)
    live.run_area(run)
else:
    summary.ending(run)
    summary.other_versions(run, snapshot.by_group.get(group_id(run.config), ()))
    if run.config.epochs is not None:  # what is fitted in one go has no curve
        live.curves([run], {run.id: reader.get_reader().epochs(run)}, key=f"run_{run.id}")
    diagnosis.section(run)
    diagnosis.updates(run)

left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader(f"Layers: {run.parameters:,} parameters", anchor=False)
    st.html(layers.table(run.config))
    st.subheader("Details", anchor=False)
    st.html(summary.facts(run, owner=snapshot.several_owners))
with right:
    st.subheader("Settings", anchor=False)
    st.html(summary.settings(run.config))

export.section(run, snapshot)
