"""Costs of training groups of runs, and the Pareto front of cost and accuracy."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

from rnnlab.compare.groups import Group
from rnnlab.evaluation.seeds import mean_and_sd
from rnnlab.runs import Run, RunCost


class Cost(NamedTuple):
    """The cost and the accuracy of a group: means over its seeds, None where unknown.

    `seconds_per_epoch` is the median over its runs, `peak_memory_mb` the highest of its runs,
    `file_bytes` the size of one run's weights in the store. `accuracy_sd` is the standard
    deviation over seeds (n − 1), None for a single seed.
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


def group_costs(groups: Iterable[Group[Run]], run_costs: Mapping[str, RunCost]) -> tuple[Cost, ...]:
    """Return the costs of these groups; `run_costs` by run id, from `RunStore.run_costs`.

    Ignores runs without a best epoch, and groups of such runs alone.
    """
    costs = []
    for group in groups:
        runs = [run for run in group.runs if run.id in run_costs and _finite(run.best_val_accuracy)]
        if runs:
            costs.append(_group_cost(group, runs, [run_costs[run.id] for run in runs]))
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


def _group_cost(group: Group[Run], runs: Sequence[Run], run_costs: Sequence[RunCost]) -> Cost:
    epoch_times = [
        cost.seconds_per_epoch for cost in run_costs if cost.seconds_per_epoch is not None
    ]
    peaks = [run.peak_memory_mb for run in runs if run.peak_memory_mb is not None]
    sizes = [cost.file_bytes for cost in run_costs if cost.file_bytes is not None]
    accuracy = mean_and_sd([run.best_val_accuracy for run in runs])
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
    )


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
