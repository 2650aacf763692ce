"""Compares groups at equal cost: within the same training time, and with as many parameters.

Works on stored epochs and on configs; reads no predictions and makes no claim of significance.
"""

import dataclasses
import math
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

from rnnlab import format, params
from rnnlab.compare.groups import Group
from rnnlab.compare.stuck import without_stuck
from rnnlab.config import FIELDS, RunConfig
from rnnlab.evaluation.seeds import mean_and_sd
from rnnlab.runs import Epoch, Run

CLOSE = 0.1  # share of the parameters; models that differ by less count as equally large


class AccuracyInTime(NamedTuple):
    """The highest validation accuracy that a group's seeds reached in time: mean and sd.

    `seeds` of them had finished an epoch by then; accuracy is None where none had.
    """

    name: str
    accuracy: float | None
    sd: float | None
    seeds: int


class EqualTime(NamedTuple):
    """What each group reached within `seconds`, the shortest mean training time of them all."""

    seconds: float
    groups: tuple[AccuracyInTime, ...]

    @property
    def title(self) -> str:
        """The highest mean, with the time; no claim that it is significant."""
        within = f"within {format.duration(self.seconds)} of training"
        known = [
            (group.accuracy, group.name) for group in self.groups if group.accuracy is not None
        ]
        if not known:
            return f"No model finished an epoch {within}"
        accuracy, name = max(known, key=lambda pair: pair[0])
        return f"Highest {within}: {name}, {format.percent(accuracy)}"


def accuracy_at_equal_time(
    groups: Sequence[Group[Run]],
    epochs: Mapping[str, Sequence[Epoch]],
    *,
    stuck: Collection[str] = (),
) -> EqualTime | None:
    """Compare groups at equal training time; None for fewer than two with a finished epoch.

    `epochs` by run id. The runs in `stuck`, which did not learn, are left out, unless none of their
    group did.
    """
    members = []
    for group in groups:
        runs = [run for run in group.runs if epochs.get(run.id)]
        if runs:
            members.append((group, without_stuck(runs, stuck)))
    if len(members) < 2:
        return None
    seconds = min(
        fmean(sum(epoch.seconds for epoch in epochs[run.id]) for run in runs) for _, runs in members
    )
    return EqualTime(
        seconds,
        tuple(
            _in_time(group.name, [epochs[run.id] for run in runs], seconds)
            for group, runs in members
        ),
    )


def _in_time(name: str, runs: Sequence[Sequence[Epoch]], seconds: float) -> AccuracyInTime:
    reached = [_highest_by(epochs, seconds) for epochs in runs]
    known = [accuracy for accuracy in reached if accuracy is not None]
    mean, sd = mean_and_sd(known)
    return AccuracyInTime(name, mean, sd, len(known))


def _highest_by(epochs: Sequence[Epoch], seconds: float) -> float | None:
    """Return the highest validation accuracy of the epochs that ended by then; None for none."""
    spent, highest = 0.0, None
    for epoch in epochs:
        spent += epoch.seconds
        if spent > seconds * (1 + 1e-9):  # the sum of the fastest run's own epochs may round up
            break
        if math.isfinite(epoch.val_accuracy) and epoch.val_accuracy > (highest or 0.0):
            highest = epoch.val_accuracy
    return highest


class Size(NamedTuple):
    """A group's parameters, and their share above (+) or below (−) those of the reference.

    `evened` is its config with as many parameters as the reference; None where it has about as many
    already, or no size of its layer comes close.
    """

    name: str
    parameters: int
    excess: float
    evened: RunConfig | None

    @property
    def close(self) -> bool:
        """Whether it has about as many parameters as the reference."""
        return abs(self.excess) <= CLOSE

    @property
    def remedy(self) -> str:
        """What would even it out, in words."""
        if self.close:
            return f"within {100 * CLOSE:.0f}{format.NO_BREAK}%"
        if self.evened is None:
            return "no size comes close"
        name = _size_field(self.evened)
        size = f"{FIELDS[name].label.lower()} {getattr(self.evened, name)}" if name else ""
        return f"{size} ({format.count(params.parameters(self.evened))} parameters)"


class EqualParameters(NamedTuple):
    """The groups by their parameters, fewest first; the reference is one of them.

    `parameters` are the reference's.
    """

    reference: str
    parameters: int
    groups: tuple[Size, ...]

    @property
    def title(self) -> str:
        """How many of the groups are about as large as the reference."""
        others = [group for group in self.groups if group.name != self.reference]
        close = sum(group.close for group in others)
        within = (
            f"within {100 * CLOSE:.0f}{format.NO_BREAK}% of the "
            f"{format.count(self.parameters)} parameters of {self.reference}"
        )
        if len(others) == 1:
            return f"{others[0].name} is {'' if close else 'not '}{within}"
        if close in (0, len(others)):
            return f"{'All' if close else 'None of the'} {len(others)} other models are {within}"
        return f"{close} of {len(others)} other models {'is' if close == 1 else 'are'} {within}"


def sizes_of(groups: Sequence[Group[Run]], reference: Group[Run]) -> EqualParameters:
    """Compare the groups' parameters with those of the reference, which is one of them."""
    target = params.parameters(reference.config)
    sizes = [_size(group, target) for group in groups]
    by_size = tuple(sorted(sizes, key=lambda size: size.parameters))
    return EqualParameters(reference.name, target, by_size)


def _size(group: Group[Run], target: int) -> Size:
    parameters = params.parameters(group.config)
    excess = parameters / target - 1
    evened = None if abs(excess) <= CLOSE else with_parameters(group.config, target)
    return Size(group.name, parameters, excess, evened)


def with_parameters(config: RunConfig, target: int) -> RunConfig | None:
    """Return the config with the units that bring it closest to `target` parameters.

    Of a network without units, with the size of its word vectors. None where none comes within
    `CLOSE`, or where it has neither.
    """
    name = _size_field(config)
    if name is None:
        return None

    def resized(size: int) -> RunConfig:
        value: Any = size  # mypy cannot tell which field it is for
        return dataclasses.replace(config, **{name: value})

    low, high = int(FIELDS[name].low), int(FIELDS[name].high)
    while low < high:  # the smallest size with at least as many parameters
        middle = (low + high) // 2
        if params.parameters(resized(middle)) < target:
            low = middle + 1
        else:
            high = middle
    sizes = [size for size in (low - 1, low) if size >= FIELDS[name].low]
    closest = min(
        (resized(size) for size in sizes),
        key=lambda candidate: abs(params.parameters(candidate) - target),
    )
    return closest if abs(params.parameters(closest) / target - 1) <= CLOSE else None


def _size_field(config: RunConfig) -> str | None:
    return next((name for name in ("units", "embedding_dim") if getattr(config, name)), None)
