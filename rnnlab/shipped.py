"""Trains runs that are shipped with rnnlab, for the commands that pack them.

`rnnlab.learn.make` makes those of the lesson, `rnnlab.starters.make` those of a new lab.
"""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace

from rnnlab.config import RunConfig
from rnnlab.errors import TrainingFailed
from rnnlab.lab import Lab
from rnnlab.runs import Run

LOOK_EVERY_S = 5.0


def train_named(lab: Lab, configs: Mapping[str, RunConfig]) -> dict[str, Run]:
    """Train what the lab lacks of these; return all runs by their names, once they have ended.

    Raises TrainingFailed where one has ended without weights.
    """
    runs = lab.train_missing(tuple(configs.values()))
    while waiting := [run for run in runs if run.state.active]:
        print(f"{len(waiting)} of {len(runs)} runs left", file=sys.stderr)
        time.sleep(LOOK_EVERY_S)
        lab.reconcile()
        runs = tuple(lab.store.get(run.id) for run in runs)
    by_config = {run.config: run for run in runs}
    named = {name: replace(by_config[config], name=name) for name, config in configs.items()}
    untrained = [name for name, run in named.items() if not run.is_trained]
    if untrained:
        raise TrainingFailed(f"not trained: {', '.join(untrained)}")
    return named
