"""The lab against the notebook, epoch for epoch: `make bench-training`.

For each of the four presets a plain Keras script (`benchmarks.plain_keras`) and the lab's worker
train in turn on the same reviews, each in a fresh process that has the machine to itself. Figures
to trust are the ratios of medians within one run; absolute ones depend on the machine.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from rnnlab import datasets
from rnnlab.config import TUTORIAL

GOALS = {"onehot-rnn": 8, "embedding-rnn": 6, "lstm": 5, "gru": 8}  # times as fast per epoch


def plain(arch: str, epochs: int) -> dict:
    """What the plain script measured of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.plain_keras", arch, f"--epochs={epochs}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def lab(arch: str, epochs: int) -> dict:
    """The same figures of a cold worker that trains one run; the process's start included."""
    from rnnlab import home
    from rnnlab.config import preset
    from rnnlab.store import RunStore

    store = RunStore(home.store_url())
    run = store.enqueue(preset(arch, epochs=epochs), now=time.time())
    started = time.perf_counter()
    worker = subprocess.Popen(
        [sys.executable, "-m", "rnnlab", "worker", "--once"], stderr=subprocess.DEVNULL
    )
    while not store.get(run.id).epochs_done:
        time.sleep(0.01)
    first_epoch_ended_s = time.perf_counter() - started
    worker.wait()
    done = store.get(run.id)
    return {
        "seconds": [epoch.seconds for epoch in store.epochs(run.id)],
        "first_epoch_ended_s": first_epoch_ended_s,
        "peak_memory_mb": done.peak_memory_mb,
    }


def steady_s(measured: list[dict]) -> list[float]:
    """The seconds of all epochs after each process's first."""
    return [seconds for one in measured for seconds in one["seconds"][1:]]


def spread(values: list[float], digits: int = 2) -> str:
    """The median with minimum and maximum."""
    median, low, high = statistics.median(values), min(values), max(values)
    return f"{median:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", nargs="+", choices=TUTORIAL, default=TUTORIAL)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--times", type=int, default=2, help="how often each is run, in turn")
    options = parser.parse_args()
    table = Table(title="Lab against plain Keras: median (minimum–maximum)")
    for column in ("preset", "who", "s an epoch", "s to first epoch's end", "peak MB", "verdict"):
        table.add_column(column)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RNNLAB_HOME"] = folder
        datasets.load("bundled", Path(folder))
        for arch in options.arch:
            plains, labs = [], []
            for _ in range(options.times):
                plains.append(plain(arch, options.epochs))
                labs.append(lab(arch, options.epochs))
            ratio = statistics.median(steady_s(plains)) / statistics.median(steady_s(labs))
            for who, measured in (("plain", plains), ("lab", labs)):
                table.add_row(
                    arch,
                    who,
                    spread(steady_s(measured)),
                    spread([one["first_epoch_ended_s"] for one in measured], 1),
                    spread([one["peak_memory_mb"] for one in measured], 0),
                    "" if who == "plain" else f"{ratio:.1f}× (goal {GOALS[arch]}×)",
                )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
