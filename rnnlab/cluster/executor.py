"""RayExecutor: has workers placed on a Ray cluster, by a process of its own.

Ray takes a second to import, and a cluster seconds to answer, so neither the dashboard nor the
command line does that: they start `rnnlab place`, one at a time, which exits when it has nothing to
do (see `rnnlab.cluster.place`). Imports no ray.
"""

import importlib.util
import subprocess
import threading
import time

from rnnlab import sharing
from rnnlab.errors import InvalidField, RnnlabError
from rnnlab.owners import owner_limit
from rnnlab.store import RunStore
from rnnlab.worker.launch import RETRY_S, see_log, start_process

LEASE = "placement"
RAY, CLIENT = "ray", "ray://"


def is_ray(executor: str) -> bool:
    """Return whether this value of `RNNLAB_EXECUTOR` names a Ray cluster. Raises InvalidField."""
    if not executor.startswith(CLIENT):
        return executor == RAY
    host, separator, port = executor.removeprefix(CLIENT).rpartition(":")
    if not (separator and host and port.isdigit() and 0 < int(port) <= 65_535):
        limit, remedy = "ray://host:port", "give the host and the client port, 10001 by default"
        raise InvalidField("RNNLAB_EXECUTOR", executor, limit, remedy)
    return True


class RayExecutor:
    """Starts the process that places workers. Safe to use from several threads.

    Raises RnnlabError where Ray is not installed, or another machine could not use the store.
    """

    def __init__(self, store: RunStore, executor: str) -> None:
        if importlib.util.find_spec("ray") is None:
            raise RnnlabError(
                f"RNNLAB_EXECUTOR={executor} needs a package that is not installed: run "
                "pip install 'rnnlab[ray]', or unset RNNLAB_EXECUTOR to train on this machine"
            )
        host = executor.removeprefix(CLIENT).rpartition(":")[0].strip("[]")
        if executor != RAY and store.database.is_file and not sharing.is_loopback(host):
            raise RnnlabError(needs_team_store(executor))
        self._store = store
        self._owner_limit = owner_limit()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    def ensure(self, *, wanted: int | None = None) -> int:
        """Have workers placed if runs wait, by a process that is started unless one does it.

        Returns how many processes were started. None is for `wanted` workers without runs: the
        cluster is kept free for others.
        """
        if not self._store.claimable_count(owner_limit=self._owner_limit):
            return 0
        with self._lock:
            now = time.monotonic()
            if self._process is not None:
                code = self._process.poll()
                if code is None or (code and now - self._started_at < RETRY_S):
                    return 0
            if self._store.leases.is_held(LEASE):
                return 0
            self._process, self._started_at = start_process("place"), now
            return 1

    def why_idle(self) -> str:
        """Return why the last process that tried could place no worker, or where to look."""
        note = self._store.leases.note(LEASE)
        return f"No worker could be placed: {note}." if note else see_log()


def needs_team_store(cluster: str) -> str:
    """Return why workers of other machines cannot use a store in a file, and the way out."""
    return (
        f"the cluster {cluster} has other machines than this one, which cannot use a store in a "
        "file: set RNNLAB_STORE to a PostgreSQL store (see docs/cluster.md), or RNNLAB_EXECUTOR to "
        "ray for a cluster on this machine alone"
    )
