"""Classify: what does each model say of this text?"""

import streamlit as st

from rnnlab import charts
from rnnlab.errors import MissingPackage
from rnnlab.inference.classify import classify
from ui import live, networks, roles, starters, text_field, theme, url_text
from ui.classify import (
    answers,
    choice,
    coverage,
    keys,
    model_cards,
    probes,
    samples,
    summary,
    words,
)
from ui.classify.choice import Models
from ui.reader import snapshot


@st.fragment(key=keys.BENCH)
def bench(models: Models) -> None:
    """Draw the field, its samples, and what every model says."""
    with st.container(key="classify_bench"):
        with st.container(key="classify_field"):
            url_text.adopt(keys.TEXT)
            text = text_field.text_area(
                "Your review",
                key=keys.TEXT,
                placeholder="Type or paste a film review. The models answer as you type.",
                height=232,
            )
            url_text.keep(text)
        with st.container(key="classify_samples", gap="small"):
            samples.show(models.sample_config)
        with st.container(key="classify_answers"):
            show_answers(text, models)


def show_answers(text: str, models: Models) -> None:
    """Draw one sentence, one card per model, and how the text is read."""
    groups = choice.choose(models)
    classifiers, damaged = networks.load([run for group in groups for run in group.runs])
    theme.left_out(damaged)
    try:
        results = classify(text, classifiers)
    except MissingPackage as error:
        theme.error(error)
        return
    given = answers.of_groups(results, groups)
    summary.show(given)
    model_cards.show(given)
    by_word = st.container()
    if text.strip():
        with st.expander("How each model reads the text", icon=":material/visibility:"):
            coverage.show(given)
    with by_word:
        styles = charts.trace_styles(
            {group.id: group for group in (*groups, *models.groups)}.values()
        )
        words.show(text, given, {classifier.run: classifier for classifier in classifiers}, styles)


@st.fragment(key=keys.PROBES)
def show_probes(models: Models) -> None:
    """Draw what the models that answer have learned, which no text changes."""
    groups = choice.chosen(models)
    probes.show(networks.load([run for group in groups for run in group.runs])[0])


def no_models(training: bool) -> None:
    """Say what to do while no run has finished."""
    if training:
        st.info(
            "The first models are still training. They answer here as soon as they are done.",
            icon=":material/hourglass_top:",
        )
        st.page_link("pages/train.py", label="Watch them train", icon=":material/model_training:")
        return
    own = "Train one, and it answers here within minutes."
    others = "The first one answers here as soon as it is trained."
    st.info(
        f"No model has been trained yet. {own if roles.may_change() else others}",
        icon=":material/model_training:",
    )
    if roles.button("Train a model", type="primary", icon=":material/play_arrow:"):
        st.switch_page("pages/train.py")


lab = snapshot()
live.follow(lab)
models = choice.of_runs(starters.readable(lab, parameter="run"))
if models.groups:
    bench(models)
    show_probes(models)
else:
    no_models(bool(lab.active))
