"""What training a group of runs cost, and which groups no other beats on both cost and accuracy."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.compare.groups import Group
from rnnlab.runs import Run, RunCost

if TYPE_CHECKING:
    pass


class Cost(NamedTuple):
    """What a group costs and how accurate it is: means over its seeds, None where not known.

    `seconds_per_epoch` is the median of its runs' paces, `peak_memory_mb` the highest of its runs.
    `file_bytes` is the size of one run's weights in the store. `accuracy_sd` is the standard
    deviation over seeds (n − 1); None for a single seed.
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
    """The costs of these groups; `run_costs` by run id, of `RunStore.run_costs`.

    Runs without a best epoch do not count, and groups of such runs are left out.
    """
    found = []
    for group in groups:
        runs = [run for run in group.runs if run.id in run_costs and _finite(run.best_val_accuracy)]
        if runs:
            found.append(_cost(group, runs, [run_costs[run.id] for run in runs]))
    return tuple(found)


def pareto_front(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """The places of the points (cost, quality) that no other beats, the cheapest first.

    One point beats another that costs no less and is no better, unless both are equal.
    """
    front: list[int] = []
    for place in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        last = points[front[-1]] if front else None
        if last is None or points[place][1] > last[1] or points[place] == last:
            front.append(place)
    return tuple(front)


def _cost(group: Group[Run], runs: Sequence[Run], run_costs: Sequence[RunCost]) -> Cost:
    epoch_times = [one.seconds_per_epoch for one in run_costs if one.seconds_per_epoch is not None]
    peaks = [run.peak_memory_mb for run in runs if run.peak_memory_mb is not None]
    sizes = [one.file_bytes for one in run_costs if one.file_bytes is not None]
    accuracies = [run.best_val_accuracy for run in runs]
    return Cost(
        group=group.id,
        name=group.name,
        seeds=len(runs),
        parameters=runs[0].parameters,
        seconds_per_epoch=median(epoch_times) if epoch_times else None,
        seconds_to_best=fmean(one.seconds_to_best for one in run_costs),
        peak_memory_mb=max(peaks, default=None),
        file_bytes=fmean(sizes) if sizes else None,
        accuracy=fmean(accuracies),
        accuracy_sd=stdev(accuracies) if len(accuracies) > 1 else None,
    )


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
