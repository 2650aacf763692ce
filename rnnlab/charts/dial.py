"""The dial of a network: its states on their two main directions, and a text's walk among them.

A `Dial` and the states of one text → small tuples → a Plotly figure.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import expit, logit

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, escape, faded, layout
from rnnlab.inside.dial import Dial

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_CLOUD = 400  # reviews drawn: more only make the picture heavier
NAMED = 3  # words that are written on the walk
ROOM = 0.08  # of the shown range, on every side


class RestingPoint(NamedTuple):
    """A fixed point on the dial: its place, whether it is stable, and what is written at it."""

    x: float
    y: float
    stable: bool
    label: str
    hover: str


class Walk(NamedTuple):
    """A text on the dial: the state after each word, from the review's start mark on."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    words: tuple[str, ...]
    probabilities: tuple[float, ...]
    marked: int | None = None  # the word that is looked at
    first: int = 0  # the first word's place in the text, which a click gives


class DialChart(NamedTuple):
    """What is drawn: the finding as title, the cloud, the resting points and the walk.

    `boundary` are the two ends of the line on which the network says 50 %; None where the
    read-out does not depend on these directions.
    """

    title: str
    color: str
    cloud: tuple[tuple[float, ...], tuple[float, ...]]
    points: tuple[RestingPoint, ...]
    walk: Walk
    boundary: tuple[tuple[float, float], tuple[float, float]] | None
    axes: tuple[tuple[float, float], tuple[float, float]]  # what is shown, of x and of y


def dial_chart(
    dial: Dial,
    states: np.ndarray,
    words: Sequence[str],
    *,
    read_out: np.ndarray,
    bias: float,
    color: str,
    marked: int | None = None,
    first: int = 0,
) -> DialChart:
    """Place a text's states (words, units) on a dial; read_out (units,) and bias are the network's.

    The probability at a state is that of a network that is read forwards in one layer.
    """
    places = (states - dial.mean) @ dial.directions.T
    probabilities = expit(states @ read_out + bias)
    walk = Walk(
        tuple(places[:, 0].tolist()),
        tuple(places[:, 1].tolist()),
        tuple(words),
        tuple(probabilities.tolist()),
        marked,
        first,
    )
    step = max(1, len(dial.cloud) // MAX_CLOUD)
    shown = dial.cloud[::step]
    units = len(dial.mean)
    points = []
    for point, probability in zip(dial.points, dial.probabilities, strict=True):
        x, y = ((point.state[:units] - dial.mean) @ dial.directions.T).tolist()
        says = format.percent(probability)
        kind = "Stable point" if point.stable else "Saddle"
        fades = f", fades in {point.words[0]:.0f} words" if point.stable else ""
        points.append(RestingPoint(x, y, point.stable, says, f"{kind}: {says} positive{fades}"))
    slope = dial.directions @ read_out
    offset = float(dial.mean @ read_out + bias)
    drawn = np.concatenate([shown, places, np.array([(p.x, p.y) for p in points]).reshape(-1, 2)])
    axes = _axes(drawn)
    boundary = _boundary(slope, offset, *axes[1])
    return DialChart(
        dial.sentence,
        color,
        (tuple(shown[:, 0].tolist()), tuple(shown[:, 1].tolist())),
        tuple(points),
        walk,
        boundary,
        axes,
    )


def describe(info: DialChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    points = "; ".join(point.hover for point in info.points) or "no resting point"
    walk = ""
    if info.walk.words:
        walk = (
            f" The text starts at {format.percent(info.walk.probabilities[0])} and ends at "
            f"{format.percent(info.walk.probabilities[-1])} positive."
        )
    return f"{info.title} {points}.{walk}"


def dial_figure(info: DialChart, *, text_color: str, height: int = 430) -> "go.Figure":
    """Draw the cloud faintly, the text's walk strongly, and the resting points on top."""
    stable = [point for point in info.points if point.stable]
    saddles = [point for point in info.points if not point.stable]
    traces: list[dict] = [
        {
            "x": info.cloud[0],
            "y": info.cloud[1],
            "mode": "markers",
            "marker": {"size": 6, "color": faded(info.color, 0.22)},
            "hoverinfo": "skip",
            "uid": "cloud",
        },
        {
            "x": info.walk.x,
            "y": info.walk.y,
            "mode": "lines+markers",
            "line": {"color": text_color, "width": 2},
            "marker": {
                "size": [6] * max(len(info.walk.x) - 1, 0) + [15] * bool(info.walk.x),
                "color": text_color,
            },
            "text": [
                f"{escape(word)}: {format.percent(probability)} positive"
                for word, probability in zip(info.walk.words, info.walk.probabilities, strict=True)
            ],
            "customdata": [str(info.walk.first + place) for place in range(len(info.walk.x))],
            "hovertemplate": "%{text}<extra></extra>",
            "uid": "walk",
        },
        _marked_word(info.walk, text_color),
        _named_words(info.walk, text_color),
        _points(stable, info.color, text_color, "circle"),
        _points(saddles, info.color, text_color, "circle-open"),
    ]
    figure = lines.figure(traces)
    margin = {"l": 12, "r": 12, "t": 30, "b": 44}
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False}
    figure.update_layout(
        **layout(text_color, height),
        margin=margin,
        showlegend=False,
        xaxis={
            **axis,
            "range": info.axes[0],
            "title": {"text": "← negative · first direction · positive →"},
        },
        yaxis={**axis, "range": info.axes[1], "title": {"text": ""}},
    )
    if info.boundary:
        (x0, y0), (x1, y1) = info.boundary
        figure.add_shape(
            type="line",
            x0=x0,
            y0=y0,
            x1=x1,
            y1=y1,
            line={"color": text_color, "width": 1.5, "dash": "dash"},
            label={
                "text": "50 %",
                "textposition": "start",
                "font": {"size": FONT_PX, "color": text_color},
                "textangle": 0,
                "yanchor": "bottom",
                "xanchor": "left",
            },
        )
    return figure


def _marked_word(walk: Walk, text_color: str) -> dict:
    """Ring the state after the word that is looked at, and name the word."""
    places = [] if walk.marked is None else [walk.marked]
    return {
        "x": [walk.x[place] for place in places],
        "y": [walk.y[place] for place in places],
        "mode": "markers+text",
        "marker": {
            "size": 24,
            "symbol": "circle-open",
            "color": text_color,
            "line": {"width": 3},
        },
        "text": [
            f"<b>{escape(walk.words[place])}</b> {format.percent(walk.probabilities[place])}"
            for place in places
        ],
        "textposition": "top center",
        "textfont": {"size": FONT_PX, "color": text_color},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "uid": "marked",
    }


def _named_words(walk: Walk, text_color: str) -> dict:
    """Name the words that move the answer most."""
    logits = logit(np.clip(walk.probabilities, 1e-12, 1 - 1e-12))
    moves = np.abs(np.diff(logits, prepend=logits[:1]))
    largest = np.argsort(-moves, kind="stable")[:NAMED].tolist()
    places = sorted(place for place in largest if place != walk.marked)
    return {
        "x": [walk.x[place] for place in places],
        "y": [walk.y[place] for place in places],
        "mode": "text",
        "text": [escape(walk.words[place]) for place in places],
        "textposition": "bottom center",
        "textfont": {"size": FONT_PX, "color": text_color},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "uid": "named",
    }


def _points(points: Sequence[RestingPoint], color: str, text_color: str, symbol: str) -> dict:
    return {
        "x": [point.x for point in points],
        "y": [point.y for point in points],
        "mode": "markers+text",
        "marker": {"size": 22, "symbol": symbol, "color": color, "line": {"width": 4}},
        "text": [f"<b>{point.label}</b>" for point in points],
        "textposition": "top center",
        "textfont": {"size": FONT_PX, "color": text_color},
        "hovertext": [point.hover for point in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        "uid": symbol,
    }


def _boundary(
    slope: np.ndarray, offset: float, low: float, high: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the ends, at these heights, of the line slope · (x, y) + offset = 0."""
    across, up = slope.tolist()
    if abs(across) < 1e-9:
        return None
    first, last = ((-(offset + up * y) / across, y) for y in (low, high))
    return first, last


def _axes(places: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of both axes around places (n, 2), so that the boundary squeezes nothing."""
    low, high = places.min(axis=0), places.max(axis=0)
    room = ROOM * np.maximum(high - low, 1e-9)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    return (left, right), (bottom, top)
