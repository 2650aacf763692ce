"""Classify: what does each model say of this text?"""

import streamlit as st

from rnnlab.errors import RnnlabError
from rnnlab.inference.classify import classify
from ui import live, reviews, theme
from ui.classify import model_cards, text_field
from ui.reader import snapshot

SAMPLES = 4


@st.fragment
def bench(able: list) -> None:
    """The field, its samples, and what every model says."""
    with st.container(key="classify_bench"):
        with st.container(key="classify_field"):
            words = text_field.text_area(
                "Your review",
                key="classify_text",
                placeholder="Type or paste a film review; the models answer while you type.",
                height=240,
            )
        with st.container(key="classify_samples", gap="small"):
            samples()
        with st.container(key="classify_answers"):
            answers(words, able)


def samples() -> None:
    """Validation reviews with their true label, one click away."""
    try:
        dataset = reviews.load("bundled")
    except RnnlabError as error:
        st.caption(theme.markdown(str(error)))
        return
    if dataset is None:
        st.caption("Sample reviews are being prepared, once; they will be here in a moment.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Or take one from the validation set**")
        if st.button("Others", icon=":material/shuffle:", type="tertiary", key="classify_others"):
            st.session_state.classify_first = st.session_state.get("classify_first", 0) + SAMPLES
    first = st.session_state.get("classify_first", 0)
    for number in range(first, first + SAMPLES):
        sample = reviews.sample(
            dataset, number // 2, words=reviews.SAMPLE_WORDS, positive=number % 2 == 0
        )
        st.button(
            model_cards.sample_label(sample),
            key=f"classify_sample_{number - first}",
            width="stretch",
            on_click=take,
            args=(sample.text,),
        )


def take(words: str) -> None:
    """Put a sample into the field."""
    st.session_state.classify_text = words


def answers(words: str, able: list) -> None:
    """One card per model, and how the text is read."""
    chosen = model_cards.choose(able)
    networks, problems = model_cards.load(chosen)
    for problem in problems:
        st.error(theme.markdown(problem), icon=":material/error:")
    # A phone types don’t, the reviews have don't; the tokenizer itself stays keras's.
    results = classify(words.replace("’", "'"), networks)
    st.html(model_cards.finding(results) + model_cards.cards(results, chosen))
    if words.strip():
        st.html(model_cards.readings(results, chosen))


def nothing_yet(training: bool) -> None:
    """What to do while no run has finished."""
    if training:
        st.info(
            "The first models are still training. They judge here as soon as they are done.",
            icon=":material/hourglass_top:",
        )
        st.page_link("pages/train.py", label="Watch them train", icon=":material/model_training:")
        return
    st.info(
        "No model has been trained yet. Train one: it judges your text here within minutes.",
        icon=":material/model_training:",
    )
    if st.button("Train a model", type="primary", icon=":material/play_arrow:"):
        st.switch_page("pages/train.py")


lab = snapshot()
live.follow(lab)
trained = model_cards.trained(lab.runs)
if trained:
    bench(trained)
else:
    nothing_yet(bool(lab.active))
