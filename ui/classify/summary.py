"""The answers of all models in one sentence."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from ui import theme
from ui.classify.answers import Answer


def show(answers: Sequence[Answer]) -> None:
    """Draw the sentence, read out when it changes; below it the runs that disagree, if any."""
    contrary = dissent(answers)
    note = f' <small class="lab-muted">{theme.text(contrary)}</small>' if contrary else ""
    words = theme.text(sentence(answers))
    st.html(f'<p class="model-card-summary" aria-live="polite">{words}{note}</p>')


def sentence(answers: Sequence[Answer]) -> str:
    """Return what the models say of the text, counting models: a group of runs is one."""
    if not answers:
        return "No model could be loaded."
    if all(answer.blank for answer in answers):
        return "Type a review or pick a sample to see what each model says."
    labels = [answer.label for answer in answers if answer.informed]
    if not labels:
        return "No model knows any of these words."
    positive, total = labels.count("positive"), len(labels)
    negative = total - positive
    if total == 1:
        subject = (
            "The model" if len(answers) == 1 else "The only model that knows any of these words"
        )
        return f"{subject} says {labels[0]}."
    which = "" if total == len(answers) else " that know any of these words"
    if positive == negative:
        return f"The models{which} are split: {positive} positive, {negative} negative."
    majority = "positive" if positive > negative else "negative"
    count = max(positive, negative)
    if count < total:
        return f"{count} of {total} models{which} say {majority}."
    return f"{'Both' if total == 2 else f'All {total}'} models{which} say {majority}."


def dissent(answers: Sequence[Answer]) -> str:
    """Return how many single runs contradict the average of their model; empty where none does."""
    split = [answer for answer in answers if answer.informed and len(answer.runs) > 1]
    runs = sum(sum(answer.votes.values()) for answer in split)
    contrary = sum(
        count for answer in split for name, count in answer.votes.items() if name != answer.label
    )
    if not contrary:
        return ""
    verb = "disagrees" if contrary == 1 else "disagree"
    return f"{contrary} of {format.plural(runs, 'run')} {verb} with the average over seeds."


def of_seeds(answer: Answer) -> str:
    """Return how many runs of a group say the same: "2 of 3 seeds say positive"."""
    total = sum(answer.votes.values())
    if not total:
        return format.plural(len(answer.runs), "seed")
    majority = max(answer.votes, key=lambda name: (answer.votes[name], name == answer.label))
    count = answer.votes[majority]
    if total == 1:
        return f"Only one seed could answer: {majority}"
    if count == total:
        return f"{'Both' if total == 2 else f'All {total}'} seeds say {majority}"
    return f"{count} of {total} seeds {'says' if count == 1 else 'say'} {majority}"
