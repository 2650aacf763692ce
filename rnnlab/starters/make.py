"""Make the starter runs that come with rnnlab: `python -m rnnlab.starters.make` (`make starter`).

Trains what is missing in the lab of `RNNLAB_HOME` (a quarter of an hour in an empty one), then
writes `rnnlab/starters/data/starters.zip`.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rnnlab import format
from rnnlab.errors import RunNotFound, TrainingFailed
from rnnlab.evaluation.predictions import ARTIFACTS
from rnnlab.lab import Lab
from rnnlab.runs import Run
from rnnlab.shipped import train_named
from rnnlab.starters import package
from rnnlab.starters.package import Starter
from rnnlab.store import RunStore, kept_weights

MAX_BYTES = 2_000_000
# Their training can be replayed: the weights of all would take 3 MB.
REPLAYED = ("starter-lstm-1", "starter-gru-1")
FILES = ("best", "vocabulary", ARTIFACTS["validation"])


def collect(store: RunStore, run: Run) -> Starter:
    """Return a trained run with all that is packed of it. Raises RunNotFound where it lacks any."""
    kept: dict[int, bytes] = {}
    if run.name in REPLAYED:
        with store.database.reading() as connection:
            kept = kept_weights.contents(connection, run.id)
    return Starter(
        run,
        tuple(replace(epoch, row_id=0, run_id="") for epoch in store.epochs(run.id)),
        {name: store.artifact(run.id, name) for name in FILES},
        kept,
        store.update_ratios(run.id),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, collect, pack."""
    parser = argparse.ArgumentParser(prog="python -m rnnlab.starters.make", description=__doc__)
    parser.add_argument("--out", type=Path, default=package.FILE, help="file to write")
    out = parser.parse_args(arguments).out
    lab = Lab()
    try:
        runs = train_named(lab, package.configs())
        content = package.pack([collect(lab.store, run) for run in runs.values()])
    except (TrainingFailed, RunNotFound) as error:
        sys.exit(str(error))
    if len(content) > MAX_BYTES:
        sys.exit(f"{format.size(len(content))} are too many: at most {format.size(MAX_BYTES)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    print(f"Wrote {len(runs)} runs to {out}: {format.size(len(content))}")


if __name__ == "__main__":
    main()
