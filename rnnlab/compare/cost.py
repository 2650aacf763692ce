"""Costs of training groups of runs, and the Pareto front of cost and accuracy."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from types import MappingProxyType
from typing import NamedTuple

from rnnlab.compare.groups import Group
from rnnlab.compare.stuck import stuck_runs
from rnnlab.evaluation.seeds import mean_and_sd
from rnnlab.runs import Run, RunCost


class Cost(NamedTuple):
    """The cost of a group, a mean over its seeds, and its accuracy; None where unknown.

    `seconds_per_epoch` is the median over its runs, `peak_memory_mb` the highest of its runs,
    `file_bytes` the size of one run's weights in the store. `accuracy` is the mean over the seeds
    that learned (over all if none did), `accuracy_sd` their standard deviation (n − 1), None for a
    single seed; `failed` of the `seeds` did not learn.
    """

    group: str  # its id
    name: str
    seeds: int
    parameters: int
    seconds_per_epoch: float | None
    seconds_to_best: float
    peak_memory_mb: float | None
    file_bytes: float | None
    accuracy: float
    accuracy_sd: float | None
    failed: int = 0


def group_costs(
    groups: Iterable[Group[Run]],
    run_costs: Mapping[str, RunCost],
    stuck: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> tuple[Cost, ...]:
    """Return the costs of these groups; `run_costs` by run id, from `RunStore.run_costs`.

    `stuck` has the ids of the runs that did not learn by group id, where predictions tell; of other
    groups the validation accuracies do. Ignores runs without a best epoch, and groups of such runs
    alone.
    """
    costs = []
    for group in groups:
        runs = [run for run in group.runs if run.id in run_costs and _finite(run.best_val_accuracy)]
        if runs:
            not_learned = stuck.get(group.id, stuck_runs(runs))
            costs.append(_group_cost(group, runs, [run_costs[run.id] for run in runs], not_learned))
    return tuple(costs)


def pareto_front(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Return the indices of the points (cost, quality) on the Pareto front, the cheapest first.

    A point dominates another that costs no less and is no better, unless both are equal.
    """
    front: list[int] = []
    for index in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        last = points[front[-1]] if front else None
        if last is None or points[index][1] > last[1] or points[index] == last:
            front.append(index)
    return tuple(front)


def _group_cost(
    group: Group[Run],
    runs: Sequence[Run],
    run_costs: Sequence[RunCost],
    not_learned: frozenset[str],
) -> Cost:
    epoch_times = [
        cost.seconds_per_epoch for cost in run_costs if cost.seconds_per_epoch is not None
    ]
    peaks = [run.peak_memory_mb for run in runs if run.peak_memory_mb is not None]
    sizes = [cost.file_bytes for cost in run_costs if cost.file_bytes is not None]
    learned = [run for run in runs if run.id not in not_learned]
    accuracy = mean_and_sd([run.best_val_accuracy for run in learned or runs])
    assert accuracy.mean is not None  # its runs have a best epoch
    return Cost(
        group=group.id,
        name=group.name,
        seeds=len(runs),
        parameters=runs[0].parameters,
        seconds_per_epoch=median(epoch_times) if epoch_times else None,
        seconds_to_best=fmean(cost.seconds_to_best for cost in run_costs),
        peak_memory_mb=max(peaks, default=None),
        file_bytes=fmean(sizes) if sizes else None,
        accuracy=accuracy.mean,
        accuracy_sd=accuracy.sd,
        failed=len(runs) - len(learned),
    )


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
