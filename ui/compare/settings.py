"""Says in what the compared models differ besides architecture, and offers to even it out."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.compare import settings
from rnnlab.compare.groups import Group, changed_settings, group_id
from rnnlab.config import RunConfig
from rnnlab.lab import Lab
from rnnlab.runs import Run
from rnnlab.worker.launch import worker_limit
from ui import reader, roles, theme
from ui.compare import choice
from ui.reader import Snapshot

Evened = Sequence[tuple[RunConfig, ...]]  # of each group


def describe(groups: Sequence[Group[Run]]) -> None:
    """Say in what the groups differ besides architecture and seeds."""
    if sentence := settings.sentence(groups):
        st.caption(theme.markdown(sentence))


def offer(groups: Sequence[Group[Run]], leader_name: str, lab: Snapshot) -> None:
    """Draw a button where the differences can be evened out, or have been."""
    leader = next(group for group in groups if group.name == leader_name)
    wanted = settings.evened_out(groups, leader)
    missing = settings.evened_out(groups, leader, lab.runs)
    if any(missing):
        if roles.button(
            f"Even out the settings (about {cost_text(flat(missing))})",
            icon=":material/tune:",
            key="compare_even",
            help=f"Trains the others with the settings of {theme.markdown(leader.name)}.",
        ):
            even_out(f"the settings of {leader.name} that they share", missing)
    elif any(wanted) and st.button(
        "Compare with even settings", icon=":material/tune:", key="compare_evened"
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
    configs = flat(missing)
    if st.button(
        f"Train {format.plural(len(configs), 'run')} (about {cost_text(configs)})",
        type="primary",
        icon=":material/play_arrow:",
        key="compare_even_train",
    ) and roles.attempt(Lab.train_missing, configs):
        st.rerun()


def _describe(configs: Sequence[RunConfig]) -> str:
    """Return what a group will be: "GRU × 3, dropout 0.3"."""
    config = configs[0]
    name = config.architecture.label
    if not config.architecture.deterministic:
        name += f" × {len(configs)}"
    return ", ".join([name, *changed_settings(config)])


def cost_text(configs: Sequence[RunConfig]) -> str:
    """Return what training these would take: "3 minutes", "11 hours"."""
    minutes = reader.minutes(configs, workers=worker_limit())
    if minutes < 120:
        return format.plural(minutes, "minute")
    return format.plural(round(minutes / 60), "hour")


def flat(groups: Evened) -> list[RunConfig]:
    """Return the configs of all groups in one list."""
    return [config for configs in groups for config in configs]
