"""Which models answer: picked by hand or by the URL (?run=ID,ID), else the strongest.

A model is a group of runs that differ in seed alone; its single runs can be picked too.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from rnnlab.compare.groups import Group, group_name, group_runs
from rnnlab.config import RunConfig
from rnnlab.datasets.own.record import is_own
from rnnlab.runs import Run, RunState, trained
from rnnlab.tasks import TASKS
from ui import theme
from ui.classify import keys
from ui.classify.answers import mean_val_accuracy
from ui.reviews import TUTORIAL_SPLIT

# Answer when none is picked. Each run costs some 2 ms of CPU at each pause in typing.
MODELS_AT_ONCE = 12
RUNS_AT_ONCE = 48


class Option(NamedTuple):
    """What the picker calls a group or a run, and its runs."""

    label: str
    runs: tuple[Run, ...]


class Models(NamedTuple):
    """What can be picked.

    `groups` are the finished models, the strongest first; `options` maps ids of groups and of runs
    to what they stand for. A group of one run is picked by the run's id: `aliases` maps its own id
    to that.
    """

    groups: tuple[Group[Run], ...]
    options: dict[str, Option]
    aliases: dict[str, str]

    def find(self, text: str) -> str | None:
        """Return the id that the picker has for the id of a run or a group, or None."""
        option = self.aliases.get(text, text)
        return option if option in self.options else None

    def groups_of(self, ids: Sequence[str]) -> tuple[Group[Run], ...]:
        """Return the groups that the runs of these ids form, the strongest first."""
        runs = {run.id: run for option in ids for run in self.options[option].runs}
        return by_strength(
            [_with_stopped(group) for group in group_runs(runs.values(), pool_versions=True)]
        )

    @property
    def candidates(self) -> tuple[Group[Run], ...]:
        """The models that read reviews; those of the order lab's letters if there are no others."""
        readers = [group for group in self.groups if group.runs[0].config.dataset not in TASKS]
        return tuple(readers) or self.groups

    @property
    def sample_config(self) -> RunConfig:
        """The config whose validation reviews are offered: the strongest model's on one's own data.

        The tutorial's where some model reads other reviews.
        """
        configs = [group.runs[0].config for group in self.candidates]
        own = bool(configs) and all(is_own(config.dataset) for config in configs)
        return configs[0] if own else TUTORIAL_SPLIT

    @property
    def default(self) -> tuple[Group[Run], ...]:
        """The models that answer when none is picked: the strongest of reviews, at least one."""
        chosen: list[Group[Run]] = []
        n_runs = 0
        for group in self.candidates[:MODELS_AT_ONCE]:
            n_runs += group.seeds
            if chosen and n_runs > RUNS_AT_ONCE:
                break
            chosen.append(group)
        return tuple(chosen)


def of_runs(runs: Sequence[Run]) -> Models:
    """Return what can be picked among a lab's runs; empty while none is trained.

    A stopped run belongs to a group only where none of its runs has finished.
    """
    able = sorted(trained(runs), key=_by_seed)
    all_groups = group_runs(able, pool_versions=True)
    finished = [group for group in all_groups if group.runs[0].state is RunState.FINISHED]
    others = [group for group in all_groups if group not in finished]
    options: dict[str, Option] = {}
    aliases: dict[str, str] = {}
    for group in by_strength((*finished, *others)):
        members = (*group.runs, *group.repeats)
        if len(members) == 1:
            aliases[group.id] = members[0].id
            options[members[0].id] = Option(theme.run_label(members[0]), members)
        else:
            options[group.id] = Option(group.name, group.runs)
            options |= {run.id: Option(_label_in_group(run), (run,)) for run in members}
    for run in able:  # those that were stopped, beside finished ones of their group
        options.setdefault(run.id, Option(theme.run_label(run), (run,)))
    return Models(by_strength(finished or others), options, aliases)


def _with_stopped(group: Group[Run]) -> Group[Run]:
    """Count the stopped runs, too: who picks one wants its answer."""
    if not group.stopped:
        return group
    runs = (*group.runs, *group.stopped)
    return replace(group, runs=runs, stopped=(), name=group_name(runs))


def _label_in_group(run: Run) -> str:
    return run.name if run.config.seed is None else f"{run.name}, seed {run.config.seed}"


def by_strength(models: Sequence[Group[Run]]) -> tuple[Group[Run], ...]:
    """Return the groups by mean validation accuracy, the highest first."""
    return tuple(
        sorted(models, key=lambda group: mean_val_accuracy(group.runs) or 0.0, reverse=True)
    )


def _by_seed(run: Run) -> int:
    return run.config.seed or 0  # the older of two runs with the same seed stays first


def choose(models: Models) -> tuple[Group[Run], ...]:
    """Draw the picker; return the groups that are to answer. Ids that fit no run are named."""
    _adopt_url(models)
    for text in st.session_state[keys.MISSING]:
        st.warning(
            f"There is no trained run {theme.markdown(text[:40])}. It may have been deleted or "
            "not have finished yet.",
            icon=":material/link_off:",
        )
    if len(models.options) > 1:
        _picker(models)
    return chosen(models)


def chosen(models: Models) -> tuple[Group[Run], ...]:
    """Return the groups that are to answer, once the picker has been drawn."""
    return models.groups_of(st.session_state[keys.PICKED]) or models.default


def _picker(models: Models) -> None:
    shown, total = len(models.default), len(models.candidates)
    of_what = " of reviews" if total < len(models.groups) else ""
    every = f"All {total} finished models" if total > 1 else "The finished model"
    st.multiselect(
        "Models",
        list(models.options),
        format_func=lambda option: models.options[option].label,
        key=keys.PICKED,
        placeholder=(
            f"{every}{of_what}"
            if shown == total
            else f"The {shown} of {total} finished models{of_what} with the highest validation "
            "accuracy"
        ),
        on_change=_write_url,
    )


def _adopt_url(models: Models) -> None:
    """Take over a URL that the picker has not written; forget runs that were deleted."""
    url = st.query_params.get("run", "")
    if not url and keys.PICKED not in st.session_state:  # from another page
        kept = st.session_state.get(keys.CHOICE, [])
        if url := ",".join(option for option in kept if option in models.options):
            st.query_params["run"] = url
    if url == st.session_state.get(keys.URL) and keys.PICKED in st.session_state:
        # In each run, as a browser that still loads the picker's code knows the last one alone.
        st.session_state[keys.PICKED] = [
            option for option in st.session_state[keys.PICKED] if option in models.options
        ]
        return
    texts = list(dict.fromkeys(part.strip() for part in url.split(",") if part.strip()))
    options = [models.find(text) for text in texts]
    st.session_state[keys.URL] = url
    st.session_state[keys.PICKED] = list(dict.fromkeys(option for option in options if option))
    st.session_state[keys.MISSING] = [text for text in texts if not models.find(text)][:5]
    st.session_state[keys.CHOICE] = st.session_state[keys.PICKED]


def _write_url() -> None:
    st.session_state[keys.MISSING] = []
    st.session_state[keys.CHOICE] = list(st.session_state[keys.PICKED])
    st.session_state[keys.URL] = ",".join(st.session_state[keys.PICKED])
    if st.session_state[keys.PICKED]:
        st.query_params["run"] = st.session_state[keys.URL]
    else:
        st.query_params.pop("run", None)
    st.rerun([keys.BENCH, keys.PROBES])
