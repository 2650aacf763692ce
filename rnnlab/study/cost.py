"""What a study costs: before it starts, and what is left of it. Reads and writes nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.estimate import Estimate
from rnnlab.runs import Run, RunState
from rnnlab.studies import Phase, Study, StudySpec, StudyState
from rnnlab.study import plan

MANY_MINUTES = 99  # more are told in hours
Estimator = Callable[[RunConfig], Estimate]


class StudyCost(NamedTuple):
    """What a study will take at most.

    `search` and `final` count its runs, `existing` those that are trained or queued already.
    `seconds` is until its end, with every run trained to its last planned epoch; early stopping
    may end runs sooner.
    """

    search: int
    final: int
    existing: int
    seconds: float

    @property
    def runs(self) -> int:
        """How many runs it has in all."""
        return self.search + self.final

    @property
    def sentence(self) -> str:
        """The cost in words."""
        runs, longest = format.plural(self.runs, "run"), _minutes(self.seconds)
        parts = f"{self.search} in the search, {self.final} on fresh seeds"
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

    @property
    def share(self) -> float:
        """The share of the phase's runs that have ended."""
        return self.ended / self.runs if self.runs else 0.0

    @property
    def sentence(self) -> str:
        """The progress in words."""
        what = "Search" if self.phase == "search" else "Winners on fresh seeds"
        runs = f"{self.ended} of {format.plural(self.runs, 'run')}"
        left = f", about {_minutes(self.seconds_left)} left" if self.seconds_left else ""
        return f"{what}: {runs} done{left}"


def cost(
    spec: StudySpec, estimate: Estimator, *, existing: Iterable[Run] = (), workers: int
) -> StudyCost:
    """Estimate what a study will take with this many workers; `existing` are the lab's runs."""
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
        not run.state.active and (running or run.state is not RunState.STOPPED) for run in linked
    )
    pace = _Pace(study, runs.values(), estimate)
    seconds = [
        pace.seconds(run.config) * (1 - run.share_done) for run in linked if run.state.active
    ]
    if study.phase == "search":
        for base in study.spec.bases:
            if not base.architecture.deterministic:
                seconds += [pace.seconds(base)] * study.spec.fresh_seeds
    left = _wall(seconds, workers) if running else 0.0
    return Progress(study.phase, ended, len(linked), left)


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
