"""The Plotly figure of `over_seeds.group_curves`: seeds thin, means thick, bands, references."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rnnlab import format
from rnnlab.charts import lines, thinning
from rnnlab.charts.histories import Quantity
from rnnlab.charts.over_seeds import AXES, GroupCurve, GroupCurves, Line, SeedCurve
from rnnlab.charts.styling import escape, faded, short

if TYPE_CHECKING:
    import plotly.graph_objects as go


def group_curves_figure(
    info: GroupCurves, *, text_color: str, height: int = 420, train: bool = True
) -> "go.Figure":
    """Draw the curves of the groups; `train` says whether the training curves are among them."""
    courses, references = _split(info)
    figure = lines.figure(
        trace for curve in courses for trace in _traces(info.quantity, curve, train=train)
    )
    values = [value for curve in courses for value in _range(curve, train)]
    lines.lay_out(figure, text_color=text_color, height=height, percent=info.quantity == "accuracy")
    ends = [
        lines.End(_last(curve.validation.y), curve.style.color, curve.style.name)
        for curve in courses
    ]
    lines.label_ends(figure, ends, shown=values)
    figure.update_xaxes(title_text=AXES[info.axis], rangemode="tozero")
    if info.quantity == "gap":
        figure.add_hline(y=0, line={"color": text_color, "width": 1.5}, opacity=0.6)
    lines.add_references(figure, references, curves=values, text_color=text_color)
    return figure


def _split(info: GroupCurves) -> tuple[list[GroupCurve], list[lines.Reference]]:
    """Part the curves with a course from the single values that stand beside them, if any do."""
    courses = [curve for curve in info.curves if not curve.fitted_at_once]
    if not courses:
        return list(info.curves), []
    references = []
    for curve in info.curves:
        if curve.fitted_at_once:
            value = _last(curve.validation.y)
            text = format.percent(value) if info.quantity == "accuracy" else format.loss(value)
            name = f"{short(curve.style.name)} {text}"
            references.append(lines.Reference(value, curve.style.color, name))
    return courses, references


def _traces(quantity: Quantity, curve: GroupCurve, *, train: bool) -> Iterator[dict]:
    digits = ".1%" if quantity == "accuracy" else ".4f"
    name, color = escape(curve.style.name), curve.style.color
    mean = _thinned(curve.validation)
    yield from _surroundings(curve)
    yield from _seeds(curve, digits)
    if train and curve.train is not None:
        trend = _thinned(curve.train)
        yield dict(
            x=trend.x,
            y=trend.y,
            mode=_mode(trend),
            opacity=0.75,
            line={"color": color, "width": 2, "dash": "dash"},
            marker={"size": 5},
            hovertemplate=f"{name}, training: %{{y:{digits}}}<extra></extra>",
            uid=f"{curve.style.id}-train",
        )
    yield dict(
        x=mean.x,
        y=mean.y,
        mode=_mode(mean),
        line={"color": color, "width": 3.5},
        marker={"size": 7},
        hovertemplate=f"{name}: %{{y:{digits}}}<extra></extra>",
        uid=f"{curve.style.id}-validation",
    )


def _surroundings(curve: GroupCurve) -> Iterator[dict]:
    """Draw the band of the mean, and the extremes before smoothing."""
    color, x = curve.style.color, curve.validation.x
    if curve.band is not None:
        low, high = curve.band
        kept = thinning.places(curve.validation.y)
        yield dict(
            x=np.concatenate([x[kept], x[kept][::-1]]),
            y=np.concatenate([high[kept], low[kept][::-1]]),
            fill="toself",
            fillcolor=faded(color, 0.18),
            line={"width": 0},
            hoverinfo="skip",
            mode="lines",
            uid=f"{curve.style.id}-band",
        )
    for extreme, values in zip(("min", "max"), curve.extremes or (), strict=False):
        line = _thinned(Line(x, values))
        yield dict(
            x=line.x,
            y=line.y,
            mode="lines",
            opacity=0.7,
            line={"color": color, "width": 1.2, "dash": "dot"},
            hoverinfo="skip",
            uid=f"{curve.style.id}-{extreme}",
        )


def _seeds(curve: GroupCurve, digits: str) -> Iterator[dict]:
    """Draw the single seeds as one trace for those that learned and one for those that failed.

    A trace for each would take the browser as long as all else on the page. The best epochs are
    one trace of rings, whose `customdata` are the ids of the runs.
    """
    color, several = curve.style.color, len(curve.seeds) > 1
    for kind, dash in (("seeds", "solid"), ("failed", "dot")):
        members = [seed for seed in curve.seeds if seed.stuck == (kind == "failed")]
        if several and members:
            lines_of = [
                (_seed_name(seed), seed.validation.x, seed.validation.y) for seed in members
            ]
            joined = thinning.join(lines_of)
            yield dict(
                x=joined.x,
                y=joined.y,
                text=joined.names,
                mode="lines",
                opacity=0.55,
                line={"color": color, "width": 1.2, "dash": dash},
                uid=f"{curve.style.id}-{kind}",
                hovertemplate=f"%{{text}}: %{{y:{digits}}}<extra></extra>",
            )
    best = [(seed, seed.best) for seed in curve.seeds if seed.best]
    if best:
        yield dict(
            x=[point[0] for _, point in best],
            y=[point[1] for _, point in best],
            mode="markers",
            customdata=[seed.run_id for seed, _ in best],
            text=[_seed_name(seed) for seed, _ in best],
            marker={
                "size": 8 if several else 13,
                "color": "rgba(0,0,0,0)",
                "line": {"color": color, "width": 2 if several else 3},
            },
            hovertemplate=f"%{{text}}, best epoch: %{{y:{digits}}}<extra></extra>",
            uid=f"{curve.style.id}-best",
        )


def _seed_name(seed: SeedCurve) -> str:
    return escape(seed.name) + (", failed" if seed.stuck else "")


def _thinned(line: Line) -> Line:
    kept = thinning.places(line.y)
    return Line(line.x[kept], line.y[kept])


def _mode(line: Line) -> str:
    return "lines+markers" if len(line.x) < 3 else "lines"  # a line needs two points to be seen


def _range(curve: GroupCurve, train: bool) -> list[float]:
    """Return the lowest and the highest value that is drawn."""
    visible = [curve.validation, *(seed.validation for seed in curve.seeds)]
    if train and curve.train is not None:
        visible.append(curve.train)
    values = np.concatenate([line.y for line in visible])
    values = values[np.isfinite(values)]
    return [float(values.min()), float(values.max())] if len(values) else []


def _last(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if len(finite) else 0.0
