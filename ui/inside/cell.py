"""The cell: what it computes at each word, unit by unit, and the sums behind one number."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnlab.charts import cell, logit_shares
from rnnlab.charts.cell import MAX_UNITS, QUANTITIES
from rnnlab.charts.logit_shares import LogitSharesChart
from rnnlab.inside import terms
from rnnlab.inside.formulas import Formula, formula
from ui import chart, theme
from ui.inside import steps, sums, url
from ui.inside.opened import Opened
from ui.inside.read import Layer, Read, pick_layer, pick_unit, read, units

MAX_WORDS = 60  # of the heatmap: more cannot be read


class _Shown(NamedTuple):
    """A network's cell as it is shown: (words, units) of a quantity from the word `start` on."""

    part: Read
    layer: Layer
    values: np.ndarray | None  # None where this cell has no such quantity
    start: int


def show(networks: Sequence[Opened], content: str) -> None:
    """Draw what each network's cell computes at each word; equal quantities on one scale."""
    reads = [read(opened, content) for opened in networks]
    word = steps.show(reads)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked_layers = pick_layer(networks)
        quantity = _pick_quantity(networks)
        unit = pick_unit(networks)
    cells = [_values(part, picked_layers[part.opened.run.id], quantity, word) for part in reads]
    known = [shown.values for shown in cells if shown.values is not None]
    reach = max((float(np.abs(values).max(initial=0.0)) for values in known), default=0.0)
    for shown in cells:
        steps.clicked(_heatmap(shown, quantity, word, unit, reach), reads)
    if any(len(part.words) > MAX_WORDS for part in reads):
        st.caption(f"The {MAX_WORDS} words around the current one are shown.")
    if any(units(part.opened) > MAX_UNITS for part in reads):
        st.caption(f"The {MAX_UNITS} units around the picked one are shown.")
    logits = logit_shares.share_axis([_logit(shown, word, unit) for shown in cells])
    for column, shown, info in zip(st.columns(len(cells), gap="large"), cells, logits, strict=True):
        with column:
            _sums(shown, word, unit)
            _draw_logit(shown.part, info)
    _formulas(cells)


def _pick_quantity(networks: Sequence[Opened]) -> str:
    names = list(dict.fromkeys(name for opened in networks for name in _quantities(opened)))
    key, write = url.widget("quantity", names, "h")
    return str(
        st.segmented_control(
            "Quantity",
            names,
            format_func=lambda name: QUANTITIES[name].capitalize(),
            required=True,
            key=key,
            on_change=write,
        )
        or "h"
    )


def _quantities(opened: Opened) -> list[str]:
    """Return what its cells compute, the hidden state first."""
    names = {
        "simple_rnn": ("h", "sum", "saturation"),
        "lstm": ("h", "c", "i", "f", "candidate", "o"),
        "gru": ("h", "z", "r", "candidate"),
    }
    return list(names[opened.network.cell_name])


def _values(part: Read, layer: Layer, quantity: str, word: int) -> _Shown:
    computed = terms.quantities(part.opened.network.cell_name, layer.of(part.trace))
    if quantity not in computed:
        return _Shown(part, layer, None, 0)
    values = part.in_order(computed[quantity][:, 0], backwards=layer.backwards)
    middle = word - part.reading.first
    start = min(max(middle - MAX_WORDS // 2, 0), max(len(values) - MAX_WORDS, 0))
    return _Shown(part, layer, values[start : start + MAX_WORDS], start)


def _heatmap(shown: _Shown, quantity: str, word: int, unit: int, reach: float) -> str | None:
    part = shown.part
    name = part.opened.run.name
    st.markdown(f"**{theme.markdown(name)}**")
    if shown.values is None:
        label = part.opened.run.config.architecture.label
        st.info(f"The {label} has no {QUANTITIES[quantity]}.", icon=":material/block:")
        return None
    place = part.place(word)
    marked = place is not None and unit < shown.values.shape[1]
    info = cell.cell_chart(
        quantity,
        shown.values,
        part.words[shown.start : shown.start + MAX_WORDS],
        reach=reach,
        first=part.reading.first + shown.start,
        marked=(place - shown.start, unit) if marked and place is not None else None,
    )
    return chart.exportable(
        cell.cell_figure(info, text_color=theme.text_color()),
        key=f"inside_cell_{part.opened.run.id}",
        label=cell.describe(info),
        title=f"{name}: {info.title}",
        file=f"cell-{name}",
    )


def _sums(shown: _Shown, word: int, unit: int) -> None:
    """Draw the sums of a unit at a word."""
    part, layer = shown.part, shown.layer
    opened, traced = part.opened, layer.of(part.trace)
    place = part.place(word)
    name = theme.markdown(opened.run.name)
    if place is None or unit >= len(traced.cell.recurrent):
        st.info(f"{name} does not have this word or unit.", icon=":material/block:")
        return
    position = int(part.positions[place])
    step = len(part.reading.ids) - 1 - position if layer.backwards else position
    st.markdown(f"**{name}: unit {unit + 1} at “{theme.markdown(part.words[place])}”**")
    st.html(sums.table(terms.unit_sums(opened.network.cell_name, traced, step, unit)))


def _formulas(cells: Sequence[_Shown]) -> None:
    """Draw the equations of these cells, equal ones once."""
    formulas: dict[Formula, str] = {}
    for shown in cells:
        opened, traced = shown.part.opened, shown.layer.of(shown.part.trace)
        made = formula(
            opened.network.cell_name,
            inputs=len(traced.cell.kernel),
            units=len(traced.cell.recurrent),
            one_hot=shown.layer.number == 0 and opened.network.vectors is None,
        )
        formulas.setdefault(made, opened.run.config.architecture.label)
    with st.expander("The equations", icon=":material/function:", key="inside_formulas"):
        for column, (made, label) in zip(st.columns(len(formulas)), formulas.items(), strict=True):
            with column:
                st.markdown(f"**{label}**")
                st.latex(made.equations)
                st.latex(made.shapes)
                st.caption(made.source)


def _logit(shown: _Shown, word: int, unit: int) -> LogitSharesChart:
    """Split the logit after a word; after the whole text where it is read from both ends."""
    part, layer = shown.part, shown.layer
    network = part.opened.network
    directions = len(network.layers[-1])
    place = part.place(word)
    position = -1 if directions == 2 or place is None else int(part.positions[place])
    shares = terms.logit_shares(network, part.trace, position)
    units = len(shares.units) // directions
    marked = layer.number == len(network.layers) - 1 and unit < units
    return logit_shares.logit_shares_chart(
        shares,
        directions=directions,
        color=part.opened.color,
        marked=unit + layer.backwards * units if marked else None,
    )


def _draw_logit(part: Read, info: LogitSharesChart) -> None:
    whole = len(part.opened.network.layers[-1]) == 2
    when = "after the whole text" if whole else "if the text ended here"
    st.markdown(f"**{theme.markdown(info.title)}** {when}")
    chart.exportable(
        logit_shares.logit_shares_figure(info, text_color=theme.text_color()),
        key=f"inside_logit_{part.opened.run.id}",
        label=logit_shares.describe(info),
        title=f"{part.opened.run.name}: {info.title}",
        file=f"logit-{part.opened.run.name}",
    )
    st.caption("Each bar is a unit’s hidden state times its weight in the read-out.")
