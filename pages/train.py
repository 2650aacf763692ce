"""Train: what will I get, and what will it cost?"""

import streamlit as st

from rnnlab import estimate
from rnnlab.config import RunConfig
from ui import layers, live, roles
from ui.reader import get_lab, snapshot
from ui.train import form, preview, sample_review, submit, tune


@st.fragment
def bench() -> None:
    """Draw the form beside what it gives."""
    left, right = st.columns([5, 7], gap="large")
    with left:
        config = form.show()
        if config:
            submit.prewarm(config)  # before what is slow to draw: a person may click at once
        if roles.may_change():
            submit.show(config)
            with st.container(horizontal=True):
                submit.offer_several(config)
                tune.show(config)
        else:
            st.info(
                "Try any settings to see what they would cost. Whoever presents can train them.",
                icon=":material/visibility:",
            )
    with right:
        if config:
            form.write_url(config)
            outlook(config)
        else:
            st.info("Fix the values in the form to see the estimate.", icon=":material/calculate:")


def outlook(config: RunConfig) -> None:
    """Draw figures, layers, the size of the input, and one review as the model reads it."""
    lab = get_lab()
    st.html(preview.figures(config, lab.estimate(config)))
    reviews = estimate.reviews_of(config, lab.parts(config)).train
    st.html(layers.table(config))
    st.markdown(f"##### {preview.input_title(config)}")
    st.html(preview.input_bars(config, reviews) + preview.input_caption(config, reviews))
    sample_review.show(config)


submit.toast()
lab = snapshot()
form.adopt_url()
bench()
live.area(lab)
