"""Which card is open and what was guessed: kept in the URL (?card=order&guess=order-c.step-a).

The session remembers both as well, for a viewer who comes back from another page, whose URL has
lost them.
"""

import string
from collections.abc import Mapping

import streamlit as st

from rnnlab.learn.lesson import KEYS

CARD, GUESS = "card", "guess"  # in the URL
KEPT = "learn_progress"  # in the session
SHOWN = "x"  # in place of an option: the answer was shown without a guess


def card() -> str:
    """Return the key of the card that is open: the first one where the URL names none."""
    _restore()
    key = st.query_params.get(CARD, "")
    return key if key in KEYS else KEYS[0]


def guesses() -> dict[str, int | None]:
    """Return the guessed option by card; None where the answer was shown without a guess.

    What the URL holds beside that is ignored.
    """
    _restore()
    guessed: dict[str, int | None] = {}
    for part in st.query_params.get(GUESS, "").split("."):
        key, _, letter = part.partition("-")
        if key in KEYS and letter == SHOWN:
            guessed[key] = None
        elif key in KEYS and len(letter) == 1 and letter in string.ascii_lowercase:
            guessed[key] = string.ascii_lowercase.index(letter)
    return guessed


def open_card(key: str) -> None:
    """Open a card."""
    st.query_params[CARD] = key
    _keep()


def guess(key: str, option: int | None) -> None:
    """Record a guess, or with None that the answer is shown without one."""
    _write({**guesses(), key: option})


def forget(key: str) -> None:
    """Ask a card's question again."""
    _write({other: option for other, option in guesses().items() if other != key})


def _write(guessed: Mapping[str, int | None]) -> None:
    parts = [
        f"{key}-{SHOWN if option is None else string.ascii_lowercase[option]}"
        for key, option in guessed.items()
    ]
    if parts:
        st.query_params[GUESS] = ".".join(parts)
    else:
        st.query_params.pop(GUESS, None)
    _keep()


def _keep() -> None:
    st.session_state[KEPT] = {
        name: st.query_params[name] for name in (CARD, GUESS) if name in st.query_params
    }


def _restore() -> None:
    """Give the URL what the session remembers, where it names neither card nor guess."""
    if CARD in st.query_params or GUESS in st.query_params:
        _keep()
    else:
        for name, value in st.session_state.get(KEPT, {}).items():
            st.query_params[name] = value
