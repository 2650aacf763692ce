"""Lab: what is training now, and how did all runs do so far?"""

import streamlit as st

from rnnlab import format
from rnnlab.config import PRESETS, TUTORIAL
from rnnlab.lab import ENOUGH_SEEDS, Lab
from rnnlab.runs import trained
from rnnlab.worker.launch import worker_limit
from ui import actions, links, live, reader, roles, starters
from ui.lab import leaders, runs_table, unreadable
from ui.study import listing

snapshot = reader.snapshot()
unreadable.show(snapshot.unreadable)
if not snapshot.runs:
    tutorial = [PRESETS[name] for name in TUTORIAL]
    minutes = reader.minutes(tutorial, workers=worker_limit())
    with st.container(border=True, horizontal_alignment="center", key="lab_empty"):
        st.html(
            '<div class="lab-empty"><h2>Nothing trained yet</h2><p>Four networks will learn to '
            "tell good film reviews from bad ones by reading 20,000 of them, again and again.<br>"
            "Watch their curves grow here. Once one is trained, type a review of your own and see "
            "what it says.</p></div>"
        )
        if roles.button(
            f"Train the four tutorial models (about {format.plural(minutes, 'minute')})",
            type="primary",
            icon=":material/play_arrow:",
            key="lab_train_presets",
        ) and all([roles.attempt(Lab.train, config) for config in tutorial]):
            st.rerun()
        minutes = reader.minutes(tutorial * ENOUGH_SEEDS, workers=worker_limit())
        if roles.button(
            f"{ENOUGH_SEEDS} seeds of each (about {format.plural(minutes, 'minute')})",
            key="lab_train_seeds",
            help="Enough to compare the models with each other, not just four runs.",
        ) and all([roles.attempt(Lab.train_seeds, config, ENOUGH_SEEDS) for config in tutorial]):
            st.rerun()
        if not roles.may_change():
            st.caption("The first networks show here as soon as whoever presents trains them.")
    if not snapshot.starters:
        leaders.introduce(tutorial)
    starters.introduce(snapshot)
    live.follow(snapshot)
    roles.prewarm(tutorial[0], workers=len(tutorial))
    st.stop()

listing.running(snapshot)
live.area(snapshot, last_race=True)
leaders.show(snapshot)
listing.ended(snapshot)

st.subheader("All runs", anchor=False)
runs = runs_table.filters(snapshot.runs)
bar = st.container(horizontal=True, vertical_alignment="center", key="lab_actions")
selected = runs_table.show(runs)
with bar:
    if st.button(
        "Open",
        icon=":material/open_in_full:",
        type="primary",
        disabled=len(selected) != 1,
        key="lab_open",
    ):
        st.switch_page("pages/run.py", query_params={"run": selected[0].id})
    if st.button(
        "Compare",
        icon=":material/balance:",
        disabled=not trained(selected),
        key="lab_compare",
        help="Runs that differ only in seed are compared as one group.",
    ):
        st.switch_page("pages/compare.py", query_params=links.compare_query(trained(selected)))
    actions.buttons(selected, key="lab")
    if not selected:
        verbs = "open, compare, stop or delete" if roles.may_change() else "open or compare"
        st.caption(f"Select rows to {verbs} runs.")
if not runs:
    st.info("No runs match these filters. Clear one to see more.", icon=":material/filter_alt_off:")
starters.section(snapshot)
