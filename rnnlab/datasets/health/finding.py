"""One finding of a health card, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Level = Literal["fine", "note", "warning", "problem"]
LEVELS: tuple[Level, ...] = ("problem", "warning", "note", "fine")
SHOWN = 100  # rows of a finding that can be looked at
NO_ROWS = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Finding:
    """A plain sentence with its number, rows to look at, and what can be done.

    `rows` are places of reviews, `notes` says something of each. `drop` are the rows that are left
    out where a person acts on the finding: `action` names that, "" where there is nothing to do.
    Where `removes` has words, these are taken out of all texts instead. `settings` are those of
    a run that suits the reviews better.
    """

    key: str
    level: Level
    title: str
    advice: str
    value: float
    rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    drop: np.ndarray = field(default_factory=lambda: NO_ROWS)
    action: str = ""
    removes: tuple[str, ...] = ()
    settings: Mapping[str, int] = field(default_factory=dict)


def shown(rows: np.ndarray) -> tuple[int, ...]:
    """Return the first rows, as many as are looked at."""
    return tuple(int(row) for row in rows[:SHOWN])
