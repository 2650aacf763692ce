"""Finds the runs that a person means by a group's id or name, or by an architecture."""

from collections.abc import Sequence

from rnnlab.architectures import ARCHITECTURES
from rnnlab.compare.groups import Group, given_name, group_id, group_runs
from rnnlab.errors import RunNotFound
from rnnlab.runs import Run


def is_named(text: str, run: Run) -> bool:
    """Return whether a text names the run's group, or its architecture."""
    return text in (group_id(run.config), run.config.arch)


def find_runs(text: str, runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs of a group, by its id, its name, or an architecture with a single group.

    Empty if the text is neither. Raises RunNotFound if no run, or more than one group, matches.
    """
    if text.startswith("g-"):
        members = tuple(run for run in runs if group_id(run.config) == text)
        if not members:
            raise RunNotFound(f"there is no group {text!r}: `rnnlab runs` lists them")
        return members
    named = [group for group in group_runs(runs) if given_name(group.all_runs) == text]
    if len(named) > 1:
        raise RunNotFound(f"{len(named)} groups are called {text}: name one of {_ids(named)}")
    if named:
        return named[0].all_runs
    if text not in ARCHITECTURES:
        return ()
    matches = group_runs(run for run in runs if run.config.arch == text)
    if not matches:
        raise RunNotFound(
            f"there is no trained {text} run: train one with `rnnlab train --preset {text}`"
        )
    if len(matches) > 1:
        raise RunNotFound(f"{text} has {len(matches)} groups of runs: name one of {_ids(matches)}")
    return matches[0].all_runs


def _ids(groups: Sequence[Group[Run]]) -> str:
    return ", ".join(f"{group.id} ({group.name})" for group in groups[:5])


def other_meaning(text: str, runs: Sequence[Run]) -> str | None:
    """Return what else the name of one of these runs means, in a sentence; None for nothing.

    New names are refused where that would be so; runs of earlier versions may have them.
    """
    called = [run.id for run in runs if run.name == text]
    groups = [group for group in group_runs(runs) if given_name(group.all_runs) == text]
    groups = groups or [group for group in group_runs(runs) if group.config.arch == text]
    if not called or not groups:
        return None
    return (
        f"{text} is taken for the run of that name ({called[0]}); for the group {groups[0].name}, "
        f"name {groups[0].id}."
    )
