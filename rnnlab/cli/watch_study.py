"""Follows a study from the terminal until it ends; writes to stderr."""

import time

from rnnlab.cli.output import can_ask, say
from rnnlab.cli.watch import INTERRUPTED, RECONCILE_S, Absence, Interrupts, WorkerWait
from rnnlab.errors import StoreUnreachable, WrongState
from rnnlab.lab import Lab
from rnnlab.studies import StudyState
from rnnlab.study import cost
from rnnlab.worker.launch import worker_limit

POLL_S = 0.5


def until_ended(lab: Lab, study_id: str, interrupts: Interrupts) -> int:
    """Follow a study until it ends or is left in the background; return the exit code.

    0 finished, or left in the background; 1 failed, or stopped by another process; 130 if Ctrl-C
    stopped it. Ctrl-C does as in `watch.until_ended`. Raises StudyNotFound if it is deleted.
    """
    stopping = paused = False
    shown: tuple[str, int] | None = None
    reconciled_at = -RECONCILE_S
    worker_wait, absence = WorkerWait(lab), Absence()
    while True:
        now = time.monotonic()
        try:
            if now - reconciled_at >= RECONCILE_S:
                reconciled_at = now
                lab.reconcile()
            study, runs = lab.store.studies.with_runs(study_id)
        except StoreUnreachable as error:
            if absence.lasts(error, interrupts):
                continue
            return 0
        absence.ended()
        progress = cost.progress(study, runs, lab.estimate, workers=worker_limit())
        if (progress.phase, progress.ended) != shown:
            shown = (progress.phase, progress.ended)
            say(f"{study.name}: {progress.sentence}")
        if study.state is StudyState.PAUSED and not paused:
            say(f"{study.name} is paused: `rnnlab sweep resume {study.id}` continues it.")
        paused = study.state is StudyState.PAUSED
        if not study.state.active:
            if study.state is StudyState.FINISHED:
                return 0
            return INTERRUPTED if stopping else 1
        for run in [run for run in runs.values() if run.state.active][:1]:
            worker_wait.check(run, now)
        if interrupts.taken():
            if can_ask() and not interrupts.wants_stop(tuple(runs.values())):
                say(f"{study.name} will go on in the background.")
                return 0
            stopping = True
            try:
                lab.stop_study(study_id)
                say(f"{study.name} was stopped. What is trained is kept.")
            except WrongState:
                pass  # it has just ended by itself
        time.sleep(POLL_S)
