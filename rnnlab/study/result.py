"""What a study found: each setting over its seeds, the winners on fresh seeds, and the answer.

The settings are chosen on the validation reviews; the winners are compared on the test reviews,
which chose nothing, by the lab's verdict. Reads and writes nothing.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal, NamedTuple

from rnnlab import format
from rnnlab.compare import ranking
from rnnlab.compare.ranking import Evaluated
from rnnlab.compare.verdict import Verdict
from rnnlab.config import FIELDS, RunConfig
from rnnlab.errors import DamagedRun, DataError
from rnnlab.evaluation.predictions import Predictions
from rnnlab.evaluation.seeds import MeanSd, mean_and_sd
from rnnlab.runs import Run
from rnnlab.studies import Study, StudySpec
from rnnlab.study import answer, choose, gains, plan, points, ranges
from rnnlab.study.choose import GUESSING, SettingResult
from rnnlab.study.gains import Default

AT_EDGE = 0.03  # of a range: a value as close to an end counts as at its edge


class Edge(NamedTuple):
    """A searched field whose chosen value is the lowest or highest of the grid."""

    field: str
    value: float
    side: Literal["low", "high"]


class CandidateResult(NamedTuple):
    """One candidate: its search, and its winner on fresh seeds.

    `settings[chosen]` won; before the search has ended it is the best so far. `final` is the winner
    over the fresh seeds, on validation; `test` its accuracy on the test reviews, over the seeds
    that were trained. `optimism` is the chosen setting's accuracy in the search, the highest of the
    grid, less that of the fresh seeds on the test reviews; `optimism_of_choosing` is the part that
    remains on the same validation reviews, so that it comes from the choice of setting alone. Both
    are None where there was no choice. `runs` counts those of the search and of the winner;
    `seconds` adds up their training. Of a sweep, `default` is the candidate's default over the
    fresh seeds, and `gain` the verdict on the winner and the default.
    """

    name: str
    base: RunConfig
    settings: tuple[SettingResult, ...]
    chosen: int | None
    final: SettingResult | None
    test: MeanSd
    test_accuracies: Mapping[str, float]  # by run id
    optimism: float | None
    optimism_of_choosing: float | None
    edges: tuple[Edge, ...]
    runs: int
    seconds: float
    default: Default | None = None
    gain: Verdict | None = None

    @property
    def winner(self) -> SettingResult | None:
        """The chosen setting as it did in the search."""
        return None if self.chosen is None else self.settings[self.chosen]

    @property
    def still_improving(self) -> tuple[int, int]:
        """How many of the winner's trained seeds had their best epoch last, of how many."""
        setting = self.final if self.final and self.final.trained else self.winner
        trained = [seed for seed in setting.seeds if seed.outcome == "trained"] if setting else []
        return sum(seed.still_improving for seed in trained), len(trained)


class StudyResult(NamedTuple):
    """A study's candidates in their order, and how the winners compare, once they do.

    `refused` says why they cannot be compared; the runs that are `damaged` play no part. `runs`
    counts the study's runs that have started, `reused` those that were there before it; `seconds`
    adds up their training.
    """

    study: Study
    candidates: tuple[CandidateResult, ...]
    evaluated: Evaluated | None
    refused: str | None
    runs: int
    reused: int
    seconds: float
    damaged: tuple[DamagedRun, ...] = ()

    @property
    def headline(self) -> str | None:
        """The answer in a sentence; None while there is none."""
        if self.evaluated is None:
            return None
        if self.study.spec.sweep:
            return answer.of_sweep(self)
        return f"Tuned, {self.evaluated.ranking.headline}"

    @property
    def price(self) -> str:
        """What the study took, in a sentence."""
        return f"{self.counted}, {format.duration(self.seconds)} of training"

    @property
    def counted(self) -> str:
        """How many runs it took: "18 runs, 2 of them trained before"."""
        reused = f", {format.count(self.reused)} of them trained before" if self.reused else ""
        if self.reused == self.runs > 0:
            reused = ", all trained before"
        return f"{format.plural(self.runs, 'run')}{reused}"

    @property
    def optimism(self) -> float | None:
        """The mean of the candidates' optimism; None before there is any."""
        return _mean([candidate.optimism for candidate in self.candidates])

    @property
    def optimism_of_choosing(self) -> float | None:
        """The mean of the candidates' optimism that comes from choosing alone."""
        return _mean([candidate.optimism_of_choosing for candidate in self.candidates])


def study_result(
    study: Study,
    runs: Mapping[str, Run],
    predictions: Mapping[str, Predictions],
    *,
    damaged: Sequence[DamagedRun] = (),
) -> StudyResult:
    """Return what a study found so far.

    runs: those of the study, by id; predictions: of its final runs for the test reviews, by run
    id, as far as they are there; damaged: why others are not. The winners are compared once none of
    their runs is active.
    """
    search = choose.runs_by_config(study, runs, "search")
    final = choose.runs_by_config(study, runs, "final")
    candidates = tuple(
        _candidate(study, place, search, final, predictions)
        for place in range(len(study.spec.bases))
    )
    evaluated, refused = _evaluate(candidates, predictions)
    candidates = tuple(
        candidate._replace(gain=gain)
        for candidate, gain in zip(candidates, gains.gains(candidates, predictions), strict=True)
    )
    linked = {run.id for run in runs.values() if run.started_at is not None}
    queued = {link.run_id for link in study.runs if not link.reused}
    return StudyResult(
        study,
        candidates,
        evaluated,
        refused,
        runs=len(linked),
        reused=len(linked - queued),
        seconds=sum(runs[run_id].seconds for run_id in linked),
        damaged=tuple(damaged),
    )


def final_runs(study: Study, runs: Mapping[str, Run]) -> tuple[Run, ...]:
    """Return the winners' trained runs on fresh seeds, once all of them have ended; else none."""
    linked = [runs[run_id] for run_id in study.run_ids("final") if run_id in runs]
    if any(run.state.active for run in linked):
        return ()
    return tuple(
        run for run in linked if run.state == "finished" and run.best_val_accuracy is not None
    )


def _candidate(
    study: Study,
    place: int,
    search: Mapping[RunConfig, Run],
    final: Mapping[RunConfig, Run],
    predictions: Mapping[str, Predictions],
) -> CandidateResult:
    spec, base = study.spec, study.spec.bases[place]
    by_id = {run.id: run for run in search.values()}
    settings = tuple(
        choose.setting_result(config, plan.search_seeds(spec), search)
        for config in points.settings(study, place, by_id)
    )
    winner = None
    if study.chosen is None:
        chosen = choose.best(settings)
    else:
        winner = study.chosen[place]
        configs = [setting.config for setting in settings]
        chosen = configs.index(winner) if winner in configs else None
    fresh = winner and choose.setting_result(winner, plan.fresh_seeds(spec), final)
    test = gains.test_accuracies(fresh, predictions) if fresh else {}
    optimism = of_choosing = None
    if fresh and test and chosen is not None and len(settings) > 1:
        searched = settings[chosen].mean
        if searched is not None and fresh.mean is not None:
            optimism = searched - fmean([*test.values(), *[GUESSING] * fresh.failures])
            of_choosing = searched - fresh.mean
    its_runs = {
        run.id: run
        for phase_runs, seeds in (
            (search, plan.search_seeds(spec)),
            (final, plan.fresh_seeds(spec)),
        )
        for setting in settings
        for seed in seeds
        if (run := phase_runs.get(plan.with_seed(setting.config, seed)))
    }
    return CandidateResult(
        name=plan.candidate_name(spec, base),
        base=base,
        settings=settings,
        chosen=chosen,
        final=fresh or None,
        test=mean_and_sd(list(test.values())),
        test_accuracies=test,
        optimism=optimism,
        optimism_of_choosing=of_choosing,
        edges=() if chosen is None else _edges(study, settings[chosen].config),
        runs=len(its_runs),
        seconds=sum(run.seconds for run in its_runs.values()),
        default=gains.default_of(spec, base, winner, final, predictions),
    )


def _edges(study: Study, config: RunConfig) -> tuple[Edge, ...]:
    """Return the searched fields whose chosen value has no searched value on one of its sides."""
    if study.spec.sweep:
        return _edges_of_ranges(study.spec, config)
    edges = []
    for name, values in study.spec.grid.items():
        value, field = getattr(config, name), FIELDS[name]
        if len(values) < 2 or value is None or field.kind not in (int, float):
            continue
        if value == values[0] and value > field.low:
            edges.append(Edge(name, value, "low"))
        elif value == values[-1] and value < field.high:
            edges.append(Edge(name, value, "high"))
    return tuple(edges)


def _edges_of_ranges(spec: StudySpec, config: RunConfig) -> tuple[Edge, ...]:
    """Return the fields whose chosen value lies at an end of a range that may be widened."""
    edges = []
    for name, values in ranges.ranges_of(spec, config).items():
        value, field = getattr(config, name), FIELDS[name]
        if field.kind not in (int, float):
            continue
        place = ranges.place(name, values, value)
        low, high = ranges.ends(values)
        if place < AT_EDGE and low > field.low:
            edges.append(Edge(name, value, "low"))
        elif place > 1 - AT_EDGE and high < field.high:
            edges.append(Edge(name, value, "high"))
    return tuple(edges)


def _evaluate(
    candidates: Sequence[CandidateResult], predictions: Mapping[str, Predictions]
) -> tuple[Evaluated | None, str | None]:
    """Compare the winners by their predictions; return the outcome, or why there is none."""
    try:
        sides = [
            side
            for candidate in candidates
            if (
                side := gains.side_of(
                    candidate.name, candidate.final, candidate.test_accuracies, predictions
                )
            )
        ]
        return (ranking.evaluate_sides(sides) if sides else None), None
    except DataError as error:
        return None, str(error)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
