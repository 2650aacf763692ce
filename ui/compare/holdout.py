"""The offer to compare the same settings on reviews that chose nothing."""

import dataclasses
from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.compare.groups import Group
from rnnlab.config import RunConfig
from rnnlab.evaluation.predictions import judging_part
from rnnlab.lab import Lab
from rnnlab.runs import Run
from rnnlab.worker.launch import worker_limit
from ui import reader, roles
from ui.compare import choice


def offer(groups: Sequence[Group[Run]], lab_runs: Sequence[Run]) -> None:
    """Offer to train the groups with a test set, or to show those runs once they are trained.

    `lab_runs` are all runs of the lab. Draws nothing where the groups are judged on test reviews
    already, or their dataset can have none.
    """
    runs = [run for group in groups for run in group.runs]
    possible = all(run.config.may_hold_out for run in runs)
    if len(groups) < 2 or not possible or judging_part(runs) != "validation":
        return
    configs = list({dataclasses.replace(run.config, test_set=True): None for run in runs})
    found = _counterparts(configs, lab_runs)
    trained = [run for run in found.values() if run.is_trained]
    missing = [config for config in configs if config not in found]
    if missing:
        _train(missing)
    elif len(trained) < len(configs):
        st.caption(
            f":material/hourglass_top: Training with a test set: {len(trained)} of "
            f"{format.plural(len(configs), 'run')} done."
        )
    elif st.button(
        "Show the comparison on a test set", icon=":material/verified:", key="compare_show_test"
    ):
        choice.replace([run.id for run in trained])


def _counterparts(configs: Sequence[RunConfig], lab_runs: Sequence[Run]) -> dict[RunConfig, Run]:
    """Return the lab's run of each config that is trained or will be, trained ones first."""
    wanted = set(configs)
    found: dict[RunConfig, Run] = {}
    for run in lab_runs:
        known = found.get(run.config)
        usable = run.config in wanted and (run.is_trained or run.state.active)
        if usable and (known is None or not known.is_trained):
            found[run.config] = run
    return found


def _train(missing: Sequence[RunConfig]) -> None:
    """Show a button that queues these configs, with what they cost."""
    minutes = reader.minutes(missing, workers=worker_limit())
    clicked = roles.button(
        f"Compare on a test set (about {format.plural(minutes, 'minute')})",
        icon=":material/verified:",
        key="compare_test_set",
        help="Here the validation reviews choose each run's best epoch and judge it, too. This "
        f"trains {format.plural(len(missing), 'run')} with the same settings and seeds, and keeps "
        "half of the validation reviews for the comparison alone.",
    )
    if clicked and roles.attempt(Lab.train_missing, missing):
        st.rerun()
