"""Which setting a sweep tries next, by Optuna's tree-structured Parzen estimator.

A proposal follows from the spec, the points so far and how far they have come, and from nothing
else: Optuna's study is built anew in memory each time, and its sampler draws from the sweep's seed
and the point's number. So a sweep that is coordinated by one process after another is the sweep
that one would have made. The points still in training count as bad ones (Optuna's constant liar),
so that those beside them are sought elsewhere.

Optuna takes half a second to import: only the coordinator does. Reads and writes nothing.
"""

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.config import FIELDS, RunConfig
from rnnlab.runs import Run
from rnnlab.studies import Range, Study
from rnnlab.study import choose, plan, points, ranges
from rnnlab.study.points import Point

if TYPE_CHECKING:
    import optuna

STARTUP = 10  # points that are drawn at random before the estimator has anything to go by
TRIES = 10  # proposals of a point that was tried already, before one is drawn at random
FEWEST, BEST = 10, 5  # ended points without which no importance is told; of them the best


def propose(study: Study, place: int, runs: Mapping[str, Run]) -> RunConfig | None:
    """Return the next setting of a sweep's candidate, with the first seed.

    None where all of its points were tried. The first is the default where the ranges hold it.
    Where the budget trains every point, they are taken in order. runs: those of the study, by id.
    """
    spec, base = study.spec, study.spec.bases[place]
    tried = points.of_candidate(study, place, runs)
    taken = {point.config for point in tried}
    default = plan.with_seed(base, spec.first_seed)
    if not tried and ranges.contains(spec, base, base):
        return default
    size = ranges.size(spec, base)
    if size is not None and size <= points.most(spec, base):
        left = (config for config in ranges.every_point(spec, base) if config not in taken)
        return next(left, None)
    number = max((point.number for point in tried), default=-1) + 1
    trials = _trials(study, place, tried, runs)
    for attempt in range(TRIES):
        config = _ask(study, base, trials, seed=_seed(study, place, number, attempt))
        if config not in taken:
            return config
    draw = random.Random(_seed(study, place, number, TRIES))
    while (config := ranges.random_point(spec, base, draw)) in taken:
        pass  # there are more points than are tried
    return config


def importance(study: Study, runs: Mapping[str, Run]) -> tuple[dict[str, float] | None, ...]:
    """Return how much each searched field matters to each candidate, as shares that add up to 1.

    PED-ANOVA (Watanabe, Bansal & Hutter 2023, IJCAI): by how much the values of the best tenth of
    the points, and at least `BEST`, differ from all values. None for a candidate with fewer than
    `FEWEST` ended points, or whose points are all alike.
    """
    return tuple(_importance(study, place, runs) for place in range(len(study.spec.bases)))


def _importance(study: Study, place: int, runs: Mapping[str, Run]) -> dict[str, float] | None:
    import optuna

    tried = points.of_candidate(study, place, runs)
    trials = [
        trial
        for trial in _trials(study, place, tried, runs)
        if trial.state is optuna.trial.TrialState.COMPLETE
    ]
    names = ranges.ranges_of(study.spec, study.spec.bases[place])
    if len(trials) < FEWEST or not names or len({trial.value for trial in trials}) == 1:
        return None
    if len(names) == 1:
        return dict.fromkeys(names, 1.0)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    memory = optuna.create_study(direction="maximize")
    memory.add_trials(trials)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(
        target_quantile=max(0.1, BEST / len(trials))
    )
    shares = optuna.importance.get_param_importances(memory, evaluator=evaluator)
    return {name: float(shares[name]) for name in names}


def _ask(
    study: Study, base: RunConfig, trials: Sequence["optuna.trial.FrozenTrial"], *, seed: int
) -> RunConfig:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    startup = min(STARTUP, max(points.most(study.spec, base) // 3, 1))
    sampler = optuna.samplers.TPESampler(
        n_startup_trials=startup, multivariate=True, constant_liar=True, seed=seed
    )
    memory = optuna.create_study(direction="maximize", sampler=sampler)
    memory.add_trials(trials)
    trial = memory.ask(_distributions(study, base))
    values = {
        name: _value_of(name, values, trial.params[name])
        for name, values in ranges.ranges_of(study.spec, base).items()
    }
    return plan.with_fields(base, **values)


def _trials(
    study: Study, place: int, tried: Sequence[Point], runs: Mapping[str, Run]
) -> list["optuna.trial.FrozenTrial"]:
    """Return what Optuna is told of the points so far."""
    from optuna.trial import TrialState, create_trial

    spec, base = study.spec, study.spec.bases[place]
    by_config = choose.runs_by_config(study, runs, "search")
    distributions = _distributions(study, base)
    trials = []
    for point in tried:
        result = choose.setting_result(point.config, plan.search_seeds(spec), by_config)
        seen: dict[int, float] = {}
        state, value = TrialState.FAIL, None
        if result.pruned:
            state = TrialState.PRUNED
            pruned = [s for s in result.seeds if s.outcome == "pruned" and s.accuracy is not None]
            if pruned and pruned[0].run:
                seen = {pruned[0].run.epochs_done: pruned[0].accuracy or 0.0}
        elif point.waiting:
            state = TrialState.RUNNING
        elif result.mean is not None:
            state, value = TrialState.COMPLETE, result.mean
        params = {
            name: _param_of(values, getattr(point.config, name))
            for name, values in ranges.ranges_of(spec, base).items()
        }
        trials.append(
            create_trial(
                state=state,
                value=value,
                params=params,
                distributions=distributions,
                intermediate_values=seen,
            )
        )
    return trials


def _distributions(study: Study, base: RunConfig) -> dict[str, Any]:
    found = ranges.ranges_of(study.spec, base)
    return {name: _distribution(name, values) for name, values in found.items()}


def _distribution(name: str, values: Range) -> Any:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if values.choices:
        if _is_ordered(values):
            return IntDistribution(0, len(values.choices) - 1)
        return CategoricalDistribution(values.choices)
    log = ranges.is_log(name, values)
    if FIELDS[name].kind is int:
        return IntDistribution(int(values.low), int(values.high), log=log)
    return FloatDistribution(values.low, values.high, log=log)


def _value_of(name: str, values: Range, param: Any) -> Any:
    """Return the value of a field that Optuna's parameter stands for."""
    if values.choices:
        return values.choices[param] if _is_ordered(values) else param
    return ranges.rounded(name, values, param)


def _param_of(values: Range, value: Any) -> Any:
    return values.choices.index(value) if values.choices and _is_ordered(values) else value


def _is_ordered(values: Range) -> bool:
    """Return whether the choices are numbers, whose places Optuna searches."""
    return not any(isinstance(choice, str | bool) for choice in values.choices)


def _seed(study: Study, place: int, number: int, attempt: int) -> int:
    """Return the seed of a proposal; it depends on what was asked for alone."""
    text = f"{study.spec.first_seed} {place} {number} {attempt}"
    return random.Random(text).getrandbits(32)
