"""A study's search: accuracy against the searched value, a panel for each candidate.

Each seed is a dot, the line goes through the means, and the chosen value is marked. Fresh seeds
stand beside it, with their accuracy on the test reviews. How it is drawn is in `study_figure`.
"""

from collections import Counter
from typing import NamedTuple

from rnnlab import format
from rnnlab.charts.styling import shade
from rnnlab.config import FIELDS
from rnnlab.study import plan
from rnnlab.study.result import CandidateResult, StudyResult


class Dot(NamedTuple):
    """A seed: `value` is None where the candidate has nothing to search, `accuracy` if it failed.

    `run` is its id; `words` say what it is.
    """

    value: float | None
    accuracy: float | None
    run: str
    words: str


class Panel(NamedTuple):
    """One candidate. `means` are (value, accuracy); `chosen` is the value that won, so far."""

    name: str
    color: str
    seeds: tuple[Dot, ...]
    fresh: tuple[Dot, ...]
    means: tuple[tuple[float | None, float], ...]
    chosen: float | None
    chosen_mean: float | None


class Search(NamedTuple):
    """A search; `label` names the axis, `values` are those searched; `decided` once it is over."""

    title: str
    label: str
    values: tuple[float, ...]
    log: bool
    panels: tuple[Panel, ...]
    decided: bool


def search(result: StudyResult) -> Search:
    """Return what is drawn of a study: its first searched field against accuracy."""
    name, values = next(iter(result.study.spec.grid.items()))
    panels = [
        _panel(candidate, name, color)
        for candidate, color in zip(result.candidates, colors(result), strict=True)
    ]
    decided = result.study.chosen is not None
    field = FIELDS[name]
    log = field.kind is float and values[0] > 0 and values[-1] >= 5 * values[0]
    title = _title(result, name, decided=decided)
    return Search(title, field.label.lower(), values, log, tuple(panels), decided)


def colors(result: StudyResult) -> tuple[str, ...]:
    """Return the colour of each candidate: that of its architecture, in a shade of its own."""
    seen: Counter[str] = Counter()
    found = []
    for candidate in result.candidates:
        arch = candidate.base.arch
        found.append(shade(arch, seen[arch]))
        seen[arch] += 1
    return tuple(found)


def describe(info: Search) -> str:
    """Describe the chart in words, for those who cannot see it."""
    parts = []
    for panel in info.panels:
        means = ", ".join(
            (f"{value:g}: " if value is not None else "") + format.percent(mean)
            for value, mean in panel.means
        )
        failed = sum(dot.accuracy is None for dot in panel.seeds)
        failures = f"; {format.plural(failed, 'seed')} failed" if failed else ""
        parts.append(f"{panel.name}, mean at {means or 'no value yet'}{failures}")
    return (
        f"{info.title}. Scatter charts of validation accuracy against {info.label}, a panel for "
        f"each model: {'. '.join(parts)}."
    )


def _panel(candidate: CandidateResult, name: str, color: str) -> Panel:
    winner = candidate.winner
    seeds, means = [], []
    for setting in candidate.settings:
        value = getattr(setting.config, name)
        at = (
            ""
            if value is None
            else f", {FIELDS[name].label.lower()} {plan.grid_value(name, value)}"
        )
        if setting.mean is not None:
            means.append((value, setting.mean))
        for seed in setting.seeds:
            if seed.run is None or seed.outcome not in ("trained", "failed"):
                continue
            words = "failed"
            if seed.accuracy is not None:
                words = f"validation {format.percent(seed.accuracy)}"
            seeds.append(
                Dot(
                    value,
                    seed.accuracy,
                    seed.run.id,
                    f"{seed.run.name}{at}{_seed(seed.seed)}: {words}",
                )
            )
    chosen = winner and getattr(winner.config, name)
    fresh = tuple(
        Dot(
            chosen,
            candidate.test_accuracies[seed.run.id],
            seed.run.id,
            f"{seed.run.name}{_seed(seed.seed)}: test "
            f"{format.percent(candidate.test_accuracies[seed.run.id])}",
        )
        for seed in (candidate.final.seeds if candidate.final else ())
        if seed.run and seed.run.id in candidate.test_accuracies
    )
    mean = winner and winner.mean
    return Panel(candidate.name, color, tuple(seeds), fresh, tuple(means), chosen, mean)


def _title(result: StudyResult, name: str, *, decided: bool) -> str:
    """Say which value was chosen for which candidates."""
    chosen: dict[object, list[str]] = {}
    for candidate in result.candidates:
        if candidate.winner and (value := getattr(candidate.winner.config, name)) is not None:
            chosen.setdefault(value, []).append(candidate.name)
    label = FIELDS[name].label.lower()
    if not chosen:
        return f"Validation accuracy against {label}"
    parts = [
        f"{plan.grid_value(name, value)} for {format.listing(names)}"
        for value, names in chosen.items()
    ]
    if len(chosen) == 1:
        ((value, names),) = chosen.items()
        parts = [f"{plan.grid_value(name, value)}" + (" for all" if len(names) > 1 else "")]
    return f"{'Chosen' if decided else 'Highest so far at'} {label}: {'; '.join(parts)}"


def _seed(seed: int | None) -> str:
    return "" if seed is None else f", seed {seed}"
