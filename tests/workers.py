"""Real workers of a test's lab: waiting for what they do, finding them, ending them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from rnnlab.lab import Lab
from rnnlab.runs import HISTORY_KEYS

TIMEOUT_S = 600  # what takes seconds may take minutes where the machine does other things, too


class Caches(NamedTuple):
    """The folders of encoded reviews and of compiled code that the tests' labs share.

    And of the code of exported scripts and of the tests' own networks, which XLA compiles with
    other flags.
    """

    reviews: Path
    code: Path
    scripts_code: Path
    unoptimized_code: Path

    def link(self, home: Path, *, code: bool = True) -> Path:
        """Make this home, with the caches in it."""
        (home / "cache").mkdir(parents=True)
        for folder in (self.reviews, self.code) if code else (self.reviews,):
            (home / "cache" / folder.name).symlink_to(folder)
        return home


@contextmanager
def at_work(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab of two workers in this home that keep to it when its tests end."""
    monkeypatch.setenv("RNNLAB_HOME", str(home))
    monkeypatch.setenv("RNNLAB_WORKERS", "2")
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "900")
    lab = Lab()
    yield lab
    if any(run.state.active for run in lab.store.runs()):  # the test has failed
        kill_workers(home)
        lab.reconcile()


def wait_for(condition, what, timeout_s=TIMEOUT_S):
    """The first true value of `condition`; fails the test after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.1)
    pytest.fail(f"waited {timeout_s} s for {what}")


def kill_workers(home):
    """End the workers of a home, and what they are training."""
    for pid in worker_pids(home):
        with suppress(psutil.NoSuchProcess):
            for process in [*psutil.Process(pid).children(), psutil.Process(pid)]:
                process.kill()


def worker_pids(home):
    """The worker processes that use a home."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        environ, cmdline = process.info["environ"] or {}, process.info["cmdline"] or []
        if environ.get("RNNLAB_HOME") == str(home) and cmdline[-2:] == ["rnnlab", "worker"]:
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
    return [child.pid for pid in worker_pids(lab.home) for child in psutil.Process(pid).children()]
