"""Says where the compared models share one learning rate that nobody chose, and offers to tune."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.compare.groups import Group
from rnnlab.config import RunConfig
from rnnlab.runs import Run
from rnnlab.study import plan
from ui import roles
from ui.reader import Snapshot
from ui.study import dialog


def show(groups: Sequence[Group[Run]], snapshot: Snapshot) -> None:
    """Draw the line and its button where several networks were trained at one untuned rate."""
    rate = untuned_rate(groups, snapshot)
    if rate is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="compare_tuning"):
        st.markdown(
            f":material/tune: All of these networks were trained at a learning rate of "
            f"{format.learning_rate(rate)}, tuned for none.",
            width="content",
        )
        if roles.button("Tune them", key="compare_tune"):
            bases = candidates(groups)
            dialog.tune(bases, bases)


def untuned_rate(groups: Sequence[Group[Run]], snapshot: Snapshot) -> float | None:
    """Return the learning rate that all compared networks share, unless a study chose it."""
    networks = [group for group in groups if group.config.learning_rate is not None]
    rates = {group.config.learning_rate for group in networks}
    winners = {run_id for study in snapshot.studies for run_id in study.run_ids("final")}
    tuned = any(run.id in winners for group in networks for run in group.runs)
    comparable = len({group.config.dataset_id for group in groups}) == 1
    comparable = comparable and groups[0].config.may_hold_out  # a study keeps a test set
    if len(networks) < 2 or len(rates) > 1 or tuned or not comparable:
        return None
    return rates.pop()


def candidates(groups: Sequence[Group[Run]]) -> list[RunConfig]:
    """Return a study's candidates with the settings of these groups, each once."""
    shared = {"test_set": True, "split_seed": groups[0].config.split_seed, "seed": plan.FIRST_SEED}
    return list(dict.fromkeys(plan.with_fields(group.config, **shared) for group in groups))
