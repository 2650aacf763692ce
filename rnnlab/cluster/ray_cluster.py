"""RayCluster: workers as tasks of Ray, which finds a place for each and does nothing else.

The only module that imports ray, once a cluster is used. A task executes `rnnlab worker` as a
process of its own: to fork within a process of Ray hangs now and then (ray #31263, #28328). It is
never retried: the store gives its run to another worker.
"""

import logging
import os
import platform
import socket
import sys
import time
from pathlib import Path
from typing import Any

from rnnlab import home, machine
from rnnlab.cluster.executor import CLIENT, RAY, needs_team_store
from rnnlab.errors import RnnlabError
from rnnlab.store import RunStore, sqlite
from rnnlab.worker.launch import worker_environment, worker_limit

log = logging.getLogger(__name__)

IDLE_S = 60  # until an idle worker gives its slot back, unless the environment says otherwise
OBJECTS_BYTES = 80_000_000  # nearly the least that Ray takes: no object is ever stored
ANSWER_S = 10.0  # Ray itself would wait for half a minute, and not say for what
NO_CLUSTER = "Could not find any running Ray instance"  # as Ray says it
LEAVE_S = 20.0  # what workers get to end
MOST_GPUS = 16
_OWN = ("RNNLAB_HOME", "RNNLAB_MACHINE", "RNNLAB_EXECUTOR")  # each machine has its own


class RayCluster:
    """The cluster that `RNNLAB_EXECUTOR` names: a running one, or one of this machine's own.

    Raises RnnlabError where it cannot be reached, or where its machines cannot use the store.
    """

    def __init__(self, executor: str, store: RunStore) -> None:
        self._gpus = home.number("RNNLAB_RAY_GPUS", 0.0, low=0, high=MOST_GPUS)
        os.environ.setdefault("RAY_AUTH_MODE", "token")  # read when ray is imported
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to anybody
        import ray

        self._ray = ray
        _connect(executor)
        names = {node["NodeManagerHostname"] for node in ray.nodes() if node["Alive"]}
        if store.database.is_file and names != {platform.node()}:
            ray.shutdown()
            raise RnnlabError(needs_team_store(executor))
        self._environment = environment()
        self._task = ray.remote(num_cpus=1, num_gpus=self._gpus or None, max_retries=0)(_task())
        self._placed: dict[Any, float] = {}
        log.info("%d slots on the cluster %s", self.slots(), executor)

    def slots(self) -> int:
        """Return how many workers the cluster has room for."""
        resources = self._ray.cluster_resources()
        slots = resources.get("CPU", 0.0)
        if self._gpus:
            slots = min(slots, resources.get("GPU", 0.0) / self._gpus)
        return int(slots)

    def place(self, number: int) -> None:
        """Have Ray find a place for so many more workers."""
        for _ in range(number):
            self._placed[self._task.remote(self._environment)] = time.monotonic()

    def ended(self) -> list[tuple[float, bool]]:
        """Return for how long each worker that has ended was there, and whether it ended well."""
        if not self._placed:
            return []
        done, _ = self._ray.wait(list(self._placed), num_returns=len(self._placed), timeout=0)
        ended = []
        for task in done:
            seconds = time.monotonic() - self._placed.pop(task)
            try:
                code = self._ray.get(task)
            except Exception as error:  # its node is gone, or it could not be started
                code = str(error).strip().splitlines()[-1]
            if code:
                log.warning("a worker ended after %.0f s: %s", seconds, code)
            ended.append((seconds, not code))
        return ended

    def placed(self) -> int:
        """Return how many workers there are, those that wait for a slot among them."""
        return len(self._placed)

    def close(self) -> None:
        """Tell all workers to end, wait until they have, and disconnect."""
        for task in self._placed:
            self._ray.cancel(task)
        if self._placed:
            self._ray.wait(list(self._placed), num_returns=len(self._placed), timeout=LEAVE_S)
        self._ray.shutdown()


def _connect(executor: str) -> None:
    """Connect to a cluster by token; start one on this machine if it is to be and there is none."""
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.WARNING}
    try:
        if executor != RAY:
            host, _, port = executor.removeprefix(CLIENT).rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_S).close()
            ray.init(executor, **options)
            return
        try:
            ray.init("auto", **options)
        except ConnectionError as error:
            if NO_CLUSTER not in str(error):  # there is one, which does not let us in
                raise
            ray.init(
                num_cpus=worker_limit(),
                include_dashboard=False,
                object_store_memory=OBJECTS_BYTES,
                **options,
            )
    except Exception as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise RnnlabError(
            f"the cluster {executor} cannot be used ({said}): check that it runs and is reached "
            "from here, that it has this version of Python and of Ray, and that RAY_AUTH_TOKEN or "
            "~/.ray/auth_token holds its token"
        ) from error


def environment() -> dict[str, str]:
    """Return what each worker finds in its environment beside what its machine sets.

    The store's URL, which may hold a password, is among it: Ray shows no arguments of tasks.
    """
    shared = {
        name: value
        for name, value in worker_environment().items()
        if name.endswith("_NUM_THREADS") or (name.startswith("RNNLAB_") and name not in _OWN)
    }
    url = home.store_url()
    if path := sqlite.file_at(url):
        url = f"sqlite:///{path}"  # not from wherever Ray starts its processes
    return {
        "RNNLAB_WORKER_IDLE_S": str(IDLE_S),
        **shared,
        "RNNLAB_STORE": url,
        "here": machine.boot(),
        "home": str(home.home()),
        "python_path": os.pathsep.join(path for path in sys.path if Path(path, "rnnlab").is_dir()),
    }


def _task() -> Any:
    """Return what Ray executes: a function within this one, which Ray sends whole.

    So a machine of the cluster needs rnnlab only for the worker itself.
    """

    def work(environment: dict[str, str]) -> int:
        import os
        import subprocess
        import sys

        with open("/proc/sys/kernel/random/boot_id") as file:
            here = file.read().strip() == environment.pop("here")
        folder, python_path = environment.pop("home"), environment.pop("python_path")
        if here:  # this is the machine that places workers: its caches are used, and its rnnlab
            environment["PYTHONPATH"] = python_path
        else:
            folder = os.path.expanduser("~/.cache/rnnlab")
        environment["RNNLAB_HOME"] = os.environ.get("RNNLAB_HOME") or folder
        process = subprocess.Popen(
            [sys.executable, "-m", "rnnlab", "worker", "--with-parent"],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        try:
            return process.wait()
        finally:
            process.terminate()
            process.wait()

    return work
