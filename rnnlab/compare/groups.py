"""Groups runs that differ only in their seed.

Owns how groups are formed, named and found. Knows no predictions and no statistics.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from rnnlab.config import PRESETS, RunConfig
from rnnlab.errors import RunNotFound
from rnnlab.runs import Run


class Grouped(Protocol):
    """Anything that has a run's name and settings: a `Run`, or its `Predictions`."""

    @property
    def name(self) -> str:
        """The run's name."""
        ...

    @property
    def config(self) -> RunConfig:
        """The run's settings."""
        ...


Member = TypeVar("Member", bound=Grouped)


@dataclass(frozen=True)
class Group(Generic[Member]):
    """Runs that differ only in their seed; a single run is a group too.

    `id` names the settings ("g-1f2e3d4c"), so it is the same for any selection of their runs.
    `repeats` are runs whose seed is among `runs` already: equal settings give the same network, so
    they add nothing.
    """

    id: str
    name: str
    runs: tuple[Member, ...]
    repeats: tuple[Member, ...] = ()

    @property
    def config(self) -> RunConfig:
        """The settings of the first run; the others differ in their seed."""
        return self.runs[0].config

    @property
    def seeds(self) -> int:
        """The number of seeds."""
        return len(self.runs)


@lru_cache(maxsize=20_000)
def group_id(config: RunConfig) -> str:
    """Return the id of the group that a run with this config belongs to."""
    settings = json.dumps(_settings(config), sort_keys=True)
    return f"g-{hashlib.sha256(settings.encode()).hexdigest()[:8]}"


def group_runs(runs: Iterable[Member]) -> tuple[Group[Member], ...]:
    """Group the runs, in the order of the first run of each group."""
    by_id: dict[str, dict[int | None, Member]] = {}
    repeats: dict[str, list[Member]] = {}
    for run in runs:
        run_group = group_id(run.config)
        members = by_id.setdefault(run_group, {})
        if members.setdefault(run.config.seed, run) is not run:
            repeats.setdefault(run_group, []).append(run)
    return tuple(
        Group(
            run_group,
            group_name(list(members.values())),
            tuple(members.values()),
            tuple(repeats.get(run_group, ())),
        )
        for run_group, members in by_id.items()
    )


def group_name(runs: Sequence[Grouped]) -> str:
    """Name the runs of one group: "LSTM × 3, units 16"; a single run keeps its name.

    The name lists the settings that differ from the preset's, so it is the same whatever the group
    is compared with.
    """
    if len(runs) == 1:
        return runs[0].name
    config = runs[0].config
    return ", ".join([f"{config.architecture.label} × {len(runs)}", *changed_settings(config)])


def changed_settings(config: RunConfig) -> list[str]:
    """List the settings that differ from the architecture's preset, as "units 16"; no seed."""
    defaults = _settings(PRESETS[config.arch])
    return [
        field
        if value is True
        else f"{field} {value:g}"
        if isinstance(value, float)
        else f"{field} {value}"
        for field, value in _settings(config).items()
        if value != defaults[field]
    ]


def find_runs(text: str, runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs of a group, by its id or by the architecture if that has a single group.

    Empty if the text is neither. Raises RunNotFound if no run, or more than one group, matches.
    """
    if text.startswith("g-"):
        members = tuple(run for run in runs if group_id(run.config) == text)
        if not members:
            raise RunNotFound(f"there is no group {text!r}: `rnnlab runs` lists them")
        return members
    if text not in PRESETS:
        return ()
    matches = group_runs(run for run in runs if run.config.arch == text)
    if not matches:
        raise RunNotFound(
            f"there is no trained {text} run: train one with `rnnlab train --preset {text}`"
        )
    if len(matches) > 1:
        ids = ", ".join(f"{group.id} ({group.name})" for group in matches[:5])
        raise RunNotFound(f"{text} has {len(matches)} groups of runs: name one of {ids}")
    return matches[0].runs + matches[0].repeats


def missing_seeds(group: Group, *, wanted: int) -> tuple[RunConfig, ...]:
    """Return the configs that bring a group to `wanted` seeds, numbered after its highest.

    Empty for an architecture that uses no randomness.
    """
    seeds = [run.config.seed for run in group.runs if run.config.seed is not None]
    if not seeds:
        return ()
    highest = max(seeds)
    return tuple(
        dataclasses.replace(group.config, seed=highest + step)
        for step in range(1, wanted - group.seeds + 1)
    )


def _settings(config: RunConfig) -> dict[str, Any]:
    """Return every field of a config except the seed."""
    settings = dataclasses.asdict(config)
    del settings["seed"]
    return settings
