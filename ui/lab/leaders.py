"""The best run of each architecture, and what can be said of them in one line."""

from collections.abc import Iterable, Sequence

import streamlit as st

from rnnlab import format, params
from rnnlab.config import ARCHITECTURES, RunConfig
from rnnlab.runs import Run
from ui import theme

LEVEL = 0.0005  # accuracies that show as the same 79.3 %


def leaders(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The run with the best validation accuracy of each architecture, the best first.

    Runs that are still training do not count.
    """
    best: dict[str, Run] = {}
    for run in runs:
        if not run.is_trained:
            continue
        other = best.get(run.config.arch)
        if other is None or run.best_val_accuracy > other.best_val_accuracy:
            best[run.config.arch] = run
    return tuple(sorted(best.values(), key=lambda run: -run.best_val_accuracy))


def finding(best: Sequence[Run]) -> str:
    """Who leads, and by how much, in one line."""
    first = _label(best[0])
    shown = format.percent(best[0].best_val_accuracy)
    if len(best) == 1:
        return f"{first}: {shown}"
    lead = best[0].best_val_accuracy - best[1].best_val_accuracy
    if lead < LEVEL:
        return f"{first} and {_label(best[1])} are level: {shown}"
    return f"{first} leads: {shown}, {100 * lead:.1f} points ahead of {_label(best[1])}"


def show(runs: Sequence[Run]) -> None:
    """The leaders' cards; nothing before the first run has ended."""
    best = leaders(runs)
    if not best:
        return
    st.subheader(finding(best), anchor=False)
    st.html(f'<div class="lab-leaders">{"".join(_card(run) for run in best)}</div>')
    st.caption(
        "Best run of each architecture, by accuracy on the validation reviews. "
        "One run each proves little: another seed can change the order."
    )


def introduce(configs: Iterable[RunConfig]) -> None:
    """A card for each network that could be trained: what it is, and how large."""
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


def _card(run: Run) -> str:
    arch = run.config.architecture
    return f"""
    <div class="lab-leader" style="--tint:{arch.color}">
      <div class="lab-row"><i class="lab-dot"></i><b>{theme.text(arch.label)}</b></div>
      <div class="lab-score">{format.percent(run.best_val_accuracy)}</div>
      <div class="lab-muted">{format.count(run.parameters)} parameters<br>
        {format.duration(run.seconds)} of training<br>{theme.text(run.name)}</div>
    </div>"""


def _label(run: Run) -> str:
    return ARCHITECTURES[run.config.arch].label
