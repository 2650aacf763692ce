"""What a study costs: before it starts, and what is left of it. Reads and writes nothing."""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.estimate import Estimate
from rnnlab.runs import Run, RunState
from rnnlab.studies import Phase, Study, StudySpec, StudyState
from rnnlab.study import plan, points, ranges

COMPILE_S = 5.0  # of a small network on an idle core, from its start to its first batch
DRAWN = 16  # settings of a sweep, whose mean time is taken for that of all
MANY_MINUTES = 99  # more are told in hours
Estimator = Callable[[RunConfig], Estimate]


class StudyCost(NamedTuple):
    """What a study will take at most.

    `search` and `final` count its runs, `existing` those that are trained or queued already.
    `seconds` is until its end, with every run trained to its last planned epoch; early stopping
    may end runs sooner. The settings of a sweep are `sampled`, so its time is estimated from some
    that are drawn from its ranges, as is its number of runs where its budget is a time.
    """

    search: int
    final: int
    existing: int
    seconds: float
    sampled: bool = False

    @property
    def runs(self) -> int:
        """How many runs it has in all."""
        return self.search + self.final

    @property
    def sentence(self) -> str:
        """The cost in words."""
        runs, longest = format.plural(self.runs, "run"), _minutes(self.seconds)
        fresh = "winners and defaults on fresh seeds" if self.sampled else "on fresh seeds"
        parts = f"{self.search} in the search, {self.final} {fresh}"
        text = f"{runs} ({parts}), at most about {longest}."
        if self.existing:
            text += f" {format.plural(self.existing, 'run')} will be reused."
        return text


class Progress(NamedTuple):
    """How far a study's current phase is: runs that have ended, of how many, and what is left."""

    phase: Phase
    ended: int
    runs: int
    seconds_left: float
    sampled: bool = False

    @property
    def share(self) -> float:
        """The share of the phase's runs that have ended."""
        return self.ended / self.runs if self.runs else 0.0

    @property
    def sentence(self) -> str:
        """The progress in words."""
        final = "Winners and defaults" if self.sampled else "Winners"
        what = "Search" if self.phase == "search" else f"{final} on fresh seeds"
        runs = f"{self.ended} of {format.plural(self.runs, 'run')}"
        left = f", about {_minutes(self.seconds_left)} left" if self.seconds_left else ""
        return f"{what}: {runs} done{left}"


def cost(
    spec: StudySpec, estimate: Estimator, *, existing: Iterable[Run] = (), workers: int
) -> StudyCost:
    """Estimate what a study will take with this many workers; `existing` are the lab's runs."""
    if spec.sweep:
        return _cost_of_sweep(spec, estimate, workers)
    search = plan.search_configs(spec)
    usable = (RunState.FINISHED, RunState.RUNNING, RunState.QUEUED)
    present = {run.config for run in existing if run.state in usable}
    new = [config for config in search if config not in present]
    random = [base for base in spec.bases if not base.architecture.deterministic]
    seconds = [_seconds(config, estimate) for config in new]
    for base in random:
        seconds += [_seconds(base, estimate)] * spec.fresh_seeds
    return StudyCost(
        len(search), plan.count_final(spec), len(search) - len(new), _wall(seconds, workers)
    )


def _cost_of_sweep(spec: StudySpec, estimate: Estimator, workers: int) -> StudyCost:
    search, seconds = 0, 0.0
    final: list[float] = []
    for base in spec.bases:
        each = mean_seconds(spec, base, estimate)
        seeds = 1 if base.architecture.deterministic else spec.seeds
        runs = seeds * points.most(spec, base)
        if spec.sweep and spec.sweep.minutes is not None:
            runs = min(runs, math.ceil(60 * spec.sweep.minutes / each))
        search += runs
        seconds += runs * each
        if not base.architecture.deterministic:
            final += [each, start_seconds(base) + _seconds(base, estimate)] * spec.fresh_seeds
    wall = seconds / workers + _wall(final, workers)
    return StudyCost(search, plan.count_final(spec), 0, wall, sampled=True)


def mean_seconds(spec: StudySpec, base: RunConfig, estimate: Estimator) -> float:
    """Return the estimated seconds of a run of a sweep's candidate, over drawn settings."""
    draw = random.Random(spec.first_seed)
    drawn = [ranges.random_point(spec, base, draw) for _ in range(DRAWN)]
    return start_seconds(base) + fmean(_seconds(config, estimate) for config in drawn)


def start_seconds(base: RunConfig) -> float:
    """Return how long a run takes to begin: each network of a sweep is compiled anew."""
    return COMPILE_S if base.architecture.is_network else 0.0


def progress(
    study: Study, runs: Mapping[str, Run], estimate: Estimator, *, workers: int
) -> Progress:
    """Return how far a study is. Runs of the same candidate that have ended say how long one takes.

    runs: those of the study, by id.
    """
    linked = [runs[run_id] for run_id in study.run_ids(study.phase) if run_id in runs]
    running = study.state is StudyState.RUNNING
    # A stopped run is not waited for; of a study that was stopped, it is what is left to do.
    ended = sum(
        not run.state.active and (running or run.is_pruned or run.state is not RunState.STOPPED)
        for run in linked
    )
    pace = _Pace(study, runs.values(), estimate)
    seconds = [
        pace.seconds(run.config) * (1 - run.share_done) for run in linked if run.state.active
    ]
    if study.phase == "search":
        sides = 2 if study.spec.sweep else 1
        for base in study.spec.bases:
            if not base.architecture.deterministic:
                seconds += [pace.seconds(base)] * study.spec.fresh_seeds * sides
    planned = len(linked)
    if study.phase == "search" and study.spec.sweep:
        for place, base in enumerate(study.spec.bases):
            tried = points.of_candidate(study, place, runs)
            to_come = _runs_to_come(study, place, tried, pace.seconds(base))
            planned += to_come
            seconds += [pace.seconds(base)] * to_come
    left = _wall(seconds, workers) if running else 0.0
    return Progress(study.phase, ended, planned, left, sampled=study.spec.sweep is not None)


def _runs_to_come(study: Study, place: int, tried: Sequence[points.Point], each: float) -> int:
    """Return how many runs the search of a sweep's candidate has yet to queue."""
    spec, base = study.spec, study.spec.bases[place]
    if not points.wants_more(study, place, tuple(tried)):
        return 0
    seeds = 1 if base.architecture.deterministic else spec.seeds
    left = seeds * (points.most(spec, base) - len(tried))
    if spec.sweep and spec.sweep.minutes is not None and each:
        spent = sum(run.seconds for point in tried for run in point.runs)
        left = min(left, math.ceil(max(60 * spec.sweep.minutes - spent, 0.0) / each))
    return left


class _Pace:
    """How long a run of each architecture of a study takes."""

    def __init__(self, study: Study, runs: Iterable[Run], estimate: Estimator) -> None:
        self._estimate = estimate
        self._measured: dict[str, list[float]] = {}
        for run in runs:
            if run.state is RunState.FINISHED:
                self._measured.setdefault(run.config.arch, []).append(run.seconds)

    def seconds(self, config: RunConfig) -> float:
        """Return the seconds of a run of this config."""
        measured = self._measured.get(config.arch)
        return fmean(measured) if measured else _seconds(config, self._estimate)


def _seconds(config: RunConfig, estimate: Estimator) -> float:
    return estimate(config).seconds_per_epoch * config.epochs_planned


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes <= MANY_MINUTES:
        return format.plural(minutes, "minute")
    return format.duration(60 * minutes)


def _wall(seconds: Sequence[float], workers: int) -> float:
    """Return how long so many workers take for runs of these seconds, whatever their order."""
    return max(sum(seconds) / workers, max(seconds)) if seconds else 0.0
