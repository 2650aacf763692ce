"""Which runs belong together: those that differ in seed alone.

Owns how groups are formed, named and addressed. Knows no predictions and no statistics.
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
    """Anything that has a run's name and settings: a `Run`, or what one predicts."""

    @property
    def group_name(self) -> str: ...

    @property
    def config(self) -> RunConfig: ...


Member = TypeVar("Member", bound=Grouped)


@dataclass(frozen=True)
class Group(Generic[Member]):
    """Runs that differ in seed alone; one run is a group too.

    `id` names the settings ("g-1f2e3d4c"), so it is the same for whichever of their runs are
    here. `repeats` are runs whose seed is among `runs` already: equal settings give the equal
    network, so they add nothing.
    """

    id: str
    name: str
    runs: tuple[Member, ...]
    repeats: tuple[Member, ...] = ()

    @property
    def config(self) -> RunConfig:
        """The settings of the first run; those of the others differ in seed."""
        return self.runs[0].config

    @property
    def seeds(self) -> int:
        """How many seeds it has."""
        return len(self.runs)


@lru_cache(maxsize=20_000)
def group_id(config: RunConfig) -> str:
    """The id of the group that a run with this config belongs to."""
    settings = json.dumps(_settings(config), sort_keys=True)
    return f"g-{hashlib.sha256(settings.encode()).hexdigest()[:8]}"


def group_runs(runs: Iterable[Member]) -> tuple[Group[Member], ...]:
    """The runs in groups, in the order of their first runs."""
    found: dict[str, dict[int | None, Member]] = {}
    repeats: dict[str, list[Member]] = {}
    for run in runs:
        own = group_id(run.config)
        members = found.setdefault(own, {})
        if members.setdefault(run.config.seed, run) is not run:
            repeats.setdefault(own, []).append(run)
    return tuple(
        Group(
            own,
            group_name(list(members.values())),
            tuple(members.values()),
            tuple(repeats.get(own, ())),
        )
        for own, members in found.items()
    )


def group_name(runs: Sequence[Grouped]) -> str:
    """What runs of one group are called together: "LSTM × 3, units 16"; a run alone keeps its name.

    The settings in it are those that differ from the preset's, so a group is called the same
    whatever it is shown beside.
    """
    if len(runs) == 1:
        return runs[0].name
    config = runs[0].config
    return ", ".join([f"{config.architecture.label} × {len(runs)}", *changed_settings(config)])


def changed_settings(config: RunConfig) -> list[str]:
    """The settings that differ from those of the architecture's preset, "units 16"; no seed."""
    usual = _settings(PRESETS[config.arch])
    return [
        field
        if value is True
        else f"{field} {value:g}"
        if isinstance(value, float)
        else f"{field} {value}"
        for field, value in _settings(config).items()
        if value != usual[field]
    ]


def find_runs(text: str, runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that a group's id means, or an architecture's name where it has one group alone.

    Empty where the text is neither. Raises RunNotFound where no run, or more than one group, fits.
    """
    if text.startswith("g-"):
        members = tuple(run for run in runs if group_id(run.config) == text)
        if not members:
            raise RunNotFound(f"there is no group {text!r}: `python -m rnnlab runs` lists them")
        return members
    if text not in PRESETS:
        return ()
    fits = group_runs(run for run in runs if run.config.arch == text)
    if not fits:
        raise RunNotFound(f"there is no trained {text}: train one with --preset {text}")
    if len(fits) > 1:
        ids = ", ".join(f"{group.id} ({group.name})" for group in fits[:5])
        raise RunNotFound(f"{len(fits)} groups of runs are {text}: name one of {ids}")
    return fits[0].runs + fits[0].repeats


def missing_seeds(group: Group, *, wanted: int) -> tuple[RunConfig, ...]:
    """The configs that bring a group to that many seeds, with the seeds after its highest.

    None for an architecture that draws nothing at random.
    """
    if group.config.seed is None:
        return ()
    highest = max(run.config.seed for run in group.runs)
    return tuple(
        dataclasses.replace(group.config, seed=highest + step)
        for step in range(1, wanted - group.seeds + 1)
    )


def _settings(config: RunConfig) -> dict[str, Any]:
    """Every field of a config but the seed."""
    settings = dataclasses.asdict(config)
    del settings["seed"]
    return settings
