"""Runs whose stored files are damaged: left out among others, with the reason.

Owns when they are left out, not how damage is found: that is the loading function's.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from rnnlab.errors import DamagedRun
from rnnlab.runs import Run

Loaded = TypeVar("Loaded")


def each_sound(
    runs: Sequence[Run], load: Callable[[Run], Loaded], *, named: Collection[str] = ()
) -> tuple[dict[str, Loaded], list[DamagedRun]]:
    """Load something of each run; return it by run id, and an error for each that is damaged.

    Raises DamagedRun for a run whose id is `named`, and where all runs are damaged.
    """
    loaded: dict[str, Loaded] = {}
    damaged: list[DamagedRun] = []
    for run in runs:
        try:
            loaded[run.id] = load(run)
        except DamagedRun as error:
            if run.id in named:
                raise
            damaged.append(error)
    if damaged and not loaded:
        raise damaged[0]
    return loaded, damaged
