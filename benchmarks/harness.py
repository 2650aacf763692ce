"""What the sections of the benchmark suite share: rows, spreads, turns, child processes, homes.

Owns how a figure is summed up and judged. Knows nothing of what is measured.
"""

import contextlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab import datasets
from rnnlab.store import RunStore
from rnnlab.worker.launch import worker_environment

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".rnnlab" / "bench"
CONFIDENCE = 0.95


class Effort(NamedTuple):
    """How much a section does: `smoke` only shows that it works, `full` leaves out no wait."""

    smoke: bool = False
    full: bool = False

    def of(self, normal: int, smoke: int = 1) -> int:
        """A count: the normal one, or the smallest that still makes a figure."""
        return smoke if self.smoke else normal


class Row(NamedTuple):
    """One line of the table: what was measured, against which goal, and what came out.

    `verdict` is "met", "missed", "unclear" or, for a figure without a goal, empty. `note` holds
    what has to be known to read the figure. `values` are the raw measurements.
    """

    what: str
    figure: str
    goal: str = ""
    verdict: str = ""
    note: str = ""
    values: Mapping[str, Any] = {}


def at_least(what: str, value: float, limit: float, *, figure: str, goal: str, **more: Any) -> Row:
    """A row whose goal is met from `limit` up."""
    return Row(what, figure, goal, "met" if value >= limit else "missed", **more)


def at_most(what: str, value: float, limit: float, *, figure: str, goal: str, **more: Any) -> Row:
    """A row whose goal is met up to `limit`."""
    return Row(what, figure, goal, "met" if value <= limit else "missed", **more)


def spread(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """The median with minimum and maximum."""
    median, low, high = statistics.median(values), min(values), max(values)
    return f"{median:,.{digits}f}{unit} ({low:,.{digits}f}–{high:,.{digits}f})"


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, as the largest value that 95 in 100 do not exceed."""
    return float(np.quantile(values, 0.95, method="inverted_cdf"))


def percentiles(values: Sequence[float], unit: str = "", digits: int = 0) -> str:
    """The median, the 95th percentile and how many there were."""
    return (
        f"p50 {statistics.median(values):,.{digits}f}{unit}, p95 {p95(values):,.{digits}f}{unit} "
        f"(n {len(values)})"
    )


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean with its 95 % interval, by Student's t; infinite for a single value."""
    from scipy.stats import t

    mean = statistics.fmean(values)
    if len(values) < 2:
        return mean, -math.inf, math.inf
    error = statistics.stdev(values) / math.sqrt(len(values))
    low, high = t.interval(CONFIDENCE, len(values) - 1, mean, error or 1e-12)
    return mean, float(low), float(high)


def in_turn(times: int, **calls: Callable[[], Any]) -> dict[str, list]:
    """What each call gave, by name: A B A B, so that a slow moment of the machine hits both."""
    found: dict[str, list] = {name: [] for name in calls}
    for _ in range(times):
        for name, call in calls.items():
            found[name].append(call())
    return found


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began_s = time.perf_counter()
    call()
    return time.perf_counter() - began_s


def child(module: str, *arguments: str) -> dict:
    """The JSON document that `python -m benchmarks.MODULE` prints; a process of its own.

    Raises RuntimeError with the last line that it said where it fails; all of it goes to stderr.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise RuntimeError(f"benchmarks.{module} failed: {last}")
    return json.loads(done.stdout)


@contextlib.contextmanager
def fresh_home() -> Iterator[Path]:
    """An empty lab home in a temporary folder that `RNNLAB_HOME` names, the reviews encoded.

    The encoded reviews are kept in `.rnnlab/bench` between runs; the compiled code is not. Kills
    the workers that are left at the end.
    """
    datasets.load("bundled", FOLDER)
    kept = os.environ.copy()
    with tempfile.TemporaryDirectory(prefix="rnnlab-bench-") as folder:
        home = Path(folder) / "home"
        (home / "cache").mkdir(parents=True)
        for encoded in (FOLDER / "cache").glob("bundled-*"):
            (home / "cache" / encoded.name).symlink_to(encoded)
        os.environ.update(RNNLAB_HOME=str(home), RNNLAB_STARTERS="0", RNNLAB_WORKER_IDLE_S="600")
        os.environ.pop("RNNLAB_STORE", None)
        try:
            yield home
        finally:
            end_workers(home)
            os.environ.clear()
            os.environ.update(kept)


def end_workers(home: Path) -> None:
    """Kill the workers of a home and what they train; they are gone when it comes back."""
    import psutil

    killed = []
    for process in psutil.process_iter(["environ", "cmdline"]):
        environ, command = process.info["environ"] or {}, process.info["cmdline"] or []
        if environ.get("RNNLAB_HOME") == str(home) and "worker" in command:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                killed.append(process)
    psutil.wait_procs(killed, timeout=10)


def worker_once() -> subprocess.Popen:
    """A worker that trains one queued run of the present home and ends."""
    return subprocess.Popen(
        [sys.executable, "-m", "rnnlab", "worker", "--once"],
        cwd=ROOT,
        env=worker_environment(),
        stderr=subprocess.DEVNULL,
    )


def wait_until(holds: Callable[[], bool], *, timeout_s: float = 300.0, every_s: float = 0.01):
    """Come back as soon as something holds. Raises TimeoutError."""
    end_s = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end_s:
            raise TimeoutError(f"waited for {timeout_s:.0f} s in vain")
        time.sleep(every_s)


def wait_for_epochs(store: RunStore, run_id: str, epochs: int, *, timeout_s: float = 600) -> None:
    """Come back once a run has that many finished epochs, or has ended."""

    def there() -> bool:
        run = store.get(run_id)
        return run.epochs_done >= epochs or not run.state.active

    wait_until(there, timeout_s=timeout_s)
