"""The answer after each word of the text, for the networks that are opened."""

from collections.abc import Sequence

import streamlit as st

from rnnlab.charts.words import WordLine, describe, words_chart, words_figure
from rnnlab.inside.prefixes import logits_after_each_word
from ui import chart, theme
from ui.inside import read, replay
from ui.inside.opened import Opened


def show(networks: Sequence[Opened], best: Sequence[Opened], content: str, word: int) -> None:
    """Draw the curves, thin ones for the best epoch while another is shown, `word` marked."""
    lines = [_line(opened, content) for opened in networks]
    lines += [
        _line(opened, content)._replace(of_seed=True)
        for opened, shown in zip(best, networks, strict=True)
        if shown.epoch is not None
    ]
    tokens = read.read(networks[0], content).reading.tokens
    info = words_chart(lines, tokens)
    st.html(f'<p class="inside-finding">{theme.text(info.title)}</p>')
    figure = words_figure(info, text_color=theme.text_color(), height=370)
    figure.add_vline(x=word + 1, line={"color": theme.text_color(), "width": 1.5, "dash": "dot"})
    chart.exportable(
        figure,
        key="inside_words_curve",
        label=describe(info),
        title=info.title,
        file="word-by-word",
    )
    if any(opened.epoch is not None for opened in networks):
        st.caption("Thin: the best epoch, whose weights the run keeps as its own.")


def _line(opened: Opened, content: str) -> WordLine:
    reading = read.read(opened, content).reading
    logits = logits_after_each_word(opened.classifier, reading)
    name = replay.label(opened)
    return WordLine(name, opened.color, "solid", reading.first, tuple(logits.tolist()))
