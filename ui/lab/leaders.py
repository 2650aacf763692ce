"""The best run of each architecture, and the finding above them.

Single runs back no claim that one architecture is better than another: that takes seeds and
intervals, which the Compare page has.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import streamlit as st

from rnnlab import format, params
from rnnlab.config import RunConfig
from rnnlab.runs import Run
from ui import theme


class Leader(NamedTuple):
    """The best run of its architecture, and its validation accuracy."""

    run: Run
    accuracy: float


def leaders(runs: Iterable[Run]) -> tuple[Leader, ...]:
    """Return the trained run with the best validation accuracy of each architecture, best first."""
    best: dict[str, Leader] = {}
    for run in runs:
        accuracy = run.best_val_accuracy
        if not run.is_trained or accuracy is None:
            continue
        leader = best.get(run.config.arch)
        if leader is None or accuracy > leader.accuracy:
            best[run.config.arch] = Leader(run, accuracy)
    return tuple(sorted(best.values(), key=lambda leader: -leader.accuracy))


def finding(best: Sequence[Leader]) -> str:
    """Return the highest accuracy and whose it is, as a heading that claims no more."""
    accuracy = format.percent(best[0].accuracy)
    labels = [
        leader.run.config.architecture.label
        for leader in best
        if format.percent(leader.accuracy) == accuracy
    ]
    return f"Best so far: {format.listing(labels)}, {accuracy}"


def show(runs: Sequence[Run]) -> None:
    """Draw the leaders' cards; nothing before the first run has ended."""
    best = leaders(runs)
    if not best:
        return
    st.subheader(finding(best), anchor=False)
    st.html(f'<div class="lab-leaders">{"".join(map(_card, best))}</div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "The best run of each architecture, by accuracy on the validation reviews. Another "
            "seed can change the order: train three seeds of each, and Compare shows which "
            "differences are significant."
        )
        if len(best) > 1:
            st.page_link("pages/compare.py", label="Compare", icon=":material/balance:")


def introduce(configs: Iterable[RunConfig]) -> None:
    """Draw a card for each network that could be trained: what it is, and how large."""
    cards = (
        f"""
        <div class="lab-leader" style="--tint:{config.architecture.color}">
          <div class="lab-row"><i class="lab-dot"></i><b>{theme.text(config.architecture.label)}</b>
          </div>
          <p>{theme.text(config.architecture.about)}</p>
          <div class="lab-muted">{format.count(params.parameters(config))} parameters</div>
        </div>"""
        for config in configs
    )
    st.html(f'<div class="lab-leaders">{"".join(cards)}</div>')


def _card(leader: Leader) -> str:
    run, arch = leader.run, leader.run.config.architecture
    return f"""
    <div class="lab-leader" style="--tint:{arch.color}">
      <div class="lab-row"><i class="lab-dot"></i><b>{theme.text(arch.label)}</b></div>
      <div class="lab-score">{format.percent(leader.accuracy)}</div>
      <div class="lab-muted">{format.count(run.parameters)} parameters<br>
        {format.duration(run.seconds)} of training<br>{theme.text(run.name)}</div>
    </div>"""
