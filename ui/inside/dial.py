"""The dial: a network's states on real reviews, and the text walking among them."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.charts import dial
from ui import chart, theme
from ui.inside import steps
from ui.inside.opened import Opened
from ui.inside.read import Read, read


def show(networks: Sequence[Opened], content: str, *, has_words: bool) -> None:
    """Draw the dial of each network, the text walking on it."""
    reads = [read(opened, content) for opened in networks]
    word = steps.show(reads) if has_words else None
    for column, part in zip(st.columns(len(networks), gap="large"), reads, strict=True):
        with column:
            clicked = _dial(part, word)
        steps.clicked(clicked, reads)
    st.caption(
        "Faint dots: the state after 400 validation reviews, on the two directions in which states "
        "differ most. Line: your text, word by word, ending at the large dot. Ring around a dot: "
        "the word that you look at. Filled circle: a stable point, to which the state returns on "
        "average words; ring with a percentage: a saddle, between two of them. Dashed: where the "
        "answer is 50 %."
    )


def _dial(part: Read, word: int | None) -> str | None:
    opened = part.opened
    traced = part.trace.layers[-1].cells[0]
    units = len(traced.cell.recurrent)
    info = dial.dial_chart(
        opened.dial,
        traced.steps["h"][part.positions, 0],
        part.words,
        read_out=opened.network.kernel[:units, 0],
        bias=opened.network.bias,
        color=opened.color,
        marked=None if word is None else part.place(word),
        first=part.reading.first,
    )
    st.html(
        f'<p class="inside-finding"><b>{theme.text(opened.run.name)}</b><br>'
        f"{theme.text(info.title)}</p>"
    )
    clicked = chart.exportable(
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
    return clicked
