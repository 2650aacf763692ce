"""Viewers of the Lab page while two runs train: what they cost the training, and what they get."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil

from benchmarks import harness
from benchmarks.harness import Effort, Row
from benchmarks.tabs import SETTLE_S
from rnnlab import format
from rnnlab.lab import Lab
from rnnlab.runs import RunState

COUNTS = (1, 10, 25)
LEAVE_S = 10.0
KEPT_S = 35.0  # until the sessions of closed tabs have ended
LEAST_EPOCHS = 3  # of each run in a window, on a machine that does other things, too
SLOWED = 1.05


def measure(effort: Effort) -> Iterator[Row]:
    """The seconds of an epoch without viewers and with some, in turn, and what each crowd gets."""
    from benchmarks.screen import two_training
    from tests.dashboard import serving

    window_s = effort.of(40, 4)
    counts = COUNTS if not effort.smoke else (2,)
    with harness.fresh_home() as home, serving(home, home / "server.log") as server:
        process = psutil.Process(server.process.pid)
        watch(server.url, 1, 2.0)  # imports what the page needs
        with two_training() as runs:
            lab = Lab()
            try:
                names = [run.id for run in runs]
                before = process.num_fds()
                alone = [epoch_s(lab, names, window_s)]
                crowds = {}
                for count in counts:
                    crowds[count] = crowd(server.url, process, lab, names, count, window_s)
                    time.sleep(LEAVE_S)
                    alone.append(epoch_s(lab, names, window_s))
                time.sleep(KEPT_S)
                after = process.num_fds()
            finally:
                lab.store.close()
    for place, (count, seen) in enumerate(crowds.items()):
        around_s = alone[place : place + 2]  # the machine may do other things, too
        ratio = seen["epoch_s"] / statistics.fmean(around_s)
        yield harness.at_most(
            f"an epoch with {format.plural(count, 'viewer')} / with none",
            ratio,
            SLOWED,
            figure=f"{ratio:.2f}× ({seen['epoch_s']:.2f} s / {harness.spread(around_s, ' s')})",
            goal=f"≤ {SLOWED}×",
            note=f"two runs training; server {100 * seen['server']:.1f} % of a core, viewers "
            f"{100 * seen['viewers']:.0f} %, {seen['bytes_per_s'] / 1e3:,.0f} kB/s sent, a refresh "
            f"every {seen['interval_s']:g} s takes "
            f"{harness.percentiles(seen['refresh_ms'], ' ms')}, descriptors {before} before, "
            f"{seen['descriptors']} during",
            values=seen,
        )
    yield harness.at_most(
        "descriptors of the server that stay open after all have left",
        after - before,
        5,
        figure=f"{after - before}",
        goal="≤ 5",
        note=f"{before} before, {after} {LEAVE_S + window_s + KEPT_S:g} s after the last had left",
    )


def crowd(
    url: str,
    process: psutil.Process,
    lab: Lab,
    names: list[str],
    count: int,
    window_s: float,
    *options: str,
) -> dict:
    """What so many viewers cost, and get, within a window that begins once they have settled."""
    tabs = open_tabs(url, count, 1_000.0, *options)
    time.sleep(SETTLE_S)
    used, began_s = sum(process.cpu_times()[:2]), time.perf_counter()
    seconds = epoch_s(lab, names, window_s)
    share = (sum(process.cpu_times()[:2]) - used) / (time.perf_counter() - began_s)
    descriptors = process.num_fds()
    tabs.terminate()
    seen = json.loads(tabs.communicate(timeout=120)[0])
    return {**seen, "epoch_s": seconds, "server": share, "descriptors": descriptors}


def open_tabs(url: str, count: int, seconds: float, *options: str) -> subprocess.Popen:
    """Start a process that watches with so many tabs; it prints what they saw as JSON."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.tabs", url, str(count), str(seconds), *options],
        cwd=harness.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def epoch_s(lab: Lab, names: list[str], window_s: float) -> float:
    """The mean seconds of the epochs that end within a window from now on, some of each run."""
    last = max((epoch.row_id for name in names for epoch in lab.store.epochs(name)), default=0)
    time.sleep(window_s)

    def ended() -> dict[str, list[float]]:
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for epoch in lab.store.epochs_of(names, after=last):
            seconds[epoch.run_id].append(epoch.seconds)
        return seconds

    def enough() -> bool:
        if any(lab.store.get(name).state is not RunState.RUNNING for name in names):
            raise RuntimeError("a run ended while its epochs were measured")
        return min(map(len, ended().values())) >= LEAST_EPOCHS

    harness.wait_until(enough, every_s=0.2)
    return statistics.fmean(statistics.fmean(seconds) for seconds in ended().values())


def watch(url: str, count: int, seconds: float) -> dict:
    """What so many tabs see."""
    return harness.child("tabs", url, str(count), str(seconds))
