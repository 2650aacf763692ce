"""How long the reviews take to encode, to open, and to cut for a run.

Run with: python -m benchmarks.bench_encoding [bundled|keras]
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rnnlab import datasets
from rnnlab.text import read


def milliseconds(call: Callable[[], object], times: int = 5) -> float:
    """The median time of a call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def main(name: str) -> None:
    """Print one line per step. Works in a temporary home."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        print(f"encode {name}:{milliseconds(lambda: datasets.load(name, home), 1):10,.0f} ms, once")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
        print(f"peak memory so far:{peak_mb:7,.0f} MB")
        print(f"open:{milliseconds(lambda: datasets.load(name, home)):10.0f} ms")
        dataset = datasets.load(name, home)
        for maxlen in (100, 1_000):
            settings = {"vocab_size": 500, "maxlen": maxlen, "truncating": "pre"}
            taken = milliseconds(lambda: dataset.inputs(dataset.train_rows, **settings))  # noqa: B023
            print(f"{len(dataset.train_rows):,} inputs of {maxlen:,} words:{taken:10.0f} ms")
        text = "a good film " * 33_334
        taken = milliseconds(lambda: read(text, dataset.vocabulary, **settings))
        print(f"read a text of 100,002 words:{taken:10.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "bundled")
