"""What readers see of a study: frozen snapshots, never live rows.

A study tunes several candidates with the same budget and then compares the winners: it searches a
grid of settings with a few seeds each, chooses the best setting of each candidate on the
validation reviews, and trains it on fresh seeds, which are judged on the test reviews. Owns the
states and the JSON form of what a study was asked to do. Reads and writes nothing.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rnnlab.config import RunConfig

Phase = Literal["search", "final"]


class StudyState(enum.StrEnum):
    """`running → finished | stopped | failed`; a stopped or failed study can be resumed."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class StudySpec:
    """What a study was asked to do.

    `bases` holds a config for each candidate: all settings but those of the grid and the seed.
    `grid` maps fields to the values that are searched; every combination is trained with `seeds`
    seeds from `first_seed` on. The winners are trained with the next `fresh_seeds` seeds.
    """

    bases: tuple[RunConfig, ...]
    grid: Mapping[str, tuple[Any, ...]] = field(hash=False)
    seeds: int
    fresh_seeds: int
    first_seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "bases": [base.to_dict() for base in self.bases],
            "grid": {name: list(values) for name, values in self.grid.items()},
            "seeds": self.seeds,
            "fresh_seeds": self.fresh_seeds,
            "first_seed": self.first_seed,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "StudySpec":
        """Return the spec that `to_dict` described."""
        return cls(
            bases=tuple(RunConfig(**fields) for fields in values["bases"]),
            grid={name: tuple(grid) for name, grid in values["grid"].items()},
            seeds=values["seeds"],
            fresh_seeds=values["fresh_seeds"],
            first_seed=values["first_seed"],
        )


@dataclass(frozen=True)
class StudyRun:
    """A run that belongs to a study.

    `reused` says that it was there before: the study did not queue it, and does not stop it.
    """

    run_id: str
    phase: Phase
    reused: bool


@dataclass(frozen=True)
class Study:
    """One study as it stood when it was read. Times are seconds since 1970, UTC.

    `chosen` holds the setting that won for each of the spec's bases, None for one without any
    trained run; it is None as a whole until the search has ended. Runs that were deleted are
    missing in `runs`.
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

    @property
    def phase(self) -> Phase:
        """What it does, or did last: searching, or training the winners on fresh seeds."""
        return "search" if self.chosen is None else "final"

    def run_ids(self, phase: Phase | None = None) -> tuple[str, ...]:
        """Return the ids of its runs, or of those of one phase."""
        return tuple(run.run_id for run in self.runs if phase in (None, run.phase))
