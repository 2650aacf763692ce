"""Real workers of a test's lab: waiting for what they do, finding them, ending them."""

import time
from contextlib import suppress

import psutil
import pytest

from rnnlab.runs import HISTORY_KEYS

TIMEOUT_S = 120


def wait_for(condition, what, timeout_s=TIMEOUT_S):
    """The first true value of `condition`; fails the test after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    pytest.fail(f"waited {timeout_s} s for {what}")


def kill_workers(lab):
    """End the workers of a lab, and what they are training."""
    for pid in worker_pids(lab):
        with suppress(psutil.NoSuchProcess):
            for process in [*psutil.Process(pid).children(), psutil.Process(pid)]:
                process.kill()


def worker_pids(lab):
    """The worker processes that use the test's home."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        environ, cmdline = process.info["environ"] or {}, process.info["cmdline"] or []
        if environ.get("RNNLAB_HOME") == str(lab.home) and cmdline[-2:] == ["rnnlab", "worker"]:
            found.append(process)
    return [p.pid for p in found if p.ppid() not in {q.pid for q in found}]


def ended(lab, run_id):
    """The run, once it has ended."""

    def condition():
        lab.reconcile()
        run = lab.store.get(run_id)
        return None if run.state.active else run

    return wait_for(condition, f"run {run_id} to end")


def figures(lab, run_id):
    """The history of a run, a list for each epoch."""
    return [[getattr(e, key) for key in HISTORY_KEYS] for e in lab.store.epochs(run_id)]


def compiled(lab):
    """The names of the files of code that XLA has compiled."""
    return {path.name for path in lab.home.glob("cache/xla-*/*.pb")}


def children(lab):
    """The processes that the lab's only worker has forked."""
    return [child.pid for pid in worker_pids(lab) for child in psutil.Process(pid).children()]
