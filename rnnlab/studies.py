"""What readers see of a study: frozen snapshots, never live rows.

A study tunes several candidates with the same budget and then compares the winners: it searches
settings with a few seeds each, chooses the best setting of each candidate on the validation
reviews, and trains it on fresh seeds, which are judged on the test reviews. It searches all
combinations of a grid or, as a sweep, settings that are sampled from ranges until a budget is used
up. Owns the states and the JSON form of what a study was asked to do. Reads and writes nothing.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rnnlab.config import RunConfig

Phase = Literal["search", "final"]


class StudyState(enum.StrEnum):
    """`running → finished | stopped | failed`; a stopped or failed study can be resumed.

    A sweep can also be `paused`: what is in training goes on, and nothing new begins.
    """

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self in (StudyState.RUNNING, StudyState.PAUSED)


@dataclass(frozen=True)
class Range:
    """The values of a field that a sweep may try: `choices`, or all from `low` to `high`."""

    low: float = 0.0
    high: float = 0.0
    choices: tuple[Any, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        if self.choices:
            return {"choices": list(self.choices)}
        return {"low": self.low, "high": self.high}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Range":
        """Return the range that `to_dict` described."""
        if "choices" in values:
            return cls(choices=tuple(values["choices"]))
        return cls(low=values["low"], high=values["high"])


@dataclass(frozen=True)
class Sweep:
    """What makes a study a sweep: ranges in place of a grid, and a budget for each candidate.

    The budget is a number of `runs`, or of `minutes` of training; the other is None. `prune` says
    whether runs that fall behind are stopped (see `rnnlab.pruning`).
    """

    ranges: Mapping[str, Range] = field(hash=False)
    runs: int | None
    minutes: float | None
    prune: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "ranges": {name: values.to_dict() for name, values in self.ranges.items()},
            "runs": self.runs,
            "minutes": self.minutes,
            "prune": self.prune,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Sweep":
        """Return the sweep that `to_dict` described."""
        return cls(
            ranges={name: Range.from_dict(range_) for name, range_ in values["ranges"].items()},
            runs=values["runs"],
            minutes=values["minutes"],
            prune=values["prune"],
        )


@dataclass(frozen=True)
class StudySpec:
    """What a study was asked to do.

    `bases` holds a config for each candidate: all settings but those of the grid and the seed.
    `grid` maps fields to the values that are searched; every combination is trained with `seeds`
    seeds from `first_seed` on. The winners are trained with the next `fresh_seeds` seeds. Of a
    sweep the grid is empty and `sweep` says what is sampled; its bases keep their values of the
    searched fields, which are the defaults that the winners are compared with.
    """

    bases: tuple[RunConfig, ...]
    grid: Mapping[str, tuple[Any, ...]] = field(hash=False)
    seeds: int
    fresh_seeds: int
    first_seed: int
    sweep: Sweep | None = None

    @property
    def searched(self) -> tuple[str, ...]:
        """The names of the fields whose values are searched."""
        return tuple(self.sweep.ranges if self.sweep else self.grid)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        values: dict[str, Any] = {
            "bases": [base.to_dict() for base in self.bases],
            "grid": {name: list(values) for name, values in self.grid.items()},
            "seeds": self.seeds,
            "fresh_seeds": self.fresh_seeds,
            "first_seed": self.first_seed,
        }
        if self.sweep:
            values["sweep"] = self.sweep.to_dict()
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "StudySpec":
        """Return the spec that `to_dict` described."""
        return cls(
            bases=tuple(RunConfig(**fields) for fields in values["bases"]),
            grid={name: tuple(grid) for name, grid in values["grid"].items()},
            seeds=values["seeds"],
            fresh_seeds=values["fresh_seeds"],
            first_seed=values["first_seed"],
            sweep=Sweep.from_dict(values["sweep"]) if values.get("sweep") else None,
        )


@dataclass(frozen=True)
class StudyRun:
    """A run that belongs to a study.

    `reused` says that it was there before: the study did not queue it, and does not stop it. In the
    search of a sweep, `candidate` is the place of its base and `point` counts that candidate's
    settings in the order in which they were chosen.
    """

    run_id: str
    phase: Phase
    reused: bool
    candidate: int | None = None
    point: int | None = None


@dataclass(frozen=True)
class Study:
    """One study as it stood when it was read. Times are seconds since 1970, UTC.

    `chosen` holds the setting that won for each of the spec's bases, None for one without any
    trained run; it is None as a whole until the search has ended. Runs that were deleted are
    missing in `runs`. `importance` tells of a sweep how much each searched field matters to each
    candidate, as shares that add up to 1, None for one with too few points; see
    `rnnlab.study.propose`.
    """

    id: str
    name: str
    state: StudyState
    spec: StudySpec
    created_at: float
    ended_at: float | None = None
    error: str | None = None
    chosen: tuple[RunConfig | None, ...] | None = None
    runs: tuple[StudyRun, ...] = ()
    importance: tuple[Mapping[str, float] | None, ...] = field(default=(), hash=False)

    @property
    def phase(self) -> Phase:
        """What it does, or did last: searching, or training the winners on fresh seeds."""
        return "search" if self.chosen is None else "final"

    def run_ids(self, phase: Phase | None = None) -> tuple[str, ...]:
        """Return the ids of its runs, or of those of one phase."""
        return tuple(run.run_id for run in self.runs if phase in (None, run.phase))
