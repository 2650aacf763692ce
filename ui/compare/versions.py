"""Runs of other versions of rnnlab or TensorFlow: left out of their groups, or pooled on request.

Draws nothing in a lab of one version. The choice is in the URL: ?pool=1.
"""

from collections.abc import Sequence

import streamlit as st

from rnnlab.compare.groups import Group
from rnnlab.compare.versions import differences, set_apart
from rnnlab.format import listing, plural
from rnnlab.runs import Run
from ui import theme

PARAMETER, KEY = "pool", "compare_pool"


def pooled() -> bool:
    """Return whether the viewer pools runs of other versions."""
    return st.query_params.get(PARAMETER) == "1"


def choose(groups: Sequence[Group[Run]]) -> None:
    """Say which of the groups' runs other versions have trained, and offer to pool them."""
    apart = [(group, *set_apart(group.all_runs)) for group in groups]
    mixed = [(group.name, kept, others) for group, kept, others in apart if others]
    if not mixed:
        return
    verb = "counted too" if pooled() else "left out"
    named = [
        f"{plural(len(others), 'run')} of {name} ({differences(kept, others)})"
        for name, kept, others in mixed
    ]
    with st.container(horizontal=True, vertical_alignment="center", key="compare_versions"):
        st.caption(f"Trained with other versions and {verb}: {theme.markdown(listing(named))}.")
        st.toggle("Pool versions", value=pooled(), key=KEY, on_change=_take_choice)


def _take_choice() -> None:
    if st.session_state[KEY]:
        st.query_params[PARAMETER] = "1"
    else:
        st.query_params.pop(PARAMETER, None)
