"""Kills: `kill -9` at random moments of workers, their children, both at once, and standbys.

Small networks train meanwhile, each of whose configs was trained undisturbed before.
"""

import itertools
import random
import time
from collections.abc import Iterator

import psutil

from benchmarks.chaos import home
from benchmarks.chaos.kill_evidence import Evidence
from benchmarks.chaos.kill_promises import promises
from benchmarks.chaos.promises import Effort, Row, judged
from benchmarks.chaos.watch import Watch
from rnnlab.config import RunConfig
from rnnlab.lab import Lab

KILLS = 200
WITHIN_S = 600.0  # on a machine that does much else there are fewer, as the table says
STANDBYS = 0.1  # the share of kills that hit one
LONGEST_PAUSE_S = 2.0  # between two kills
WAITING = 3  # runs
CONFIGS = (
    home.small("lstm", dropout=0.3),
    home.small("gru"),
    home.small("gru", dropout=0.2, seed=7),
    home.small("embedding-rnn", dropout=0.3, epochs=20),
)


def measure(effort: Effort) -> Iterator[Row]:
    """Kill, wait until everything has ended, and judge what was promised."""
    with home.small_lab(workers=1 if effort.short else 2) as lab:
        evidence = Evidence(lab, random.Random(effort.seed), Watch(lab))
        if effort.short:
            home.start_worker(
                lab
            )  # by hand, as a pause follows where one that was started dies young
            evidence.train_references(CONFIGS[:1])
            run = evidence.enqueue()
            for kind in ("child", "both"):
                home.look_until(lab, lambda: lab.store.get(run.id).progress)
                evidence.kill(evidence.claim_on(run.id), kind)
        else:
            kill_all_kinds(evidence, effort)
        evidence.settle()
        home.end_workers(lab)
        yield from judged(promises(evidence), effort)


def kill_all_kinds(evidence: Evidence, effort: Effort) -> None:
    """Kill one run twice at one place, then standbys, then what trains."""
    count, end_s = effort.of(KILLS), time.monotonic() + WITHIN_S
    evidence.train_references(CONFIGS)
    evidence.kill_twice()
    evidence.settle()
    # Each for another config than the last: a worker tries no second standby for what crashed one.
    for _, config in zip(range(max(1, round(STANDBYS * count))), itertools.cycle(CONFIGS)):
        kill_standby(evidence, config)
    while evidence.kills.total() < count and time.monotonic() < end_s:
        kill_trainer(evidence)


def kill_standby(evidence: Evidence, config: RunConfig) -> None:
    """Kill a standby while it warms up or waits, or with its worker; a run may come meanwhile."""
    lab, draw = evidence.lab, evidence.random

    def standby_there() -> bool:
        lab.prewarm(config, workers=2)  # again and again: none starts after one that died young
        return bool(standbys(lab))

    home.look_until(lab, standby_there)
    home.pause(draw.uniform(0, 3), lab, evidence.watch.look)
    if draw.random() < 0.5:
        lab.store.enqueue(config, now=time.time())
        time.sleep(draw.uniform(0, 0.2))
    if found := standbys(lab):
        home.kill(found[0].parent() if draw.random() < 0.3 else None, found[0])
        evidence.kills["standby"] += 1
    evidence.settle()


def standbys(lab: Lab) -> list[psutil.Process]:
    """What idle workers, or those that were idle until now, have forked."""
    return [child for worker in home.worker_processes(lab) for child in home.children(worker)]


def kill_trainer(evidence: Evidence) -> None:
    """Kill a worker or its child after a while, while there are more runs to train."""
    lab, draw = evidence.lab, evidence.random
    while lab.store.queued_count() < WAITING:
        evidence.enqueue()
    home.pause(draw.uniform(0, LONGEST_PAUSE_S), lab, evidence.watch.look)
    evidence.resume_by_hand()
    if found := [claim for claim in home.claims(lab) if claim.child]:
        kind = draw.choices(("child", "worker", "both"), (5, 3, 2))[0]
        evidence.kill(draw.choice(found), kind)
