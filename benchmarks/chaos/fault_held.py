"""A store that another program holds for 40 s while a run trains and somebody looks at a page."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from benchmarks.chaos import home
from benchmarks.chaos.promises import Effort, Finding, Promise, Row, judged
from rnnlab import format
from rnnlab.config import RunConfig
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from rnnlab.store import sqlite
from ui import reader

HELD_S = 40.0
ANSWERED_S = 1.0
LOOK_EVERY_S = 0.5
CONFIG = home.small("gru", units=16)
# What keeps writers out, what keeps readers out, too, and a reader, who keeps commits out.
HOLDS = ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN; SELECT count(*) FROM runs")
HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
for statement in sys.argv[2].split(";"):
    connection.execute(statement).fetchall()
print("held", flush=True)
time.sleep(float(sys.argv[3]))
"""


def measure(effort: Effort) -> Iterator[Row]:
    """Hold the store in each manner, and judge what was promised."""
    with home.small_lab(workers=1) as lab:
        trial = Trial(lab, effort)
        yield from judged(trial.promises(), effort)


class Trial:
    """A lab whose store is held again and again, and an undisturbed run to compare with."""

    def __init__(self, lab: Lab, effort: Effort) -> None:
        self._lab = lab
        self._holds = HOLDS[: effort.of(len(HOLDS))]
        self._held_s = HELD_S
        self._reference = home.end_run(lab, lab.train(CONFIG).id)
        self._answers_s: list[float] = []
        self._silent = 0

    def promises(self) -> list[Promise]:
        """The promises, and what breaks them."""
        return [
            Promise(
                f"a run whose store is held for {HELD_S:.0f} s loses nothing, and is not "
                "interrupted",
                "all",
                self.nothing_lost,
                self.impatient_worker,
            ),
            Promise(
                "a page answers meanwhile, and says since when it is old",
                f"≤ {ANSWERED_S:.0f} s",
                self.answered,
                self.patient_page,
            ),
        ]

    def nothing_lost(self) -> Finding:
        ends = [self._disturbed(hold) for hold in self._holds]
        kept = [end == "as an undisturbed run" for end in ends]
        others = [end for end, as_promised in zip(ends, kept, strict=True) if not as_promised]
        figure = f"{sum(kept)} of {format.plural(len(kept), 'run')} ended as an undisturbed one"
        return Finding("; ".join([figure, *others]), all(kept))

    def answered(self) -> Finding:
        worst = max(self._answers_s)
        figure = f"{worst:.2f} s at worst of {len(self._answers_s)} looks"
        if self._silent:
            figure += f"; {self._silent} holds were not mentioned"
        return Finding(figure, worst <= ANSWERED_S and not self._silent)

    def _disturbed(self, hold: str, config: RunConfig = CONFIG) -> str:
        """Hold the store while a run trains; return how it ended."""
        run_id = self._lab.train(config).id
        home.look_until(self._lab, lambda: self._lab.store.get(run_id).epochs_done >= 2)
        self._look_while_held(hold, self._held_s)
        run = home.end_run(self._lab, run_id)
        figures = home.figures(self._lab, run_id)
        if run.state is not RunState.FINISHED or run.resumed:
            return f"{run.state} after {hold}: {run.error or run.resumed}"
        same = figures == home.figures(self._lab, self._reference.id)
        return "as an undisturbed run" if same else f"other figures after {hold}"

    def _look_while_held(self, hold: str, seconds: float) -> None:
        """Look as a page does while another process holds the store."""
        lab = Lab(busy_timeout_s=reader.BUSY_TIMEOUT_S)
        pages = reader.Reader(lab)
        pages.snapshot()
        command = [sys.executable, "-c", HOLD, str(lab.home / "lab.db"), hold, str(seconds)]
        stale = False
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout and process.stdout.readline() == "held\n"
            while process.poll() is None:
                began = time.perf_counter()
                stale |= pages.snapshot().stale_since is not None
                self._answers_s.append(time.perf_counter() - began)
                time.sleep(LOOK_EVERY_S)
        # Only who keeps readers out makes a page old.
        self._silent += not stale and "EXCLUSIVE" in hold
        lab.store.close()

    @contextmanager
    def impatient_worker(self) -> Iterator[None]:
        """A worker that gives up a store that is held."""
        home.end_workers(self._lab)
        kept = self._holds, self._held_s
        self._holds, self._held_s = HOLDS[:1], 8.0
        home.start_worker(self._lab, changed="main.PATIENCE_S = 1.0")
        yield
        home.end_workers(self._lab)
        self._holds, self._held_s = kept

    @contextmanager
    def patient_page(self) -> Iterator[None]:
        """A page that waits as long for the store as a command does."""
        kept = list(self._answers_s)
        with patch.object(reader, "BUSY_TIMEOUT_S", sqlite.BUSY_TIMEOUT_S):
            self._look_while_held("BEGIN EXCLUSIVE", 3.0)
        yield
        self._answers_s = kept
