"""Pools of really trained networks: which validation reviews 27 seeds of a preset get right.

They are kept in `benchmarks/pools/`, 22 kB each, as `python -m benchmarks.pools` makes them: it
trains 27 runs of each, in about half an hour on 2 cores. Five of the embedding-rnn's 27 seeds got
stuck, at 52 to 59 %.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

from rnnlab.config import preset
from rnnlab.evaluation import predictions
from rnnlab.lab import Lab
from rnnlab.runs import Run, RunState

FOLDER = Path(__file__).parent / "pools"
HOME = Path(__file__).resolve().parents[1] / ".rnnlab" / "pools"
NAMES = ("embedding-rnn", "onehot-rnn", "lstm")
SEEDS = 27


def available() -> tuple[str, ...]:
    """Return the names of the pools that have been made."""
    return tuple(name for name in NAMES if (FOLDER / f"{name}.npz").exists())


def load(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return which reviews each seed gets right, bool (seeds, reviews), and the labels."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as arrays:
        labels = arrays["labels"]
        right = np.unpackbits(arrays["right"], axis=1, count=len(labels)).astype(bool)
        return right, labels


def main() -> None:
    """Train what is missing and write the pools."""
    os.environ.setdefault("RNNLAB_HOME", str(HOME))
    os.environ.setdefault("RNNLAB_STARTERS", "0")
    lab = Lab()
    for name in NAMES:
        runs = train(lab, name)
        dataset_of = predictions.dataset_finder(lab.home)
        of_runs = predictions.load_part_predictions(
            lab.store, runs, "validation", dataset_of=dataset_of
        )
        FOLDER.mkdir(exist_ok=True)
        np.savez(
            FOLDER / f"{name}.npz",
            right=np.packbits([of_run.correct for of_run in of_runs], axis=1),
            labels=of_runs[0].labels,
        )
        accuracies = 100 * np.array([of_run.correct.mean() for of_run in of_runs])
        print(f"{name}: {np.sort(accuracies).round(1).tolist()}")


def train(lab: Lab, name: str) -> list[Run]:
    """Train the seeds of a preset that this lab lacks; return the runs in the order of seeds."""
    runs = lab.train_seeds(preset(name, seed=1), SEEDS)
    while True:
        lab.reconcile()
        current = [lab.store.get(run.id) for run in runs]
        ended = sum(run.state is RunState.FINISHED for run in current)
        print(f"\r{name}: {ended} of {SEEDS} trained", end="", file=sys.stderr)
        if ended == SEEDS:
            print(file=sys.stderr)
            return current
        failed = [run for run in current if run.state in (RunState.FAILED, RunState.STOPPED)]
        if failed:
            sys.exit(f"{failed[0].name} {failed[0].state}: delete {lab.home}")
        time.sleep(1)


if __name__ == "__main__":
    main()
