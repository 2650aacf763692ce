"""Who a run belongs to, and whose turn it is when several people queue runs.

Owns what an owner may be called and the rule of fair shares. Reads no store.
"""

import getpass
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from rnnlab import home
from rnnlab.names import visible_line

OWNER, LIMIT = "RNNLAB_OWNER", "RNNLAB_OWNER_LIMIT"
MAX_OWNER = 80  # characters
MAX_LIMIT = 10_000  # runs


class Owned(Protocol):
    """Anything that belongs to somebody: a `Run`, or its row in the store."""

    @property
    def owner(self) -> str:
        """Whose it is; empty where nobody said so."""
        ...


Item = TypeVar("Item", bound=Owned)


def checked_owner(text: str, *, field: str = "owner") -> str:
    """Return an owner's name as it is stored, on one line. Raises InvalidField."""
    return visible_line(field, text, limit=MAX_OWNER, remedy="give a login name, for example")


def current_owner() -> str:
    """Return who queues runs here: `RNNLAB_OWNER`, else the login name. Raises InvalidField."""
    if named := os.environ.get(OWNER):
        return checked_owner(named, field=OWNER)
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that has no name
        return f"user {os.getuid()}"


def owner_limit() -> int | None:
    """Return how many runs of one owner may train at once: `RNNLAB_OWNER_LIMIT`; None for any.

    Raises InvalidField.
    """
    if not os.environ.get(LIMIT):
        return None
    return int(home.number(LIMIT, MAX_LIMIT, low=1, high=MAX_LIMIT))


def several_owners(items: Iterable[Owned]) -> bool:
    """Return whether they belong to more than one; else nothing need say whose each is."""
    return len({item.owner for item in items} - {""}) > 1


def owners_in_turn(
    waiting: Iterable[str], running: Mapping[str, int], claimed_at: Mapping[str, float]
) -> list[str]:
    """Return the owners of waiting runs, whoever's turn it is first.

    That is who has the fewest runs in training, then whose last claim is longest ago, then who
    comes first in `waiting`. `running` counts the runs in training of each, `claimed_at` says when
    one of each was last claimed.
    """
    return sorted(dict.fromkeys(waiting), key=lambda owner: _rank(owner, running, claimed_at))


def _rank(
    owner: str, running: Mapping[str, int], claimed_at: Mapping[str, float]
) -> tuple[int, float]:
    return running.get(owner, 0), claimed_at.get(owner, 0.0)


def in_turn(
    queued: Iterable[Item], running: Mapping[str, int], claimed_at: Mapping[str, float]
) -> list[Item]:
    """Return queued runs in the order in which they will be claimed; owners take turns.

    They are given in the order in which they were queued, which stays where one owner has them all.
    """
    queues: dict[str, list[Item]] = {}
    for run in queued:
        queues.setdefault(run.owner, []).append(run)
    ordered: list[Item] = []
    counts, latest = Counter(running), dict(claimed_at)
    now = max(latest.values(), default=0.0)
    while queues:
        owner = min(queues, key=lambda owner: _rank(owner, counts, latest))
        ordered.append(queues[owner].pop(0))
        if not queues[owner]:
            del queues[owner]
        counts[owner] += 1
        now += 1.0
        latest[owner] = now
    return ordered
