"""Stops: a run is asked to stop in every phase of its life, also while its processes hang."""

import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psutil

from benchmarks import harness
from benchmarks.chaos import home
from benchmarks.chaos.promises import Effort, Finding, Promise, Row, judged
from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.errors import StoreError, WrongState
from rnnlab.lab import Lab
from rnnlab.runs import Progress, RunState
from rnnlab.store import lock_holders

FINAL_AFTER_S = 15.0
GIVEN_UP_S = 90.0
# Minutes of epochs; an epoch with a second of validation; half a minute of compiling.
LONG = home.small("gru", units=32, epochs=1_000)
SLOW = home.small("gru", units=128, epochs=1_000)
WIDE = home.small("lstm", units=512, layers=3)

Prepare = Callable[[Lab], str]


def measure(effort: Effort) -> Iterator[Row]:
    """Stop runs in all phases, and judge how long each stop took."""
    if effort.short:
        return
    taken_s: dict[str, list[float]] = {}
    wrong: list[str] = []
    with home.small_lab(workers=1) as lab:
        for phase, prepares in PHASES.items():
            for prepare in prepares[: effort.of(len(prepares))]:
                seconds, state = stopped_after(lab, prepare(lab))
                taken_s.setdefault(phase, []).append(seconds)
                if state is not RunState.STOPPED:
                    wrong.append(f"{phase}: {state}")
        yield from judged(promises(lab, taken_s, wrong), effort)


def stopped_after(lab: Lab, run_id: str, *, limit_s: float = GIVEN_UP_S) -> tuple[float, RunState]:
    """Ask a run to stop; return after how many seconds it was final, and its state."""
    began = time.monotonic()

    def asked() -> bool:
        try:
            lab.stop(run_id)
        except StoreError:
            return False
        except WrongState:  # interrupted, and about to be resumed
            lab.reconcile()
            return False
        return True

    def final() -> bool:
        try:
            lab.reconcile()
            return not lab.store.get(run_id).state.active
        except StoreError:
            return False

    try:
        harness.wait_until(asked, timeout_s=limit_s, every_s=0.1)
        harness.wait_until(final, timeout_s=limit_s, every_s=0.1)
    except TimeoutError:
        return time.monotonic() - began, RunState.RUNNING
    finally:
        for process in home.processes_of(lab.home):
            home.kill(process, number=signal.SIGCONT)
    return time.monotonic() - began, lab.store.get(run_id).state


# ---- what brings a run into a phase, and returns its id ---------------------------------------


def queued(lab: Lab) -> str:
    """A run that waits, with nobody to claim it."""
    return lab.store.enqueue(LONG, now=time.time()).id


def claimed(config: RunConfig, *, since_s: float) -> Prepare:
    """A run whose child has been at work for some seconds, and has no batch yet."""

    def prepare(lab: Lab) -> str:
        run_id = lab.train(config).id
        home.look_until(lab, lambda: home.claim_on(lab, run_id))
        time.sleep(since_s)
        return run_id

    return prepare


def seen(config: RunConfig, holds: Callable[[int, Progress], bool]) -> Prepare:
    """A run of whose finished epochs and progress something holds."""

    def prepare(lab: Lab) -> str:
        run_id = lab.train(config).id

        def there() -> bool:
            run = lab.store.get(run_id)
            return run.progress is not None and holds(run.epochs_done, run.progress)

        home.look_until(lab, lambda: home.claim_on(lab, run_id))
        harness.wait_until(there, timeout_s=home.PATIENCE_S, every_s=0.005)
        return run_id

    return prepare


def first_batch(done: int, progress: Progress) -> bool:
    return done == 0


def mid_epoch(done: int, progress: Progress) -> bool:
    return done >= 1 and done < progress.epoch and progress.batch < progress.batches


def validating(done: int, progress: Progress) -> bool:
    return done >= 1 and done < progress.epoch and progress.batch == progress.batches


def between_epochs(done: int, progress: Progress) -> bool:
    return done >= 2 and done == progress.epoch


def hung(prepare: Prepare, *, worker: bool = False) -> Prepare:
    """A run whose child, or its worker, too, does nothing any more."""

    def prepare_hung(lab: Lab) -> str:
        run_id = prepare(lab)
        claim = home.claim_on(lab, run_id)
        assert claim
        home.kill(claim.worker if worker else None, claim.child, number=signal.SIGSTOP)
        return run_id

    return prepare_hung


def hung_saving(lab: Lab) -> str:
    """A run whose child does nothing any more while it writes an epoch, and holds the store."""
    run_id = seen(LONG, mid_epoch)(lab)
    claim = home.claim_on(lab, run_id)
    assert claim and claim.child
    child = claim.child

    def caught() -> bool:
        with closing(sqlite3.connect(lab.home / "lab.db", timeout=60)) as reader:
            # Nobody can commit while this reads, so that a child that saves is still at it.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM lab").fetchall()
            try:
                harness.wait_until(lambda: writes(lab, child.pid), timeout_s=1, every_s=0.01)
            except TimeoutError:  # its worker waits with a heartbeat, for example
                return False
            home.kill(child, number=signal.SIGSTOP)
            harness.wait_until(lambda: child.status() == psutil.STATUS_STOPPED, every_s=0.01)
            return True

    harness.wait_until(caught, timeout_s=home.PATIENCE_S, every_s=0.05)
    assert writes(lab, child.pid)
    return run_id


def writes(lab: Lab, pid: int) -> bool:
    """Whether a process has the lock of those that write to the store."""
    lines = lock_holders.LOCKS.read_text().splitlines()
    file = lock_holders.place(lab.home / "lab.db")
    return file is not None and pid in lock_holders.pids(lines, file, readers=False)


PHASES: dict[str, list[Prepare]] = {
    "queued": [queued],
    "made ready": [claimed(LONG, since_s=s) for s in (0.0, 0.7, 1.5)],
    "compiling": [claimed(WIDE, since_s=s) for s in (5.0, 10.0, 15.0)],
    "first batch": [seen(LONG, first_batch)] * 2,
    "mid-epoch": [seen(LONG, mid_epoch)] * 2,
    "validation": [seen(SLOW, validating)] * 2,
    "between epochs": [seen(LONG, between_epochs)] * 2,
    "child hangs": [hung(seen(LONG, mid_epoch)), hung(claimed(LONG, since_s=1.0))],
    "worker and child hang": [hung(seen(LONG, mid_epoch), worker=True)] * 2,
    "hangs while saving": [hung_saving],
}


def promises(lab: Lab, taken_s: dict[str, list[float]], wrong: list[str]) -> list[Promise]:
    """One promise for all phases, and one that each such run is stopped, not something else."""

    def soon_final() -> Finding:
        worst = {phase: max(seconds) for phase, seconds in taken_s.items()}
        figures = [f"{phase} {seconds:.1f} s" for phase, seconds in worst.items()]
        return Finding(format.listing(figures), max(worst.values()) <= FINAL_AFTER_S)

    def stopped() -> Finding:
        count = sum(map(len, taken_s.values()))
        return Finding(f"{count - len(wrong)} of {count} {'; '.join(wrong)}", not wrong)

    unended: list[tuple[float, RunState]] = []

    @contextmanager
    def patient_worker() -> Iterator[None]:
        """A worker that never ends a child that does not stop; tried once for both promises."""
        if not unended:
            home.end_processes(lab.home)
            lab.reconcile()
            home.start_worker(lab, changed="worker.TERMINATE_AFTER_S = worker.KILL_AFTER_S = 1e9")
            run_id = hung(seen(LONG, mid_epoch))(lab)
            unended.append(stopped_after(lab, run_id, limit_s=FINAL_AFTER_S + 1))
        [(seconds, state)] = unended
        taken_s["broken"] = [seconds]
        wrong.append(f"broken: {state}")
        yield
        del taken_s["broken"]
        wrong.pop()

    return [
        Promise(
            "a run that is asked to stop is final soon, whatever it does",
            f"≤ {FINAL_AFTER_S:.0f} s",
            soon_final,
            patient_worker,
        ),
        Promise("it is stopped, not failed or interrupted", "all", stopped, patient_worker),
    ]
