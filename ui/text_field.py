"""A text area that reports its text while typing pauses.

`st.text_area` reports on blur and on Ctrl+Enter only (Streamlit 1.67; `live` exists for
`st.text_input` alone).
"""

import streamlit as st

from rnnlab.characters import half_character
from rnnlab.text import fold
from ui import assets, roles, theme

# Short enough that pause, reading and drawing together stay under 300 ms, below which an answer
# feels immediate. Practised typing, 100 to 200 ms a key, then has some answers in mid-word: each
# costs a rerun of the fragment, 15 ms of CPU and some 5 ms more for each network.
PAUSE_MS = 120
MAX_TEXT = 20_000  # characters that a viewer may type; IMDB's longest review has 13,704


def text_area(label: str, *, key: str, placeholder: str, height: int) -> str:
    """Return the text as of the last pause in typing, folded (see `rnnlab.text.fold`).

    It is kept under `key` in the session state; whatever the app writes there replaces what stands
    in the field. `height` is in px. A viewer of a shared dashboard is told of `MAX_TEXT` beside the
    field; of a longer text nothing is returned, nor of one that no file can hold, and why is said
    below it.
    """
    limited = not roles.may_change()
    text = st.session_state.setdefault(key, "")
    # The text as this function left it, and how often the app has replaced it.
    known, revision = st.session_state.get(f"{key}_known", ("", 0))
    if text != known:
        revision += 1
    mount = st.components.v2.component(
        "text_field",
        html=assets.read("text_field.html"),
        css=assets.read("text_field.css"),
        js=assets.read("text_field.js"),
        isolate_styles=False,
    )
    typed = mount(
        key=f"{key}_area",
        data={
            "label": f"{label} (up to {MAX_TEXT:,} characters)" if limited else label,
            "placeholder": placeholder,
            "height": height,
            "pause_ms": PAUSE_MS,
            "text": text,
            "revision": revision,
        },
        on_typed_change=lambda: None,
    ).typed
    if typed and typed["revision"] == revision:  # else it was typed before the app replaced it
        text = str(typed["text"])
    if limited and len(text) > MAX_TEXT:
        theme.error(
            f"A text may have up to {MAX_TEXT:,} characters, and this one has {len(text):,}: "
            "shorten it."
        )
        text = ""
    elif half_character(text) is not None:
        theme.error("This text holds half of a character, which means nothing: delete it.")
        text = ""
    st.session_state[key] = text
    st.session_state[f"{key}_known"] = (text, revision)
    return fold(text)
