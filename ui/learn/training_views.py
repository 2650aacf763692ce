"""The views of the cards that show how trainings went: stopping, dropout, GRU, seeds."""

import statistics
from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.charts import dots as dots_chart
from rnnlab.charts import overfitting as overfitting_chart
from rnnlab.charts import stopping as stopping_chart
from rnnlab.charts.dots import DotsChart, Row
from rnnlab.config import ARCHITECTURES
from rnnlab.learn import questions, training_questions
from rnnlab.learn.examples import Example, shipped
from ui import theme
from ui.learn import asked, material, network_views
from ui.learn import figure as figures
from ui.reader import Snapshot

FIGURE_PX = 315
MOST_PATIENCE = 10
WITHOUT_COLOR, WITH_COLOR = "#D55E00", "#0072B2"  # as far apart as the palette goes
BOTH = "Both"
ACCURACY, PARAMETERS, GATE = "Accuracy", "Parameters", "Update gate"


def show_stopping(lab: Snapshot) -> list[Example]:
    """Draw a run's losses, and where early stopping ends them for a patience."""
    example = material.stopped_early(lab)
    patience = st.slider(
        "Patience, in epochs",
        1,
        MOST_PATIENCE,
        training_questions.stopping_patience(example),
        key="learn_patience",
    )
    info = stopping_chart.stopping_chart(
        [epoch.loss for epoch in example.epochs],
        [epoch.val_loss for epoch in example.epochs],
        patience,
        example.run.config.architecture.color,
    )
    st.html(f'<p class="learn-sum">{theme.text(info.title)}.</p>')
    figure = stopping_chart.stopping_figure(info, text_color=theme.text_color(), height=FIGURE_PX)
    figures.show(figure, key="learn_stopping", label=stopping_chart.describe(info))
    return [example]


def show_dropout(lab: Snapshot) -> list[Example]:
    """Draw the curves of a run without and of one with dropout."""
    runs = shipped().examples
    pair = [runs[material.WITHOUT], runs[material.WITH]]
    names = [f"Dropout {example.run.config.dropout:g}" for example in pair]
    left, right = st.columns(2, gap="medium")
    shown = left.segmented_control(
        "Runs", [*names, BOTH], default=names[0], required=True, key="learn_dropout_runs"
    )
    metric = right.segmented_control(
        "Metric",
        list(overfitting_chart.KEYS),
        format_func=str.capitalize,
        default="loss",
        required=True,
        key="learn_dropout_metric",
    )
    courses = [
        overfitting_chart.course(name, color, example.epochs, metric or "loss")
        for name, color, example in zip(names, (WITHOUT_COLOR, WITH_COLOR), pair, strict=True)
    ]
    info = overfitting_chart.overfitting_chart(
        metric or "loss", [each for each in courses if shown in (each.name, BOTH)], courses
    )
    figure = overfitting_chart.overfitting_figure(
        info, text_color=theme.text_color(), height=FIGURE_PX
    )
    figures.show(figure, key="learn_dropout", label=overfitting_chart.describe(info))
    st.html(figures.legend([(each.name, each.color) for each in info.courses]))
    st.caption("Dashed: training reviews. Solid: validation reviews.")
    return pair


def show_gru(lab: Snapshot) -> list[Example]:
    """Draw GRU beside LSTM over their seeds, or the update gate at work."""
    of_archs = material.seeds(lab, ("gru", "lstm"), asked.LEAST_PAIRED)
    what = st.segmented_control(
        "What to show",
        [ACCURACY, PARAMETERS, GATE],
        default=ACCURACY,
        required=True,
        key="learn_gru_what",
    )
    if what == GATE:
        example = material.network(lab, "gru")
        network_views.show_update_gate(example)
        return [example]
    rows = []
    for examples in of_archs:
        architecture = examples[0].run.config.architecture
        values = questions.accuracies(examples)
        if what == PARAMETERS:
            cell = questions.recurrent_row(examples[0].run.config)
            examples, values = examples[:1], [float(cell.parameters)]
        rows.append(_row(architecture.label, architecture.color, examples, values, len(values)))
    label = "validation accuracy" if what == ACCURACY else "parameters of the recurrent layer"
    _dots(DotsChart(label, tuple(rows), percent=what == ACCURACY), key="learn_gru")
    return [example for examples in of_archs for example in examples]


def show_seeds(lab: Snapshot) -> list[Example]:
    """Draw the accuracies of runs that differ in their seed alone, one after another."""
    (examples,) = material.seeds(lab, ("embedding-rnn",), asked.LEAST_SEEDS)
    shown = st.slider(
        "Seeds trained so far", 1, len(examples), len(examples), key="learn_seeds_shown"
    )
    values = questions.accuracies(examples)
    architecture = ARCHITECTURES["embedding-rnn"]
    row = _row(architecture.label, architecture.color, list(examples), values, shown)
    _dots(DotsChart("validation accuracy", (row,)), key="learn_seeds", height=FIGURE_PX - 30)
    st.html(f'<p class="learn-sum">{_spread(values[:shown])}</p>')
    return list(examples)


def _row(name: str, color: str, examples, values, shown: int) -> Row:
    return Row(name, color, tuple(each.run.name for each in examples), tuple(values), shown)


def _spread(values: Sequence[float]) -> str:
    seeds = format.plural(len(values), "seed")
    mean = f"Mean of {seeds}: {format.percent(statistics.mean(values))}"
    if len(values) == 1:
        return f"{mean}. One seed says nothing of how much the next may differ."
    return f"{mean}, standard deviation s: {format.points(statistics.stdev(values))}."


def _dots(info: DotsChart, *, key: str, height: int = FIGURE_PX) -> None:
    figure = dots_chart.dots_figure(info, text_color=theme.text_color(), height=height)
    figures.show(figure, key=key, label=dots_chart.describe(info))
