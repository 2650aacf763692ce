"""Memory and order: how far back each network reaches, and what word order is worth to it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rnnlab import format
from rnnlab.charts import reach
from rnnlab.charts.reach import ReachLine
from rnnlab.inside.memory import Reordered
from ui import chart, theme
from ui.inside import opened as opened_networks
from ui.inside.opened import Opened


def show(networks: Sequence[Opened]) -> None:
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
