"""`python -m benchmarks.scale`: measures both databases and prints one table."""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import stored
from rnnlab.config import preset
from rnnlab.store import RunStore
from rnnlab.store.enqueue import MAX_QUEUED
from tests import postgresql

ROOT = Path(__file__).parents[2]
PROCESSES = 5  # that the simulated workers are spread over
COMPARED = 20
# As an administrator leaves them: what is committed outlasts a power failure.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class Load(NamedTuple):
    """What workers do: epochs of so many seconds (0: as fast as they can), so many a run."""

    name: str
    epoch_s: float
    epochs: int


class Measured(NamedTuple):
    """What one load of one store took; seconds, and numbers a second."""

    store: str
    load: str
    claims: float
    epochs: float
    commit_p95_s: float
    table_first_s: float
    table_p95_s: float
    comparison_p95_s: float
    failed: int


def main() -> None:
    """Fill both stores, load them, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="finished runs in the store")
    parser.add_argument("--epochs", type=int, default=100, help="epochs of each")
    parser.add_argument("--workers", type=int, default=50, help="that record at once")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each load")
    parser.add_argument("--epoch-s", type=float, default=2.0, help="an epoch of the paced load")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database alone")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    measured = []
    for name in ("sqlite", "postgresql"):
        if options.only not in (None, name):
            continue
        if name == "postgresql" and (reason := postgresql.missing()):
            print(reason, file=sys.stderr)
            continue
        with empty_store(name) as url:
            began = time.perf_counter()
            fill(url, options.runs, options.epochs)
            filled_s = time.perf_counter() - began
            print(f"{name}: filled in {filled_s:.0f} s", file=sys.stderr)
            for load in (
                Load("paced", options.epoch_s, 3),
                Load("full speed", 0.0, 10),
                Load("claims", 0.0, 0),
            ):
                measured.append(measure(name, url, load, options))
    if options.json:
        print(json.dumps([row._asdict() for row in measured], indent=1))
    else:
        print_table(measured)


@contextmanager
def empty_store(name: str) -> Iterator[str]:
    """Yield the URL of an empty store that is gone afterwards."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder).absolute() / 'lab.db'}"
        return
    server = postgresql.Server(DURABLE)
    try:
        yield server.create_database()
    finally:
        server.close()


def fill(url: str, runs: int, epochs: int) -> None:
    """Put that many finished runs into a store, and queue as many as the loads may claim."""
    store = RunStore(url)
    files = {arch: {"best": b"b" * 2_000, "predictions": b"p" * 10_000} for arch in stored.TUTORIAL}
    stored.fill(store, stored.presets(runs, epochs=epochs), files=files, manifest={})
    queue(store)
    store.close()


def queue(store: RunStore) -> None:
    """Fill the queue to its limit."""
    missing = MAX_QUEUED - store.queued_count()
    first = time.time_ns() % 10**9  # seeds that no run of the store has
    store.enqueue_all(
        [(preset("gru", seed=first + n), None) for n in range(missing)], now=store.now()
    )


def measure(name: str, url: str, load: Load, options) -> Measured:
    """Load a store with simulated workers for a while, and look at it meanwhile."""
    store = RunStore(url, busy_timeout_s=600)
    queue(store)
    processes = min(PROCESSES, options.workers)
    each = options.workers // processes
    command = [sys.executable, "-m", "benchmarks.scale.writers", url]
    arguments = [each, options.seconds, load.epoch_s, load.epochs]
    writers = [
        subprocess.Popen(
            [*command, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    until = time.monotonic() + options.seconds
    first_s, runs = timed(lambda: store.refresh_runs(()))
    tables, comparisons = [], []
    while time.monotonic() < until:
        took, runs = timed(lambda known=runs: (store.version(), store.refresh_runs(known))[1])
        tables.append(took)
        chosen = [run.id for run in random.sample(runs, min(COMPARED, len(runs)))]
        comparisons.append(timed(lambda ids=chosen: compare(store, ids))[0])
        time.sleep(0.2)
    answers = [json.loads(writer.communicate()[0]) for writer in writers]
    store.close()
    took = {
        key: [s for a in answers for s in a["took"].get(key, ())]
        for key in ("claim", "progress", "epoch", "end")
    }
    seconds = max(answer["seconds"] for answer in answers)
    commits = [*took["progress"], *took["epoch"], *took["end"]]
    return Measured(
        name,
        load.name,
        len(took["claim"]) / seconds,
        len(took["epoch"]) / seconds,
        p95(commits),
        first_s,
        p95(tables),
        p95(comparisons),
        sum(answer["failed"] for answer in answers),
    )


def compare(store: RunStore, run_ids: list[str]) -> None:
    """Read what a comparison of these runs is made of."""
    store.epochs_of(run_ids)
    store.run_costs(run_ids)
    for run_id in run_ids:
        if store.digest(run_id, "predictions"):
            store.artifact(run_id, "predictions")


def timed(call: Callable):
    """Return how long a call took, and what it returned."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def p95(seconds: list[float]) -> float:
    """Return what 95 of 100 stay below."""
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))] if seconds else float("nan")


def print_table(measured: list[Measured]) -> None:
    """Print a line for each load."""
    head = (
        "store",
        "load",
        "claims/s",
        "epochs/s",
        "commit p95",
        "table first",
        "table p95",
        "compare 20 p95",
        "failed",
    )
    print("".join(f"{name:>15}" for name in head))
    for row in measured:
        cells = [row.store, row.load, f"{row.claims:.1f}", f"{row.epochs:.1f}"]
        cells += [f"{1000 * seconds:.0f} ms" for seconds in row[4:8]]
        print("".join(f"{cell:>15}" for cell in [*cells, str(row.failed)]))


if __name__ == "__main__":
    main()
