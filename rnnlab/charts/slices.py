"""Accuracy over kinds of reviews: by their length, and by how many words a network cannot read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnnlab.charts import lines
from rnnlab.charts.styling import escape, faded
from rnnlab.compare.disagreements import Slice, Words, accuracy_by_length, accuracy_by_unknown_share
from rnnlab.compare.side import Side

if TYPE_CHECKING:
    import plotly.graph_objects as go

By = Literal["length", "unknown"]
AXES: dict[By, str] = {
    "length": "words in the review",
    "unknown": "share of unknown words",
}


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
    """Measure these sides on each slice; `words` are the reviews', `colors` by a side's name."""
    measure = accuracy_by_length if by == "length" else accuracy_by_unknown_share
    all_lines = tuple(
        SliceLine(side.name, colors[side.name], measure(side, words)) for side in sides
    )
    return Slices(by, _title(by, all_lines), all_lines)


def describe(info: Slices) -> str:
    """Describe the chart in words, for those who cannot see it."""
    names = ", ".join(line.name for line in info.lines)
    return f"{info.title}. Accuracy by {AXES[info.by]} for {names}, with 95 % intervals."


def slices_figure(info: Slices, *, text_color: str, height: int = 400) -> "go.Figure":
    """Draw a point with its 95 % interval in the middle of each slice."""
    traces, shown, ends = [], [], []
    for line in info.lines:
        if not line.slices:
            continue
        accuracies = [part.accuracy for part in line.slices]
        traces.append(
            dict(
                x=[(part.low + part.high) / 2 for part in line.slices],
                y=accuracies,
                mode="lines+markers",
                line={"color": line.color, "width": 3},
                marker={"size": 9},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [part.accuracy_high - part.accuracy for part in line.slices],
                    "arrayminus": [part.accuracy - part.accuracy_low for part in line.slices],
                    "color": faded(line.color, 0.55),
                    "thickness": 2,
                    "width": 4,
                },
                text=[_hover_text(info.by, part) for part in line.slices],
                hovertemplate=f"{escape(line.name)}: %{{y:.1%}} of %{{text}}<extra></extra>",
                uid=f"slices-{line.name}",
            )
        )
        shown += [
            value for part in line.slices for value in (part.accuracy_low, part.accuracy_high)
        ]
        ends.append(lines.End(accuracies[-1], line.color, line.name))
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height, percent=True)
    lines.label_ends(figure, ends, shown=shown)
    figure.update_xaxes(title_text=AXES[info.by], rangemode="tozero")
    if info.by == "unknown":
        figure.update_xaxes(tickformat=".0%")
    return figure


def _title(by: By, all_lines: Sequence[SliceLine]) -> str:
    """Name the largest drop of a mean; no claim on which side is better."""
    drops = [
        (line.slices[0].accuracy - line.slices[-1].accuracy, line)
        for line in all_lines
        if len(line.slices) > 1
    ]
    if not drops:
        return f"Accuracy by {AXES[by]}"
    drop, line = max(drops, key=lambda pair: pair[0])
    low, high = (
        ("the shortest reviews", "the longest")
        if by == "length"
        else ("reviews with few unknown words", "those with many")
    )
    if drop <= 0:
        return f"No model scores lower on {high} than on {low}"
    return f"Largest gap from {low} to {high}: {line.name}, {100 * drop:.1f} points lower"


def _hover_text(by: By, part: Slice) -> str:
    if by == "length":
        return f"{part.count:,} reviews of {part.low:,.0f} to {part.high:,.0f} words"
    return f"{part.count:,} reviews with {part.low:.0%} to {part.high:.0%} unknown words"
