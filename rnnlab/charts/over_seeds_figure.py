"""The Plotly figure of `over_seeds.group_curves`: seeds thin, means thick, bands, references."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.over_seeds import AXES, GroupCurve, GroupCurves, Line, Quantity
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
    values = [value for curve in courses for value in _values(curve, train)]
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
    several = len(curve.seeds) > 1
    x = curve.validation.x
    if curve.band is not None:
        low, high = curve.band
        yield dict(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=faded(color, 0.18),
            line={"width": 0},
            hoverinfo="skip",
            mode="lines",
            uid=f"{curve.style.id}-band",
        )
    if curve.extremes is not None:
        for extreme, values in zip(("min", "max"), curve.extremes, strict=True):
            yield dict(
                x=x,
                y=values,
                mode="lines",
                opacity=0.7,
                line={"color": color, "width": 1.2, "dash": "dot"},
                hoverinfo="skip",
                uid=f"{curve.style.id}-{extreme}",
            )
    for seed in curve.seeds:
        seed_name = escape(seed.name)
        if several:
            yield dict(
                x=seed.validation.x,
                y=seed.validation.y,
                mode="lines",
                opacity=0.55,
                line={"color": color, "width": 1.2, "dash": "dot" if seed.stuck else "solid"},
                uid=seed.run_id,
                hovertemplate=f"{seed_name}{', failed' if seed.stuck else ''}: "
                f"%{{y:{digits}}}<extra></extra>",
            )
        if seed.best:
            yield dict(
                x=[seed.best[0]],
                y=[seed.best[1]],
                mode="markers",
                customdata=[seed.run_id],
                marker={
                    "size": 8 if several else 13,
                    "color": "rgba(0,0,0,0)",
                    "line": {"color": color, "width": 2 if several else 3},
                },
                hovertemplate=f"{seed_name}, best epoch: %{{y:{digits}}}<extra></extra>",
                uid=f"{seed.run_id}-best",
            )
    if train and curve.train is not None:
        yield dict(
            x=curve.train.x,
            y=curve.train.y,
            mode=_mode(curve.train),
            opacity=0.75,
            line={"color": color, "width": 2, "dash": "dash"},
            marker={"size": 5},
            hovertemplate=f"{name}, training: %{{y:{digits}}}<extra></extra>",
            uid=f"{curve.style.id}-train",
        )
    yield dict(
        x=x,
        y=curve.validation.y,
        mode=_mode(curve.validation),
        line={"color": color, "width": 3.5},
        marker={"size": 7},
        hovertemplate=f"{name}: %{{y:{digits}}}<extra></extra>",
        uid=f"{curve.style.id}-validation",
    )


def _mode(line: Line) -> str:
    return "lines+markers" if len(line.x) < 3 else "lines"  # a line needs two points to be seen


def _values(curve: GroupCurve, train: bool) -> list[float]:
    visible = [curve.validation, *(seed.validation for seed in curve.seeds)]
    if train and curve.train is not None:
        visible.append(curve.train)
    values = np.concatenate([line.y for line in visible])
    return values[np.isfinite(values)].tolist()


def _last(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if len(finite) else 0.0
