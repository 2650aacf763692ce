"""Which runs and groups are compared: removable chips on the page, ?runs=ID,ID in the URL."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rnnlab.charts.styling import TraceStyle
from rnnlab.compare import stuck
from rnnlab.compare.groups import Group, are_pooled, group_runs, other_seeds
from rnnlab.runs import Run
from ui import theme
from ui.compare import state
from ui.reader import Snapshot

MAX_SIDES = 40  # more lines than that nobody can tell apart
MAX_WARNINGS = 5


def select_groups(
    all_groups: Sequence[Group[Run]], styles: Mapping[str, TraceStyle], lab: Snapshot
) -> tuple[Group[Run], ...]:
    """Show the chips, in the groups' colours; return the groups that they name.

    Warns of ids in the URL that fit no trained run. `all_groups` are those of the lab.
    """
    _adopt_url(all_groups)
    for run_id in state.unknown():
        st.warning(
            f"No trained run {theme.markdown(run_id[:40])}: it may have been deleted or may "
            "still be training.",
            icon=":material/link_off:",
        )
    labels = _labels(all_groups, lab)
    st.multiselect(
        "Compared",
        list(labels),
        format_func=lambda run_or_group_id: labels.get(run_or_group_id, run_or_group_id),
        key=state.RUNS,
        placeholder="Choose runs, or groups of runs that differ only in their seed",
        max_selections=MAX_SIDES,
        on_change=state.take_choice,
        label_visibility="collapsed",
    )
    group_of = {run.id: group.id for group in all_groups for run in group.all_runs}
    selected = state.selected()
    colors = [styles[group_of.get(some_id, some_id)].color for some_id in selected]
    st.html(theme.chips(state.RUNS, colors))
    return groups_of(state.selected(), all_groups)


def groups_of(ids: Sequence[str], all_groups: Sequence[Group[Run]]) -> tuple[Group[Run], ...]:
    """Return the groups that ids of groups and of runs name, in the order of the ids.

    Single runs of one setting are set side by side, as on the command line: each is a group.
    """
    members = {
        group.id: (*group.runs, *group.stopped, *group.other_versions) for group in all_groups
    }
    members |= {run.id: (run,) for group in all_groups for run in group.all_runs}
    runs = {run.id: run for some_id in ids for run in members.get(some_id, ())}
    chosen = group_runs(runs.values(), pool_versions=are_pooled(all_groups))
    if _one_setting(ids, all_groups) and len(runs) > 1:
        return tuple(Group(run.id, run.name, (run,)) for run in runs.values())
    return chosen


def _one_setting(ids: Sequence[str], all_groups: Sequence[Group[Run]]) -> bool:
    """Return whether these are ids of runs alone, all of one group."""
    group_of = {run.id: group.id for group in all_groups for run in group.all_runs}
    return (
        bool(ids)
        and len({group_of.get(some_id) for some_id in ids} - {None}) == 1
        and all(some_id in group_of for some_id in ids)
    )


def with_singles(
    all_groups: Sequence[Group[Run]], chosen: Sequence[Group[Run]]
) -> tuple[Group[Run], ...]:
    """Return the lab's groups, with the chosen single runs in the place of their group."""
    known = {group.id for group in all_groups}
    singles = [group for group in chosen if group.id not in known]
    members = {run.id for group in singles for run in group.runs}
    others = (group for group in all_groups if not members & {run.id for run in group.all_runs})
    return (*others, *singles)


def add(group_id: str) -> None:
    """Add a group to the comparison, after a click on its point."""
    ids = state.selected()
    if group_id not in ids:
        replace([*ids, group_id])


def replace(ids: Sequence[str]) -> None:
    """Compare these runs and groups instead, by their ids."""
    # A drawn widget's state may not be written: the next run adopts it from the URL.
    st.query_params["runs"] = ",".join(ids)
    st.rerun()


def default_ids(all_groups: Sequence[Group[Run]]) -> list[str]:
    """Pick, of each architecture, the group with the most seeds, then the best accuracy.

    All on one dataset, and all with or all without a test set, since others cannot be paired: the
    kind that most architectures have, if equal with a test set.
    """
    architectures: dict[tuple[str, bool], set[str]] = {}
    for group in all_groups:
        architectures.setdefault(_kind(group), set()).add(group.config.arch)
    kind = max(architectures, key=lambda kind: (len(architectures[kind]), kind[1]))
    best: dict[str, Group[Run]] = {}
    for group in all_groups:
        if _kind(group) != kind:
            continue
        other = best.get(group.config.arch)
        if other is None or _merit(group) > _merit(other):
            best[group.config.arch] = group
    return [group.id for group in best.values()]


def _kind(group: Group[Run]) -> tuple[str, bool]:
    return group.config.dataset_id, all(run.has_test_reviews for run in group.runs)


def _merit(group: Group[Run]) -> tuple[int, float]:
    return group.seeds, sum(run.best_val_accuracy or 0.0 for run in group.runs) / group.seeds


def _labels(all_groups: Sequence[Group[Run]], lab: Snapshot) -> dict[str, str]:
    """Label what can be selected: every group, and the single runs of groups with several."""
    labels = {group.id: _group_label(group, lab) for group in all_groups}
    for group in all_groups:
        if len(group.all_runs) > 1:
            labels |= {run.id: _label(run) for run in group.all_runs}
    return labels


def _group_label(group: Group[Run], lab: Snapshot) -> str:
    """Return a group's name, and how many of its seeds failed: "LSTM × 3 (2 of 4 failed)"."""
    crashed = other_seeds(group, lab.by_group.get(group.id, ())).failed
    failed = crashed + len(stuck.stuck_runs(group.runs))
    if not failed or len(group.runs) + crashed == 1:
        return group.name
    return f"{group.name} ({failed} of {len(group.runs) + crashed} failed)"


def _label(run: Run) -> str:
    seed = run.config.seed
    return run.name if seed is None else f"{run.name}, seed {seed}"


def _adopt_url(all_groups: Sequence[Group[Run]]) -> None:
    """Select what a new URL names, or the default; unselect runs that were deleted meanwhile."""
    known = {group.id for group in all_groups}
    known |= {run.id for group in all_groups for run in group.all_runs}
    if state.matches_url():
        state.keep([some_id for some_id in state.selected() if some_id in known])
        return
    url = st.query_params.get("runs", "")
    if not url and state.arriving():
        url = ",".join(some_id for some_id in state.kept_choice() if some_id in known)
    asked = list(dict.fromkeys(part.strip() for part in url.split(",") if part.strip()))
    group_of = {group.runs[0].id: group.id for group in all_groups if len(group.runs) == 1}
    ids = [group_of.get(some_id, some_id) for some_id in asked if some_id in known]
    if not _one_setting(ids, all_groups):
        ids = _join(ids, all_groups)
    state.select(
        ids[:MAX_SIDES] if asked else default_ids(all_groups),
        unknown=[some_id for some_id in asked if some_id not in known][:MAX_WARNINGS],
    )
    if asked:
        state.keep_choice()


def _join(ids: list[str], all_groups: Sequence[Group[Run]]) -> list[str]:
    """Put a group's id in the place of the ids of all its runs."""
    for group in all_groups:
        members = {run.id for run in group.runs}
        if members <= set(ids):
            place = min(ids.index(run_id) for run_id in members)
            rest = [some_id for some_id in ids if some_id not in members and some_id != group.id]
            ids = [*rest[:place], group.id, *rest[place:]]
    return ids
