"""Which runs and groups are compared: removable chips on the page, ?runs=ID,ID in the URL.

Owns the session state keys `compare_runs` (ids of groups and of single runs), `compare_url` and
`compare_missing`.
"""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.groups import Group, group_runs
from rnnlab.runs import Run
from ui import theme

MOST = 40  # sides at once; more lines than that nobody can tell apart


def choose(every: Sequence[Group[Run]], styles: Mapping[str, TraceStyle]) -> tuple[Group[Run], ...]:
    """The groups that the chips name; the chips in their colours. Ids that fit no run are named.

    `every` are all groups of the lab.
    """
    _adopt_url(every)
    for text in st.session_state.compare_missing:
        st.warning(
            f"There is no trained run {theme.markdown(text[:40])}: it may have been "
            "deleted, or has not finished.",
            icon=":material/link_off:",
        )
    labels = _labels(every)
    st.multiselect(
        "Compared",
        list(labels),
        format_func=lambda one: labels.get(one, one),
        key="compare_runs",
        placeholder="Choose runs, or groups of runs that differ in seed alone",
        max_selections=MOST,
        on_change=_write_url,
        label_visibility="collapsed",
    )
    st.html(_chips_css(st.session_state.compare_runs, every, styles))
    return chosen(st.session_state.compare_runs, every)


def chosen(ids: Sequence[str], every: Sequence[Group[Run]]) -> tuple[Group[Run], ...]:
    """The groups that ids of groups and of runs name, in the order of the ids."""
    members = {group.id: group.runs for group in every}
    members |= {run.id: (run,) for group in every for run in (*group.runs, *group.repeats)}
    runs = {run.id: run for one in ids for run in members.get(one, ())}
    return group_runs(runs.values())


def add(group_id: str) -> None:
    """Add a group to the comparison, after a click on its point."""
    ids = st.session_state.compare_runs
    if group_id not in ids:
        # A drawn widget's state may not be written: the next run adopts it from the URL.
        st.query_params["runs"] = ",".join([*ids, group_id])
        st.rerun()


def url_of(runs: Iterable[Run]) -> str:
    """The `runs` of a Compare URL that shows these runs."""
    return ",".join(run.id for run in runs)


def default(every: Sequence[Group[Run]]) -> list[str]:
    """Of each architecture the group with the most seeds, then the best accuracy."""
    best: dict[str, Group[Run]] = {}
    for group in every:
        other = best.get(group.config.arch)
        if other is None or _merit(group) > _merit(other):
            best[group.config.arch] = group
    return [group.id for group in best.values()]


def _merit(group: Group[Run]) -> tuple[int, float]:
    return group.seeds, sum(run.best_val_accuracy or 0.0 for run in group.runs) / group.seeds


def _labels(every: Sequence[Group[Run]]) -> dict[str, str]:
    """What can be chosen: every group, and the single runs of groups with several."""
    labels = {group.id: group.name for group in every}
    for group in every:
        members = (*group.runs, *group.repeats)
        if len(members) > 1:
            labels |= {run.id: _label(run) for run in members}
    return labels


def _label(run: Run) -> str:
    seed = run.config.seed
    return run.name if seed is None else f"{run.name}, seed {seed}"


def _chips_css(
    ids: Sequence[str], every: Sequence[Group[Run]], styles: Mapping[str, TraceStyle]
) -> str:
    """The style sheet that gives each chip the colour of its lines on the charts."""
    group_of = {run.id: group.id for group in every for run in (*group.runs, *group.repeats)}
    tints = "".join(
        f'.st-key-compare_runs [data-tag-index="{place}"] '
        f"{{--tint: {styles[group_of.get(one, one)].color}}}\n"
        for place, one in enumerate(ids)
    )
    return f"<style>{tints}</style>"


def _adopt_url(every: Sequence[Group[Run]]) -> None:
    url = st.query_params.get("runs", "")
    known = {group.id for group in every}
    alone = {group.runs[0].id: group.id for group in every if len(group.runs) == 1}
    known |= {run.id for group in every for run in (*group.runs, *group.repeats)}
    if url == st.session_state.get("compare_url") and "compare_runs" in st.session_state:
        kept = [one for one in st.session_state.compare_runs if one in known]
        if kept != st.session_state.compare_runs:  # a run was deleted meanwhile
            st.session_state.compare_runs = kept
        return
    asked = list(dict.fromkeys(part.strip() for part in url.split(",") if part.strip()))
    found = [alone.get(one, one) for one in asked if one in known]
    st.session_state.compare_runs = _joined(found, every)[:MOST] if asked else default(every)
    _write_url()
    st.session_state.compare_missing = [one for one in asked if one not in known][:5]


def _joined(ids: list[str], every: Sequence[Group[Run]]) -> list[str]:
    """The ids, with a group's in the place of all its runs."""
    for group in every:
        own = {run.id for run in group.runs}
        if own <= set(ids):
            place = min(ids.index(run_id) for run_id in own)
            rest = [one for one in ids if one not in own and one != group.id]
            ids = [*rest[:place], group.id, *rest[place:]]
    return ids


def _write_url() -> None:
    url = ",".join(st.session_state.compare_runs)
    st.query_params["runs"] = st.session_state.compare_url = url
    st.session_state.compare_missing = []
