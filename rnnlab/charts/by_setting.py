"""Accuracy against a setting, such as the review length: a line for each kind of model.

Groups that differ in that setting alone are one line. Accuracy is that of the best epoch on the
validation reviews. Every seed counts in the mean, those that learned nothing too: where a model
begins to fail is what such a chart is for.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import DASHES, GRID, TEXT_COLOR, escape, faded, font, layout, shade
from rnnlab.compare.groups import Group, changed_settings, group_id, shared_settings
from rnnlab.config import FIELDS, SEED_FIELDS
from rnnlab.runs import Run

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT_PX = 460
CHANCE = 0.5


class Dot(NamedTuple):
    """One seed: the setting's value, its accuracy, its run's id, and what it is."""

    value: float
    accuracy: float
    run: str
    words: str


class Line(NamedTuple):
    """The models that differ in the setting alone; `means` are (value, accuracy), by value."""

    name: str
    color: str
    dash: str
    seeds: tuple[Dot, ...]
    means: tuple[tuple[float, float], ...]


class BySetting(NamedTuple):
    """What the chart shows; `label` names the setting, `log` says that its values spread widely."""

    title: str
    label: str
    log: bool
    lines: tuple[Line, ...]


def varied(groups: Sequence[Group[Run]]) -> tuple[str, ...]:
    """Return the numeric settings of which two groups that are else alike have different values."""
    return tuple(
        name
        for name, field in FIELDS.items()
        if field.kind in (int, float)
        and name not in SEED_FIELDS
        and any(len(members) > 1 for members in _alike(groups, name).values())
    )


def by_setting(groups: Sequence[Group[Run]], name: str) -> BySetting:
    """Return the lines of these groups over the setting; those that ignore it are left out."""
    shared = shared_settings(groups)
    seen: Counter[str] = Counter()
    found = []
    for members in _alike(groups, name).values():
        config = members[0].config
        place = seen[config.arch]
        seen[config.arch] += 1
        changed = changed_settings(config, ignore=(name, *shared))
        dots = [dot for group in members for dot in _dots(group, name)]
        found.append(
            Line(
                ", ".join([config.architecture.label, *changed]),
                shade(config.arch, place),
                DASHES[place % len(DASHES)],
                tuple(dots),
                _means(dots),
            )
        )
    found = [line for line in found if line.means]
    values = sorted({value for line in found for value, _ in line.means})
    log = len(values) > 2 and values[0] > 0 and values[-1] >= 5 * values[0]
    label = FIELDS[name].label.lower()
    return BySetting(_title(found, label, values), label, log, tuple(found))


def describe(info: BySetting) -> str:
    """Describe the chart in words, for those who cannot see it."""
    parts = [
        f"{line.name}: "
        + ", ".join(f"{format.percent(mean)} at {value:,g}" for value, mean in line.means)
        for line in info.lines
    ]
    return f"{info.title}. Line chart of validation accuracy by {info.label}: {'; '.join(parts)}."


def figure(info: BySetting, *, text_color: str = TEXT_COLOR) -> "go.Figure":
    """Draw the means as lines and the seeds as dots; each dot's `customdata` is its run's id."""
    chart = lines.figure(trace for line in info.lines for trace in _traces(line))
    text = font(text_color)
    values = sorted({value for line in info.lines for value, _ in line.means})
    accuracies = [dot.accuracy for line in info.lines for dot in line.seeds] or [CHANCE, 1.0]
    room = max(0.08 * (max(accuracies) - min(accuracies)), 0.01)
    chart.update_layout(
        **layout(text_color, HEIGHT_PX),
        margin={"l": 66, "r": 16, "t": 10, "b": 58},
        hovermode="closest",
        dragmode=False,
        legend={"font": text, "bgcolor": "rgba(0,0,0,0)", "itemclick": False},
        xaxis={
            "title": {"text": info.label, "font": text},
            "tickfont": text,
            "type": "log" if info.log else "linear",
            "tickvals": values,
            "ticktext": [f"{value:,g}" for value in values],
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "tickfont": text,
            "tickformat": ".1~%",
            "nticks": 7,
            "gridcolor": GRID,
            "zeroline": False,
            "range": [min(accuracies) - room, max(accuracies) + room],
        },
    )
    return chart


def _alike(groups: Sequence[Group[Run]], name: str) -> dict[str, list[Group[Run]]]:
    """Return the groups that have the setting, those together that differ in it alone."""
    alike: dict[str, list[Group[Run]]] = {}
    for group in groups:
        if getattr(group.config, name) is not None:
            rest = replace(group.config, **{name: FIELDS[name].kind(FIELDS[name].high)})
            alike.setdefault(group_id(rest), []).append(group)
    return alike


def _dots(group: Group[Run], name: str) -> list[Dot]:
    value = getattr(group.config, name)
    return [
        Dot(
            value,
            run.best_val_accuracy,
            run.id,
            f"{run.name}, {FIELDS[name].label.lower()} {value:,g}"
            f"{_seed(run)}: {format.percent(run.best_val_accuracy)}",
        )
        for run in group.runs
        if run.best_val_accuracy is not None
    ]


def _seed(run: Run) -> str:
    return "" if run.config.seed is None else f", seed {run.config.seed}"


def _means(dots: Sequence[Dot]) -> tuple[tuple[float, float], ...]:
    at: dict[float, list[float]] = {}
    for dot in dots:
        at.setdefault(dot.value, []).append(dot.accuracy)
    return tuple((value, float(np.mean(at[value]))) for value in sorted(at))


def _title(found: Sequence[Line], label: str, values: Sequence[float]) -> str:
    """Say the highest and the lowest mean at the setting's largest value."""
    ends = [(line.means[-1][1], line.name) for line in found if line.means[-1][0] == values[-1]]
    if not ends:
        return f"Validation accuracy by {label}"
    (highest, best), (lowest, worst) = max(ends), min(ends)
    at = f"At {label} {values[-1]:,g}"
    if best == worst:
        return f"{at}: {best} {format.percent(highest)}"
    return (
        f"{at}: highest {best} {format.percent(highest)}, lowest {worst} {format.percent(lowest)}"
    )


def _traces(line: Line) -> list[dict]:
    name = escape(line.name)
    return [
        {
            "x": [dot.value for dot in line.seeds],
            "y": [dot.accuracy for dot in line.seeds],
            "customdata": [dot.run for dot in line.seeds],
            "text": [escape(dot.words) for dot in line.seeds],
            "hovertemplate": "%{text}<extra></extra>",
            "mode": "markers",
            "marker": {"size": 10, "color": faded(line.color, 0.6)},
            "showlegend": False,
            "uid": f"{name}-seeds",
        },
        {
            "x": [value for value, _ in line.means],
            "y": [mean for _, mean in line.means],
            "mode": "lines+markers",
            "line": {"color": line.color, "width": 3.5, "dash": line.dash},
            "marker": {"size": 8},
            "hovertemplate": f"{name}, mean: %{{y:.1%}}<extra></extra>",
            "name": name,
            "uid": name,
        },
    ]
