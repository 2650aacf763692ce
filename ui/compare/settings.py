"""Says in what the compared models differ besides architecture, and offers to even it out."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from rnnlab import format
from rnnlab.compare import settings
from rnnlab.compare.groups import Group, changed_settings, group_id
from rnnlab.config import RunConfig
from rnnlab.runs import Run
from rnnlab.worker.launch import worker_limit
from ui import reader, theme
from ui.compare import choice
from ui.reader import Snapshot

Evened = Sequence[tuple[RunConfig, ...]]  # of each group


def show(groups: Sequence[Group[Run]], leader_name: str, lab: Snapshot) -> None:
    """Draw the sentence, and a button where the differences can be evened out."""
    sentence = settings.sentence(groups)
    if not sentence:
        return
    st.caption(theme.markdown(sentence))
    leader = next(group for group in groups if group.name == leader_name)
    wanted = settings.evened_out(groups, leader)
    if not any(wanted):
        return
    missing = settings.evened_out(groups, leader, lab.runs)
    if any(missing):
        if st.button(
            f"Even them out (about {cost_text(missing)})",
            icon=":material/tune:",
            type="tertiary",
            key="compare_even",
            help=f"Train the others with the settings of {theme.markdown(leader.name)}.",
        ):
            even_out(f"the settings of {leader.name} that they share", missing)
    elif st.button(
        "Compare with even settings",
        icon=":material/balance:",
        type="tertiary",
        key="compare_evened",
    ):
        choice.replace(evened_ids(groups, wanted))


def evened_ids(groups: Sequence[Group[Run]], wanted: Evened) -> list[str]:
    """Return the ids of the groups once they are evened out, each once."""
    ids = [
        group_id(configs[0]) if configs else group.id
        for group, configs in zip(groups, wanted, strict=True)
    ]
    return list(dict.fromkeys(ids))


@st.dialog("Even out the settings", icon=":material/tune:")
def even_out(what: str, missing: Evened) -> None:
    """Ask in a dialog whether to train these runs, which get `what`."""
    ask(what, missing)


def ask(what: str, missing: Evened) -> None:
    """List what will be trained; the button queues it."""
    st.write(f"These runs get {theme.markdown(what)}:")
    lines = [f"- {theme.markdown(_describe(configs))}" for configs in missing if configs]
    st.markdown("\n".join(lines))
    configs = [config for group in missing for config in group]
    if st.button(
        f"Train {format.plural(len(configs), 'run')} (about {cost_text(missing)})",
        type="primary",
        icon=":material/play_arrow:",
        key="compare_even_train",
    ) and all([reader.attempt(partial(reader.get_lab().train, config)) for config in configs]):
        st.rerun()


def _describe(configs: Sequence[RunConfig]) -> str:
    """Return what a group will be: "GRU × 3, dropout 0.3"."""
    config = configs[0]
    name = config.architecture.label
    if not config.architecture.deterministic:
        name += f" × {len(configs)}"
    return ", ".join([name, *changed_settings(config)])


def cost_text(missing: Evened) -> str:
    """Return what training these runs would take: "3 minutes"."""
    configs = [config for group in missing for config in group]
    return format.plural(reader.minutes(configs, workers=worker_limit()), "minute")
