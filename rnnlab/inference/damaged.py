"""Runs whose stored files are damaged: left out among others, with the reason.

Owns when they are left out, not how damage is found: that is the loading function's.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from rnnlab.errors import DamagedRun
from rnnlab.runs import Run

Loaded = TypeVar("Loaded")


def load_each(
    runs: Sequence[Run], load: Callable[[Run], Loaded]
) -> tuple[dict[str, Loaded], list[DamagedRun]]:
    """Load something of each run; return it by run id, and an error for each that is damaged."""
    loaded: dict[str, Loaded] = {}
    damaged: list[DamagedRun] = []
    for run in runs:
        try:
            loaded[run.id] = load(run)
        except DamagedRun as error:
            damaged.append(error)
    return loaded, damaged


def load_sound(
    runs: Sequence[Run], load: Callable[[Run], Loaded], *, named: Collection[str] = ()
) -> tuple[dict[str, Loaded], list[DamagedRun]]:
    """Load like `load_each`; raise DamagedRun for a run whose id is `named`, or if all are."""
    loaded, damaged = load_each(runs, load)
    for error in damaged:
        if error.run in named or not loaded:
            raise error
    return loaded, damaged
