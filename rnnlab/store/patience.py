"""Patience with a server that does not answer: what may be repeated is, until it is back.

A method that is `repeatable` comes to the same if it is called again after a transaction whose fate
is unknown, because the connection was lost while it committed. How long a process waits is for
`Database.be_patient` to say; by default it does not, so that people are told at once.
"""

import functools
import itertools
import logging
import random
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from rnnlab.errors import StoreUnreachable

log = logging.getLogger(__name__)

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
P = ParamSpec("P")
R = TypeVar("R")


class _Patient(Protocol):
    """How long a database is waited for."""

    patience_s: float


class _OfDatabase(Protocol):
    """What keeps its rows in a database.

    `unsure` is set while a method is called again, whose earlier call may have been recorded.
    """

    database: Any
    unsure: bool


S = TypeVar("S", bound=_OfDatabase)


def repeatable(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Have a method called again while the store's server does not answer, see `patiently`."""

    @functools.wraps(method)
    def repeated(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        def action(tries: int) -> R:
            self.unsure = tries > 0
            return method(self, *args, **kwargs)

        return patiently(self.database, action)

    return repeated


def patiently(database: _Patient, action: Callable[[int], R]) -> R:
    """Return what the action returns, once the server answers; raise StoreUnreachable in the end.

    The action is given how often it was tried before. Waits longer each time, and by chance, so
    that those who lost the same server do not all come back at once.
    """
    give_up_at = time.monotonic() + database.patience_s
    for tries in itertools.count():
        try:
            return action(tries)
        except StoreUnreachable as error:
            wait_s = min(FIRST_WAIT_S * 2**tries, LONGEST_WAIT_S) * random.uniform(0.5, 1.0)
            if time.monotonic() + wait_s > give_up_at:
                raise
            log.warning("%s", error)
            time.sleep(wait_s)
    raise AssertionError("it is tried until it succeeds or fails")
