"""The views of the cards on the order of words: order, memory."""

import streamlit as st

from rnnlab import format
from rnnlab.charts import arrangements as arrangements_chart
from rnnlab.charts.arrangements import Answers, ArrangementsChart
from rnnlab.learn import which_first
from rnnlab.learn.examples import Example, shipped
from ui import theme
from ui.learn import figure as figures
from ui.learn import material
from ui.reader import Snapshot

FIGURE_PX = 240


def show_order(lab: Snapshot) -> list[Example]:
    """Draw the answers of three networks to the same words in many orders."""
    examples = [material.network(lab, arch) for arch in ("feedforward", "embedding-rnn", "lstm")]
    orders = material.arrangements(examples)
    shown = st.slider(
        "Order of the words (0: as written)", 0, len(orders) - 1, 0, key="learn_order_shown"
    )
    words = " ".join(f"<bdi>{theme.text(word)}</bdi>" for word in orders[shown].words)
    st.html(f'<p class="learn-words">{words}</p>')
    answers = tuple(
        Answers(
            example.run.config.architecture.label,
            example.run.config.architecture.color,
            tuple(each.probabilities[place] for each in orders),
        )
        for place, example in enumerate(examples)
    )
    info = ArrangementsChart(answers, shown)
    figure = arrangements_chart.arrangements_figure(
        info, text_color=theme.text_color(), height=FIGURE_PX
    )
    figures.show(figure, key="learn_order", label=arrangements_chart.describe(info))
    st.html(figures.legend([(each.name, each.color) for each in answers]))
    measured = shipped().measured["order"]
    st.caption(
        "On whole reviews order matters less: shuffling all words of "
        f"{format.plural(measured['reviews'], 'validation review')} costs an LSTM that came with "
        f"rnnlab {format.points(measured['lost'])} of accuracy (95 % interval "
        f"{format.decimal(100 * measured['low'], 1)} to {format.points(measured['high'])})."
    )
    return examples


def show_memory(lab: Snapshot) -> list[Example]:
    """Draw a row of letters, and which letter each network says came first."""
    examples = list(material.order_task(lab))
    length = examples[0].run.config.maxlen - 1
    left, right = st.columns([3, 2], gap="medium")
    early, late = left.slider(
        "Places of the two letters", 1, length, (3, 14), key="learn_memory_places"
    )
    first = right.segmented_control(
        "Which comes first?",
        [which_first.FIRST, which_first.SECOND],
        default=which_first.SECOND,
        required=True,
        key="learn_memory_first",
    )
    positive = first == which_first.FIRST
    letters = which_first.row(length, (early - 1, late - 1), positive=positive)
    marked = "".join(
        f"<bdi{' class=key' if letter in (which_first.FIRST, which_first.SECOND) else ''}>"
        f"{letter}</bdi>"
        for letter in letters
    )
    probabilities = which_first.answers(
        [each.classifier for each in examples if each.classifier], letters
    )
    rows = "".join(
        _answer_row(example, probability, positive)
        for example, probability in zip(examples, probabilities, strict=True)
    )
    st.html(
        f'<p class="learn-letters">{marked}</p><div class="learn-answers">'
        "<div><span></span><small><span>b first</span><span>a first</span></small>"
        f"<small>this row</small><small>all 5,000</small></div>{rows}</div>"
    )
    return examples


def _answer_row(example: Example, probability: float, positive: bool) -> str:
    architecture = example.run.config.architecture
    right = (probability > 0.5) == positive
    said = format.whole_percent(probability)
    verdict = theme.icon("check", color="#1F9D55") if right else theme.icon("close")
    return (
        f'<div style="--tint:{architecture.color}"><b>{theme.text(architecture.label)}</b>'
        f'<span class="learn-scale" role="img" aria-label="{said} that a comes first">'
        f'<i style="left:{100 * probability:.1f}%"></i></span>'
        f"<span>{verdict}{'right' if right else 'wrong'}</span>"
        f"<b>{format.percent(example.run.best_val_accuracy)}</b></div>"
    )
