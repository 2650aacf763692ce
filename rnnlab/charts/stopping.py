"""A run's losses, and where early stopping ends them for a patience."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import FONT_PX, faded
from rnnlab.learn.stopping import Stopping, replay

if TYPE_CHECKING:
    import plotly.graph_objects as go


class StoppingChart(NamedTuple):
    """Losses by epoch, the patience, and what early stopping makes of them."""

    losses: tuple[float, ...]
    val_losses: tuple[float, ...]
    patience: int
    stopping: Stopping
    color: str

    @property
    def title(self) -> str:
        """What happens, in words."""
        stopped, best = self.stopping.stopped, self.stopping.best
        if stopped is None:
            return (
                f"Patience {self.patience}: training would go on after epoch {len(self.losses)}; "
                f"epoch {best} is kept so far"
            )
        return (
            f"Patience {self.patience}: training stops after epoch {stopped}, and the weights of "
            f"epoch {best} are kept"
        )


def stopping_chart(
    losses: Sequence[float], val_losses: Sequence[float], patience: int, color: str
) -> StoppingChart:
    """Return the chart of a run that trained at least one epoch."""
    return StoppingChart(
        tuple(losses), tuple(val_losses), patience, replay(val_losses, patience), color
    )


def describe(info: StoppingChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    return (
        f"{info.title}. Lowest validation loss until then: {format.loss(info.stopping.best_loss)}."
    )


def stopping_figure(info: StoppingChart, *, text_color: str, height: int = 340) -> "go.Figure":
    """Draw both losses, faint after the stop, with the kept epoch and the stop marked."""
    stopped = info.stopping.stopped or len(info.losses)
    best = info.stopping.best
    traces = []
    for values, dash, width in ((info.losses, "dash", 2.5), (info.val_losses, "solid", 3.5)):
        before, after = values[:stopped], values[stopped - 1 :]
        epochs = list(range(1, len(values) + 1))
        line: dict = {"dash": dash, "width": width}
        name = "training" if dash == "dash" else "validation"
        hover = f"epoch %{{x}}, {name} loss %{{y:.4f}}<extra></extra>"
        traces += [
            {
                "x": epochs[:stopped],
                "y": before,
                "mode": "lines",
                "line": {**line, "color": info.color},
                "hovertemplate": hover,
                "uid": f"{name}-before",
            },
            {
                "x": epochs[stopped - 1 :],
                "y": after,
                "mode": "lines",
                "line": {**line, "color": faded(info.color, 0.25)},
                "hovertemplate": hover,
                "uid": f"{name}-after",
            },
        ]
    traces.append(
        {
            "x": [best],
            "y": [info.stopping.best_loss],
            "mode": "markers",
            "marker": {"size": 17, "color": info.color, "line": {"color": text_color, "width": 2}},
            "hovertemplate": "kept: epoch %{x}, loss %{y:.4f}<extra></extra>",
            "uid": "best",
        }
    )
    figure = lines.figure(traces)
    lines.lay_out(figure, text_color=text_color, height=height)
    losses = [*info.losses, *info.val_losses]
    room = max(losses) - min(losses)  # half as much again, because this chart is low
    shown = [min(losses), max(losses) + room / 2]
    ends = [
        lines.End(info.val_losses[-1], info.color, "validation"),
        lines.End(info.losses[-1], info.color, "training"),
    ]
    lines.label_ends(figure, ends, shown=shown)
    if info.stopping.stopped is not None:
        figure.add_vrect(
            x0=best, x1=stopped, fillcolor=faded(info.color, 0.12), line_width=0, layer="below"
        )
        figure.add_vline(
            x=stopped,
            line={"color": text_color, "width": 2},
            label={
                "text": "stop",
                "textposition": "end",
                "textangle": 0,
                "yanchor": "top",
                "xanchor": "left" if stopped < 0.85 * len(info.losses) else "right",
                "font": {"size": FONT_PX, "color": text_color},
            },
        )
    figure.update_xaxes(title_text="epoch", range=[0.6, len(info.losses) + 0.4])
    figure.update_yaxes(title_text="loss")
    figure.update_layout(margin={"l": 76, "t": 14})
    return figure
