"""A small lab that trials may break: its home, its few reviews, its workers and their processes."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psutil
import sqlalchemy as sa

from benchmarks import harness
from rnnlab import machine
from rnnlab.config import RunConfig, preset
from rnnlab.datasets import bundled, cache, encoded
from rnnlab.lab import Lab
from rnnlab.runs import HISTORY_KEYS, Run, RunState
from rnnlab.store.schema import runs, workers
from rnnlab.worker.launch import worker_environment
from tests.disks import small_disk

LOOK_EVERY_S = 0.1
PATIENCE_S = 300.0  # for what should take seconds, on a machine that does other things, too
ORPHANS_END_S = 30.0
WORDS = 400
THIS_PROCESS = os.getpid()


class Claim(NamedTuple):
    """A running run, the token of its worker's claim, and the processes that train it."""

    run_id: str
    token: str
    worker: psutil.Process
    child: psutil.Process | None


@contextlib.contextmanager
def small_lab(
    *, workers: int = 2, reviews: int = 6_000, disk_mb: int | None = None
) -> Iterator[Lab]:
    """A lab of its own with this many reviews; all its processes are gone afterwards.

    With `disk_mb` its home has a disk of that size; skips where none may be mounted.
    """
    kept = os.environ.copy()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rnnlab-chaos-"))
        home, temporary = Path(folder) / "disk" / "home", Path(folder) / "temporary"
        if disk_mb:
            stack.enter_context(small_disk(home.parent, disk_mb))
        (home / "cache").mkdir(parents=True)
        temporary.mkdir()
        encode_reviews(home, reviews)
        os.environ.pop("RNNLAB_STORE", None)
        os.environ.update(
            RNNLAB_HOME=str(home),
            RNNLAB_STARTERS="0",
            RNNLAB_WORKERS=str(workers),
            RNNLAB_WORKER_IDLE_S="600",
            RNNLAB_AUTO_RESUME="1",
            TMPDIR=str(temporary),
        )
        try:
            lab = Lab()
            yield lab
            lab.store.close()
        finally:
            end_processes(home)
            os.environ.clear()
            os.environ.update(kept)


def encode_reviews(home: Path, count: int) -> None:
    """Put reviews of drawn words into a home, as if they were the bundled ones.

    Every second is positive and has its own words, so that there is something to learn.
    """
    draw = random.Random(0)
    words = [f"word{number}" for number in range(WORDS)]
    texts, labels = [], []
    for number in range(count):
        label = number % 2
        liked = words[label::2]
        texts.append(" ".join(draw.choices(words, k=60) + draw.choices(liked, k=20)))
        labels.append(label)
    encoded.build(
        cache.folder(home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode(texts, labels),
    )


def small(arch: str, **changes: object) -> RunConfig:
    """The config of a network that trains ten epochs of this lab in some seconds."""
    values = {"units": 4, "maxlen": 60, "epochs": 10, "patience": 100, "vocab_size": 300}
    return preset(arch, **{**values, **changes})


def claims(lab: Lab) -> list[Claim]:
    """The running runs of living workers, with their processes."""
    query = sa.select(runs.c.id, runs.c.attempt, workers.c.pid).join(
        workers, workers.c.id == runs.c.worker_id
    )
    with lab.store.database.reading() as connection:
        rows = connection.execute(query.where(runs.c.state == RunState.RUNNING)).all()
    found = []
    for row in rows:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker = psutil.Process(row.pid)
            found.append(Claim(row.id, row.attempt, worker, next(iter(children(worker)), None)))
    return found


def claim_on(lab: Lab, run_id: str) -> Claim | None:
    """The claim on a run whose child is at work; None where there is none."""
    return next((c for c in claims(lab) if c.run_id == run_id and c.child), None)


def token(lab: Lab, run_id: str) -> str | None:
    """The token of the claim on a run; None where no worker has it."""
    with lab.store.database.reading() as connection:
        return connection.scalar(sa.select(runs.c.attempt).where(runs.c.id == run_id))


def worker_processes(lab: Lab) -> list[psutil.Process]:
    """The workers that are registered and alive."""
    found = []
    with lab.store.database.reading() as connection:
        for pid in connection.scalars(sa.select(workers.c.pid)).all():
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
    return [worker for worker in found if alive(worker)]


def children(worker: psutil.Process) -> list[psutil.Process]:
    """The living processes that a worker has forked; not the workers that it has started.

    Each worker leads a session of its own.
    """
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        found = [child for child in worker.children() if alive(child)]
        return [child for child in found if os.getsid(child.pid) == worker.pid]
    return []


def alive(process: psutil.Process) -> bool:
    """Whether a process runs, and has not ended unreaped."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def processes_of(home: Path) -> list[psutil.Process]:
    """All living processes whose environment names this home, but for this one."""
    return [
        process
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get("RNNLAB_HOME") == str(home)
        and process.pid != os.getpid()
        and alive(process)
    ]


def orphans(lab: Lab) -> list[psutil.Process]:
    """The processes of a lab that are neither workers on its register nor their children.

    One that has just been started is none: it registers within seconds.
    """
    registered = worker_processes(lab)
    known = {process.pid for worker in registered for process in [worker, *children(worker)]}
    return [process for process in processes_of(lab.home) if process.pid not in known]


def end_processes(home: Path) -> None:
    """Kill all processes of a home; they are gone when it comes back."""
    left = processes_of(home)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=10)


def kill(*processes: psutil.Process | None, number: int = signal.SIGKILL) -> None:
    """Send processes a signal, one right after another; those that are gone are left alone."""
    for process in processes:
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)


def look_until(lab: Lab, holds: Callable[[], object], *, timeout_s: float = PATIENCE_S) -> float:
    """Look after the lab until something holds; return the seconds. Raises TimeoutError."""

    def look() -> bool:
        lab.reconcile()
        return bool(holds())

    return harness.seconds(
        lambda: harness.wait_until(look, timeout_s=timeout_s, every_s=LOOK_EVERY_S)
    )


def end_run(lab: Lab, run_id: str) -> Run:
    """Look after the lab until a run has ended, and return it."""
    look_until(lab, lambda: not lab.store.get(run_id).state.active)
    return lab.store.get(run_id)


def figures(lab: Lab, run_id: str) -> list[tuple[float, ...]]:
    """The history of a run, epoch by epoch, without times."""
    return [
        tuple(getattr(epoch, key) for key in HISTORY_KEYS) for epoch in lab.store.epochs(run_id)
    ]


def sql(lab: Lab, statement: str, *values: object) -> None:
    """Change the store's file behind its back."""
    with closing(sqlite3.connect(lab.home / "lab.db", timeout=60)) as connection, connection:
        connection.execute(statement, values)
        connection.execute("UPDATE lab SET version = version + 1")


@contextlib.contextmanager
def altered(lab: Lab, statement: str, *values: object) -> Iterator[None]:
    """Change the store's file behind its back, and put it back; nobody may use it meanwhile."""
    file = lab.home / "lab.db"
    kept = file.read_bytes()
    sql(lab, statement, *values)
    try:
        yield
    finally:
        lab.store.close()
        file.write_bytes(kept)


def start_worker(lab: Lab, *, changed: str = "") -> None:
    """Start a worker by hand, as `worker_by_hand`, and wait until it is the lab's.

    A run that is queued before would start another one, which may come first.
    """
    pid = worker_by_hand(changed=changed).pid
    harness.wait_until(lambda: pid in [found.pid for found in worker_processes(lab)], timeout_s=60)


def worker_by_hand(*, changed: str = "", once: bool = False) -> subprocess.Popen:
    """Start a process that works; `changed` is Python that alters the lab's modules before."""
    code = f"from rnnlab.worker import main, worker\n{changed}\nmain.run(once={once})"
    return subprocess.Popen(
        [sys.executable, "-c", code, "worker"],
        cwd=harness.ROOT,
        env=worker_environment(),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end_workers(lab: Lab) -> None:
    """Kill the workers of a lab, after a while in which what they have lost may end by itself."""
    with contextlib.suppress(TimeoutError):
        look_until(lab, lambda: not orphans(lab), timeout_s=ORPHANS_END_S)
    for worker in worker_processes(lab):
        forked = children(worker)
        kill(worker)
        psutil.wait_procs([worker], timeout=10)
        psutil.wait_procs(forked, timeout=ORPHANS_END_S)
    lab.reconcile()


def temporary() -> Path:
    """The folder of the temporary files of a lab's workers."""
    return Path(os.environ["TMPDIR"])


def temporary_folders() -> list[Path]:
    """The folders of temporary files that workers of this machine have left, or still use."""
    return list(temporary().glob(f"rnnlab-{machine.name()}-*"))


def pause(seconds: float, lab: Lab, look: Callable[[], object]) -> None:
    """Let time pass, looking after the lab meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lab.reconcile()
        look()
        time.sleep(min(LOOK_EVERY_S, max(end - time.monotonic(), 0)))
