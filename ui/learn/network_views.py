"""The views of the cards that show a network at work, unit by unit: step, outputs, LSTM, GRU."""

import streamlit as st

from rnnlab import format, params
from rnnlab.charts import states as states_chart
from rnnlab.charts.cell import QUANTITIES
from rnnlab.config import RunConfig, preset
from rnnlab.inside.terms import unit_sums
from rnnlab.learn import steps
from rnnlab.learn.examples import Example
from rnnlab.learn.steps import START_WORD, Steps
from ui import theme
from ui.learn import figure as figures
from ui.learn import material
from ui.reader import Snapshot

FIGURE_PX = 300
DIGITS = 3  # so that what is computed from the shown terms is what is shown
PARTS = {"input": "word", "recurrent": "old state", "bias": "bias"}
LAST, ALL = "Last state", "All states"


def show_step(lab: Snapshot) -> list[Example]:
    """Draw the hidden state of a SimpleRNN word by word, and one unit's sum."""
    example = material.network(lab, "embedding-rnn")
    read = material.read_steps(example)
    left, right = st.columns([3, 2], gap="medium")
    place = _word_slider(left, read, key="learn_step_word")
    unit = right.slider("Unit", 1, read.units, 1, key="learn_step_unit") - 1
    _states(
        read,
        "h",
        marked=(place, place),
        unit=unit,
        until=place,
        key="learn_step",
    )
    (parts,) = unit_sums("simple_rnn", read.trace, place, unit)
    word, *others = parts.terms
    st.html(
        f'<p class="learn-sum">tanh( {_term(word.value, PARTS[word.name])} '
        f"{' '.join(_signed(term.value, PARTS[term.name]) for term in others)} ) = "
        f"tanh({format.decimal(parts.total, DIGITS)}) = "
        f"<b>{format.decimal(parts.value, DIGITS)}</b></p>"
    )
    return [example]


def show_outputs(lab: Snapshot) -> list[Example]:
    """Draw all states of an LSTM, framed what it hands on, and the layer table that follows."""
    example = material.network(lab, "lstm")
    read = material.read_steps(example)
    left, right = st.columns([3, 2], gap="medium")
    layer_count = left.slider("Recurrent layers", 1, 3, 2, key="learn_outputs_layers")
    handed_on = right.segmented_control(
        "The lowest hands on",
        [LAST, ALL],
        default=ALL,
        required=True,
        key="learn_outputs_handed_on",
    )
    last = len(read.words) - 1
    _states(
        read,
        "h",
        marked=(0 if handed_on == ALL else last, last),
        key="learn_outputs",
        height=FIGURE_PX - 60,
    )
    if handed_on == LAST and layer_count > 1:
        st.html(
            '<p class="learn-flow">Keras refuses to build this: the second layer expects a '
            f"sequence, and gets {read.units} numbers.</p>"
        )
    elif handed_on == ALL and layer_count == 1:
        st.html(
            '<p class="learn-flow">No layer is left to read the sequence: Dense would give an '
            "answer after every word, not one for the review.</p>"
        )
    else:
        st.html(_flow(preset("lstm", layers=layer_count)))
    return [example]


def show_lstm(lab: Snapshot) -> list[Example]:
    """Draw a part of an LSTM's step for all units and words, and one unit's sum."""
    example = material.network(lab, "lstm")
    read = material.read_steps(example)
    place, unit = steps.open_gate(read, "f", "c")
    first, middle, last = st.columns([2, 3, 2], gap="medium")
    quantity = first.selectbox(
        "What to show",
        ["f", "i", "o", "c", "h"],
        format_func=lambda name: QUANTITIES[name].capitalize(),
        key="learn_lstm_quantity",
    )
    place = _word_slider(middle, read, key="learn_lstm_word", start=place)
    unit = last.slider("Unit", 1, read.units, unit + 1, key="learn_lstm_unit") - 1
    _states(
        read,
        quantity,
        marked=(place, place),
        unit=unit,
        key="learn_lstm",
        height=FIGURE_PX - 50,
    )
    old = read.before("c", place)[unit]
    f, i, g = (read.values[part][place, unit] for part in ("f", "i", "candidate"))
    o, c, h = (read.values[part][place, unit] for part in ("o", "c", "h"))
    st.html(
        '<p class="learn-sum">'
        f"c = {_term(f, 'forget gate')} · {_term(old, 'old c')} + {_term(i, 'input gate')} · "
        f"{_term(g, 'new content')} = <b>{format.decimal(c, DIGITS)}</b><br>"
        f"h = {_term(o, 'output gate')} · tanh({format.decimal(c, DIGITS)}) = "
        f"<b>{format.decimal(h, DIGITS)}</b></p>"
    )
    return [example]


def show_update_gate(example: Example) -> None:
    """Draw a GRU's update gate for all units and words, and one unit's mixture."""
    read = material.read_steps(example)
    left, right = st.columns([3, 2], gap="medium")
    place = _word_slider(left, read, key="learn_gru_word")
    unit = right.slider("Unit", 1, read.units, 1, key="learn_gru_unit") - 1
    _states(
        read, "z", marked=(place, place), unit=unit, key="learn_gru_gate", height=FIGURE_PX - 65
    )
    old = read.before("h", place)[unit]
    z, g, h = (read.values[part][place, unit] for part in ("z", "candidate", "h"))
    st.html(
        f'<p class="learn-sum">h = {_term(z, "update gate")} · {_term(old, "old state")} + '
        f"{_term(1 - z, 'the rest')} · {_term(g, 'candidate')} = "
        f"<b>{format.decimal(h, DIGITS)}</b></p>"
    )


def _flow(config: RunConfig) -> str:
    """Return the layers and what each hands on, as HTML."""
    parts = []
    for row in params.layers(config):
        sizes = [size for size in row.output_shape if size is not None]
        parts.append(f"<span><b>{row.type}</b>{' × '.join(map(str, sizes))}</span>")
    return f'<p class="learn-flow">{" → ".join(parts)}</p>'


def _word_slider(area, read: Steps, *, key: str, start: int | None = None) -> int:
    places = list(range(len(read.words)))
    return area.select_slider(
        "Word that is being read",
        places,
        value=len(places) // 2 if start is None else start,
        format_func=lambda place: f"{place}. {read.words[place]}" if place else START_WORD,
        key=key,
    )


def _states(
    read: Steps,
    quantity: str,
    *,
    marked: tuple[int, int],
    key: str,
    unit: int | None = None,
    until: int | None = None,
    height: int = FIGURE_PX,
) -> None:
    info = states_chart.states_chart(
        quantity, read.values[quantity], read.words, marked=marked, unit=unit, until=until
    )
    figure = states_chart.states_figure(info, text_color=theme.text_color(), height=height)
    figures.show(figure, key=key, label=states_chart.describe(info))


def _term(value: float, name: str) -> str:
    return f"<span>{format.decimal(value, DIGITS)}<small>{name}</small></span>"


def _signed(value: float, name: str) -> str:
    sign = "−" if value < 0 else "+"
    return f"{sign} {_term(abs(value), name)}"
