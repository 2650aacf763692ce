"""What models could read of the text: unknown words and cut words, once for each way to read it."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.text import Reading
from ui import reading, theme
from ui.classify.answers import Answer

NAMED = 3  # models named above a view that more share


def show(answers: Sequence[Answer]) -> None:
    """Draw the text once for each way in which the models read it, its words marked."""
    views = "".join(_view(read, names, config) for read, names, config in by_reading(answers))
    st.html(f'<div class="coverage">{views}</div>')


def by_reading(answers: Sequence[Answer]) -> list[tuple[Reading, list[str], RunConfig]]:
    """Return each distinct reading with the names of its models and the settings of the first."""
    names: dict[int, list[str]] = {}
    readings: dict[int, tuple[Reading, RunConfig]] = {}
    for answer in answers:
        for read in answer.readings:
            readings.setdefault(id(read), (read, answer.group.config))
            names.setdefault(id(read), []).append(_name(answer, read))
    return [(read, names[key], config) for key, (read, config) in readings.items()]


def _name(answer: Answer, read: Reading) -> str:
    """Return the model's name, or those of its runs where only some of them read the text so."""
    if len(answer.readings) == 1:
        return answer.group.name
    return format.listing(
        [
            run.name
            for run, result in zip(answer.runs, answer.results, strict=True)
            if result.reading is read
        ]
    )


def _view(read: Reading, names: Sequence[str], config: RunConfig) -> str:
    end = "last" if config.truncating == "pre" else "first"
    return (
        f'<div><h3 class="coverage-models">{theme.text(_title(names))}</h3>'
        f'<p class="read-coverage lab-muted">Vocabulary of {config.vocab_size:,}, the {end} '
        f"{config.maxlen:,} words of a text: {reading.coverage(read)}.</p>"
        f"{reading.words(read)}</div>"
    )


def _title(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"How {names[0]} reads it"
    if len(names) > NAMED + 1:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    return f"How {format.listing(names)} read it"
