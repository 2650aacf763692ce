"""The runs that came with rnnlab: which pages read them, and where they are hidden and shown.

They stand in while the viewer's lab has no trained runs of its own. After that a page reads them
only where the viewer says so, or the URL names one.
"""

from contextlib import suppress

import streamlit as st

from rnnlab import format
from rnnlab.errors import RnnlabError
from rnnlab.lab import Lab
from rnnlab.runs import Run, trained
from rnnlab.starters.package import SEEDS
from ui import reviews, roles
from ui.lab import leaders, runs_table
from ui.reader import Snapshot

_CHOSEN, _TOGGLE = "starters_chosen", "starters_toggle"
CAME_WITH = "came with rnnlab"


def readable(lab: Snapshot, *, parameter: str) -> tuple[Run, ...]:
    """Return the runs that a page may read, and say where some of them came with rnnlab.

    `parameter` is that of the URL which names runs. Draws a switch where the lab has runs of both
    kinds, and nothing where it has only its own.
    """
    if not lab.starters:
        return lab.runs
    if not trained(lab.runs):
        own = (
            "Your own are still training. Until then these answer."
            if lab.active
            else "Train your own, and they take over."
        )
        st.caption(f":material/redeem: These models {CAME_WITH}. {own}")
        return lab.starters
    named = st.query_params.get(parameter, "").split(",")
    if any(run.id in named for run in lab.starters):
        st.session_state[_CHOSEN] = True
    st.session_state[_TOGGLE] = st.session_state.get(_CHOSEN, False)
    chosen = st.toggle(
        f"Include the {format.plural(len(lab.starters), 'run')} that {CAME_WITH}",
        key=_TOGGLE,
        on_change=_keep,
    )
    return (*lab.runs, *lab.starters) if chosen else lab.runs


def _keep() -> None:
    """Remember the choice on all pages: a widget's own state ends with its page."""
    st.session_state[_CHOSEN] = st.session_state[_TOGGLE]


def introduce(lab: Snapshot) -> None:
    """Draw what came with rnnlab, for a lab without runs of its own."""
    if not lab.starters:
        offer()
        return
    with suppress(RnnlabError):
        reviews.load(lab.starters[0].config.dataset_id)  # so that they are there for Compare
    with st.container(horizontal=True, vertical_alignment="center", key="starters_head"):
        st.subheader(f"{len(lab.starters)} trained models {CAME_WITH}", anchor=False)
        _pages()
        _hide_button()
    leaders.cards(leaders.leaders(Snapshot(runs=lab.starters)))
    st.caption(
        "The tutorial's four networks and two baselines, "
        f"{SEEDS} seeds of each that has any, trained on the reviews that are in this lab. Open "
        "one to reproduce it on your machine."
    )
    _table(lab)


def section(lab: Snapshot) -> None:
    """Draw them below the runs of a lab in use, folded up; where hidden, a button to show them."""
    if not lab.starters:
        offer()
        return
    with st.expander(
        f"{format.plural(len(lab.starters), 'run')} that {CAME_WITH}", icon=":material/redeem:"
    ):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("They count in none of your groups unless you include them.")
            _hide_button()
        _table(lab)


def offer() -> None:
    """Draw the button that shows hidden runs again, for those who may."""
    if roles.button(
        f"Show the trained models that {CAME_WITH}",
        icon=":material/redeem:",
        type="tertiary",
        key="starters_show",
    ) and roles.attempt(Lab.show_starters):
        st.rerun()


def note(run: Run) -> None:
    """Say of a run on its own page that it came with rnnlab; draws nothing for others."""
    if run.is_starter:
        st.caption(
            f":material/redeem: This run {CAME_WITH}. Reproduce, below, trains it again on this "
            "machine and compares the two."
        )


def _pages() -> None:
    for page, label, icon in (
        ("classify", "Classify a review", "rate_review"),
        ("compare", "Compare them", "balance"),
        ("inside", "Look inside", "neurology"),
    ):
        st.page_link(f"pages/{page}.py", label=label, icon=f":material/{icon}:")


def _hide_button() -> None:
    if roles.button(
        "Hide", icon=":material/visibility_off:", type="tertiary", key="starters_hide"
    ) and roles.attempt(Lab.hide_starters):
        st.rerun()


def _table(lab: Snapshot) -> None:
    """Draw the runs as a table; a selected row opens the run."""
    selected = runs_table.show(lab.starters)
    if len(selected) == 1:
        st.page_link(
            "pages/run.py",
            label=f"Open {selected[0].name}",
            icon=":material/open_in_full:",
            query_params={"run": selected[0].id},
        )
