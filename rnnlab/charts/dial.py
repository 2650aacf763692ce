"""The dial of a network: its states on their two main directions, and a text's walk among them.

A `Dial` and the states of one text → small tuples; `rnnlab.charts.dial_figure` draws them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from rnnlab import format
from rnnlab.inside.dial import Dial

DIGITS = 4  # of places on the dial: a thousandth of its width cannot be seen
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
    probabilities: tuple[float, ...]  # none where the answer needs another cell's state, too
    marked: int | None = None  # the word that is looked at
    first: int = 0  # the first word's place in the text, which a click gives


class DialChart(NamedTuple):
    """What is drawn: the finding as title, the cloud, the resting points and the walk.

    `line` are a, b, c of the line a x + b y + c = 0 on which the network says 50 %; None where
    the answer does not depend on these directions, or on another cell, too.
    """

    title: str
    color: str
    cloud: tuple[tuple[float, ...], tuple[float, ...]]
    points: tuple[RestingPoint, ...]
    walk: Walk
    line: tuple[float, float, float] | None
    axes: tuple[tuple[float, float], tuple[float, float]]  # what is shown, of x and of y
    oriented: bool = True  # whether the right is positive; the layers below the last do not tell

    @property
    def boundary(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The ends of the line on which the network says 50 %, at the heights that are shown."""
        if self.line is None:
            return None
        across, up, offset = self.line
        first, last = ((-(offset + up * y) / across, y) for y in self.axes[1])
        return first, last


def dial_chart(
    dial: Dial,
    states: np.ndarray,
    words: Sequence[str],
    *,
    read_out: np.ndarray | None,
    bias: float,
    color: str,
    marked: int | None = None,
    first: int = 0,
    in_view: Sequence[np.ndarray] = (),
) -> DialChart:
    """Place a text's states (words, units) on a dial.

    read_out (units,) and bias are the network's; None where the answer needs more than this state.
    The axes hold the clouds `in_view` (reviews, 2), too.
    """
    places = ((states - dial.mean) @ dial.directions.T).round(DIGITS)
    probabilities = () if read_out is None else expit(states @ read_out + bias).tolist()
    walk = Walk(
        tuple(places[:, 0].tolist()),
        tuple(places[:, 1].tolist()),
        tuple(words),
        tuple(probabilities),
        marked,
        first,
    )
    cloud = dial.cloud.round(DIGITS)
    units = len(dial.mean)
    points = []
    for point, probability in zip(dial.points, dial.probabilities, strict=True):
        x, y = ((point.state[:units] - dial.mean) @ dial.directions.T).tolist()
        says = "" if probability is None else format.percent(probability)
        kind = "Stable point" if point.stable else "Saddle"
        answer = f": {says} positive" if says else ""
        fades = f", fades in {point.words[0]:.0f} words" if point.stable else ""
        points.append(RestingPoint(x, y, point.stable, says, f"{kind}{answer}{fades}"))
    resting = np.array([(point.x, point.y) for point in points]).reshape(-1, 2)
    drawn = np.concatenate([cloud, places, resting, *in_view])
    return DialChart(
        dial.sentence,
        color,
        (tuple(cloud[:, 0].tolist()), tuple(cloud[:, 1].tolist())),
        tuple(points),
        walk,
        _line(dial, read_out, bias),
        _axes(drawn),
        oriented=dial.cosine is not None,
    )


def share_axes(charts: Sequence[DialChart]) -> list[DialChart]:
    """Give charts that stand side by side the same axes, so that their distances compare.

    Each is drawn around its network's average state, and no state's unit is above 1.
    """
    ends = [
        (min(info.axes[axis][0] for info in charts), max(info.axes[axis][1] for info in charts))
        for axis in (0, 1)
    ]
    return [info._replace(axes=(ends[0], ends[1])) for info in charts]


def describe(info: DialChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    points = "; ".join(point.hover for point in info.points) or "no resting point"
    walk = ""
    if info.walk.probabilities:
        walk = (
            f" The text starts at {format.percent(info.walk.probabilities[0])} and ends at "
            f"{format.percent(info.walk.probabilities[-1])} positive."
        )
    return f"{info.title} {points}.{walk}"


def _line(
    dial: Dial, read_out: np.ndarray | None, bias: float
) -> tuple[float, float, float] | None:
    if read_out is None:
        return None
    across, up = (dial.directions @ read_out).tolist()
    return None if abs(across) < 1e-9 else (across, up, float(dial.mean @ read_out + bias))


def _axes(places: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of both axes around places (n, 2), so that the boundary squeezes nothing."""
    low, high = places.min(axis=0), places.max(axis=0)
    room = ROOM * np.maximum(high - low, 1e-9)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    return (left, right), (bottom, top)
