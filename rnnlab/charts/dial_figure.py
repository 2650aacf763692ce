"""The dial of a network as a Plotly figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.dial import DialChart, RestingPoint, Walk
from rnnlab.charts.styling import FONT_PX, escape, faded, layout

if TYPE_CHECKING:
    import plotly.graph_objects as go

NAMED = 3  # words that are written on the walk


def dial_figure(info: DialChart, *, text_color: str, height: int = 460) -> "go.Figure":
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
            "text": _answers(info.walk),
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
            "title": {
                "text": "← negative · first direction · positive →"
                if info.oriented
                else "first direction"
            },
        },
        yaxis={**axis, "range": info.axes[1], "title": {"text": ""}},
    )
    if info.walk.marked is not None:
        figure.add_annotation(_marked_name(info, text_color))
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


def _answers(walk: Walk, *, strong: bool = False) -> list[str]:
    """Return each word with the answer after it."""
    words = [f"<b>{escape(word)}</b>" if strong else escape(word) for word in walk.words]
    if not walk.probabilities:
        return words
    return [
        f"{word} {format.percent(probability)}" + ("" if strong else " positive")
        for word, probability in zip(words, walk.probabilities, strict=True)
    ]


def _marked_word(walk: Walk, text_color: str) -> dict:
    """Ring the state after the word that is looked at."""
    places = [] if walk.marked is None else [walk.marked]
    return {
        "x": [walk.x[place] for place in places],
        "y": [walk.y[place] for place in places],
        "mode": "markers",
        "marker": {
            "size": 24,
            "symbol": "circle-open",
            "color": text_color,
            "line": {"width": 3},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
        "uid": "marked",
    }


def _marked_name(info: DialChart, text_color: str) -> dict:
    """Name the word that is looked at, with the answer, beside its ring towards the middle.

    An annotation can have a background, so that it is read on the walk; a phone has no room for it.
    """
    walk, (left, right) = info.walk, info.axes[0]
    place = walk.marked or 0
    on_the_right = walk.x[place] > (left + right) / 2
    return {
        "x": walk.x[place],
        "y": walk.y[place],
        "text": _answers(walk, strong=True)[place],
        "showarrow": False,
        "xanchor": "right" if on_the_right else "left",
        "xshift": -18 if on_the_right else 18,
        "font": {"size": FONT_PX, "color": text_color},
        "bgcolor": "rgba(128,138,155,0.4)",  # on either theme, and on a slide
    }


def _named_words(walk: Walk, text_color: str) -> dict:
    """Name the words that move the answer most, or the state where there is no answer."""
    if walk.probabilities:
        logits = logit(np.clip(walk.probabilities, 1e-12, 1 - 1e-12))
        moves = np.abs(np.diff(logits, prepend=logits[:1]))
    else:
        places_so_far = np.array([walk.x, walk.y])
        moves = np.linalg.norm(np.diff(places_so_far, prepend=places_so_far[:, :1]), axis=0)
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
