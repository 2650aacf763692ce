"""A disk that is filled while a run trains, and has room again later."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.chaos import home
from benchmarks.chaos.promises import Effort, Finding, Promise, Row, judged
from rnnlab import format
from rnnlab.lab import Lab
from rnnlab.runs import RunState

DISK_MB = 220
FULL_S = 8.0
CONFIG = home.small("gru", units=16)
LEFT = (40_000, 4_000, 0)  # bytes that the filled disk still has
BY_ITSELF_S = 45.0


def measure(effort: Effort) -> Iterator[Row]:
    """Fill the disk again and again, and judge what was promised."""
    try:
        with home.small_lab(workers=1, disk_mb=DISK_MB) as lab:
            yield from judged(Trial(lab, effort).promises(), effort)
    except pytest.skip.Exception as skipped:
        yield Row("a full disk loses nothing", f"skipped: {skipped}", "all", True, True)


class Trial:
    """A lab on a small disk, and an undisturbed run to compare with."""

    def __init__(self, lab: Lab, effort: Effort) -> None:
        self._lab = lab
        self._left = LEFT[: effort.of(len(LEFT))]
        self._filler = lab.home.parent / "filler"
        self._reference = home.end_run(lab, lab.train(CONFIG).id)

    def promises(self) -> list[Promise]:
        """The promises, and what breaks them."""
        return [
            Promise(
                "on a full disk everything can be read, the lab and the run say why, and it goes "
                "on by itself to what an undisturbed run ends with",
                "all",
                self.goes_on,
                self.nothing_is_resumed,
            )
        ]

    def goes_on(self) -> Finding:
        ends = [self._filled(left) for left in self._left]
        wrong = [end for end in ends if end]
        figure = f"{len(ends) - len(wrong)} of {format.plural(len(ends), 'full disk')}"
        return Finding("; ".join([figure, *wrong]), not wrong)

    def _filled(self, left: int) -> str:
        """Fill the disk while a run trains; return what was wrong, "" for nothing."""
        lab = self._lab
        run_id = lab.train(CONFIG).id
        home.look_until(lab, lambda: lab.store.get(run_id).epochs_done >= 2)
        with self._filler.open("wb") as file:
            free = shutil.disk_usage(lab.home).free
            os.posix_fallocate(file.fileno(), 0, free - left)
        end = time.monotonic() + FULL_S
        while time.monotonic() < end:
            lab.reconcile()
            lab.store.runs()
            if not (lab.notice or "").startswith("The disk is full"):
                return "the lab does not say that its disk is full"
            time.sleep(0.2)
        self._filler.unlink()
        try:
            home.look_until(
                lab,
                lambda: lab.store.get(run_id).state is RunState.FINISHED,
                timeout_s=BY_ITSELF_S,
            )
        except TimeoutError:
            return f"still {lab.store.get(run_id).state} {BY_ITSELF_S:.0f} s after there was room"
        run = lab.store.get(run_id)
        if run.resumed and "disk was full" not in run.resumed:
            return f"the run says {run.resumed}"
        same = home.figures(lab, run_id) == home.figures(lab, self._reference.id)
        return "" if same else "other figures than an undisturbed run"

    @contextmanager
    def nothing_is_resumed(self) -> Iterator[None]:
        """A lab that resumes nothing without being asked."""
        home.end_workers(self._lab)
        kept, self._left = self._left, LEFT[-1:]
        os.environ["RNNLAB_AUTO_RESUME"] = "0"
        yield
        os.environ["RNNLAB_AUTO_RESUME"] = "1"
        self._left = kept
