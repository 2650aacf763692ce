"""Groups runs that differ only in their seed, or in the split of their reviews.

Owns how groups are formed and named. Knows no predictions and no statistics.
"""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from rnnlab.compare.versions import set_apart
from rnnlab.config import FIELDS, PRESETS, SEED_FIELDS, RunConfig, required
from rnnlab.dataset_names import dataset_name
from rnnlab.format import plural
from rnnlab.names import base_name
from rnnlab.runs import Run, RunState


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

# Fields that came later, with the value that all runs had before. It does not count among a group's
# settings, so that ids of groups, which URLs hold, are what they were.
LATER = {"test_set": False, "forget_bias": "keras", "recurrent_initializer": "orthogonal"}


@dataclass(frozen=True)
class Group(Generic[Member]):
    """Runs that differ only in their seed and split seed; a single run is a group too.

    `id` names the settings ("g-1f2e3d4c"), so it is the same for any selection of their runs.
    `repeats` are runs whose two seeds are among `runs` already: equal settings give the same
    network, so they add nothing. `stopped` are runs that were stopped before they ended; they are
    among `runs` only where no other run has ended. `other_splits` are the runs that `on_one_split`
    has set apart, `other_versions` those that another rnnlab or TensorFlow has trained.
    """

    id: str
    name: str
    runs: tuple[Member, ...]
    repeats: tuple[Member, ...] = ()
    stopped: tuple[Member, ...] = ()
    other_splits: tuple[Member, ...] = ()
    other_versions: tuple[Member, ...] = ()

    @property
    def all_runs(self) -> tuple[Member, ...]:
        """All of the group's runs: those that count first."""
        left_out = (*self.repeats, *self.stopped, *self.other_splits, *self.other_versions)
        return (*self.runs, *left_out)

    @property
    def config(self) -> RunConfig:
        """The settings of the first run; the others differ in their seeds."""
        return self.runs[0].config

    @property
    def seeds(self) -> int:
        """The number of different seeds."""
        return len({run.config.seed for run in self.runs})


@lru_cache(maxsize=20_000)
def group_id(config: RunConfig) -> str:
    """Return the id of the group that a run with this config belongs to."""
    settings = json.dumps(_settings(config), sort_keys=True)
    return f"g-{hashlib.sha256(settings.encode()).hexdigest()[:8]}"


def group_runs(runs: Iterable[Member], *, pool_versions: bool = False) -> tuple[Group[Member], ...]:
    """Group the runs, in the order of the first run of each group.

    Those of other versions are set apart (see `rnnlab.compare.versions`), unless `pool_versions`.
    """
    by_id: dict[str, list[Member]] = {}
    for run in runs:
        by_id.setdefault(group_id(run.config), []).append(run)
    return tuple(
        _group(run_group, *((members, ()) if pool_versions else set_apart(members)))
        for run_group, members in by_id.items()
    )


def _group(
    run_group: str, members: Sequence[Member], other_versions: tuple[Member, ...]
) -> Group[Member]:
    ended = [run for run in members if not was_stopped(run)]
    stopped = [run for run in members if was_stopped(run)] if ended else []
    by_seeds: dict[tuple[int | None, int], Member] = {}
    repeats = []
    for run in ended or members:
        if by_seeds.setdefault((run.config.seed, run.config.split_seed), run) is not run:
            repeats.append(run)
    runs = tuple(by_seeds.values())
    return Group(
        run_group,
        group_name(runs),
        runs,
        tuple(repeats),
        tuple(stopped),
        other_versions=other_versions,
    )


def are_pooled(groups: Iterable[Group[Any]]) -> bool:
    """Return whether a group counts runs of several versions, as `pool_versions` has it."""
    return any(set_apart(group.runs)[1] for group in groups)


def was_stopped(run: Grouped) -> bool:
    """Return whether somebody stopped this run before it ended; predictions do not know."""
    return isinstance(run, Run) and run.state is RunState.STOPPED


def as_compared(groups: Sequence[Group[Member]]) -> tuple[Group[Member], ...]:
    """Return the groups on one split, their names without the settings that all of them share."""
    compared = on_one_split(groups)
    shared = shared_settings(compared)
    if not shared:
        return compared
    return tuple(
        dataclasses.replace(group, name=group_name(group.runs, ignore=tuple(shared)))
        for group in compared
    )


def shared_settings(groups: Sequence[Group[Any]]) -> dict[str, Any]:
    """Return the settings that two or more groups share and that are not every preset's.

    Groups whose architecture ignores a field have no say.
    """
    shared = {}
    for name in _settings(RunConfig()).keys() | LATER.keys():
        values = [(getattr(group.config, name), group.config.arch) for group in groups]
        used = [(value, arch) for value, arch in values if value is not None]
        if len(used) > 1 and len({value for value, _ in used}) == 1 and name != "arch":
            (value, _), *_ = used
            if any(getattr(PRESETS[arch], name) != value for _, arch in used):
                shared[name] = value
    return {name: shared[name] for name in FIELDS if name in shared}


def on_one_split(groups: Sequence[Group[Member]]) -> tuple[Group[Member], ...]:
    """Return the groups with their runs on one split of the reviews; the rest are set apart.

    Runs can be paired review by review only where the same reviews are held out. Takes the split
    that most of the groups have, then the one with the most runs, then the tutorial's. A group
    without runs on it keeps those of its own commonest split.
    """
    if all(len({run.config.split_seed for run in group.runs}) == 1 for group in groups):
        return tuple(groups)
    in_groups: Counter[int] = Counter()
    in_runs: Counter[int] = Counter()
    for group in groups:
        in_groups.update({run.config.split_seed for run in group.runs})
        in_runs.update(run.config.split_seed for run in group.runs)

    def preference(split_seed: int) -> tuple[int, int, bool, int]:
        tutorial = split_seed == RunConfig().split_seed
        return in_groups[split_seed], in_runs[split_seed], tutorial, -split_seed

    best = max(in_groups, key=preference)
    return tuple(_on_split(group, best) for group in groups)


def _on_split(group: Group[Member], wanted: int) -> Group[Member]:
    splits = Counter(run.config.split_seed for run in group.runs)
    if wanted not in splits:
        wanted = max(splits, key=lambda seed: (splits[seed], -seed))
    runs = tuple(run for run in group.runs if run.config.split_seed == wanted)
    others = tuple(run for run in group.runs if run.config.split_seed != wanted)
    repeats = tuple(run for run in group.repeats if run.config.split_seed == wanted)
    stopped = tuple(run for run in group.stopped if run.config.split_seed == wanted)
    return dataclasses.replace(
        group,
        name=group_name(runs),
        runs=runs,
        repeats=repeats,
        stopped=stopped,
        other_splits=others,
    )


def group_name(runs: Sequence[Grouped], *, ignore: Sequence[str] = ()) -> str:
    """Name the runs of one group: "LSTM × 3, units 16"; a single run keeps its name.

    Runs that were given a name together are called by it: "ff × 3". Else the name lists the
    settings that differ from the preset's, except those to `ignore`, so it is the same whatever the
    group is compared with; and the number of splits if there are several.
    """
    if len(runs) == 1:
        return runs[0].name
    config = runs[0].config
    seeds = len({run.config.seed for run in runs})
    splits = len({run.config.split_seed for run in runs})
    given = given_name(runs)
    name = given or config.architecture.label
    if not config.architecture.deterministic:
        name += f" × {seeds}"
    if given:
        ignore = tuple(FIELDS)
    several = [plural(splits, "split")] if splits > 1 else []
    return ", ".join([name, *changed_settings(config, ignore=ignore), *several])


def given_name(runs: Sequence[Grouped]) -> str | None:
    """Return the name that a group was given, "ff" where its runs are "ff 1", "ff 2"; or None."""
    names = {base_name(run.name) for run in runs}
    return names.pop() if len(names) == 1 else None


def changed_settings(config: RunConfig, *, ignore: Sequence[str] = ()) -> list[str]:
    """List the settings that differ from the architecture's preset, as "units 16"; no seeds."""
    defaults = _settings(PRESETS[config.arch])
    return [
        field.replace("_", " ")
        if value is True
        else f"{field} {value:g}"
        if isinstance(value, float)
        else f"{field} {dataset_name(value)}"
        if field == "dataset"
        else f"{field} {value}"
        for field, value in _settings(config).items()
        if value != defaults.get(field) and field not in ignore
    ]


class OtherSeeds(NamedTuple):
    """How many seeds of a group's settings the lab has beside the group's own runs.

    `failed` ended without weights, as runs that crash or diverge do; `not_chosen` ended well.
    """

    failed: int
    not_chosen: int


def other_seeds(group: Group[Any], all_runs: Iterable[Run]) -> OtherSeeds:
    """Count the other seeds of a group's settings and split among the lab's runs."""
    split, seeds = group.config.split_seed, {run.config.seed for run in group.runs}
    apart = {id(run) for run in group.other_versions}
    failed, ended = set(), set()
    for run in all_runs:
        if run.config.seed in seeds or run.config.split_seed != split or id(run) in apart:
            continue
        if group_id(run.config) != group.id:
            continue
        if run.state is RunState.FAILED or (
            run.state is RunState.FINISHED and run.best_epoch is None
        ):
            failed.add(run.config.seed)
        elif run.state is RunState.FINISHED:
            ended.add(run.config.seed)
    return OtherSeeds(len(failed - ended), len(ended))


def more_seeds(group: Group, count: int, lab_runs: Iterable[Run] = ()) -> tuple[RunConfig, ...]:
    """Return the configs of `count` more seeds of a group, numbered after the highest.

    `lab_runs` are the lab's runs of the group, whatever their state: those on the way count, and
    seeds that have failed are not tried again. Empty for an architecture that uses no randomness.
    """
    seeds = {run.config.seed for run in group.runs if run.config.seed is not None}
    if not seeds:
        return ()
    split = group.config.split_seed
    alike = [run for run in lab_runs if run.config.split_seed == split]
    on_the_way = {run.config.seed for run in alike if run.state.active} - seeds
    highest = max(seeds | {required(run.config.seed) for run in alike})
    return tuple(
        dataclasses.replace(group.config, seed=highest + step)
        for step in range(1, count - len(on_the_way) + 1)
    )


def _settings(config: RunConfig) -> dict[str, Any]:
    """Return the fields that make a group: not the seeds of the run and of the split."""
    return {
        name: value
        for name, value in dataclasses.asdict(config).items()
        if name not in SEED_FIELDS and not (name in LATER and value in (None, LATER[name]))
    }
