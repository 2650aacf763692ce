"""How strongly answers hang on a word, by its distance from the end of the review."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import escape, faded
from rnnlab.inside.memory import Reach, Swaps, half_life

if TYPE_CHECKING:
    import plotly.graph_objects as go


class ReachLine(NamedTuple):
    """One network's median and quartiles over reviews, by the gradient or by swapping words."""

    name: str
    color: str
    reach: Reach | Swaps

    @property
    def distances(self) -> list[int]:
        """The distances from the end of the review, 0 being the last word."""
        if isinstance(self.reach, Swaps):
            return [int(distance) for distance in self.reach.distances]
        return list(range(len(self.reach.median)))


class ReachChart(NamedTuple):
    """The chart's title, and a line for each network."""

    title: str
    lines: tuple[ReachLine, ...]


def reach_chart(networks: Sequence[ReachLine]) -> ReachChart:
    """Return the chart of these networks, all measured alike; the title names their half-lives."""
    halves = format.listing([f"{half_life(line.reach)} in {line.name}" for line in networks])
    title = f"By its gradient, a word counts half as much as the last one {halves}"
    if isinstance(networks[0].reach, Swaps):
        title = f"Swapped, a word moves the answer half as far as the last one {halves}"
    return ReachChart(title, tuple(networks))


def describe(info: ReachChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    return f"{info.title}. Effect of a word on the answer, by its distance from the end."


def reach_figure(info: ReachChart, *, text_color: str, height: int = 340) -> "go.Figure":
    """Draw each median with a band between the quartiles, the last word on the left."""
    traces: list[dict] = []
    shown: list[float] = []
    ends = []
    for line in info.lines:
        distances = line.distances
        band = {"x": distances, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        traces += [
            {**band, "y": line.reach.low.tolist(), "uid": f"low-{line.name}"},
            {
                **band,
                "y": line.reach.high.tolist(),
                "fill": "tonexty",
                "fillcolor": faded(line.color, 0.16),
                "uid": f"high-{line.name}",
            },
            {
                "x": distances,
                "y": line.reach.median.tolist(),
                "mode": "lines",
                "line": {"color": line.color, "width": 3.5},
                "text": [format.plural(distance, "word") for distance in distances],
                "hovertemplate": (
                    f"{escape(line.name)}: %{{y:.3f}}, %{{text}} back<extra></extra>"
                ),
                "uid": f"median-{line.name}",
            },
        ]
        shown += [*line.reach.low.tolist(), *line.reach.high.tolist()]
        ends.append(lines.End(float(line.reach.median[-1]), line.color, line.name))
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height)
    lines.label_ends(figure, ends, shown=shown)
    figure.update_xaxes(title_text="words before the end of the review")
    figure.update_yaxes(rangemode="tozero")
    return figure
