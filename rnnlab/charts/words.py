"""What models answer after each word of a text: one absolute axis of logits for all of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import expit, logit

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.lines import End
from rnnlab.charts.styling import escape, faded, short

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Where the axis has ticks; at most `MAX_TICKS` of those in reach, 50 % always.
TICKS = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
ROOM = 0.25  # logits above and below what is drawn
MOVES = 0.05  # logits: a smaller step is not told as one
MAX_POINTS = 8_000  # of other seeds' lines, which keeps the chart under 150 kB


class WordLine(NamedTuple):
    """A model's logit after each word that it reads, the first of which is `start` in the text.

    `of_seed` says that it stands beside a line of the same group: it is drawn thin, unnamed.
    """

    name: str
    color: str
    dash: str
    start: int
    logits: tuple[float, ...]
    of_seed: bool = False


class WordsChart(NamedTuple):
    """The chart's title, its lines, and the words that any of them reads, with their places."""

    title: str
    lines: tuple[WordLine, ...]
    places: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def hidden(self) -> int:
        """How many lines of seeds are left out, to keep the chart small."""
        points = [len(line.logits) for line in self.lines if line.of_seed]
        return int(np.sum(np.cumsum(points) > MAX_POINTS))


def words_chart(models: Sequence[WordLine], tokens: Sequence[str]) -> WordsChart:
    """Return the chart of these lines over the words of a text; each line has a word at least."""
    read = {place for line in models for place in range(line.start, line.start + len(line.logits))}
    places = tuple(sorted(read))  # models may read different ends of a long text
    words = tuple(tokens[place] for place in places)
    return WordsChart(_title(models, tokens), tuple(models), places, words)


def describe(info: WordsChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    ends = [
        f"{line.name} {format.percent(float(expit(line.logits[-1])))}"
        for line in info.lines
        if not line.of_seed
    ]
    count = format.plural(len(info.words), "word")
    return f"{info.title}. The answer after each of {count}; at the end: {format.listing(ends)}."


def _title(models: Sequence[WordLine], tokens: Sequence[str]) -> str:
    """Say which word moves a named line most, counting from the word before it."""
    steps = [
        (abs(after - before), line, place, before, after)
        for line in models
        if not line.of_seed
        for place, (before, after) in enumerate(
            zip(line.logits, line.logits[1:], strict=False), start=line.start + 1
        )
    ]
    size, line, place, before, after = max(
        steps, key=lambda step: step[0], default=(0.0, models[0], 0, 0.0, 0.0)
    )
    if not steps:
        return "There is one word to read"
    if size < MOVES:
        return "No word moves an answer much"
    shares = [format.percent(float(expit(value))) for value in (before, after)]
    word = short(tokens[place])
    return f"Largest step: “{word}” takes {line.name} from {shares[0]} to {shares[1]}"


def words_figure(info: WordsChart, *, text_color: str, height: int = 400) -> "go.Figure":
    """Draw a line for each model, thin ones for other seeds; the words stand on hover."""
    traces: list[dict] = [
        {  # names the word above what the lines say of it
            "x": [place + 1 for place in info.places],
            "y": [0] * len(info.words),
            "text": [escape(short(word)) for word in info.words],
            "mode": "lines",
            "line": {"width": 0, "color": text_color},
            "hovertemplate": "<b>%{text}</b><extra></extra>",
            "uid": "words",
        }
    ]
    points = 0
    for line in sorted(info.lines, key=lambda line: not line.of_seed):
        if line.of_seed:
            points += len(line.logits)
            if points > MAX_POINTS:
                continue
        traces.append(_trace(line))
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height)
    shown = [value for line in info.lines for value in line.logits]
    named = [line for line in info.lines if not line.of_seed]
    low, high = min(*shown, 0.0) - ROOM, max(*shown, 0.0) + ROOM
    ends = [End(line.logits[-1], line.color, line.name) for line in named]
    lines.label_ends(figure, ends, shown=[low, high])
    ticks = [tick for tick in TICKS if low <= logit(tick) <= high]
    figure.update_layout(
        hovermode="x unified",
        shapes=[
            {
                **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0},
                "line": {"color": text_color, "width": 1.5, "dash": "dash"},
                "layer": "below",
            }
        ],
    )
    figure.update_xaxes(
        title_text="words read",
        unifiedhovertitle={"text": "word %{x}"},
        range=[info.places[0] + 0.5, info.places[-1] + 1.5],
        tickformat=",d",
    )
    if len(info.words) < 9:
        figure.update_xaxes(dtick=1, nticks=0)
    figure.update_yaxes(
        title_text="probability of positive (logit scale)",
        range=[low, high],
        tickvals=[float(logit(tick)) for tick in ticks],
        ticktext=[f"{100 * tick:g} %" for tick in ticks],
    )
    return figure


def _trace(line: WordLine) -> dict:
    trace = {
        "x0": line.start + 1,
        "dx": 1,
        "y": [round(value, 3) for value in line.logits],
        "mode": "lines" if len(line.logits) > 1 else "markers",
        "uid": f"{line.name}-{line.of_seed}",
        "name": line.name,
    }
    if line.of_seed:
        color = faded(line.color, 0.45)
        return {**trace, "line": {"color": color, "width": 1.2}, "hoverinfo": "skip"}
    return {
        **trace,
        "line": {"color": line.color, "width": 3.2, "dash": line.dash},
        "marker": {"color": line.color, "size": 10},
        "customdata": [round(100 * float(share), 1) for share in expit(np.array(line.logits))],
        "text": [format.signed(value) for value in line.logits],
        "hovertemplate": (
            f"{escape(line.name)}: %{{customdata:.1f}} % (logit %{{text}})<extra></extra>"
        ),
    }
