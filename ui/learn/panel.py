"""The panel beside a card: its question first, and after the guess its answer and its view."""

from collections.abc import Callable

import streamlit as st

from rnnlab import format
from rnnlab.learn.examples import Example
from rnnlab.learn.lesson import KEYS
from rnnlab.learn.questions import Question
from ui import theme
from ui.learn import asked, network_views, order_views, progress, rail, size_views, training_views
from ui.reader import Snapshot

VIEWS: dict[str, Callable[[Snapshot], list[Example]]] = {
    "order": order_views.show_order,
    "memory": order_views.show_memory,
    "step": network_views.show_step,
    "weights": size_views.show_weights,
    "outputs": network_views.show_outputs,
    "padding": size_views.show_padding,
    "embedding": size_views.show_embedding,
    "stopping": training_views.show_stopping,
    "lstm": network_views.show_lstm,
    "dropout": training_views.show_dropout,
    "gru": training_views.show_gru,
    "seeds": training_views.show_seeds,
}


def ask(key: str, question: Question) -> None:
    """Draw the question and its options."""
    with st.container(key="learn_ask"):
        st.html(
            f'<p class="learn-kicker">Your guess first</p>'
            f'<h3 class="learn-question">{theme.text(question.text)}</h3>'
        )
        for number, option in enumerate(question.options):
            st.button(
                theme.markdown(option),
                key=f"learn_option_{number}",
                on_click=progress.guess,
                args=(key, number),
                width="stretch",
            )
    with rail.footer(key):
        st.button(
            "Show me without a guess",
            key="learn_show",
            type="tertiary",
            on_click=progress.guess,
            args=(key, None),
        )


def answer(key: str, question: Question, guess: int | None, lab: Snapshot) -> None:
    """Draw whether the guess was right, the view, and why it is so."""
    right = guess == question.correct
    symbol = theme.icon("check_circle", color="#1F9D55") if right else theme.icon("lightbulb")
    verdict = "Right!" if right else "Here is the answer."
    if guess is not None and not right and guess < len(question.options):
        verdict = f"Not quite: you guessed “{question.options[guess]}”."
    st.html(
        f'<div class="learn-verdict" role="status"><p>{symbol} {theme.text(verdict)} '
        f"<small>{theme.text(question.text)}</small></p><h3>{theme.text(question.answer)}</h3>"
        f"<p>{theme.text(question.why)}</p></div>"
    )
    examples = VIEWS[key](lab)
    if key == KEYS[-1]:
        st.html(f'<p class="learn-sum learn-score">{_score(lab)}</p>')
    with rail.footer(key):
        st.html(f'<p class="learn-source">{_source(examples)}</p>')
        st.button(
            "Guess again",
            key="learn_again",
            type="tertiary",
            icon=":material/replay:",
            on_click=progress.forget,
            args=(key,),
        )


def _score(lab: Snapshot) -> str:
    guessed = progress.guesses()
    right = sum(asked.question(key, lab).correct == guess for key, guess in guessed.items())
    opened = f"{len(guessed)} of {len(KEYS)} cards answered"
    return f"<b>{opened}, {right} of {len(KEYS)} right.</b>"


def _source(examples: list[Example]) -> str:
    if not examples:
        return "Computed as you move the controls."
    own = [theme.text(each.run.name) for each in examples if each.own]
    shipped = [theme.text(each.run.name) for each in examples if not each.own]
    parts = []
    if own:
        parts.append(f"Trained in your lab: <b>{_names(own)}</b>.")
    if shipped:
        parts.append(f"Came with rnnlab: <b>{_names(shipped)}</b>.")
    return " ".join(parts)


def _names(names: list[str]) -> str:
    if len(names) > 3:
        return f"{format.plural(len(names), 'run')}, {names[0]} to {names[-1]}"
    return format.listing(names)
