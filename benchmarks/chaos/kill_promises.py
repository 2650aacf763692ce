"""What holds whatever is killed, how it is checked, and what would break it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.chaos import home
from benchmarks.chaos.kill_evidence import Evidence
from benchmarks.chaos.promises import Finding, Promise
from rnnlab import format, machine

TRUE_AFTER_S = 2.0


def promises(evidence: Evidence) -> list[Promise]:
    """The promises, to be judged once all has ended and no worker is left."""
    lab, watch = evidence.lab, evidence.watch
    kinds = format.listing([f"{count} × {kind}" for kind, count in evidence.kills.items()])
    some = evidence.disturbed()[0].id

    def epochs_kept() -> Finding:
        lost = watch.lost_epochs()
        total = evidence.kills.total()
        figure = f"{len(lost)} of {len(watch.epochs):,} lost in {total} kills: {kinds}"
        return Finding(figure, not lost)

    def identical() -> Finding:
        runs, other = evidence.disturbed(), evidence.differing()
        return Finding(f"{len(runs) - len(other)} of {format.plural(len(runs), 'run')}", not other)

    def soon_true() -> Finding:
        worst = max(evidence.true_after_s)
        figure = f"{worst:.1f} s at worst of {len(evidence.true_after_s)}"
        return Finding(figure, worst <= TRUE_AFTER_S)

    def stays() -> Finding:
        told = [run for run in evidence.by_hand if run.error]
        ended = [run for run in told if lab.store.get(run.id).is_trained]
        count = len(evidence.by_hand)
        kept = all(evidence.stayed) and len(ended) == count > 0
        return Finding(f"{len(told)} of {count} said why, {len(ended)} ended after that", kept)

    def no_orphans() -> Finding:
        count = len(home.orphans(lab))
        return Finding(f"{count} left", not count)

    def no_folders() -> Finding:
        home.worker_by_hand(once=True).wait()  # finds nothing to train, and sweeps
        count = len(home.temporary_folders())
        return Finding(f"{count} left", not count)

    def in_turn() -> Finding:
        return Finding(f"{len(watch.out_of_turn)} out of turn", not watch.out_of_turn)

    return [
        Promise(
            "no recorded epoch is lost, whatever is killed",
            "0",
            epochs_kept,
            lambda: home.altered(lab, "DELETE FROM epochs WHERE run_id = ? AND epoch = 1", some),
        ),
        Promise(
            "killed runs end with the very history and weights of undisturbed ones",
            "all",
            identical,
            lambda: home.altered(
                lab, "UPDATE epochs SET loss = loss + 1e-12 WHERE run_id = ? AND epoch = 2", some
            ),
        ),
        Promise(
            "a look shows the true state soon after a kill",
            f"≤ {TRUE_AFTER_S:.0f} s",
            soon_true,
            lambda: nobody_looks(evidence),
            quick=False,
        ),
        Promise(
            "a run that is killed twice at one place waits, says why, and can be resumed by hand",
            "all",
            stays,
            lambda: store_forgets(evidence),
            quick=False,
        ),
        Promise("no process is left behind", "0", no_orphans, an_orphan),
        Promise(
            "no temporary folder is left behind", "0", no_folders, a_folder_in_use, quick=False
        ),
        Promise("the queue keeps its order", "0", in_turn, lambda: a_changed_queue(evidence)),
    ]


@contextmanager
def nobody_looks(evidence: Evidence) -> Iterator[None]:
    """A lab in which a worker is killed while nobody looks."""
    run = evidence.enqueue()
    evidence.kill(evidence.claim_on(run.id), "both", unseen_s=TRUE_AFTER_S)
    evidence.settle()
    home.end_workers(evidence.lab)
    yield
    evidence.true_after_s.pop()


@contextmanager
def store_forgets(evidence: Evidence) -> Iterator[None]:
    """A store that forgets which runs were resumed by themselves."""
    evidence.kill_twice(forget=True)
    evidence.settle()
    home.end_workers(evidence.lab)
    yield
    evidence.stayed.pop()


@contextmanager
def an_orphan() -> Iterator[None]:
    """A process of the lab that no worker knows."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield
    process.kill()
    process.wait()


@contextmanager
def a_folder_in_use() -> Iterator[None]:
    """A folder whose name says that this living process owns it, so that none is swept."""
    folder = home.temporary() / f"rnnlab-{machine.name()}-{home.THIS_PROCESS}-kept"
    folder.mkdir()
    yield
    folder.rmdir()


@contextmanager
def a_changed_queue(evidence: Evidence) -> Iterator[None]:
    """A queue in which the last pushes in."""
    *_, last = (evidence.enqueue().id for _ in range(3))
    evidence.watch.look()
    home.sql(evidence.lab, "UPDATE runs SET queued_at = 0 WHERE id = ?", last)
    evidence.watch.look()
    yield
    evidence.watch.out_of_turn.pop()
