"""Sample reviews beside the text field: validation reviews with their true labels."""

import streamlit as st

from rnnlab.config import RunConfig
from rnnlab.errors import RnnlabError
from ui import reviews, theme
from ui.classify import keys
from ui.reviews import Sample

SHOWN = 4


def show(config: RunConfig) -> None:
    """Draw a button for each sample; a click puts the review into the text field.

    They are validation reviews of a run of this config.
    """
    try:
        dataset = reviews.load(config.dataset_id)
    except RnnlabError as error:
        st.caption(theme.markdown(str(error)))
        return
    if dataset is None:
        reviews.wait(config.dataset_id, "Preparing sample reviews …")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Or pick a validation review**")
        if st.button("More", icon=":material/shuffle:", type="tertiary", key="classify_more"):
            st.session_state[keys.FIRST_SAMPLE] = st.session_state.get(keys.FIRST_SAMPLE, 0) + SHOWN
    first = st.session_state.get(keys.FIRST_SAMPLE, 0)
    for number in range(first, first + SHOWN):
        sample = reviews.sample(
            dataset,
            number // 2,
            words=reviews.SAMPLE_WORDS,
            positive=number % 2 == 0,
            config=config,
        )
        st.button(
            label(sample),
            key=f"classify_sample_{number - first}",
            width="stretch",
            on_click=_take,
            args=(sample.text,),
        )


def label(sample: Sample) -> str:
    """Return a button's label: the true label, and how the review begins."""
    sign, word = ("up", "Positive") if sample.positive else ("down", "Negative")
    start = " ".join(sample.text.replace("<br />", " ").split())[:110]
    return f":material/thumb_{sign}: **{word}** · {theme.markdown(start)}"


def _take(text: str) -> None:
    st.session_state[keys.TEXT] = text
