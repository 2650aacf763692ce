"""Runs that this version of rnnlab cannot read: which, why, and how to be rid of them."""

import streamlit as st

from rnnlab import format
from rnnlab.runs import UnreadableRun
from ui import roles, theme


def show(runs: tuple[UnreadableRun, ...]) -> None:
    """List the runs, each with its reason and a button; draw nothing where there are none."""
    if not runs:
        return
    title = f"{format.plural(len(runs), 'run')} cannot be read by this version of rnnlab"
    with st.expander(title, icon=":material/warning:"):
        for run in runs:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{theme.markdown(run.name)}** ({theme.markdown(run.id)}): "
                    f"{theme.markdown(run.reason)}"
                )
                if roles.button(
                    "Delete", icon=":material/delete:", key=f"unreadable_{run.id}"
                ) and roles.attempt(lambda lab, run_id: lab.store.delete(run_id), run.id):
                    st.rerun()
        st.caption("Use the version of rnnlab that wrote them, or delete them for good.")
