"""Executors: what starts workers where, as `RNNLAB_EXECUTOR` names it."""

import os
from typing import Protocol

from rnnlab.errors import InvalidField
from rnnlab.store import RunStore
from rnnlab.worker.launch import LocalExecutor

EXECUTOR = "RNNLAB_EXECUTOR"
LOCAL, NONE = "local", "none"


class Executor(Protocol):
    """Starts workers for the runs of a store. Safe to use from several threads."""

    def ensure(self, *, wanted: int | None = None) -> int:
        """Start workers until `wanted` are alive, as far as may be; return how many were started.

        By default, as many are wanted as there are runs to train.
        """
        ...


class NoExecutor:
    """Starts nothing: workers are started elsewhere, by hand."""

    def ensure(self, *, wanted: int | None = None) -> int:
        """Start nothing."""
        return 0


def executor_name() -> str:
    """Return what starts workers: `RNNLAB_EXECUTOR`, by default "local". Raises InvalidField."""
    text = (os.environ.get(EXECUTOR) or LOCAL).strip()
    if text not in (LOCAL, NONE):
        raise InvalidField(EXECUTOR, text, "local or none", "choose one of these")
    return text


def make_executor(store: RunStore) -> Executor:
    """Return what starts workers for a store. Raises InvalidField."""
    return NoExecutor() if executor_name() == NONE else LocalExecutor(store)
