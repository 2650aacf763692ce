"""One validation review as a network with the form's settings would read it."""

import streamlit as st

from rnnlab import text
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.errors import RnnlabError
from rnnlab.text import Reading
from rnnlab.tokenizers import cutter
from ui import reading, reviews, theme
from ui.reviews import Sample
from ui.train import keys

LENGTH = (90, 180)  # words: around the default maxlen, so that cutting shows


def show(config: RunConfig) -> None:
    """Draw the review with its unknown and cut words marked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("##### A review as the model reads it")
        if st.button("Another", icon=":material/shuffle:", type="tertiary", key="train_another"):
            st.session_state[keys.SAMPLE] = st.session_state.get(keys.SAMPLE, 0) + 1
    try:
        dataset = reviews.load(config.dataset_id)
    except RnnlabError as error:
        theme.error(error)
        return
    if dataset is None:
        reviews.wait(
            config.dataset_id,
            "Preparing the reviews. This takes about 15 seconds, once; training can start "
            "meanwhile.",
        )
        return
    sample = _sample(dataset, config)
    read = _read(sample, dataset, config)
    label = "positive" if sample.positive else "negative"
    st.html(
        f'<p class="read-coverage lab-muted">A {label} validation review: '
        f"{reading.coverage(read)}</p>{reading.words(read)}"
    )


def _sample(dataset: Dataset, config: RunConfig) -> Sample:
    number = st.session_state.get(keys.SAMPLE, 0)
    positive = number % 2 == 0
    return reviews.sample(dataset, number, words=LENGTH, positive=positive, config=config)


def _read(sample: Sample, dataset: Dataset, config: RunConfig) -> Reading:
    cut = cutter(dataset.tokenizer)
    return text.read(sample.text, dataset.vocabulary, cut=cut, **config.window)
