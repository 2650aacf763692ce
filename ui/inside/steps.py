"""Stepping through a text's words with ← and →, the current one marked among the others."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from ui import theme
from ui.inside import arrow_keys, url
from ui.inside.read import Read

AROUND = 14  # words shown on either side of the current one


def current(reads: Sequence[Read]) -> int:
    """Return the place in the text, from 0, of the word that is looked at: the last unless chosen.

    It is one that at least one of the networks reads; the URL counts from 1.
    """
    first, last = _range(reads)
    value = url.picked("word", [str(place + 1) for place in range(first, last)], str(last))
    return int(value) - 1


def go_to(word: int, reads: Sequence[Read]) -> None:
    """Look at the word at that place of the text."""
    first, last = _range(reads)
    url.put("word", str(min(max(word, first), last - 1) + 1), str(last))


def show(reads: Sequence[Read]) -> int:
    """Draw the buttons, which the arrow keys press, and the words; return the current place."""
    first, last = _range(reads)
    word = current(reads)
    arrow_keys.install()
    with st.container(horizontal=True, vertical_alignment="center", key="inside_steps"):
        st.button(
            "Back",
            icon=":material/arrow_back:",
            key="inside_back",
            shortcut="Left",
            disabled=word <= first,
            on_click=go_to,
            args=(word - 1, reads),
        )
        st.button(
            "Next word",
            icon=":material/arrow_forward:",
            key="inside_next",
            shortcut="Right",
            disabled=word >= last - 1,
            on_click=go_to,
            args=(word + 1, reads),
        )
        st.html(_words(reads, word))
    for part in reads:
        if part.reading.cut:
            name = theme.markdown(part.opened.run.name)
            which = "last" if part.reading.first else "first"
            read, all_words = len(part.words), len(part.reading.tokens)
            st.caption(f"{name} reads the {which} {read:,} words of {format.count(all_words)}.")
    return word


def clicked(value: str | None, reads: Sequence[Read]) -> None:
    """Go to the word, and the unit, that a click on a chart names: "12" or "12 3"."""
    if value is None:
        return
    word, *unit = value.split()
    go_to(int(word), reads)
    if unit:
        url.put("unit", str(int(unit[0]) + 1), "1")
    st.rerun(scope="fragment")


def _range(reads: Sequence[Read]) -> tuple[int, int]:
    """Return from which place to which (not included) any of the networks reads."""
    return min(read.reading.first for read in reads), max(read.reading.last for read in reads)


def _words(reads: Sequence[Read], word: int) -> str:
    tokens = reads[0].reading.tokens
    first, last = _range(reads)
    start, end = max(first, word - AROUND), min(last, word + AROUND + 1)
    shown = [
        f'<mark aria-current="true">{theme.text(token)}</mark>'
        if place == word
        else f"<span>{theme.text(token)}</span>"
        for place, token in enumerate(tokens[start:end], start=start)
    ]
    before, after = "… " if start > first else "", " …" if end < last else ""
    return (
        f'<p class="inside-words"><b>Word {word - first + 1} of {last - first}</b> '
        f"{before}{' '.join(shown)}{after}</p>"
    )
