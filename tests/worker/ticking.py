"""What children do in the tests of a worker's ticks, and ways to let it tick."""

import os
import signal
import time
from pathlib import Path

from rnnlab.config import preset
from rnnlab.runs import RunState
from tests.labs import NOW

TIMEOUT_S = 60  # children run at a low priority: a busy machine lets them wait


def finish(attempt, store, *, data, paused):
    attempt.end(RunState.FINISHED, now=NOW)


def hang(attempt, store, *, data, paused):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def claim(worker, store):
    """A run that the worker has just forked a child for."""
    run = store.enqueue(preset("gru"), now=NOW)
    worker.tick(now=NOW)
    return run


def claim_and_hang(worker, store):
    """A run whose child hangs, and takes no signal to end any more; `train_as(hang)` first."""
    run = claim(worker, store)
    status = Path(f"/proc/{worker.child.process.pid}/status")
    ignored, end = 0, time.monotonic() + TIMEOUT_S
    while not ignored & 1 << signal.SIGTERM - 1 and time.monotonic() < end:
        time.sleep(0.01)
        line = next(line for line in status.read_text().splitlines() if line.startswith("SigIgn"))
        ignored = int(line.split()[1], 16)
    return run


def tick_until_childless(worker, *, now=NOW):
    end = time.monotonic() + TIMEOUT_S
    while worker.child and time.monotonic() < end:
        worker.tick(now=now)
        time.sleep(0.01)
    assert worker.child is None


def record_who_trained(attempt, store, *, data, paused):
    attempt.end(RunState.FINISHED, now=NOW, error=f"{os.getpid()} with {data}")


def expect(worker, store, config, *, now=NOW):
    """The pid of the worker's standby once it has seen what is expected; None without one."""
    store.expected.put(config, now=now)
    worker.tick(now=now)
    return worker.standby and worker.standby.process.pid
