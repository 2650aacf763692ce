"""What the component `ui/assets/words.js` gets: words, effects, notes, and what changes did.

All of it is plain text and numbers, bounded however long the text is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from scipy.special import expit

from rnnlab import format
from rnnlab.inference.classify import Classifier
from rnnlab.inside import counterfactual
from rnnlab.text import Reading, fold
from ui import reading
from ui.classify import edited, explained, keys
from ui.classify.edited import Edited
from ui.classify.explained import GRADIENTS, OCCLUSION, REMOVAL, Explained

SHOWN_CUT = 12  # cut words beside those that are read
CHART = "classify_curve"  # the key of the chart whose points are the words
UNITS = {
    OCCLUSION: "Change of the logit by the word: with it, less with an unknown word in its place",
    REMOVAL: "Change of the logit by the word: with it, less without it, the others moving up",
    GRADIENTS: "The word's share in the change of the logit from a text of unknown words",
}


def of_models(models: Sequence[Explained], method: str, *, editable: bool) -> dict[str, Any]:
    """Return what the component draws of the models; a word's place is that in the text.

    Words are `editable` where they are those of the text, not pieces of them. `windows` holds the
    words that are read; models with the same window share them.
    """
    windows = list(dict.fromkeys((model.reading.first, model.reading.last) for model in models))
    tokens = models[0].reading.tokens if models else ()
    strengths = [
        float(np.abs(model.effects).max(initial=0.0))
        for model in models
        if model.effects is not None
    ]
    return {
        "windows": [[_short(token) for token in tokens[first:last]] for first, last in windows],
        "total": len(tokens),
        "models": [
            _model(model, method)
            | {"window": windows.index((model.reading.first, model.reading.last))}
            for model in models
        ],
        "scale": round(max(strengths, default=0.0), 3) or 1.0,
        "unit": UNITS[method],
        "marks": _marks([model.reading for model in models]),
        "text_id": edited.text_id(st.session_state[keys.TEXT]) if editable else "",
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
        "name": model.run.name,  # one network's numbers never go by the name of a group
        "title": model.name,
        "color": model.style.color,
        "seed": _seed(model),
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
    if model.learned == 1:
        return f"{model.run.name}, the only seed of {model.seeds} that learned"
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


def of_changes(
    changes: Edited, models: Sequence[Explained], classifiers: Mapping[str, Classifier]
) -> dict[str, Any]:
    """Return what the changes of words did to each model's answer."""
    if not changes.edits:
        return {"edits": "", "changes": []}
    rows = []
    before_text = fold(changes.before)
    for model in models:
        before = explained.logit(before_text, classifiers[model.run.id])
        if before is None:
            continue
        turned = (before > 0) != (model.logit > 0)
        rows.append(
            {
                "name": model.run.name,
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
