"""A sweep's points as they are drawn: what was tried, what came of it, and what that says.

Owns the titles of a sweep's charts. They describe what was seen in the search; which model is
better is said by the comparison on fresh seeds alone. How they are drawn is in `sweep_figures` and
`sweep_panels`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from rnnlab import format, params
from rnnlab.charts.study import colors
from rnnlab.compare.cost import pareto_front
from rnnlab.config import FIELDS
from rnnlab.studies import Range
from rnnlab.study import plan, ranges
from rnnlab.study.choose import GUESSING, SettingResult
from rnnlab.study.result import CandidateResult, StudyResult

Outcome = Literal["trained", "failed", "pruned"]
CostAxis = Literal["parameters", "seconds"]
COST_LABELS: dict[CostAxis, str] = {
    "parameters": "parameters",
    "seconds": "seconds of training",
}
NEAR = 0.01  # of accuracy: how far below the highest a title looks for a cheaper point


class Point(NamedTuple):
    """A setting that has ended. `number` counts those of its candidate from 1.

    `accuracy` is its mean on the validation reviews; of one that was pruned the highest it had
    come to, and of one that failed that of guessing. `run` is the id of its first run, `words` say
    what it is.
    """

    number: int
    values: Mapping[str, Any]
    accuracy: float
    outcome: Outcome
    parameters: int
    seconds: float
    run: str
    words: str
    chosen: bool


class Tuned(NamedTuple):
    """One candidate: its points, and how much each field matters to it, if that is known."""

    name: str
    color: str
    points: tuple[Point, ...]
    importance: Mapping[str, float] | None

    @property
    def trained(self) -> tuple[Point, ...]:
        """Its points that were trained to their end."""
        return tuple(point for point in self.points if point.outcome == "trained")

    @property
    def highest(self) -> Point | None:
        """Its point with the highest accuracy, the first of equal ones."""
        return max(self.trained, key=lambda point: (point.accuracy, -point.number), default=None)


class Axis(NamedTuple):
    """A searched field as an axis; choices stand at 0, 1, 2, …."""

    name: str
    label: str
    values: Range
    log: bool

    def at(self, value: Any) -> float:
        """Return where a value stands on the axis."""
        if self.values.choices:
            return float(self.values.choices.index(value))
        return float(value)

    def share(self, value: Any) -> float:
        """Return where a value stands between the ends of the axis, from 0 to 1."""
        return ranges.place(self.name, self.values, value)


class SweepChart(NamedTuple):
    """What all charts of a sweep are drawn from."""

    candidates: tuple[Tuned, ...]
    axes: tuple[Axis, ...]
    decided: bool

    @property
    def empty(self) -> bool:
        """Whether no point has ended yet."""
        return not any(candidate.points for candidate in self.candidates)


def sweep_chart(result: StudyResult) -> SweepChart:
    """Return what is drawn of a sweep."""
    study = result.study
    importance = study.importance or (None,) * len(result.candidates)
    candidates = []
    for candidate, color, shares in zip(result.candidates, colors(result), importance, strict=True):
        found = tuple(
            point
            for place, setting in enumerate(candidate.settings)
            if (point := _point(result, candidate, place, setting))
        )
        candidates.append(Tuned(candidate.name, color, found, shares))
    searched = study.spec.sweep.ranges if study.spec.sweep else {}
    axes = tuple(
        Axis(name, FIELDS[name].label, values, ranges.is_log(name, values))
        for name, values in searched.items()
    )
    return SweepChart(tuple(candidates), axes, study.chosen is not None)


def _point(
    result: StudyResult, candidate: CandidateResult, place: int, setting: SettingResult
) -> Point | None:
    runs = [seed.run for seed in setting.seeds if seed.run and seed.outcome != "stopped"]
    if not runs or any(run.state.active for run in runs):
        return None
    outcome: Outcome = "trained" if setting.trained else "failed"
    accuracy = setting.mean
    if setting.pruned:
        outcome = "pruned"
        accuracy = max((seed.accuracy or GUESSING for seed in setting.seeds), default=GUESSING)
    if accuracy is None:
        return None
    values = {
        name: value
        for name in result.study.spec.searched
        if (value := getattr(setting.config, name)) is not None
    }
    said = ", ".join(
        f"{FIELDS[name].label.lower()} {plan.grid_value(name, value)}"
        for name, value in values.items()
    )
    how = {"trained": "", "pruned": ", stopped: below the median", "failed": ", failed"}[outcome]
    words = f"{candidate.name} {place + 1}: {format.percent(accuracy)}{how}<br>{said}"
    return Point(
        place + 1,
        values,
        accuracy,
        outcome,
        params.parameters(setting.config),
        sum(run.seconds for run in runs),
        runs[0].id,
        words,
        place == candidate.chosen,
    )


# ---- titles --------------------------------------------------------------------------------


def best_title(info: SweepChart) -> str:
    """Say how high each candidate has come, and when."""
    parts = [
        f"{candidate.name} {format.percent(highest.accuracy)} at setting {highest.number} of "
        f"{len(candidate.points)}"
        for candidate in info.candidates
        if (highest := candidate.highest)
    ]
    if not parts:
        return "No setting is trained yet"
    return f"Highest in the search: {'; '.join(parts)}"


def slices_title(info: SweepChart) -> str:
    """Say which values were chosen, so far."""
    parts = [
        f"{candidate.name} at {_values(info, highest)}"
        for candidate in info.candidates
        if (highest := candidate.highest)
    ]
    if not parts:
        return "No setting is trained yet"
    return f"{'Chosen' if info.decided else 'Highest so far'}: {'; '.join(parts)}"


def parallel_title(info: SweepChart) -> str:
    """Say where the best tenth of all settings lies."""
    trained = sorted(
        (point for candidate in info.candidates for point in candidate.trained),
        key=lambda point: -point.accuracy,
    )
    top = trained[: max(math.ceil(len(trained) / 10), 3)]
    if len(trained) <= 3:
        return "Each line is a setting, from its values to its accuracy"
    parts = []
    for axis in info.axes:
        values = sorted(
            {point.values[axis.name] for point in top if axis.name in point.values}, key=axis.at
        )
        if values:
            low, high = (plan.grid_value(axis.name, value) for value in (values[0], values[-1]))
            span = low if low == high else f"{low}–{high}"
            if axis.values.choices:
                span = format.listing([plan.grid_value(axis.name, value) for value in values])
            parts.append(f"{axis.label.lower()} {span}")
    return f"The {len(top)} highest of {len(trained)} settings: {', '.join(parts)}"


def importance_title(info: SweepChart) -> str:
    """Say which field takes the largest share of each candidate's importance."""
    largest: dict[str, list[str]] = {}
    for candidate in info.candidates:
        if candidate.importance:
            name, share = max(candidate.importance.items(), key=lambda item: item[1])
            said = f"{candidate.name} ({format.whole_percent(share)})"
            largest.setdefault(FIELDS[name].label.lower(), []).append(said)
    if not largest:
        return "Importance is estimated once ten settings are trained"
    parts = [f"{label} for {format.listing(names)}" for label, names in largest.items()]
    return f"Largest share of importance: {'; '.join(parts)}"


def cost_title(info: SweepChart, axis: CostAxis) -> str:
    """Say what the highest accuracy costs, and the least that one close to it does."""
    found = [
        (candidate.name, point) for candidate in info.candidates for point in candidate.trained
    ]
    if not found:
        return "No setting is trained yet"
    name, highest = max(found, key=lambda pair: pair[1].accuracy)
    near = [pair for pair in found if pair[1].accuracy >= highest.accuracy - NEAR]
    cheap_name, cheap = min(near, key=lambda pair: cost_of(pair[1], axis))
    title = f"Highest: {name}, {_accuracy_for(highest, axis)}"
    if cost_of(cheap, axis) < cost_of(highest, axis):
        title += f"; within a point: {cheap_name}, {_accuracy_for(cheap, axis)}"
    return title


def cost_of(point: Point, axis: CostAxis) -> float:
    """Return a point's cost; at least a tenth of a second."""
    return float(point.parameters) if axis == "parameters" else max(point.seconds, 0.1)


def front(info: SweepChart, axis: CostAxis) -> tuple[Point, ...]:
    """Return the trained points that no other beats in accuracy and cost, the cheapest first."""
    found: Sequence[Point] = [p for candidate in info.candidates for p in candidate.trained]
    places = pareto_front([(cost_of(point, axis), point.accuracy) for point in found])
    return tuple(found[place] for place in places)


def _accuracy_for(point: Point, axis: CostAxis) -> str:
    cost = (
        f"{point.parameters:,} parameters"
        if axis == "parameters"
        else f"{format.duration(point.seconds)} of training"
    )
    return f"{format.percent(point.accuracy)} for {cost}"


def _values(info: SweepChart, point: Point) -> str:
    return ", ".join(
        f"{axis.label.lower()} {plan.grid_value(axis.name, point.values[axis.name])}"
        for axis in info.axes
        if axis.name in point.values
    )
