"""Training and validation curves of a run without and of one with dropout."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.charts import lines
from rnnlab.charts.styling import escape
from rnnlab.runs import Epoch

if TYPE_CHECKING:
    import plotly.graph_objects as go

KEYS = {"loss": ("loss", "val_loss"), "accuracy": ("accuracy", "val_accuracy")}


class Course(NamedTuple):
    """A run's metric by epoch, on its training reviews and on its validation reviews."""

    name: str
    color: str
    training: tuple[float, ...]
    validation: tuple[float, ...]


class OverfittingChart(NamedTuple):
    """The courses of a metric ("loss" or "accuracy")."""

    metric: str
    courses: tuple[Course, ...]
    low: float
    high: float


def course(name: str, color: str, epochs: Sequence[Epoch], metric: str) -> Course:
    """Return a run's course of a metric."""
    training, validation = (tuple(getattr(epoch, key) for epoch in epochs) for key in KEYS[metric])
    return Course(name, color, training, validation)


def overfitting_chart(
    metric: str, courses: Sequence[Course], all_courses: Sequence[Course]
) -> OverfittingChart:
    """Return the chart of some courses, on a scale that holds all of them."""
    values = [value for each in all_courses for value in (*each.training, *each.validation)]
    return OverfittingChart(metric, tuple(courses), min(values), max(values))


def describe(info: OverfittingChart) -> str:
    """Describe the chart in words, for those who cannot see it."""
    shown = format.percent if info.metric == "accuracy" else format.loss
    parts = [
        f"{each.name}: training {info.metric} ends at {shown(each.training[-1])}, validation "
        f"{info.metric} at {shown(each.validation[-1])}"
        for each in info.courses
    ]
    return f"{format.listing(parts)}."


def overfitting_figure(
    info: OverfittingChart, *, text_color: str, height: int = 340
) -> "go.Figure":
    """Draw training curves dashed and validation curves solid."""
    traces, ends = [], []
    for each in info.courses:
        epochs = list(range(1, len(each.training) + 1))
        for kind, values in (("training", each.training), ("validation", each.validation)):
            solid = kind == "validation"
            traces.append(
                {
                    "x": epochs,
                    "y": values,
                    "mode": "lines",
                    "line": {
                        "color": each.color,
                        "width": 3.5 if solid else 2.5,
                        "dash": "solid" if solid else "dash",
                    },
                    "hovertemplate": (
                        f"{escape(each.name)}, {kind}: %{{y:.4f}}, epoch %{{x}}<extra></extra>"
                    ),
                    "uid": f"{each.name}-{kind}",
                }
            )
        ends.append(lines.End(each.validation[-1], each.color, each.name))
    figure = lines.figure(traces)
    percent = info.metric == "accuracy"
    lines.lay_out(figure, text_color=text_color, height=height, percent=percent)
    room = 0.05 * (info.high - info.low)
    figure.update_yaxes(range=[info.low - room, info.high + room], title_text=info.metric)
    lines.label_ends(figure, ends, shown=[info.low, info.high])
    figure.update_xaxes(title_text="epoch")
    figure.update_layout(margin={"l": 76})
    return figure
