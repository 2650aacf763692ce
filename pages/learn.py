"""Learn: what a recurrent network is, one idea a card."""

import streamlit as st

from rnnlab.errors import RnnlabError
from rnnlab.learn.lesson import CARDS, KEYS
from ui import theme
from ui.learn import asked, panel, progress, rail, try_it
from ui.reader import Snapshot, snapshot


@st.fragment
def lesson(lab: Snapshot) -> None:
    """Draw the list of cards, and the one that is open."""
    key, guessed = progress.card(), progress.guesses()
    card = CARDS[KEYS.index(key)]
    rail.show(key, guessed)
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(key="learn_card"):
        st.html(f"<h2>{theme.text(card.title)}</h2>")
        st.markdown(card.idea)
        st.latex(card.formula.latex)
        st.html(f'<p class="learn-source">{theme.text(card.formula.source)}</p>')
        try_it.show(key)
    with right, st.container(key="learn_panel"):
        try:
            question = asked.question(key, lab)
            if key in guessed:
                panel.answer(key, question, guessed[key], lab)
            else:
                panel.ask(key, question)
        except RnnlabError as error:
            theme.error(error)


lesson(snapshot())
