"""What a study trains: from what a person asks for to the configs of its runs.

Owns the defaults and the bounds of a study. Reads and writes nothing.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from rnnlab import format
from rnnlab.compare.groups import changed_settings
from rnnlab.config import FIELDS, PRESETS, RunConfig
from rnnlab.errors import InvalidField
from rnnlab.field import Field
from rnnlab.studies import StudySpec

LEARNING_RATES = (1e-4, 3e-4, 1e-3, 3e-3)
MAX_RUNS = 500
FIRST_SEED = RunConfig().seed or 0
SEEDS = Field(
    "seeds",
    int,
    "Seeds per setting",
    "How many seeds to train of every setting in the search.",
    1,
    20,
    if_above="search with fewer seeds",
    if_below="train at least one",
)
FRESH_SEEDS = Field(
    "fresh_seeds",
    int,
    "Fresh seeds",
    "How many seeds to train of each winner for the comparison; the search used none of them.",
    1,
    50,
    if_above="compare with fewer seeds",
    if_below="train at least one",
)
DEFAULT_SEEDS, DEFAULT_FRESH_SEEDS = 3, 5
# What all candidates must share, so that they are judged on the same reviews.
SHARED = ("dataset", "split_seed")
NOT_SEARCHED = ("arch", "seed", "test_set", *SHARED)


def make_spec(
    bases: Sequence[RunConfig],
    *,
    grid: Mapping[str, Sequence[Any]] | None = None,
    seeds: int = DEFAULT_SEEDS,
    fresh_seeds: int = DEFAULT_FRESH_SEEDS,
    first_seed: int | None = None,
) -> StudySpec:
    """Return the study of these candidates, checked; by default over `LEARNING_RATES`.

    Every run keeps a test part apart that chooses nothing. The first seed is the first base's, if
    it is not given. Raises InvalidField for values out of bounds, candidates that are equal or
    cannot be judged on the same reviews, and more than `MAX_RUNS` runs.
    """
    grid = {"learning_rate": LEARNING_RATES} if grid is None else grid
    searched = {name: checked_values(name, values) for name, values in grid.items()}
    if first_seed is None:
        first_seed = next((base.seed for base in bases if base.seed is not None), FIRST_SEED)
    spec = StudySpec(
        bases=tuple(_candidate(base, searched, first_seed) for base in bases),
        grid=searched,
        seeds=SEEDS.check(seeds),
        fresh_seeds=FRESH_SEEDS.check(fresh_seeds),
        first_seed=FIELDS["seed"].check(first_seed),
    )
    FIELDS["seed"].check(first_seed + spec.seeds + spec.fresh_seeds - 1)
    check_candidates(spec)
    configs = [config for base in spec.bases for config in settings(spec, base)]
    if len({config.dataset_id for config in configs}) > 1:
        raise several_lengths(sorted({config.maxlen for config in configs}))
    total = len(search_configs(spec)) + count_final(spec)
    if total > MAX_RUNS:
        remedy = "search fewer values, train fewer seeds, or leave out an architecture"
        raise InvalidField("runs of a study", total, f"at most {MAX_RUNS}", remedy)
    return spec


def parse_values(name: str, text: str) -> tuple[Any, ...]:
    """Return the values that a person listed for a field: "1e-4, 3e-4". Raises InvalidField."""
    parts = [part for part in text.replace(",", " ").split() if part]
    return checked_values(name, [FIELDS[name].parse(part) for part in parts])


def settings(spec: StudySpec, base: RunConfig) -> tuple[RunConfig, ...]:
    """Return the settings that are searched for a candidate, without those that come out equal.

    They carry the first seed. An architecture that ignores a field of the grid has fewer.
    """
    combinations = product(*spec.grid.values())
    configs = (
        dataclasses.replace(base, **dict(zip(spec.grid, values, strict=True)))
        for values in combinations
    )
    return tuple(dict.fromkeys(configs))


def search_configs(spec: StudySpec) -> tuple[RunConfig, ...]:
    """Return the configs of the search: every setting with the first seed, then with the next."""
    each = [config for base in spec.bases for config in settings(spec, base)]
    return tuple(dict.fromkeys(with_seed(c, seed) for seed in search_seeds(spec) for c in each))


def final_configs(spec: StudySpec, chosen: Iterable[RunConfig | None]) -> tuple[RunConfig, ...]:
    """Return the configs of the winners on fresh seeds; of a sweep those of their defaults, too."""
    compared: list[RunConfig] = []
    for base, winner in zip(spec.bases, chosen, strict=True):
        if winner is not None:
            compared += [winner, base] if spec.sweep else [winner]
    return tuple(dict.fromkeys(with_seed(c, seed) for seed in fresh_seeds(spec) for c in compared))


def count_final(spec: StudySpec) -> int:
    """Return how many runs the comparison takes at most beside those of the search."""
    random = [base for base in spec.bases if not base.architecture.deterministic]
    return len(random) * spec.fresh_seeds * (2 if spec.sweep else 1)


def search_seeds(spec: StudySpec) -> range:
    """Return the seeds of the search."""
    return range(spec.first_seed, spec.first_seed + spec.seeds)


def fresh_seeds(spec: StudySpec) -> range:
    """Return the seeds of the comparison, which come after the search's."""
    first = spec.first_seed + spec.seeds
    return range(first, first + spec.fresh_seeds)


def with_seed(config: RunConfig, seed: int) -> RunConfig:
    """Return the config with this seed; it stays None where the architecture uses none."""
    return dataclasses.replace(config, seed=seed)


def with_fields(config: RunConfig, **values: Any) -> RunConfig:
    """Return the config with other values of fields; they stay None where they are ignored."""
    return dataclasses.replace(config, **values)


def candidate_name(spec: StudySpec, base: RunConfig) -> str:
    """Name a candidate by its architecture and what differs from the preset: "LSTM, units 16".

    What the study set for all candidates alike is left out; so it is of a sweep's only one.
    """
    if spec.sweep and len(spec.bases) == 1:
        return base.architecture.label
    preset = PRESETS[base.arch]
    alike = [*spec.searched, "seed", "test_set"]
    for name in FIELDS:
        values = [getattr(other, name) for other in spec.bases]
        used = [value for value in values if value is not None]
        if len(used) > 1 and len(set(used)) == 1:
            alike.append(name)
    same: dict[str, Any] = {name: getattr(preset, name) for name in alike if name != "arch"}
    changed = changed_settings(dataclasses.replace(base, **same))
    return ", ".join([base.architecture.label, *changed])


def grid_value(field: str, value: object) -> str:
    """Format a searched value: a learning rate as such, numbers with commas."""
    if field == "learning_rate" and isinstance(value, float):
        return format.learning_rate(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def searchable(name: str) -> Field:
    """Return the field of this name. Raises InvalidField where it cannot be searched."""
    if name not in FIELDS or name in NOT_SEARCHED:
        names = format.listing([field for field in FIELDS if field not in NOT_SEARCHED], "or")
        raise InvalidField("searched field", name, names, "choose one of these")
    return FIELDS[name]


def checked_values(name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the values to search of a field, each once, sorted. Raises InvalidField."""
    field = searchable(name)
    checked = {field.check(value) for value in values}
    if not checked:
        raise InvalidField(name, "", f"one or more values of {field.limit}", "name at least one")
    return tuple(sorted(checked))


def _candidate(base: RunConfig, grid: Mapping[str, tuple[Any, ...]], seed: int) -> RunConfig:
    """Return a base with a test part, and with the grid's first values in place of its own."""
    first = {name: values[0] for name, values in grid.items()}
    return dataclasses.replace(base, **first, seed=seed, test_set=True)


def check_candidates(spec: StudySpec) -> None:
    """Raise InvalidField for candidates that are equal or cannot be judged on the same reviews."""
    names = ", ".join(base.arch for base in spec.bases)
    if not spec.bases:
        raise InvalidField("arch", names, "one or more architectures", "choose at least one")
    if len(set(spec.bases)) < len(spec.bases):
        raise InvalidField("arch", names, "different for each model", "name each once")
    for field in SHARED:
        values = [getattr(base, field) for base in spec.bases]
        if len(set(values)) > 1:
            remedy = "give all models the same, so that one test part judges them"
            raise InvalidField(field, ", ".join(map(str, values)), "the same for all", remedy)


def several_lengths(lengths: Sequence[int]) -> InvalidField:
    """Return the error of an order task that is studied at several review lengths."""
    remedy = "an order task has other texts for each length, so study one length at a time"
    return InvalidField("maxlen", ", ".join(map(str, lengths)), "the same for all", remedy)
