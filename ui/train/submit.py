"""The row under the form: a name, the number of seeds, and the button that queues the runs."""

import time
from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField
from rnnlab.lab import ENOUGH_SEEDS, SEEDS, Lab
from rnnlab.names import MAX_NAME
from rnnlab.runs import Run, RunState
from ui import roles, theme
from ui.number_box import number_box
from ui.train import keys

WHY_SEVERAL = (
    f"With {ENOUGH_SEEDS} seeds of each, models can be compared even where seeds fail or scatter."
)
DOUBLE_CLICK_S = 2.0  # the second click of a double click comes sooner


def show(config: RunConfig | None) -> None:
    """Draw the row; a click queues the runs of the config. None disables the button."""
    clicks = st.session_state.setdefault(keys.CLICKS, 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name (optional)", max_chars=MAX_NAME, key=keys.run_name(clicks))
        seeds, problem = 1, None
        if config is None or "seed" not in config.architecture.unused:
            seeds = number_box(
                SEEDS, key=keys.SEEDS, default=1, width=110, help=f"{SEEDS.help} {WHY_SEVERAL}"
            )
            try:
                SEEDS.check(seeds)
            except InvalidField as error:
                problem = error
        clicked = st.button(
            "Train" if seeds == 1 or problem else f"Train × {seeds}",
            type="primary",
            icon=":material/play_arrow:",
            disabled=config is None or problem is not None,
            key="train_button",
            width=170,
        )
    if problem:
        theme.error(problem)
    elif clicked and config:
        _submit(config, seeds, name)


def offer_several(config: RunConfig | None) -> None:
    """Draw a button that queues enough seeds for a verdict, where seeds make a difference."""
    if config is not None and "seed" in config.architecture.unused:
        return
    name = st.session_state.get(keys.run_name(st.session_state[keys.CLICKS]), "")
    if (
        st.button(
            f"Train × {ENOUGH_SEEDS}",
            disabled=config is None,
            icon=":material/playlist_add:",
            key="train_several",
            help=WHY_SEVERAL,
        )
        and config
    ):
        _submit(config, ENOUGH_SEEDS, name)


def _submit(config: RunConfig, seeds: int, name: str) -> None:
    """Queue the runs and clear the name; the second click of a double click does nothing."""
    if _is_double_click(config, seeds):
        return
    runs: list[Run] = []
    if roles.attempt(lambda lab: runs.extend(_queue(lab, config, seeds, name.strip() or None))):
        st.session_state[keys.LAST] = (config, seeds, time.monotonic())
        st.session_state[keys.CLICKS] += 1
        st.session_state[keys.QUEUED] = message(runs)
        st.rerun()


def prewarm(config: RunConfig) -> None:
    """Have a worker get ready for the config, unless it is the one queued last."""
    last = st.session_state.get(keys.LAST)
    if not last or config != last[0]:
        roles.prewarm(config)


def toast() -> None:
    """Say once what the last click has queued."""
    if queued := st.session_state.pop(keys.QUEUED, None):
        st.toast(queued, icon=":material/schedule:")


def message(runs: Sequence[Run]) -> str:
    """Return which runs are queued, and which seeds were there already, as Markdown."""
    names = [run.name for run in runs if run.state is RunState.QUEUED]
    existing = [
        f"{run.name} (seed {run.config.seed})" for run in runs if run.state is not RunState.QUEUED
    ]
    sentences = []
    if names:
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        verb = "is" if len(names) == 1 else "are"
        sentences.append(f"**{theme.markdown(span)}** {verb} queued. Progress shows below.")
    if existing:
        verb = "exists" if len(existing) == 1 else "exist"
        listing = theme.markdown(format.listing(existing))
        sentences.append(f"{listing} already {verb} and will not be trained again.")
    return " ".join(sentences)


def _queue(lab: Lab, config: RunConfig, seeds: int, name: str | None) -> tuple[Run, ...]:
    if seeds == 1:
        return (lab.train(config, name=name),)
    return lab.train_seeds(config, seeds, name=name)


def _is_double_click(config: RunConfig, seeds: int) -> bool:
    last = st.session_state.get(keys.LAST)
    return bool(
        last and last[:2] == (config, seeds) and time.monotonic() - last[2] < DOUBLE_CLICK_S
    )
