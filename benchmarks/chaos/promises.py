"""A promise of the lab: how it is checked, and how its check is shown to be able to fail.

Owns the rows of the table. Knows nothing of what is promised.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

import pytest


class Effort(NamedTuple):
    """How much a trial does. `short` shows that it works; what is random is drawn from `seed`."""

    short: bool = False
    seed: int = 1
    scale: float = 1.0

    def of(self, normal: int) -> int:
        """A count of the full form, scaled."""
        return max(1, round(normal * self.scale))


class Finding(NamedTuple):
    """What a check found: in figures, and whether the promise was kept."""

    figure: str
    kept: bool


class Promise(NamedTuple):
    """What is promised, the limit, the check, and a context in which it is really broken.

    The short form leaves out what is not `quick`.
    """

    text: str
    goal: str
    check: Callable[[], Finding]
    broken: Callable[[], AbstractContextManager]
    quick: bool = True


class Row(NamedTuple):
    """A line of the table. `can_fail` tells whether the check saw that the promise was broken."""

    promise: str
    figure: str
    goal: str
    met: bool
    can_fail: bool


def judged(promises: Sequence[Promise], effort: Effort) -> Iterator[Row]:
    """Check each promise; break it, and see that the check reports it. Says what is skipped."""
    for promise in promises:
        if effort.short and not promise.quick:
            continue
        try:
            found = promise.check()
        except pytest.skip.Exception as skipped:  # no disk may be mounted here, for example
            yield Row(promise.text, f"skipped: {skipped}", promise.goal, True, True)
            continue
        with promise.broken():
            can_fail = not promise.check().kept
        yield Row(promise.text, found.figure, promise.goal, found.kept, can_fail)
