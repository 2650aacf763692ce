"""The list of the cards, and the way from one to the next."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from rnnlab.learn.lesson import CARDS, KEYS
from ui.learn import progress

RAIL = "learn_rail"  # in the session
DONE = "box-shadow: inset 0 -4px 0 #1F9D55"


def show(open_key: str, guessed: Mapping[str, int | None]) -> None:
    """Draw the list of cards; those with an answer are marked."""
    st.session_state[RAIL] = open_key
    st.segmented_control(
        "Cards",
        list(KEYS),
        format_func=_label,
        key=RAIL,
        on_change=_open,
        label_visibility="collapsed",
        width="stretch",
    )
    done = [f"button:nth-child({KEYS.index(key) + 1})" for key in guessed]
    if done:
        st.html(f"<style>.st-key-{RAIL} :is({', '.join(done)}) {{{DONE}}}</style>")


@contextmanager
def footer(open_key: str) -> Iterator[None]:
    """Draw what the block draws, and at its right the button to the next card."""
    place = KEYS.index(open_key)
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key="learn_footer",
    ):
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            key="learn_footer_left",
        ):
            yield
        if place + 1 < len(CARDS):
            st.button(
                f"Next: {CARDS[place + 1].short}",
                key="learn_next",
                icon=":material/arrow_forward:",
                icon_position="right",
                type="primary",
                on_click=progress.open_card,
                args=(KEYS[place + 1],),
            )


def _label(key: str) -> str:
    place = KEYS.index(key)
    return f"**{place + 1}** {CARDS[place].short}"


def _open() -> None:
    if st.session_state[RAIL]:
        progress.open_card(st.session_state[RAIL])
