"""How much higher the leader scores than each opponent: a row each, with its 95 % interval.

A `Ranking` → small tuples → a Plotly figure. One wide interval must not squeeze the others into
dots, so the axis ends where most intervals end; an arrow marks what goes beyond.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, GRID, escape, faded, font, layout, short
from rnnlab.compare import balance, wording
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.ranking import Ranking
from rnnlab.compare.side import Side
from rnnlab.format import signed

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_PX = 52  # room for two lines of a name
FADED = 0.5
BAND = "rgba(128,138,155,0.16)"
TOO_FAR = 3.0  # times the median: an interval that is wider, or farther off, may be cut
LEAST_REACH = 0.2  # points; shows something where all sides answer alike
MARGIN = 0.09  # of the axis, on either side: room for an arrow
NEARLY = 0.15  # of the axis: an end that is beyond it by less is shown after all


class AccuracyDifference(NamedTuple):
    """The leader's accuracy less an opponent's, in points, with its 95 % interval.

    `significant` says whether the verdict calls the leader better, `within` whether the whole
    interval lies within the margin.
    """

    opponent: str
    color: str
    value: float
    low: float
    high: float
    significant: bool
    within: bool = False


class ConstantLine(NamedTuple):
    """A model's accuracy less that of always the same answer, in points; the names of both."""

    name: str
    model: str
    value: float

    @property
    def sentence(self) -> str:
        """What the line says, for a caption."""
        than = "lower" if self.value >= 0 else "higher"
        return f"{self.name} scores {abs(self.value):.1f} points {than} than {self.model}."


class AccuracyDifferences(NamedTuple):
    """The finding as the title, a row for each opponent (strongest first), and the axis's ends.

    `margin` is that below which two models count as equally good, in points. `constant` is how
    much higher the leader scores than always the same answer.
    """

    title: str
    leader: str
    rows: tuple[AccuracyDifference, ...]
    axis: tuple[float, float]
    margin: float
    constant: ConstantLine | None = None

    @property
    def constant_inside(self) -> bool:
        """Whether the constant answer's line lies within the axis."""
        low, high = self.axis
        return self.constant is not None and low <= self.constant.value <= high

    @property
    def beyond(self) -> tuple[AccuracyDifference, ...]:
        """The rows whose intervals go beyond the axis."""
        low, high = self.axis
        return tuple(row for row in self.rows if row.low < low or row.high > high)


def accuracy_differences(
    ranking: Ranking, colors: Mapping[str, str], sides: Sequence[Side] = ()
) -> AccuracyDifferences:
    """Build the rows of a ranking of these sides; `colors` by an opponent's name."""
    rows = tuple(
        AccuracyDifference(
            opponent.name,
            colors[opponent.name],
            value=100 * opponent.difference.value,
            low=100 * opponent.difference.low,
            high=100 * opponent.difference.high,
            significant=opponent.outcome is Outcome.A,
            within=opponent.equivalent,
        )
        for opponent in ranking.opponents
    )
    margin = 100 * ranking.margin
    axis = _with_band(_axis(rows), margin)
    constant = _constant(ranking.leader, sides)
    return AccuracyDifferences(ranking.headline, ranking.leader, rows, axis, margin, constant)


def _constant(leader: str, sides: Sequence[Side]) -> ConstantLine | None:
    for side in sides:
        if side.name == leader:
            constant = balance.constant_answer(side.runs[0].labels)
            value = 100 * (side.accuracy - constant.accuracy)
            return ConstantLine(constant.name, leader, value)
    return None


def describe(info: AccuracyDifferences) -> str:
    """Describe the chart in words, for those who cannot see it."""
    rows = "; ".join(
        f"{row.opponent} {signed(row.value, 1)} points {_interval(row)}{_within(row, info, ', ')}"
        for row in info.rows
    )
    return (
        f"{info.title}. How much higher {info.leader} scores than each other model, with 95 % "
        f"intervals: {rows}.{f' {info.constant.sentence}' if info.constant else ''}"
    )


def accuracy_differences_figure(info: AccuracyDifferences, *, text_color: str) -> "go.Figure":
    """Draw a dot and its interval in each row; faded where the difference is not significant."""
    names = [_two_lines(row.opponent) for row in info.rows]
    figure = lines.figure(
        trace for place, row in enumerate(info.rows) for trace in _traces(row, place, info.axis)
    )
    notes = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": place,
            "showarrow": False,
            "align": "left",
            "text": f"<b>{signed(row.value, 1)}</b> {_interval(row)}{_within(row, info, '<br>')}",
            "font": font(text_color),
        }
        for place, row in enumerate(info.rows)
    ]
    narrow_notes = [
        {**note, "text": f"<b>{signed(row.value, 1)}</b>"}
        for note, row in zip(notes, info.rows, strict=True)
    ]
    longest = max((len(part) for name in names for part in name.split("<br>")), default=0)
    left = 20 + 9 * longest
    margin = {"l": left, "r": 190, "t": 8, "b": 58}
    figure.add_vrect(
        x0=-info.margin, x1=info.margin, fillcolor=BAND, line={"width": 0}, layer="below"
    )
    figure.add_vline(x=0, line={"color": text_color, "width": 2}, opacity=0.7)
    if info.constant and info.constant_inside:
        line = {"color": text_color, "width": 2, "dash": "dot"}
        figure.add_vline(x=info.constant.value, line=line, opacity=0.7)
    figure.update_layout(
        **layout(text_color, 84 + ROW_PX * len(info.rows)),
        margin=margin,
        # What a phone has room for; the page's chart puts it in place (`ui.chart`).
        meta={"narrow": {"margin": {**margin, "r": 62}, "annotations": narrow_notes}},
        annotations=notes,
        showlegend=False,
        xaxis={
            "title": {"text": "points of accuracy higher"},
            "range": _padded(info.axis),
            "gridcolor": GRID,
            "zeroline": False,
            "nticks": 6,
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [len(names) - 0.4, -0.6],
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"size": FONT_PX},
        },
    )
    return figure


def _axis(rows: Sequence[AccuracyDifference]) -> tuple[float, float]:
    """Find the ends between which most intervals are readable; zero is among them.

    Intervals much wider than the median one count by their dots alone, and neither counts much
    farther from zero than the median does.
    """
    if not rows:
        return -LEAST_REACH, LEAST_REACH
    widest = max(TOO_FAR * _median([row.high - row.low for row in rows]), LEAST_REACH)
    spans = [
        (row.low, row.high) if row.high - row.low <= widest else (row.value, row.value)
        for row in rows
    ]
    reaches = [max(abs(low), abs(high)) for low, high in spans]
    limit = max(TOO_FAR * _median(reaches), LEAST_REACH)
    ends = [
        end for span, reach in zip(spans, reaches, strict=True) if reach <= limit for end in span
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = NEARLY * (high - low)
    low = min(low, *(row.low for row in rows if row.low >= low - room), low)
    high = max(high, *(row.high for row in rows if row.high <= high + room), high)
    return (low, high) if high - low >= LEAST_REACH else (low - LEAST_REACH, high + LEAST_REACH)


def _with_band(axis: tuple[float, float], margin: float) -> tuple[float, float]:
    """Show the ends of the band where the whole axis lies within it, unless they are far away."""
    low, high = axis
    inside = -margin < low and high < margin
    return (-margin, margin) if inside and margin <= TOO_FAR * max(-low, high) else axis


def _median(values: Sequence[float]) -> float:
    """Return the median; of two in the middle the lower."""
    return sorted(values)[(len(values) - 1) // 2]


def _padded(axis: tuple[float, float]) -> list[float]:
    low, high = axis
    margin = MARGIN * (high - low)
    return [low - margin, high + margin]


def _two_lines(name: str) -> str:
    """Break "LSTM × 3, units 16" before its settings."""
    return "<br>".join(escape(short(part)) for part in name.split(", ", 1))


def _interval(row: AccuracyDifference) -> str:
    return f"({signed(row.low, 1)} to {signed(row.high, 1)})"


def _within(row: AccuracyDifference, info: AccuracyDifferences, separator: str) -> str:
    return f"{separator}within {wording.margin(info.margin / 100)}" if row.within else ""


def _traces(row: AccuracyDifference, place: int, axis: tuple[float, float]) -> Iterator[dict]:
    """Make the interval cut to the axis, arrows where it is cut, and the dot if it is inside."""
    first, last = axis
    color = row.color if row.significant else faded(row.color, FADED)
    hover = f"{escape(row.opponent)}: {signed(row.value, 1)} points {_interval(row)}<extra></extra>"
    x, symbols = zip(*(_end(end, axis) for end in (row.low, row.high)), strict=True)
    shared = {"y": [place, place], "hovertemplate": hover}
    yield {
        **shared,
        "x": x,
        "mode": "lines+markers",
        "line": {"color": color, "width": 3.5},
        "marker": {
            "symbol": symbols,
            "size": [14 if symbol == "line-ns" else 17 for symbol in symbols],
            "color": color,
            "line": {"color": color, "width": 3},
        },
        "cliponaxis": False,
        "uid": f"interval-{place}",
    }
    if first <= row.value <= last:
        yield {
            **shared,
            "x": [row.value],
            "y": [place],
            "mode": "markers",
            "marker": {
                "size": 17,
                "color": row.color,
                "opacity": 1 if row.significant else FADED,
            },
            "uid": f"difference-{place}",
        }


def _end(value: float, axis: tuple[float, float]) -> tuple[float, str]:
    """Place an interval's end and choose its symbol: an arrow where it is beyond the axis."""
    low, high = axis
    inset = MARGIN * (high - low) / 2
    if value < low:
        return low - inset, "triangle-left"
    return (high + inset, "triangle-right") if value > high else (value, "line-ns")
