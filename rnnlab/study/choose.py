"""Chooses the best setting of each candidate from the runs of a search.

The criterion is the mean validation accuracy over the seeds, each at its best epoch, because the
comparison that follows is on accuracy: what is tuned for is what is judged. A failed run counts as
guessing, so that a setting cannot win by the one seed of three that did not diverge. Of settings
with equal means the first wins, which has the smallest values. Reads and writes nothing.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from rnnlab.config import RunConfig
from rnnlab.evaluation.seeds import mean_and_sd
from rnnlab.runs import Run, RunState
from rnnlab.studies import Phase, Study
from rnnlab.study import plan, points

GUESSING = 0.5  # the accuracy of a constant answer, as half of the reviews are positive

Outcome = Literal["trained", "failed", "pruned", "stopped", "deleted", "active"]


class SeedResult(NamedTuple):
    """How one seed of a setting ended.

    `accuracy` is that of its best epoch on the validation reviews, None where it has not trained;
    `still_improving` says that its last planned epoch was its best. A run is `pruned` that a sweep
    stopped because it had fallen behind.
    """

    seed: int | None
    run: Run | None
    outcome: Outcome
    accuracy: float | None = None
    still_improving: bool = False


class SettingResult(NamedTuple):
    """One setting over its seeds.

    `mean` counts a failed seed as guessing and leaves out seeds that were pruned, stopped or
    deleted; it is None until a seed has ended. `sd` is the standard deviation (n − 1), None for
    one seed.
    """

    config: RunConfig
    seeds: tuple[SeedResult, ...]
    mean: float | None
    sd: float | None

    @property
    def failures(self) -> int:
        """How many of its seeds failed."""
        return sum(seed.outcome == "failed" for seed in self.seeds)

    @property
    def trained(self) -> int:
        """How many of its seeds were trained to their end."""
        return sum(seed.outcome == "trained" for seed in self.seeds)

    @property
    def pruned(self) -> bool:
        """Whether a sweep stopped it because it had fallen behind."""
        return any(seed.outcome == "pruned" for seed in self.seeds)


def setting_result(config: RunConfig, seeds: range, runs: Mapping[RunConfig, Run]) -> SettingResult:
    """Return how a setting did with these seeds; `runs` by their config."""
    configs = dict.fromkeys(plan.with_seed(config, seed) for seed in seeds)
    results = tuple(_seed_result(of_seed, runs.get(of_seed)) for of_seed in configs)
    counted = [_counted(result) for result in results]
    known = [accuracy for accuracy in counted if accuracy is not None]
    mean, sd = mean_and_sd(known)
    return SettingResult(config, results, mean, sd)


def best(settings: tuple[SettingResult, ...]) -> int | None:
    """Return the place of the best setting; None where none has a trained seed.

    One that was pruned is not chosen.
    """
    places = [
        place for place, setting in enumerate(settings) if setting.trained and not setting.pruned
    ]
    return max(places, key=lambda place: (settings[place].mean or 0.0, -place), default=None)


def choose(study: Study, runs: Mapping[str, Run]) -> tuple[RunConfig | None, ...]:
    """Return the chosen setting of each candidate, None for one without any trained run.

    runs: those of the study, by id.
    """
    by_config = runs_by_config(study, runs, "search")
    chosen: list[RunConfig | None] = []
    for place in range(len(study.spec.bases)):
        results = tuple(
            setting_result(config, plan.search_seeds(study.spec), by_config)
            for config in points.settings(study, place, runs)
        )
        winner = best(results)
        chosen.append(None if winner is None else results[winner].config)
    return tuple(chosen)


def runs_by_config(study: Study, runs: Mapping[str, Run], phase: Phase) -> dict[RunConfig, Run]:
    """Map configs to the study's runs of a phase; deleted ones are left out."""
    linked = (runs[run_id] for run_id in study.run_ids(phase) if run_id in runs)
    return {run.config: run for run in linked}


def _seed_result(config: RunConfig, run: Run | None) -> SeedResult:
    if run is None:
        return SeedResult(config.seed, None, "deleted")
    if run.state.active:
        return SeedResult(config.seed, run, "active")
    if run.state is RunState.STOPPED:
        if run.is_pruned:
            return SeedResult(config.seed, run, "pruned", run.best_val_accuracy)
        return SeedResult(config.seed, run, "stopped")
    if run.state is not RunState.FINISHED or run.best_val_accuracy is None:
        return SeedResult(config.seed, run, "failed")
    planned = config.epochs is not None and run.best_epoch == config.epochs_planned
    return SeedResult(config.seed, run, "trained", run.best_val_accuracy, planned)


def _counted(result: SeedResult) -> float | None:
    """Return the accuracy that a seed counts with; None where it is left out."""
    if result.outcome == "failed":
        return GUESSING
    return result.accuracy if result.outcome == "trained" else None
