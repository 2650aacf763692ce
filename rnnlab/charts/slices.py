"""Accuracy over kinds of reviews: by their length, and by how many words a network cannot read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnnlab.charts import lines
from rnnlab.charts.styling import escape, faded
from rnnlab.compare.disagreements import Slice, Words, accuracy_by_length, accuracy_by_unknown_share
from rnnlab.compare.verdict import Side

if TYPE_CHECKING:
    import plotly.graph_objects as go

By = Literal["length", "unknown"]
AXES = {"length": "words in the review", "unknown": "share of its words that are unknown"}


class SliceLine(NamedTuple):
    """One side's accuracy over the slices."""

    name: str
    color: str
    slices: tuple[Slice, ...]


class Slices(NamedTuple):
    """A chart's finding as its title, and a line for each side."""

    by: By
    title: str
    lines: tuple[SliceLine, ...]


def slices(by: By, sides: Sequence[Side], words: Words, colors: Mapping[str, str]) -> Slices:
    """The lines of these sides; `words` are those of the reviews, `colors` by a side's name."""
    measure = accuracy_by_length if by == "length" else accuracy_by_unknown_share
    drawn = tuple(SliceLine(side.name, colors[side.name], measure(side, words)) for side in sides)
    return Slices(by, _finding(by, drawn), drawn)


def describe(info: Slices) -> str:
    """The chart in words, for those who cannot see it."""
    names = ", ".join(line.name for line in info.lines)
    return f"{info.title}. Accuracy by {AXES[info.by]} for {names}, with 95 % intervals."


def slices_figure(info: Slices, *, text_color: str, height: int = 400) -> "go.Figure":
    """The Plotly figure of `slices`: a point in the middle of each slice."""
    traces, shown, ends = [], [], []
    for line in info.lines:
        if not line.slices:
            continue
        accuracies = [one.accuracy for one in line.slices]
        traces.append(
            dict(
                x=[(one.low + one.high) / 2 for one in line.slices],
                y=accuracies,
                mode="lines+markers",
                line={"color": line.color, "width": 3},
                marker={"size": 9},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [one.accuracy_high - one.accuracy for one in line.slices],
                    "arrayminus": [one.accuracy - one.accuracy_low for one in line.slices],
                    "color": faded(line.color, 0.55),
                    "thickness": 2,
                    "width": 4,
                },
                text=[_said(info.by, one) for one in line.slices],
                hovertemplate=f"{escape(line.name)}: %{{y:.1%}} of %{{text}}<extra></extra>",
                uid=f"slices-{line.name}",
            )
        )
        shown += [value for one in line.slices for value in (one.accuracy_low, one.accuracy_high)]
        ends.append(lines.End(accuracies[-1], line.color, line.name))
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height, percent=True)
    lines.label_ends(figure, ends, shown=shown)
    figure.update_xaxes(title_text=AXES[info.by], rangemode="tozero")
    if info.by == "unknown":
        figure.update_xaxes(tickformat=".0%")
    return figure


def _finding(by: By, drawn: Sequence[SliceLine]) -> str:
    spans = [
        (line.slices[0].accuracy - line.slices[-1].accuracy, line)
        for line in drawn
        if len(line.slices) > 1
    ]
    if not spans:
        return f"Accuracy by {AXES[by]}"
    lost, line = max(spans, key=lambda pair: pair[0])
    which = "the longest reviews" if by == "length" else "reviews with many unknown words"
    if lost <= 0:
        return f"No network is worse on {which}"
    return f"{line.name} loses most on {which}: {100 * lost:.1f} points"


def _said(by: By, one: Slice) -> str:
    if by == "length":
        return f"{one.count:,} reviews of {one.low:,.0f} to {one.high:,.0f} words"
    return f"{one.count:,} reviews with {one.low:.0%} to {one.high:.0%} unknown"
