"""The charts of a health card: class balance, lengths, and words that a vocabulary lacks."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab import format
from rnnlab.charts.styling import FONT_PX, GRID, faded, font, layout

if TYPE_CHECKING:
    import plotly.graph_objects as go

POSITIVE, NEGATIVE = "#0072B2", "#D55E00"  # as the words of a review are tinted
BAR = "#7A869A"
Card = Mapping[str, Any]  # as `rnnlab data check --json` prints it


class Balance(NamedTuple):
    """How many reviews have each label."""

    positives: int
    negatives: int

    @property
    def title(self) -> str:
        """What the labels are, in words."""
        total = max(self.positives + self.negatives, 1)
        share = max(self.positives, self.negatives) / total
        return f"Always the same answer scores {format.percent(share)}"


class LengthBars(NamedTuple):
    """How many reviews are as long as each bin, between `edges`, and where `maxlen` cuts."""

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    maxlen: int
    cut: float

    @property
    def title(self) -> str:
        """How many are cut, in words."""
        if not self.cut:
            return f"maxlen {self.maxlen} reads every review whole"
        return f"maxlen {self.maxlen} cuts {format.percent(self.cut)} of the reviews"


class UnknownBars(NamedTuple):
    """The share of all words that a model does not know, by the size of its vocabulary."""

    sizes: tuple[int, ...]
    shares: tuple[float, ...]

    @property
    def title(self) -> str:
        """What the smallest and a large vocabulary leave out, in words."""
        place = min(range(len(self.sizes)), key=lambda number: abs(self.sizes[number] - 5_000))
        return (
            f"{self.sizes[0]:,} words leave {format.percent(self.shares[0])} unknown, "
            f"{self.sizes[place]:,} leave {format.percent(self.shares[place])}"
        )


def balance(card: Card) -> Balance:
    """Return the labels of a card."""
    return Balance(card["positives"], card["reviews"] - card["positives"])


def length_bars(card: Card, maxlen: int) -> LengthBars:
    """Return the lengths of a card, for the `maxlen` that it was made for."""
    sizes = card["lengths"]
    return LengthBars(tuple(sizes["counts"]), tuple(sizes["edges"]), maxlen, sizes["cut"])


def unknown_bars(card: Card) -> UnknownBars:
    """Return the unknown words of a card."""
    pairs = [(entry["vocab_size"], entry["share"]) for entry in card["unknown"]]
    return UnknownBars(tuple(size for size, _ in pairs), tuple(share for _, share in pairs))


def balance_figure(info: Balance, *, text_color: str, height: int = 64) -> "go.Figure":
    """Draw both labels as one bar in two parts."""
    total = max(info.positives + info.negatives, 1)
    parts = (("positive", info.positives, POSITIVE), ("negative", info.negatives, NEGATIVE))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "y": [""],
            "x": [count],
            "marker": {"color": color},
            "text": [f"{format.count(count)} {name}" if count >= 0.2 * total else ""],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"size": FONT_PX, "color": "#FFFFFF"},
            "hovertemplate": f"{format.count(count)} {name}<extra></extra>",
            "uid": name,
        }
        for name, count, color in parts
    ]
    figure = _figure(bars, text_color, height)
    figure.update_layout(barmode="stack", bargap=0.05, margin={"l": 0, "r": 0, "t": 4, "b": 4})
    figure.update_xaxes(range=[0, total], showticklabels=False)
    figure.update_yaxes(showticklabels=False, showgrid=False)
    return figure


def lengths_figure(info: LengthBars, *, text_color: str, height: int = 270) -> "go.Figure":
    """Draw a histogram with the line of `maxlen`."""
    centers = [(low + high) / 2 for low, high in zip(info.edges, info.edges[1:], strict=False)]
    widths = [high - low for low, high in zip(info.edges, info.edges[1:], strict=False)]
    last = len(centers) - 1
    hover = [
        f"{low:.0f} words and more" if place == last else f"{low:.0f}–{high - 1:.0f} words"
        for place, (low, high) in enumerate(zip(info.edges, info.edges[1:], strict=False))
    ]
    bars = {
        "type": "bar",
        "x": centers,
        "y": list(info.counts),
        "width": widths,
        "customdata": hover,
        "marker": {"color": [BAR if x < info.maxlen else faded(BAR, 0.5) for x in centers]},
        "hovertemplate": "%{customdata}: %{y:,} reviews<extra></extra>",
        "uid": "lengths",
    }
    figure = _figure([bars], text_color, height)
    figure.update_xaxes(title_text="words", tickformat=",", range=[0, max(info.edges)])
    room = 1.2 * max(info.counts, default=1)  # for the name of the line above the bars
    figure.update_yaxes(title_text="reviews", tickformat=",", range=[0, room])
    if info.maxlen < max(info.edges):
        near_end = info.maxlen > 0.7 * max(info.edges)
        figure.add_vline(
            x=info.maxlen,
            line={"color": text_color, "width": 2, "dash": "dash"},
            label={
                "text": f"maxlen {info.maxlen}",
                "textposition": "end",
                "textangle": 0,
                "yanchor": "top",
                "xanchor": "right" if near_end else "left",
                "font": {"size": FONT_PX, "color": text_color},
            },
        )
    return figure


def unknown_figure(info: UnknownBars, *, text_color: str, height: int = 250) -> "go.Figure":
    """Draw a bar for each size of the vocabulary."""
    bars = {
        "type": "bar",
        "x": [format.count(size) for size in info.sizes],
        "y": list(info.shares),
        "marker": {"color": BAR},
        "text": [format.percent(share) for share in info.shares],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": font(text_color),
        "hovertemplate": "%{x} words: %{text} unknown<extra></extra>",
        "uid": "unknown",
    }
    figure = _figure([bars], text_color, height)
    figure.update_xaxes(title_text="vocabulary", type="category")
    top = max(info.shares, default=0)
    figure.update_yaxes(tickformat=".0%", range=[0, max(1.25 * top, 0.01)], showticklabels=False)
    figure.update_layout(margin={"l": 8})
    return figure


def _figure(traces: Sequence[dict], text_color: str, height: int) -> "go.Figure":
    import plotly.graph_objects as go

    figure = go.Figure(list(traces))
    text = font(text_color)
    figure.update_layout(
        **layout(text_color, height),
        margin={"l": 70, "r": 8, "t": 8, "b": 52},
        showlegend=False,
        dragmode=False,
        xaxis={"title": {"font": text}, "tickfont": text, "showgrid": False, "zeroline": False},
        yaxis={
            "title": {"font": text},
            "tickfont": text,
            "gridcolor": GRID,
            "zeroline": False,
            "nticks": 5,
        },
    )
    return figure
