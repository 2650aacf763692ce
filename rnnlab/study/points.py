"""The points of a search: the settings that are tried for each candidate.

Of a grid they are known from the start; of a sweep they are those that belong to the study so far.
Owns when a sweep's budget is used up. Reads and writes nothing.
"""

from collections.abc import Mapping
from statistics import fmean
from typing import NamedTuple

from rnnlab.config import RunConfig
from rnnlab.runs import Run, RunState
from rnnlab.studies import Study, StudySpec
from rnnlab.study import plan, ranges

MAX_POINTS = 1_000  # of a candidate, whatever the budget in minutes
GIVE_UP = 10  # points that all failed: a candidate that cannot be trained is not searched on


class Point(NamedTuple):
    """A setting of a sweep, with the first seed; `number` counts those of its candidate from 0."""

    number: int
    config: RunConfig
    runs: tuple[Run, ...]

    @property
    def waiting(self) -> bool:
        """Whether one of its runs has not ended, or may be resumed by itself."""
        return any(run.state.active or run.is_resumable for run in self.runs)


def of_candidate(study: Study, place: int, runs: Mapping[str, Run]) -> tuple[Point, ...]:
    """Return the points of a sweep's candidate in the order in which they were chosen.

    runs: those of the study, by id.
    """
    linked: dict[int, list[Run]] = {}
    for link in study.runs:
        if link.phase == "search" and link.candidate == place and link.run_id in runs:
            linked.setdefault(link.point or 0, []).append(runs[link.run_id])
    return tuple(
        Point(
            number,
            plan.with_seed(linked[number][0].config, study.spec.first_seed),
            tuple(linked[number]),
        )
        for number in sorted(linked)
    )


def settings(study: Study, place: int, runs: Mapping[str, Run]) -> tuple[RunConfig, ...]:
    """Return the settings that are searched for a candidate, as far as they are known.

    They carry the first seed.
    """
    if study.spec.sweep is None:
        return plan.settings(study.spec, study.spec.bases[place])
    return tuple(dict.fromkeys(point.config for point in of_candidate(study, place, runs)))


def phase_configs(study: Study, runs: Mapping[str, Run]) -> dict[RunConfig, tuple[int, int] | None]:
    """Return the configs that the study's phase trains; those of a sweep's search with their point.

    A point is (candidate, number).
    """
    spec = study.spec
    if study.chosen is not None:
        return dict.fromkeys(plan.final_configs(spec, study.chosen))
    if spec.sweep is None:
        return dict.fromkeys(plan.search_configs(spec))
    return {
        plan.with_seed(point.config, seed): (place, point.number)
        for place in range(len(spec.bases))
        for point in of_candidate(study, place, runs)
        for seed in plan.search_seeds(spec)
    }


def most(spec: StudySpec, base: RunConfig) -> int:
    """Return how many points a candidate's budget allows at most, and its ranges hold."""
    limits = [MAX_POINTS]
    if spec.sweep and spec.sweep.runs is not None:
        seeds = 1 if base.architecture.deterministic else spec.seeds
        limits.append(max(spec.sweep.runs // seeds, 1))
    if (finite := ranges.size(spec, base)) is not None:
        limits.append(finite)
    return min(limits)


def wants_more(study: Study, place: int, points: tuple[Point, ...]) -> bool:
    """Return whether a sweep's candidate may try another point."""
    spec, ended = study.spec, [point for point in points if not point.waiting]
    if len(points) >= most(spec, spec.bases[place]):
        return False
    if len(ended) >= GIVE_UP and all(
        run.state is RunState.FAILED for point in points for run in point.runs
    ):
        return False
    if spec.sweep and spec.sweep.minutes is not None:
        times = [sum(run.seconds for run in point.runs) for point in ended]
        expected = fmean(times) if times else 0.0
        waiting = [sum(run.seconds for run in point.runs) for point in points if point.waiting]
        spent = sum(times) + sum(max(seconds, expected) for seconds in waiting)
        return spent < 60 * spec.sweep.minutes
    return True


def used_up(study: Study, runs: Mapping[str, Run]) -> bool:
    """Return whether no candidate of a sweep may try another point."""
    return not any(
        wants_more(study, place, of_candidate(study, place, runs))
        for place in range(len(study.spec.bases))
    )
