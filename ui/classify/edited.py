"""Changes of single words, made by clicking on them: what they were, and taking them back.

Once something else is typed, the changes are over: the text as it stands is the new start.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from rnnlab.inside import edits
from rnnlab.inside.edits import Edit
from rnnlab.text import fold
from ui.classify import keys

MOST = 100  # changes that can be taken back


class Edited(NamedTuple):
    """A text and the changes that led to it: `edits` turn `before` into `after`."""

    before: str
    edits: tuple[Edit, ...]
    after: str


def current(text: str) -> Edited:
    """Return the changes that led to this text; none if they led to another."""
    edited = st.session_state.get(keys.EDITS)
    if isinstance(edited, Edited) and edited.after == text:
        return edited
    return Edited(text, (), text)


def take(request: Mapping[str, Any] | None) -> None:
    """Change the text as the words' component asks: an edit, "undo" or "reset".

    A request about a text that has changed meanwhile does nothing.
    """
    text = st.session_state.get(keys.TEXT, "")
    if not request or request.get("text_id") != text_id(text):
        return
    edited = current(text)
    action = str(request.get("action"))
    if action == "undo":
        changes = edited.edits[:-1]
    elif action == "reset":
        changes = ()
    else:
        edit = Edit(
            action,
            int(request.get("place", -1)),
            str(request.get("words", "")),
            int(request.get("steps", 0)),
        )
        if edits.apply(text, [edit]) == fold(text):
            return
        if len(edited.edits) >= MOST:
            edited = Edited(text, (), text)
        changes = (*edited.edits, edit)
    after = edits.apply(edited.before, changes)
    st.session_state[keys.EDITS] = Edited(edited.before, changes, after)
    st.session_state[keys.TEXT] = after


def text_id(text: str) -> str:
    """Return what tells this text from others that were shown before it."""
    return f"{len(text)}-{hash(text)}"
