"""Executors: what starts workers where, as `RNNLAB_EXECUTOR` names it."""

import os
from typing import Protocol

from rnnlab.cluster.executor import RayExecutor, is_ray
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

    def why_idle(self) -> str:
        """Return what to do where runs wait and no worker has come."""
        ...


class NoExecutor:
    """Starts nothing: workers are started elsewhere, by hand."""

    def ensure(self, *, wanted: int | None = None) -> int:
        """Start nothing."""
        return 0

    def why_idle(self) -> str:
        """Return how a worker is started by hand."""
        return "No worker has joined this lab yet. Start one on any machine with `rnnlab worker`."


def executor_name() -> str:
    """Return what starts workers: `RNNLAB_EXECUTOR`, by default "local". Raises InvalidField."""
    text = (os.environ.get(EXECUTOR) or LOCAL).strip()
    if text not in (LOCAL, NONE) and not is_ray(text):
        limit = "local, none, ray or ray://host:port"
        raise InvalidField(EXECUTOR, text, limit, "choose one of these")
    return text


def make_executor(store: RunStore) -> Executor:
    """Return what starts workers for a store. Raises InvalidField, RnnlabError."""
    name = executor_name()
    if name == NONE:
        return NoExecutor()
    return LocalExecutor(store) if name == LOCAL else RayExecutor(store, name)
