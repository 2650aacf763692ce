"""What a sweep may try: ranges as people write them, checked, and how many points they hold.

Owns the defaults and the bounds of a sweep, and which ranges are searched on a log scale. Reads
and writes nothing; which points are tried is `rnnlab.study.propose`'s.
"""

import dataclasses
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from rnnlab import format
from rnnlab.config import FIELDS, RunConfig
from rnnlab.errors import InvalidField
from rnnlab.field import Field
from rnnlab.studies import Range, StudySpec, Sweep
from rnnlab.study import plan

DEFAULT_RANGES = ("learning_rate=3e-5..3e-2", "units=4..64")
DEFAULT_RUNS, DEFAULT_SEEDS = 40, 1
RUNS = Field(
    "runs",
    int,
    "Runs per architecture",
    "How many runs to search each architecture with.",
    1,
    1_000,
    if_above="search with fewer runs",
    if_below="give each architecture at least one run",
)
MINUTES = Field(
    "minutes",
    float,
    "Minutes per architecture",
    "How many minutes of training to search each architecture with.",
    0.1,
    10_000,
    if_above="search for a shorter time",
    if_below="give each architecture some time",
)
LOG_FROM = 8  # a range whose upper end is so many times its lower end is searched on a log scale


def make_sweep(
    bases: Sequence[RunConfig],
    ranges: Mapping[str, Range],
    *,
    runs: int | None = None,
    minutes: float | None = None,
    seeds: int = DEFAULT_SEEDS,
    fresh_seeds: int = plan.DEFAULT_FRESH_SEEDS,
    first_seed: int | None = None,
    prune: bool = True,
) -> StudySpec:
    """Return the sweep of these candidates over these ranges, checked.

    The budget is for each candidate, `DEFAULT_RUNS` if none is given. Raises InvalidField as
    `plan.make_spec`, for two budgets, and for a field that none of the candidates has.
    """
    if runs is not None and minutes is not None:
        raise InvalidField("budget", "both", "runs or minutes", "give one of the two")
    if not ranges:
        raise InvalidField("range", "", "one or more fields", "name what to search")
    if first_seed is None:
        first_seed = next((base.seed for base in bases if base.seed is not None), plan.FIRST_SEED)
    if runs is None and minutes is None:
        runs = DEFAULT_RUNS
    spec = StudySpec(
        bases=tuple(dataclasses.replace(base, seed=first_seed, test_set=True) for base in bases),
        grid={},
        seeds=plan.SEEDS.check(seeds),
        fresh_seeds=plan.FRESH_SEEDS.check(fresh_seeds),
        first_seed=FIELDS["seed"].check(first_seed),
        sweep=Sweep(
            ranges={name: check_range(name, values) for name, values in ranges.items()},
            runs=None if runs is None else RUNS.check(runs),
            minutes=None if minutes is None else MINUTES.check(minutes),
            prune=prune,
        ),
    )
    FIELDS["seed"].check(first_seed + spec.seeds + spec.fresh_seeds - 1)
    check_budget(spec)
    plan.check_candidates(dataclasses.replace(spec, bases=tuple(map(_corner(spec), spec.bases))))
    for name in ranges:
        if all(name in base.architecture.unused for base in spec.bases):
            names = ", ".join(base.arch for base in spec.bases)
            raise InvalidField("range", name, f"a field that {names} has", "leave it out")
    if "maxlen" in ranges and len({point.dataset_id for point in corners(spec)}) > 1:
        raise plan.several_lengths(sorted({point.maxlen for point in corners(spec)}))
    return spec


def check_budget(spec: StudySpec) -> None:
    """Raise InvalidField where the budget does not train even one setting with all its seeds."""
    if spec.sweep and spec.sweep.runs is not None and spec.sweep.runs < spec.seeds:
        limit = f"{spec.seeds} or more"
        raise InvalidField("runs", spec.sweep.runs, limit, "one setting takes a run for each seed")


def with_budget(spec: StudySpec, *, runs: int | None, minutes: float | None) -> StudySpec:
    """Return a sweep with another budget. Raises InvalidField."""
    if (runs is None) == (minutes is None):
        raise InvalidField("budget", "none" if runs is None else "both", "runs or minutes", "")
    assert spec.sweep is not None
    sweep = dataclasses.replace(
        spec.sweep,
        runs=None if runs is None else RUNS.check(runs),
        minutes=None if minutes is None else MINUTES.check(minutes),
    )
    spec = dataclasses.replace(spec, sweep=sweep)
    check_budget(spec)
    return spec


def parse_ranges(texts: Iterable[str]) -> dict[str, Range]:
    """Return the ranges that a person wrote: "units=8..64", "optimizer=adam,sgd".

    Raises InvalidField.
    """
    ranges: dict[str, Range] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise InvalidField("range", text, "FIELD=LOW..HIGH or FIELD=A,B", "write units=8..64")
        if name in ranges:
            raise InvalidField("range", name, "named once", "put all of its values into one range")
        ranges[name] = parse_range(name, values)
    return ranges


def parse_range(name: str, text: str) -> Range:
    """Return the range of a field: "1e-4..1e-2", or a list of values. Raises InvalidField."""
    field = plan.searchable(name)
    low, dots, high = text.partition("..")
    if not dots:
        return check_range(name, Range(choices=plan.parse_values(name, text)))
    if field.kind not in (int, float):
        limit = f"a list of {field.limit}"
        raise InvalidField(name, text, limit, f"it has no ends, so list its values: {name}=A,B")
    return check_range(name, Range(low=field.parse(low), high=field.parse(high)))


def check_range(name: str, values: Range) -> Range:
    """Return the range, its ends or choices within the field's bounds. Raises InvalidField."""
    field = plan.searchable(name)
    if values.choices:
        choices = plan.checked_values(name, values.choices)
        if len(choices) < 2:
            raise _single(name, choices[0])
        return Range(choices=choices)
    low, high = field.check(values.low), field.check(values.high)
    if low > high:
        swapped = f"{_value(name, high)}..{_value(name, low)}"
        limit, remedy = "a range whose lower end comes first", f"write {name}={swapped}"
        raise InvalidField(name, f"{_value(name, low)}..{_value(name, high)}", limit, remedy)
    if low == high:
        raise _single(name, low)
    return Range(low=low, high=high)


def words(name: str, values: Range) -> str:
    """Return a range in words: "learning rate 0.0001–0.01", "optimizer adam or sgd"."""
    label = FIELDS[name].label.lower()
    if values.choices:
        choices = [plan.grid_value(name, choice) for choice in values.choices]
        return f"{label} {format.listing(choices, 'or')}"
    return f"{label} {plan.grid_value(name, values.low)}–{plan.grid_value(name, values.high)}"


def space_words(spec: StudySpec, base: RunConfig) -> str:
    """Return how many points a candidate's ranges hold, and what its budget does with them."""
    from rnnlab.study.points import most

    total, tried = size(spec, base), most(spec, base)
    if total is None:
        return "settings are sampled from continuous ranges."
    if total <= tried and spec.sweep and spec.sweep.minutes is None:
        return f"the ranges hold {format.plural(total, 'setting')}: all are trained, and no more."
    return f"settings are sampled from {format.count(total)} possible ones."


def ranges_of(spec: StudySpec, base: RunConfig) -> dict[str, Range]:
    """Return the ranges of the fields that a candidate has."""
    ranges = spec.sweep.ranges if spec.sweep else {}
    return {name: r for name, r in ranges.items() if name not in base.architecture.unused}


def is_log(name: str, values: Range) -> bool:
    """Return whether a range is searched, and drawn, on a log scale."""
    if values.choices or values.low <= 0:
        return False
    return name == "learning_rate" or values.high >= LOG_FROM * values.low


def size(spec: StudySpec, base: RunConfig) -> int | None:
    """Return how many points a candidate has; None where a range holds any number between two."""
    total = 1
    for name, values in ranges_of(spec, base).items():
        if values.choices:
            total *= len(values.choices)
        elif FIELDS[name].kind is int:
            total *= int(values.high - values.low) + 1
        else:
            return None
    return total


def every_point(spec: StudySpec, base: RunConfig) -> Iterable[RunConfig]:
    """Yield all points of a candidate whose ranges are finite, in the order of their values."""
    ranges = ranges_of(spec, base)
    values = [r.choices or range(int(r.low), int(r.high) + 1) for r in ranges.values()]
    for combination in product(*values):
        yield dataclasses.replace(base, **dict(zip(ranges, combination, strict=True)))


def random_point(spec: StudySpec, base: RunConfig, draw: random.Random) -> RunConfig:
    """Return a point of a candidate, drawn evenly on the scale of each range."""
    values: dict[str, Any] = {}
    for name, r in ranges_of(spec, base).items():
        if r.choices:
            values[name] = draw.choice(r.choices)
        elif is_log(name, r):
            values[name] = rounded(name, r, math.exp(draw.uniform(*map(math.log, (r.low, r.high)))))
        else:
            values[name] = rounded(name, r, draw.uniform(r.low, r.high))
    return dataclasses.replace(base, **values)


def rounded(name: str, values: Range, value: float) -> Any:
    """Return a value within the range as people would write it: 3 digits of a learning rate."""
    if FIELDS[name].kind is int:
        return int(min(max(round(value), values.low), values.high))
    short = float(f"{value:.3g}") if is_log(name, values) else round(value, 2)
    return min(max(short, values.low), values.high)


def contains(spec: StudySpec, base: RunConfig, config: RunConfig) -> bool:
    """Return whether a config's values of the searched fields lie within a candidate's ranges."""
    for name, r in ranges_of(spec, base).items():
        value = getattr(config, name)
        if value not in r.choices if r.choices else not r.low <= value <= r.high:
            return False
    return True


def place(name: str, values: Range, value: Any) -> float:
    """Return where a value lies in its range, on the range's scale: from 0 to 1."""
    if values.choices:
        return values.choices.index(value) / (len(values.choices) - 1)
    if is_log(name, values):
        return math.log(value / values.low) / math.log(values.high / values.low)
    return (value - values.low) / (values.high - values.low)


def corners(spec: StudySpec) -> tuple[RunConfig, ...]:
    """Return each candidate at the lower, and at the upper end of all its ranges.

    A batch, a network and a text are largest at the upper end.
    """
    return tuple(
        dataclasses.replace(
            base, **{name: ends(values)[end] for name, values in ranges_of(spec, base).items()}
        )
        for base in spec.bases
        for end in (0, 1)
    )


def budget_words(spec: StudySpec) -> str:
    """Return each candidate's budget: "40 runs", "10 minutes of training"."""
    assert spec.sweep is not None
    if spec.sweep.runs is not None:
        return format.plural(spec.sweep.runs, "run")
    return f"{format.duration(60 * (spec.sweep.minutes or 0.0))} of training"


def _corner(spec: StudySpec):
    def at_lower_end(base: RunConfig) -> RunConfig:
        ranges = ranges_of(spec, base)
        return dataclasses.replace(base, **{name: ends(r)[0] for name, r in ranges.items()})

    return at_lower_end


def ends(values: Range) -> tuple[Any, Any]:
    """Return the lowest and the highest value of a range."""
    return (values.choices[0], values.choices[-1]) if values.choices else (values.low, values.high)


def _single(name: str, value: object) -> InvalidField:
    flag = f"--{name.replace('_', '-')} {_value(name, value)}"
    return InvalidField(name, value, "two or more values", f"to fix it, write {flag} instead")


def _value(name: str, value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
