"""The words of a text as the models read them: what each does, and what another would do.

Owns what the component `ui/assets/words.js` gets, and takes its requests.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from scipy.special import expit

from rnnlab import format
from rnnlab.charts import words as words_charts
from rnnlab.charts.styling import TraceStyle
from rnnlab.charts.words import WordLine
from rnnlab.inference.classify import Classifier
from rnnlab.inside import counterfactual
from rnnlab.text import Reading
from ui import assets, chart, reading, theme
from ui.classify import edited, explained, keys
from ui.classify.answers import Answer
from ui.classify.edited import Edited
from ui.classify.explained import GRADIENTS, METHODS, OCCLUSION, REMOVAL, Explained
from ui.inside import keys as inside_keys
from ui.inside.choice import MAX_URL_TEXT

SHOWN_CUT = 12  # cut words beside those that are read
CHART = "classify_curve"
UNITS = {
    OCCLUSION: "Change of the logit by the word: with it, less with an unknown word in its place",
    REMOVAL: "Change of the logit by the word: with it, less without it, the others moving up",
    GRADIENTS: "The word's share in the change of the logit from a text of unknown words",
}
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
    with st.container(key="classify_words_area"):
        method = _heading() if known else OCCLUSION
        curve, area = st.container(), st.container()
        models = explained.explain_all(
            text,
            known,
            classifiers,
            styles,
            method=method,
            between=st.empty,  # where a rerun that waits may begin
        )
        if models:
            with curve:
                _show_curve(models)
        with area:
            _mount(_data(text, models, method) | _changes(changes, models, classifiers))
            if models:
                st.caption(KEYS_HELP)


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
        words_charts.words_figure(info, text_color=theme.text_color()),
        key=CHART,
        label=words_charts.describe(info),
        title=info.title,
        file="word-by-word",
    )
    notes = ["Each line: the answer if the text ended after that word."]
    if any(line.of_seed for line in lines):
        notes.append("Thin lines: the other seeds of a model.")
    if info.hidden:
        notes.append(f"{format.plural(info.hidden, 'seed')} left out, to keep the chart quick.")
    st.caption(" ".join(notes))


def _line(model: Explained, first: int, after: np.ndarray, *, of_seed: bool) -> WordLine:
    values = tuple(after.tolist())
    return WordLine(model.name, model.style.color, model.style.dash, first, values, of_seed)


def _data(text: str, models: Sequence[Explained], method: str) -> dict[str, Any]:
    """Return what the component draws of the models; a word's place is that in the text."""
    first = min((model.reading.first for model in models), default=0)
    last = max((model.reading.last for model in models), default=0)
    tokens = models[0].reading.tokens[first:last] if models else ()
    strengths = [
        float(np.abs(model.effects).max(initial=0.0))
        for model in models
        if model.effects is not None
    ]
    return {
        "tokens": [_short(token) for token in tokens],
        "first": first,
        "models": [_model(model, method) for model in models],
        "scale": round(max(strengths, default=0.0), 3) or 1.0,
        "unit": UNITS[method],
        "marks": _marks([model.reading for model in models]),
        "text_id": edited.text_id(st.session_state[keys.TEXT]),
        "chart": CHART,
    }


def _model(model: Explained, method: str) -> dict[str, Any]:
    read = model.reading
    count = read.last - read.first
    before = read.tokens[max(read.first - SHOWN_CUT, 0) : read.first]
    after = read.tokens[read.last : read.last + SHOWN_CUT]
    padding = len(read.ids) - count - (1 if count < len(read.ids) else 0)
    kind = model.run.config.architecture.kind
    return {
        "name": model.name,
        "color": model.style.color,
        "seed": _seed(model),
        "run_name": model.run.name,
        "inside": model.run.id if kind == "recurrent" else None,
        "answer": f"{format.percent(float(expit(model.logit)))} positive",
        "first": read.first,
        "last": read.last,
        "effects": None if model.effects is None else np.round(model.effects, 3).tolist(),
        "after": np.round(100 * expit(model.after), 1).tolist(),
        "unknown": [place for place in range(count) if not read.known[read.first + place]],
        "flip": list(model.flip.places) if model.flip else [],
        "padding": f"{format.count(padding)} × padding" if padding > 0 and kind != "linear" else "",
        "cut_before": _cut(before, read.first - len(before), "before"),
        "cut_after": _cut(after, len(read.tokens) - read.last - len(after), "after"),
        "notes": _notes(model, method),
    }


def _seed(model: Explained) -> str:
    if model.seeds == 1:
        return ""
    among = "seeds" if model.learned == model.seeds else "seeds that learned"
    return f"{model.run.name}, median accuracy of {model.learned} {among}"


def _notes(model: Explained, method: str) -> list[str]:
    config, read = model.run.config, model.reading
    end = "last" if config.truncating == "pre" else "first"
    notes = [
        f"Vocabulary of {format.count(config.vocab_size)}, the {end} "
        f"{format.count(config.maxlen)} words of a text: {reading.coverage(read)}.",
        _flip(model),
    ]
    gradients = model.gradients
    if gradients is None:
        if method == GRADIENTS:
            notes.append("Integrated gradients need a network: use occlusion for this model.")
    elif gradients.converged:
        error = format.small_percent(gradients.error)
        notes.append(f"Integrated gradients add up to within {error}.")
    else:
        notes.append(
            "Integrated gradients did not converge: they miss the change of the logit by "
            f"{format.small_percent(gradients.error)}."
        )
    if model.disputed:
        words = _quoted(model, model.disputed)
        notes.append(f"Occlusion and integrated gradients disagree on the direction of {words}.")
    return notes


def _flip(model: Explained) -> str:
    """Say which fewest words change the answer."""
    if model.flip is None:
        tried = len(counterfactual.strongest(model.occlusion))
        return (
            f"No subset of its {format.plural(tried, 'word')} of largest effect, read as unknown, "
            "changes its mind."
        )
    before, after = (
        format.percent(float(expit(value))) for value in (model.logit, model.flip.logit)
    )
    count = len(model.flip.places)
    words = _quoted(model, model.flip.places)
    return (
        f"Fewest words to change its mind: {format.count(count)}. With {words} unknown, "
        f"{before} becomes {after}."
    )


def _quoted(model: Explained, places: Sequence[int]) -> str:
    tokens = model.reading.tokens[model.reading.first : model.reading.last]
    return format.listing([f"“{_short(tokens[place])}”" for place in places])


def _marks(readings: Sequence[Reading]) -> list[tuple[str, str]]:
    """Return the marks that occur, as (class, meaning)."""
    marks = [("up cue", "line below: positive"), ("down cue", "line above: negative")]
    if any(not all(read.known[read.first : read.last]) for read in readings):
        marks.append(("unknown", "dotted: unknown"))
    if any(read.cut for read in readings):
        marks.append(("cut", "cut, never read"))
    marks.append(("flip", "framed: fewest words to change its mind"))
    return marks


def _changes(
    changes: Edited, models: Sequence[Explained], classifiers: Mapping[str, Classifier]
) -> dict[str, Any]:
    """Return what the changes of words did to each model's answer."""
    if not changes.edits:
        return {"edits": "", "changes": []}
    rows = []
    before_text = changes.before.replace("’", "'")
    for model in models:
        before = explained.logit(before_text, classifiers[model.run.id])
        if before is None:
            continue
        turned = (before > 0) != (model.logit > 0)
        rows.append(
            {
                "name": model.name,
                "color": model.style.color,
                "before": format.percent(float(expit(before))),
                "after": format.percent(float(expit(model.logit))),
                "turned": turned,
                "note": f"logit {format.signed(model.logit - before)}"
                + (", changed its mind" if turned else ""),
            }
        )
    count = format.plural(len(changes.edits), "change")
    return {"edits": f"Your {count} to the words", "changes": rows}


def _cut(tokens: Sequence[str], hidden: int, end: str) -> str:
    if not tokens:
        return ""
    words = " ".join(map(_short, tokens))
    more = f"{format.plural(hidden, 'more word')} cut" if hidden else ""
    return " ".join(filter(None, [f"{more} …", words] if end == "before" else [words, f"… {more}"]))


def _short(token: str) -> str:
    limit = reading.LONGEST_WORD
    return token if len(token) <= limit else token[:limit] + "…"


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
