"""Memory: how far back each network reaches, by its gradient and by swapping words."""

from collections.abc import Sequence

import streamlit as st

from rnnlab.charts import reach
from rnnlab.charts.reach import ReachLine
from rnnlab.inside.stored import load_memory
from ui import chart, theme
from ui.inside.opened import Opened, reviews_read

CAPTIONS = (
    "How far the logit moves with a word’s vector (length of the gradient). Line: median over "
    "{reviews}; band: between the quartiles. Far distances count long reviews only.",
    "How far the logit moves (|Δ|) when one word is replaced by another, drawn at random from the "
    "words of these reviews; line and band as on the left.",
)


def show(networks: Sequence[Opened]) -> None:
    """Draw two curves over the distance from the end of the review, side by side."""
    with st.spinner("Reading validation reviews …"):
        memories = [load_memory(opened.subject) for opened in networks]
    for column, name, caption in zip(
        st.columns(2, gap="large"), ("reach", "swaps"), CAPTIONS, strict=True
    ):
        info = reach.reach_chart(
            [
                ReachLine(opened.run.name, opened.color, getattr(memory, name))
                for opened, memory in zip(networks, memories, strict=True)
            ]
        )
        with column:
            st.html(f'<p class="inside-finding">{theme.text(info.title)}</p>')
            chart.exportable(
                reach.reach_figure(info, text_color=theme.text_color()),
                key=f"inside_{name}",
                label=reach.describe(info),
                title=info.title,
                file=name,
            )
            st.caption(caption.format(reviews=reviews_read(networks)))
