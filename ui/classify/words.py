"""The words of a text as the models read them: what each does, and what another would do.

Mounts the component `ui/assets/words.js` and takes its requests.
"""

import functools
import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from rnnlab import format, tokenizers
from rnnlab.charts import words as words_charts
from rnnlab.charts.styling import TraceStyle
from rnnlab.charts.words import WordLine, WordsChart
from rnnlab.inference.classify import Classifier
from rnnlab.tokenizers import WORDS
from ui import assets, chart, theme
from ui.classify import edited, explained, keys, word_data
from ui.classify.answers import Answer
from ui.classify.explained import METHODS, OCCLUSION, Explained
from ui.inside import keys as inside_keys
from ui.url_text import MAX_URL_TEXT

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Texts that follow each other as quickly are typed; each is explained once the next is late.
TYPING_S, SETTLE_S = 1.0, 0.3
PAINT_S = 0.1  # in which the answers reach the screen, before this computes on all processors
KEYS_HELP = (
    "Click a word to replace, remove or move it. With the keyboard: arrows step from word to word, "
    "Enter changes one, Delete removes it, Shift and an arrow move it, Ctrl+Z undoes."
)


def show(
    text: str,
    answers: Sequence[Answer],
    classifiers: Mapping[str, Classifier],
    styles: Mapping[str, TraceStyle],
) -> None:
    """Draw the answers after each word, and the words with their effects and changes.

    classifiers: by the runs' ids; styles: by the groups' ids.
    """
    _look_inside(text)
    changes = edited.current(st.session_state[keys.TEXT])
    known = [answer for answer in answers if answer.informed]
    if not known and not changes.edits:
        return
    tokenizer = _tokenizer(known, classifiers)
    alike = [answer for answer in answers if _tokenizer([answer], classifiers) == tokenizer]
    editable = tokenizer == WORDS
    with st.container(key="classify_words_area"):
        method = _heading() if known else OCCLUSION
        curve, area, pause = st.container(), st.container(), st.empty()
        if not changes.edits:
            _settle(text)
            pause.empty()
        models = explained.explain_all(
            text,
            [answer for answer in alike if answer.informed],
            classifiers,
            styles,
            method=method,
            between=pause.empty,  # where a rerun that waits may begin
        )
        if models:
            with curve:
                _show_curve(models)
        with area:
            _mount(
                word_data.of_models(models, method, editable=editable)
                | word_data.of_changes(changes, models, classifiers)
            )
            if models and editable:
                st.caption(KEYS_HELP)
            if others := len(answers) - len(alike):
                st.caption(
                    f"{format.plural(others, 'model')} not shown: the texts of another dataset "
                    f"are not cut into {tokenizers.label(tokenizer)}. Pick one above to see it."
                )


def _tokenizer(answers: Sequence[Answer], classifiers: Mapping[str, Classifier]) -> str:
    """Return how the first of these models cuts a text; into words where there is none."""
    return next((classifiers[run.id].tokenizer for answer in answers for run in answer.runs), WORDS)


def _settle(text: str) -> None:
    """Wait until the answers are painted, and longer while somebody types.

    The next key's rerun then ends this one, and nothing is explained.
    """
    before, at_s = st.session_state.get(keys.CHANGED, ("", -math.inf))
    text_id, now_s = edited.text_id(text), time.monotonic()
    if text_id == before:
        return
    st.session_state[keys.CHANGED] = (text_id, now_s)
    time.sleep(SETTLE_S if now_s - at_s < TYPING_S else PAINT_S)


def _heading() -> str:
    """Draw the title and the choice of the method; return that."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Word by word", anchor=False)
        method = st.segmented_control(
            "Effect of a word by",
            METHODS,
            default=OCCLUSION,
            required=True,
            key=keys.METHOD,
            label_visibility="collapsed",
            help="How the effect of a word is measured",
        )
    return str(method or OCCLUSION)


def _show_curve(models: Sequence[Explained]) -> None:
    tokens = models[0].reading.tokens
    lines = []
    for model in models:
        lines.append(_line(model, model.reading.first, model.after, of_seed=False))
        lines += [_line(model, first, after, of_seed=True) for first, after in model.others]
    info = words_charts.words_chart(lines, tokens)
    st.html(f'<p class="lab-finding">{theme.text(info.title)}</p>')
    chart.exportable(
        _figure(info, theme.text_color()),
        key=word_data.CHART,
        label=words_charts.describe(info),
        title=info.title,
        file="word-by-word",
    )
    notes = ["Each line: the answer after that word, before the model reads on."]
    if any(line.of_seed for line in lines):
        notes.append("Thin lines: the other seeds of a model.")
    if info.hidden:
        notes.append(f"{format.plural(info.hidden, 'seed')} left out, to keep the chart quick.")
    st.caption(" ".join(notes))


@functools.lru_cache(maxsize=16)
def _figure(info: WordsChart, text_color: str) -> "go.Figure":
    """Draw the chart once for all reruns and viewers."""
    return words_charts.words_figure(info, text_color=text_color)


def _line(model: Explained, first: int, after: np.ndarray, *, of_seed: bool) -> WordLine:
    values = tuple(after.tolist())
    return WordLine(model.run.name, model.style.color, model.style.dash, first, values, of_seed)


def _mount(data: dict[str, Any]) -> None:
    component = st.components.v2.component(
        "words",
        html=assets.read("words.html"),
        css=assets.read("words.css"),
        js=assets.read("words.js"),
        isolate_styles=False,
    )
    component(key=keys.WORDS, data=data, on_edit_change=_take_edit, on_inside_change=_take_inside)


def _take_edit() -> None:
    edited.take(st.session_state[keys.WORDS].get("edit"))


def _take_inside() -> None:
    st.session_state[keys.LOOK_INSIDE] = st.session_state[keys.WORDS].get("inside")


def _look_inside(text: str) -> None:
    """Open the Inside page with the run that was asked for, and this text."""
    run_id = st.session_state.pop(keys.LOOK_INSIDE, None)
    if not run_id:
        return
    # The page takes a text from the URL only into an empty field, and a long one from no URL.
    st.session_state[inside_keys.TEXT] = text
    url_text = {"text": text} if len(text) <= MAX_URL_TEXT else {}
    st.switch_page("pages/inside.py", query_params={"run": run_id, **url_text})
