"""Slots: several workers under one process, which stays until it is told to end.

So a machine joins a lab by hand: `rnnlab worker --store URL --slots 4`. What the dashboard starts
by itself is `rnnlab.worker.launch`'s.
"""

import math
import subprocess
import sys

from rnnlab.field import Field
from rnnlab.worker.launch import RETRY_S, STARTING_S, worker_environment

SLOTS = Field(
    "--slots",
    int,
    "Slots",
    "How many runs to train at once.",
    1,
    64,
    if_above="train fewer at once",
    if_below="train at least one",
)
FOREVER_S = 1_000_000  # what a slot waits for a run: its machine is there for the lab


class Slots:
    """As many worker processes as there are slots. Each ends with this process."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._processes: list[tuple[subprocess.Popen[bytes], float]] = []
        self._start_at = -math.inf

    def fill(self, *, now: float) -> int:
        """Start a worker in each empty slot; return how many were started.

        After one that ended soon after its start, which the next may do as well, not at once.
        """
        for process, at in self._processes:
            if process.poll() is not None and now - at < STARTING_S:
                self._start_at = now + RETRY_S
        self._processes = [(p, at) for p, at in self._processes if p.returncode is None]
        if now < self._start_at:
            return 0
        missing = self._number - len(self._processes)
        self._processes += [(start_slot(slots=self._number), now) for _ in range(missing)]
        return missing

    def end(self) -> None:
        """Tell all workers to end, and wait until they have."""
        for process, _ in self._processes:
            process.terminate()
        for process, _ in self._processes:
            process.wait()


def start_slot(*, slots: int) -> subprocess.Popen[bytes]:
    """Start a worker that ends with this process, on a machine of so many slots; return it."""
    environment = worker_environment() | {
        "RNNLAB_WORKERS": str(slots),
        "RNNLAB_WORKER_IDLE_S": str(FOREVER_S),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "rnnlab", "worker", "--with-parent"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches it through this process
        env=environment,
    )
