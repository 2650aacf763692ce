"""The group of runs with the highest accuracy of each architecture, and the finding above them.

Means back no claim that one architecture is better than another: that takes intervals, which the
Compare page has.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from statistics import fmean
from typing import NamedTuple

import streamlit as st

from rnnlab import format, params
from rnnlab.compare import stuck
from rnnlab.compare.groups import Group, group_runs, other_seeds, was_stopped
from rnnlab.config import ARCHITECTURES, RunConfig
from rnnlab.evaluation.seeds import mean_and_sd
from rnnlab.runs import Run, trained
from ui import theme
from ui.reader import Snapshot


class Leader(NamedTuple):
    """A group of runs and its validation accuracy: the mean over the seeds that learned, and sd.

    `failed` of its `seeds` did not learn, or ended without weights.
    """

    group: Group[Run]
    accuracy: float
    sd: float | None
    seeds: int
    failed: int

    @property
    def noun(self) -> str:
        """What is counted: seeds, or runs where there are several splits of the reviews."""
        return "seed" if len(self.group.runs) == self.group.seeds else "run"

    @property
    def seeds_text(self) -> str:
        """What its accuracy is the mean of: "3 seeds, ± 0.4 points"; empty without randomness."""
        if self.group.config.architecture.deterministic:
            return ""
        text = format.plural(self.seeds, self.noun)
        if self.sd is not None:
            text += f", ±{format.NO_BREAK}{format.points(self.sd)}"
        if was_stopped(self.group.runs[0]):
            text += ", stopped before the end"
        return text


@lru_cache(maxsize=1)  # for all viewers, until the lab has changed
def leaders(snapshot: Snapshot) -> tuple[Leader, ...]:
    """Return the group with the highest mean accuracy of each architecture, the highest first.

    Runs that were stopped count only for an architecture that has no others.
    """
    highest: dict[str, Leader] = {}
    for group in group_runs(trained(snapshot.runs)):
        candidate = _leader(group, snapshot.by_group[group.id])
        arch = group.config.arch
        if candidate and (arch not in highest or _merit(candidate) > _merit(highest[arch])):
            highest[arch] = candidate
    in_order = [highest[arch] for arch in ARCHITECTURES if arch in highest]
    return tuple(sorted(in_order, key=lambda leader: -leader.accuracy))


def finding(best: Sequence[Leader]) -> str:
    """Return the highest accuracy and whose it is, as a heading that claims no more."""
    accuracy = format.percent(best[0].accuracy)
    same = [leader for leader in best if format.percent(leader.accuracy) == accuracy]
    labels = format.listing([leader.group.config.architecture.label for leader in same])
    (leader, *others) = same
    seeds = ""
    if not others and not leader.group.config.architecture.deterministic:
        learned = leader.seeds - leader.failed or leader.seeds
        seeds = format.plural(learned, leader.noun)
        seeds = f" ({seeds})" if learned == 1 else f" (mean of {seeds})"
    return f"Highest so far: {labels}, {accuracy}{seeds}"


def show(snapshot: Snapshot) -> None:
    """Draw the leaders' cards; nothing before the first run has ended."""
    best = leaders(snapshot)
    if not best:
        return
    st.subheader(finding(best), anchor=False)
    cards(best)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Of each architecture the settings with the highest mean accuracy on the validation "
            "reviews. Other seeds can change the order: train five seeds of each, and Compare "
            "shows which differences are significant."
        )
        if len(best) > 1:
            st.page_link("pages/compare.py", label="Compare", icon=":material/balance:")


def cards(best: Sequence[Leader]) -> None:
    """Draw a card for each leader, in their order."""
    st.html(f'<div class="lab-leaders">{"".join(map(_card, best))}</div>')


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


def _leader(group: Group[Run], lab_runs: Sequence[Run]) -> Leader | None:
    """Return a group's accuracy over its seeds; None where none has a finite one."""
    not_learned = stuck.stuck_runs(group.runs)
    learned = stuck.without_stuck(group.runs, not_learned)
    mean, sd = mean_and_sd([run.best_val_accuracy for run in learned])
    if mean is None or mean != mean:
        return None
    crashed = other_seeds(group, lab_runs).failed
    return Leader(group, mean, sd, len(group.runs) + crashed, len(not_learned) + crashed)


def _merit(leader: Leader) -> tuple[bool, float]:
    return not was_stopped(leader.group.runs[0]), leader.accuracy


def _card(leader: Leader) -> str:
    group, arch = leader.group, leader.group.config.architecture
    lines = [
        leader.seeds_text,
        stuck.describe(leader.failed, leader.seeds),
        f"{format.count(group.runs[0].parameters)} parameters",
        f"{format.duration(fmean(run.seconds for run in group.runs))} of training",
        theme.text(group.name),
    ]
    return f"""
    <div class="lab-leader" style="--tint:{arch.color}">
      <div class="lab-row"><i class="lab-dot"></i><b>{theme.text(arch.label)}</b></div>
      <div class="lab-score">{format.percent(leader.accuracy)}</div>
      <div class="lab-muted">{"<br>".join(filter(None, lines))}</div>
    </div>"""
