"""The dial: a network's states on real reviews, and the text walking among them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnnlab import format
from rnnlab.charts import dial
from rnnlab.charts.dial import DialChart
from rnnlab.charts.dial_figure import dial_figure
from rnnlab.inside.contrast import Shown, contrast
from rnnlab.inside.dial import Dial, answers_alone, read_out
from ui import chart, theme
from ui.inside import replay, steps, word_curve
from ui.inside.opened import Opened
from ui.inside.read import Layer, Read, pick_layer, read


def show(networks: Sequence[Opened], content: str, *, has_words: bool) -> None:
    """Draw the dial of each network, the text walking on it, and the answer after each word."""
    word = steps.show([read(opened, content) for opened in networks]) if has_words else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = pick_layer(networks)
        shown = replay.pick(networks)
    reads = [read(opened, content) for opened in shown]
    picked = [(part, layers[part.opened.run.id]) for part in reads]
    dials = [replay.dials(part.opened, layer) for part, layer in picked]
    charts = dial.share_axes(
        [
            _chart(part, layer, made, [each.cloud for each in replayed.values()], word)
            for (part, layer), (made, replayed) in zip(picked, dials, strict=True)
        ]
    )
    if len(shown) == 2:
        pair = zip(reads, dials, strict=True)
        sentence = contrast(*(_named(part, made) for part, (made, _) in pair))
        st.subheader(theme.markdown(sentence), anchor=False)
    columns = st.columns(len(networks), gap="large")
    for column, part, (made, _), info in zip(columns, reads, dials, charts, strict=True):
        with column:
            clicked = _draw(part, made, info)
        steps.clicked(clicked, reads)
    count = format.plural(max(len(made.cloud) for made, _ in dials), "validation review")
    st.caption(
        f"Faint dots: the state after {count}, on the two directions in which states differ most"
        + (" at the best epoch" if any(opened.epoch is not None for opened in shown) else "")
        + ". Line: your text, word by word, ending at the large dot. Ring around a dot: the word "
        "that you look at. Filled circle: a stable point, to which the state returns on average "
        "words; ring with a percentage: a saddle, between two of them. Dashed: where the answer is "
        "50 %."
    )
    if word is not None:
        word_curve.show(shown, networks, content, word)


def _named(part: Read, made: Dial) -> Shown:
    """Name a network with the accuracy of its best epoch, if that is the one shown."""
    opened = part.opened
    accuracy = opened.run.best_val_accuracy if opened.epoch is None else None
    return Shown(replay.label(opened), accuracy, made)


def _chart(
    part: Read, layer: Layer, made: Dial, in_view: Sequence[np.ndarray], word: int | None
) -> DialChart:
    opened = part.opened
    weights = None
    if answers_alone(opened.network, layer.number):
        weights = read_out(opened.network, layer.number)
    states = layer.of(part.trace).steps["h"][:, 0]
    return dial.dial_chart(
        made,
        part.in_order(states, backwards=layer.backwards),
        part.words,
        read_out=weights,
        bias=opened.network.bias,
        color=opened.color,
        marked=None if word is None else part.place(word),
        first=part.reading.first,
        in_view=in_view,
    )


def _draw(part: Read, made: Dial, info: DialChart) -> str | None:
    run = part.opened.run
    st.html(
        f'<p class="inside-finding"><b>{theme.text(replay.label(part.opened))}</b><br>'
        f"{theme.text(info.title)}</p>"
    )
    clicked = chart.exportable(
        dial_figure(info, text_color=theme.text_color()),
        key=f"inside_dial_{run.id}",
        label=dial.describe(info),
        title=info.title,
        file=f"dial-{run.name}",
    )
    line = f"{format.whole_percent(made.shares[0])} of the variance lies on one line"
    if made.cosine is not None:
        line += f", at a cosine of {made.cosine:.2f} to the read-out"
    st.caption(f"{line}.")
    return clicked
