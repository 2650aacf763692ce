"""One card for each model: what it says of the text; opens to the single runs of a group."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.compare import stuck
from rnnlab.inference.classify import Result
from rnnlab.runs import Run
from ui import reading, theme
from ui.classify import summary
from ui.classify.answers import Answer

AT_MOST = 50  # single runs in an opened card, and dots on a track before they are thinned
SIGNS = {"positive": "thumb_up", "negative": "thumb_down"}


def show(answers: Sequence[Answer]) -> None:
    """Draw the cards in order."""
    st.html(_tints(answers))
    with st.container(key="classify_cards"):
        for answer in answers:
            with st.container(key=f"model_card_{answer.group.id}", gap="xsmall"):
                st.html(card(answer))
                if len(answer.runs) > 1:
                    # Only with a key does an expander stay open when its label changes.
                    key = f"model_seeds_{answer.group.id}"
                    with st.expander(summary.of_seeds(answer), key=key, type="compact"):
                        st.html(single_runs(answer))


def card(answer: Answer) -> str:
    """Return a model's answer as HTML: name, verdict, probability, coverage, accuracy."""
    average = " on average" if len(answer.runs) > 1 else ""
    verdict = ""
    if answer.label:
        verdict = (
            f'<div class="model-card-verdict"><b>{_sign(answer.label)}</b>'
            f"<span>{format.percent(answer.probability)}\u00a0"
            f"<small>positive{average}</small></span></div>"
        )
    note = "" if answer.blank else f'<div class="model-card-coverage">{_note(answer)}</div>'
    return (
        f'<div class="model-card">{_head(answer)}{verdict}'
        f"{_scale(answer.probability, [result.probability for result in answer.results])}"
        f'{note}<div class="model-card-coverage lab-muted">{_accuracy(answer)}</div></div>'
    )


def single_runs(answer: Answer) -> str:
    """Return what each run of a group says, as HTML; of very many, the first and a note."""
    pairs = zip(answer.runs[:AT_MOST], answer.results[:AT_MOST], strict=True)
    rows = "".join(_single_run(run, result) for run, result in pairs)
    if len(answer.runs) > AT_MOST:
        rows += (
            f'<small class="lab-muted">The first {AT_MOST} of {len(answer.runs):,} runs. All of '
            "them count in the mean and in the votes.</small>"
        )
    return f'<div class="model-card-runs">{rows}</div>'


def _single_run(run: Run, result: Result) -> str:
    name = theme.text(run.name)
    if run.config.seed is not None:
        name += f' <small class="lab-muted">seed {run.config.seed}</small>'
    value = format.percent(result.probability)
    return (
        f"<div><span>{name}</span><b>{value}</b>{_track(result.probability, [])}"
        f'<small class="lab-muted">validation accuracy {format.percent(run.best_val_accuracy)}'
        "</small></div>"
    )


def _head(answer: Answer) -> str:
    """Return the model's name, and the architecture unless a group's name holds it."""
    name = f'<span class="lab-name">{theme.text(answer.group.name)}</span>'
    badge = theme.arch_badge(answer.group.config.arch) if answer.group.seeds == 1 else ""
    return f'<div class="model-card-name">{name}{badge}</div>'


def _sign(label: str) -> str:
    return f"{theme.icon(SIGNS[label])} {label.capitalize()}"


def _note(answer: Answer) -> str:
    if not answer.informed:
        return "It knows none of these words, so its answer says nothing about the text."
    if len(answer.readings) > 1:
        return "Its runs read the text differently: see below."
    return theme.text(reading.coverage(answer.readings[0]))


def _accuracy(answer: Answer) -> str:
    accuracy = format.percent(answer.val_accuracy)
    if len(answer.runs) > 1:
        failed = stuck.describe(answer.failed, len(answer.runs))
        return ", ".join(filter(None, [f"Mean validation accuracy {accuracy}", failed]))
    return f"Validation accuracy {accuracy}"


def _scale(probability: float | None, members: Sequence[float | None]) -> str:
    """Return the track between a thumb down and a thumb up."""
    return (
        f'<div class="model-card-scale">{theme.icon("thumb_down")}{_track(probability, members)}'
        f"{theme.icon('thumb_up')}</div>"
    )


def _track(probability: float | None, members: Sequence[float | None]) -> str:
    """Return the probability of "positive" as a bar from the middle to one of two ends.

    Each of several members is a dot; of very many, those that would lie on one another are one.
    """
    if probability is None:
        return (
            '<div class="model-card-track" role="img" aria-label="no answer yet">'
            "<span></span><u></u></div>"
        )
    start, end = sorted((probability, 0.5))
    bar = f'<i style="left:{100 * start:.1f}%;width:{max(100 * (end - start), 0.8):.1f}%"></i>'
    label = f"probability of positive: {format.percent(probability)}"
    values = [value for value in members if value is not None]
    dots = ""
    if len(values) > 1:
        digits = 1 if len(values) <= AT_MOST else 0
        places = dict.fromkeys(f"{100 * value:.{digits}f}" for value in values)
        dots = "".join(f'<b style="left:{place}%"></b>' for place in places)
        label += f" on average; {_seeds(values)}"
    return (
        f'<div class="model-card-track" role="img" aria-label="{label}">'
        f"<span>{bar}</span><u></u>{dots}</div>"
    )


def _seeds(values: Sequence[float]) -> str:
    if len(values) > AT_MOST:
        low, high = format.percent(min(values)), format.percent(max(values))
        return f"{len(values):,} seeds from {low} to {high}"
    return f"seeds: {format.listing([format.percent(value) for value in values])}"


def _tints(answers: Sequence[Answer]) -> str:
    """Return the style sheet that gives each card its architecture's colour."""
    rules = (
        f".st-key-model_card_{answer.group.id} {{--tint: {answer.group.config.architecture.color}}}"
        for answer in answers
    )
    return f"<style>{''.join(rules)}</style>"
