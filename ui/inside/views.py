"""The views of the Inside page: the dial, the cell, memory and order."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from rnnlab import format
from rnnlab.charts import cell, dial, reach
from rnnlab.charts.cell import QUANTITIES
from rnnlab.charts.reach import ReachLine
from rnnlab.inside.attribution import word_positions
from rnnlab.inside.memory import Reordered
from rnnlab.inside.network import CellTrace, Trace
from rnnlab.text import Reading
from ui import chart, theme
from ui.inside import opened as opened_networks
from ui.inside.opened import Opened

MAX_WORDS = 60  # of the cell's heatmap: more cannot be read
DIRECTIONS = ("forwards", "backwards")


def show_dials(networks: Sequence[Opened], content: str) -> None:
    """Draw the dial of each network, the text walking on it."""
    for column, opened in zip(st.columns(len(networks), gap="large"), networks, strict=True):
        with column:
            _dial(opened, content)
    st.caption(
        "Faint dots: the state after 400 validation reviews, on the two directions in which states "
        "differ most. Line: your text, word by word, ending at the large dot. Filled circle: a "
        "stable point, to which the state returns on average words; ring: a saddle, between two of "
        "them. Dashed: where the answer is 50 %."
    )


def _dial(opened: Opened, content: str) -> None:
    reading, trace = _read(opened, content)
    traced = trace.layers[-1].cells[0]
    positions = word_positions(reading)
    units = len(traced.cell.recurrent)
    info = dial.dial_chart(
        opened.dial,
        traced.steps["h"][positions, 0],
        _words(reading),
        read_out=opened.network.kernel[:units, 0],
        bias=opened.network.bias,
        color=opened.color,
    )
    st.html(
        f'<p class="inside-finding"><b>{theme.text(opened.run.name)}</b><br>'
        f"{theme.text(info.title)}</p>"
    )
    chart.exportable(
        dial.dial_figure(info, text_color=theme.text_color()),
        key=f"inside_dial_{opened.run.id}",
        label=dial.describe(info),
        title=info.title,
        file=f"dial-{opened.run.name}",
    )
    line = format.whole_percent(opened.dial.shares[0])
    st.caption(
        f"{line} of the variance lies on one line, at a cosine of {opened.dial.cosine:.2f} to the "
        "read-out."
    )


class _Shown(NamedTuple):
    """What of a network's cell is shown: (words, units) of a quantity, and the words."""

    opened: Opened
    quantity: str
    values: np.ndarray
    words: tuple[str, ...]


def show_cells(networks: Sequence[Opened], content: str) -> None:
    """Draw what each network's cell computes at each word; equal quantities on one scale."""
    areas = [st.container() for _ in networks]
    shown = []
    for area, opened in zip(areas, networks, strict=True):
        with area:
            st.markdown(f"**{theme.markdown(opened.run.name)}**")
            shown.append(_choose_quantity(opened, content))
    for area, part in zip(areas, shown, strict=True):
        same = [other.values for other in shown if other.quantity == part.quantity]
        largest = max((float(np.abs(values).max(initial=0.0)) for values in same), default=0.0)
        info = cell.cell_chart(part.quantity, part.values, part.words, reach=largest)
        with area:
            chart.exportable(
                cell.cell_figure(info, text_color=theme.text_color()),
                key=f"inside_cell_{part.opened.run.id}",
                label=cell.describe(info),
                title=f"{part.opened.run.name}: {info.title}",
                file=f"cell-{part.opened.run.name}",
            )
    if any(len(part.words) == MAX_WORDS for part in shown):
        st.caption(f"At most the last {MAX_WORDS} words that are read are shown.")


def _choose_quantity(opened: Opened, content: str) -> _Shown:
    reading, trace = _read(opened, content)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        traced, backwards = _pick_cell(opened, trace)
        quantity = st.segmented_control(
            "Quantity",
            list(traced.steps)[::-1],
            format_func=lambda name: QUANTITIES[name].capitalize(),
            default="h",
            required=True,
            key=f"inside_quantity_{opened.run.id}",
        )
    positions = word_positions(reading)[-MAX_WORDS:]
    values = traced.steps[quantity or "h"][:, 0]
    in_order = values[::-1] if backwards else values
    return _Shown(opened, quantity or "h", in_order[positions], _words(reading)[-MAX_WORDS:])


def _pick_cell(opened: Opened, trace: Trace) -> tuple[CellTrace, bool]:
    """Draw a picker where there are several cells; return one, and whether it reads backwards."""
    cells = [
        (number, backwards, traced)
        for number, layer in enumerate(trace.layers, start=1)
        for backwards, traced in enumerate(layer.cells)
    ]
    place = len(cells) - 1
    if len(cells) > 1:
        place = st.selectbox(
            "Layer",
            range(len(cells)),
            index=place,
            format_func=lambda i: f"Layer {cells[i][0]}, {DIRECTIONS[cells[i][1]]}",
            key=f"inside_layer_{opened.run.id}",
        )
    _, backwards, traced = cells[place]
    return traced, bool(backwards)


def show_memory(networks: Sequence[Opened]) -> None:
    """Draw how far back each network reaches, and what order is worth to it."""
    memories = [opened_networks.memory(opened) for opened in networks]
    info = reach.reach_chart(
        [
            ReachLine(opened.run.name, opened.color, memory.reach)
            for opened, memory in zip(networks, memories, strict=True)
        ]
    )
    st.subheader(info.title, anchor=False)
    chart.exportable(
        reach.reach_figure(info, text_color=theme.text_color()),
        key="inside_reach",
        label=reach.describe(info),
        title=info.title,
        file="memory",
    )
    st.caption(
        "How far the logit moves with a word's vector (length of the gradient), by the word's "
        "distance from the end: median over validation reviews, band between the quartiles."
    )
    for column, opened, memory in zip(
        st.columns(len(networks), gap="large"), networks, memories, strict=True
    ):
        with column:
            st.html(
                f'<p class="inside-finding"><b>{theme.text(opened.run.name)}</b><br>'
                f"{theme.text(order_finding(memory.order))}</p>"
            )
            st.dataframe(
                _order_frame(memory.order),
                hide_index=True,
                key=f"inside_order_{opened.run.id}",
                alt=f"Accuracy of {opened.run.name} on changed reviews",
            )
            st.caption(
                f"On {format.plural(memory.reviews, 'validation review')}; 95 % intervals of the "
                "choice of reviews (McNemar's exact test)."
            )


def order_finding(order: Sequence[Reordered]) -> str:
    """Say what shuffling the words costs, as far as its interval backs it."""
    shuffled = next(row.difference for row in order if row.name == "shuffled")
    assert shuffled is not None  # only the untouched has none
    low, high = 100 * shuffled.low, 100 * shuffled.high
    interval = f"(95 % interval {low:+.1f} to {high:+.1f})"
    loss = f"{100 * shuffled.value:+.1f} points {interval}"
    if low > 0:
        return f"Word order matters: shuffled words cost {loss}."
    if low > -1 and high < 1:
        return f"Word order hardly matters: shuffled words cost {loss}."
    return f"No significant effect of word order is shown: shuffled words cost {loss}."


def _order_frame(order: Sequence[Reordered]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Reviews": row.name.capitalize(),
                "Accuracy": format.percent(row.accuracy),
                "Lost, points": format.NONE
                if row.difference is None
                else f"{100 * row.difference.value:+.1f}",
                "95 % interval": ""
                if row.difference is None
                else f"{100 * row.difference.low:+.1f} to {100 * row.difference.high:+.1f}",
            }
            for row in order
        ]
    )


def _read(opened: Opened, content: str) -> tuple[Reading, Trace]:
    reading = opened.classifier.read(content)
    return reading, opened.network.run(opened.network.project(reading.ids[None]))


def _words(reading: Reading) -> tuple[str, ...]:
    return reading.tokens[reading.first : reading.last]
