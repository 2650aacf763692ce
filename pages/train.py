"""Train: what will I get, and what will it cost?"""

import time
from collections.abc import Sequence

import streamlit as st

from rnnlab import text
from rnnlab.config import RunConfig
from rnnlab.errors import RnnlabError
from rnnlab.lab import SEEDS
from rnnlab.runs import Run, RunState
from rnnlab.store import MAX_NAME
from ui import layers, live, reading, reviews, theme
from ui.reader import attempt, get_lab, snapshot
from ui.train import form, preview


@st.fragment
def bench() -> None:
    """The form beside what it gives."""
    left, right = st.columns([5, 7], gap="large")
    with left:
        config = form.show()
        train_button(config)
    with right:
        if config:
            form.write_url(config)
            outlook(config)
            last = st.session_state.get("train_last")
            if not last or config != last[0]:  # the last one is queued already
                get_lab().prewarm(config)
        else:
            st.info("What it will cost shows here once all values are in their bounds.")


def train_button(config: RunConfig | None) -> None:
    """The name, the number of seeds and the button; a click queues the runs."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name",
            max_chars=MAX_NAME,
            placeholder="Name, if you like",
            key=f"train_name_{st.session_state.setdefault('train_clicks', 0)}",  # empty each time
        )
        seeds = 1
        if config is None or "seed" not in config.architecture.unused:
            seeds = st.number_input(
                SEEDS.label,
                int(SEEDS.low),
                int(SEEDS.high),
                key="train_seeds",
                width=110,
                help=f"{SEEDS.help} Three or more make a verdict on the Compare page possible.",
            )
        clicked = st.button(
            "Train" if seeds == 1 else f"Train × {seeds}",
            type="primary",
            icon=":material/play_arrow:",
            disabled=config is None,
            key="train_button",
            width=170,
        )
    if clicked and config:
        last = st.session_state.get("train_last")
        if last and last[:2] == (config, seeds) and time.monotonic() - last[2] < form.AGAIN_S:
            return
        queued = []
        if attempt(lambda: queued.extend(queue(config, seeds, name.strip() or None))):
            st.session_state.train_last = (config, seeds, time.monotonic())
            st.session_state.train_clicks += 1
            st.session_state.train_queued = told(queued)
            st.rerun()


def queue(config: RunConfig, seeds: int, name: str | None) -> tuple[Run, ...]:
    """The runs that a click asks for: one, or one for each seed."""
    if seeds == 1:
        return (get_lab().train(config, name=name),)
    return get_lab().train_seeds(config, seeds, name=name)


def told(runs: Sequence[Run]) -> str:
    """What became of a click, as Markdown."""
    new = [run.name for run in runs if run.state is RunState.QUEUED]
    old = [
        f"{run.name} has seed {run.config.seed}" for run in runs if run.state is not RunState.QUEUED
    ]
    names = f"{new[0]} to {new[-1]}" if len(new) > 1 else "".join(new)
    said = []
    if new:
        verb = "is" if len(new) == 1 else "are"
        said.append(f"**{theme.markdown(names)}** {verb} queued: watch below.")
    if old:
        said.append(theme.markdown(f"Not trained again: {', '.join(old)}."))
    return " ".join(said)


def outlook(config: RunConfig) -> None:
    """Figures, layers, size of the input, and one review as this setting reads it."""
    st.html(preview.figures(config, get_lab().estimate(config)))
    st.html(layers.table(config))
    st.markdown(f"##### {preview.input_title(config)}")
    st.html(preview.input_bars(config) + preview.input_caption(config))
    sample_review(config)


def sample_review(config: RunConfig) -> None:
    """A validation review as a network of this setting reads it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("##### A review as it will be read")
        if st.button("Another", icon=":material/shuffle:", type="tertiary", key="train_another"):
            st.session_state.train_sample = st.session_state.get("train_sample", 0) + 1
    try:
        dataset = reviews.load(config.dataset)
    except RnnlabError as error:
        st.error(theme.markdown(str(error)), icon=":material/error:")
        return
    if dataset is None:
        wait_for_reviews(config.dataset)
        return
    number = st.session_state.get("train_sample", 0)
    sample = reviews.sample(dataset, number, words=(90, 180), positive=number % 2 == 0)
    read = text.read(
        sample.text,
        dataset.vocabulary,
        vocab_size=config.vocab_size,
        maxlen=config.maxlen,
        truncating=config.truncating,
    )
    st.html(
        f'<p class="read-losses lab-muted">A {"positive" if sample.positive else "negative"} '
        f"validation review: {reading.losses(read)}</p>" + reading.words(read)
    )


@st.fragment(run_every=1.0)
def wait_for_reviews(name: str) -> None:
    """Says that the reviews are being prepared; shows the page anew when they are."""
    try:
        if reviews.load(name) is not None:
            st.rerun()
    except RnnlabError:
        st.rerun()
    st.caption(
        ":material/hourglass_top: The reviews are being prepared, once: about 15 seconds. "
        "You can start training meanwhile."
    )


if queued := st.session_state.pop("train_queued", None):
    st.toast(queued, icon=":material/schedule:")
seen = snapshot()
form.adopt_url()
bench()
live.area(seen)
