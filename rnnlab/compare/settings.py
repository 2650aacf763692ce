"""What compared groups differ in besides architecture and seeds, and how to even it out.

Owns the list of differing settings, its sentence, and the configs that remove the differences.
Queues nothing.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rnnlab import format
from rnnlab.compare.groups import Group, group_id, shared_settings
from rnnlab.config import FIELDS, SEED_FIELDS, RunConfig
from rnnlab.dataset_names import dataset_name


class DifferingSetting(NamedTuple):
    """A field in which groups differ, and its values in the order of the groups, each once.

    Groups whose architecture ignores the field have no say.
    """

    field: str
    values: tuple[Any, ...]


def differing_settings(groups: Sequence[Group[Any]]) -> tuple[DifferingSetting, ...]:
    """Return the settings besides architecture and seeds that differ, in the order of `FIELDS`."""
    differing = []
    for name in FIELDS:
        if name == "arch" or name in SEED_FIELDS:
            continue
        values = [getattr(group.config, name) for group in groups]
        distinct = tuple(dict.fromkeys(value for value in values if value is not None))
        if len(distinct) > 1:
            differing.append(DifferingSetting(name, distinct))
    return tuple(differing)


def sentence(groups: Sequence[Group[Any]]) -> str:
    """Name what differs, and what unusual settings are shared; empty if nothing is.

    "Also differ: vocabulary size 300 / 500. Shared settings: maximum epochs 25."
    """
    sentences = []
    differing = differing_settings(groups)
    if differing:
        what = ", ".join(
            f"{FIELDS[setting.field].label.lower()} {' / '.join(map(_value, setting.values))}"
            for setting in differing
        )
        several = len({group.config.arch for group in groups}) > 1
        sentences.append(f"{'Also differ' if several else 'Differ'}: {what}.")
    shared = [_shared(name, value) for name, value in shared_settings(groups).items()]
    if shared:
        sentences.append(f"Shared settings: {', '.join(shared)}.")
    return " ".join(sentences)


def _shared(name: str, value: Any) -> str:
    label = FIELDS[name].label.lower()
    return label if value is True else f"{label} {_value(value)}"


def evened_out(
    groups: Sequence[Group[Any]], leader: Group[Any], lab_runs: Iterable[Any] = ()
) -> tuple[tuple[RunConfig, ...], ...]:
    """Return, for each group, the configs that give it the leader's settings, with its own seeds.

    Fields that an architecture ignores stay ignored, and those that the leader ignores stay what
    they are. Empty for a group that needs no change, and without the configs of `lab_runs`, which
    are trained or on the way. Groups of the leader's architecture are left alone: with its settings
    they would be the leader.
    """
    there = {run.config for run in lab_runs}
    shared = {
        setting.field: getattr(leader.config, setting.field)
        for setting in differing_settings(groups)
        if getattr(leader.config, setting.field) is not None
    }
    evened = []
    for group in groups:
        configs: list[RunConfig] = []
        if group.config.arch != leader.config.arch:
            configs = [dataclasses.replace(run.config, **shared) for run in group.runs]
        changed = configs and group_id(configs[0]) != group.id
        evened.append(tuple(config for config in configs if changed and config not in there))
    return tuple(evened)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return format.count(value)
    return f"{value:g}" if isinstance(value, float) else dataset_name(str(value))
