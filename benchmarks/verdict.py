"""How honest the verdicts are: how often they claim a difference that is none, or see one that is.

Trains two pools of small networks once (2 minutes on 2 cores) into a home of their own,
`.rnnlab/bench`, as workers train every run; then draws groups out of them, and out of simulated
pools whose truth is known.

Run with: make bench-verdict
"""

import dataclasses
import hashlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from scipy.special import ndtri
from scipy.stats import norm

from rnnlab import datasets, home
from rnnlab.compare import statistics, verdict
from rnnlab.compare.verdict import Outcome, Side
from rnnlab.config import RunConfig
from rnnlab.evaluation.predictions import Predictions, predict_part
from rnnlab.inference.classify import Classifier
from rnnlab.runs import Run, RunState
from rnnlab.store import RunStore
from rnnlab.worker.launch import LocalExecutor

FOLDER = Path(__file__).resolve().parents[1] / ".rnnlab" / "bench"
SEEDS = range(1, 25)
# Small and fast, yet past the plateau at the start: they end at 70–80 % accuracy.
SMALL = {"maxlen": 60, "learning_rate": 3e-3, "optimizer": "adam", "batch_size": 128, "epochs": 4}
POOLS = {
    "embedding-rnn": RunConfig(arch="embedding-rnn", vocab_size=300, **SMALL),
    "gru": RunConfig(arch="gru", vocab_size=500, **SMALL),
}
SIZES = ((3, 3), (5, 5), (10, 10), (3, 10))  # seeds of A and of B
DRAWS = 1_000  # comparisons of each pool and size
SIMULATED = 2_000
GAP = 0.02  # the true difference whose power is stated: 2 points of accuracy

# The simulated networks are right on 80 % of 5,000 reviews. 0.9 of what makes a review easy or hard
# is the same for all seeds, so that two seeds disagree on about one review in ten, as real ones do.
REVIEWS, ACCURACY, SHARED = 5_000, 0.8, 0.9
SIMULATIONS = {  # seed noise in accuracy; share of seeds that never leave the plateau at 55 %
    "seed noise 0": (0.0, 0.0),
    "seed noise 0.3 points": (0.003, 0.0),
    "seed noise 1 point": (0.01, 0.0),
    "seed noise 3 points": (0.03, 0.0),
    "noise 0.3, 3 seeds of 10 stuck": (0.003, 0.3),
    "noise 0.3, 5 seeds of 10 stuck": (0.003, 0.5),
}


def main() -> None:
    """Train what is missing, then print both tables."""
    began = time.perf_counter()
    pools = {name: pool(name) for name in POOLS}
    print(f"pools of {len(SEEDS)} seeds ready after {time.perf_counter() - began:.0f} s")
    for name, runs in pools.items():
        accuracies = 100 * np.array([run.correct.mean() for run in runs])
        print(
            f"  {name}: validation accuracy {accuracies.mean():.1f} ± {accuracies.std(ddof=1):.1f} "
            f"% (standard deviation over seeds), {accuracies.min():.1f} to {accuracies.max():.1f}"
        )
    print()
    head("A/A: claims in % where there is no difference; honest is 5 or less", "1 v 1*")
    for name, runs in pools.items():
        accuracy, auc = zip(*(drawn_claims(runs, sizes) for sizes in SIZES), strict=True)
        row(f"real {name}, equal settings", [one_seed_each(runs), *accuracy])
        row(f"real {name}, equal settings, AUC", [None, *auc])
    for same in (True, False):
        title = "equal settings" if same else "other network, equally good"
        for name, kind in SIMULATIONS.items():
            draw = partial(simulate, kind, same=same)
            row(f"{name}, {title}", [None, *(simulated_claims(draw, sizes) for sizes in SIZES)])
    print("* what McNemar's test alone would claim of one run each; the verdict is: not enough\n")
    head("Power: claims of the better side in % where it is better by 2 points", "")
    for name, runs in pools.items():
        row(f"real {name}", [None, *(drawn_claims(runs, sizes, GAP)[0] for sizes in SIZES)])
    for name, kind in SIMULATIONS.items():
        draw = partial(simulate, kind, same=False)
        row(name, [None, *(simulated_claims(draw, sizes, GAP) for sizes in SIZES)])
    print(
        f"\n{DRAWS:,} draws of each real pool and size (the larger, the more they overlap), "
        f"{SIMULATED:,} of each simulated one; {time.perf_counter() - began:.0f} s in all"
    )


def pool(name: str) -> list[Predictions]:
    """What each seed of a pool says of the validation reviews; trained at the first call.

    Kept in a file of its own, so that the pool outlives changes of the store's tables.
    """
    os.environ.update(RNNLAB_HOME=str(FOLDER), RNNLAB_WORKER_IDLE_S="5")
    os.environ.pop("RNNLAB_STORE", None)
    configs = [dataclasses.replace(POOLS[name], seed=seed) for seed in SEEDS]
    kept = FOLDER / f"{name}-{hashlib.sha256(repr(configs).encode()).hexdigest()[:12]}.npz"
    if not kept.exists():
        store = RunStore(home.store_url())
        dataset = datasets.load("bundled", FOLDER)
        found = [
            predict_part(run, Classifier.load(store, run), dataset) for run in train(store, configs)
        ]
        store.close()
        np.savez(kept, labels=found[0].labels, probabilities=[one.probabilities for one in found])
    with np.load(kept) as arrays:
        return [
            Predictions(str(config.seed), name, config, arrays["labels"], probabilities, "bundled")
            for config, probabilities in zip(configs, arrays["probabilities"], strict=True)
        ]


def train(store: RunStore, configs: Sequence[RunConfig]) -> list[Run]:
    """The finished runs of these configs, in their order."""
    executor = LocalExecutor(store)
    while True:
        now = time.time()
        store.workers.mark_stalled(now=now)
        for run in store.runs([RunState.INTERRUPTED]):
            store.resume(run.id, now=now)
        known = {run.config: run for run in store.runs()}
        for config in configs:
            if config in known and known[config].state is RunState.FAILED:
                sys.exit(f"seed {config.seed} failed ({known[config].error}): delete {FOLDER}")
        for config in configs:
            if config not in known:
                store.enqueue(config, now=now)
        runs = [known.get(config) for config in configs]
        done = sum(run is not None and run.state is RunState.FINISHED for run in runs)
        if done == len(configs):
            return runs
        print(f"\r{configs[0].arch}: {done} of {len(configs)} trained", end="", file=sys.stderr)
        executor.ensure()
        time.sleep(1)


def one_seed_each(runs: Sequence[Predictions]) -> float:
    """The share of all pairs of single runs in which McNemar's test sees a difference."""
    claims = [
        found.of_models is not Outcome.NONE
        for place, a in enumerate(runs)
        for b in runs[:place]
        for found in verdict.compare_sides([Side("a", (a,)), Side("b", (b,))])
    ]
    return float(np.mean(claims))


def drawn_claims(
    runs: Sequence[Predictions], sizes: tuple[int, int], gap: float = 0.0
) -> tuple[float, float]:
    """The share of random, disjoint groups of a pool that are said to differ: accuracy, AUC.

    Accuracy by the verdict, AUC by its interval. With a gap, A is made better by that accuracy
    first, and only the claim that A is better counts.
    """
    rng = np.random.default_rng(sizes)
    claims = np.zeros(2)
    for _ in range(DRAWS):
        chosen = rng.permutation(len(runs))[: sum(sizes)]
        a, b = ([runs[i] for i in part] for part in np.split(chosen, [sizes[0]]))
        a = improve(runs, a, gap, rng)
        (found,) = verdict.compare_sides([Side("a", tuple(a)), Side("b", tuple(b))])
        counted = (Outcome.A,) if gap else (Outcome.A, Outcome.B)
        claims += found.outcome in counted, found.auc.low > 0 or (not gap and found.auc.high < 0)
    return tuple(claims / DRAWS)


def improve(
    pool: Sequence[Predictions], chosen: Sequence[Predictions], gap: float, rng: np.random.Generator
) -> list[Predictions]:
    """The chosen runs, put right on randomly chosen reviews, the same for all of them.

    As many reviews as raise the whole pool's accuracy by `gap`.
    """
    if not gap:
        return list(chosen)
    wrong = 1 - np.mean([run.correct for run in pool], axis=0)
    order = rng.permutation(len(wrong))
    put_right = order[: np.searchsorted(np.cumsum(wrong[order]), gap * len(wrong))]
    better = []
    for run in chosen:
        probabilities = run.probabilities.copy()
        rows = put_right[~run.correct[put_right]]
        probabilities[rows] = 1 - probabilities[rows]
        better.append(dataclasses.replace(run, probabilities=probabilities))
    return better


def simulate(
    kind: tuple[float, float],
    sizes: tuple[int, int],
    gap: float,
    rng: np.random.Generator,
    *,
    same: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Which reviews the seeds of A and B get right: bool (seeds, REVIEWS) each.

    A is better by `gap` in truth. Unless they are the same, the networks find other reviews hard
    (correlation 0.8).
    """
    noise, stuck = kind
    hardness = rng.standard_normal((2, REVIEWS), dtype=np.float32)
    hardness[1] = hardness[0] if same else 0.8 * hardness[0] + 0.6 * hardness[1]
    sides = []
    for seeds, hard, accuracy in zip(sizes, hardness, (ACCURACY + gap, ACCURACY), strict=True):
        level = ndtri(accuracy) + rng.normal(0, noise / norm.pdf(ndtri(accuracy)), seeds)
        level[rng.uniform(size=seeds) < stuck] = ndtri(0.55)
        own = rng.standard_normal((seeds, REVIEWS), dtype=np.float32)
        sides.append(SHARED**0.5 * hard + (1 - SHARED) ** 0.5 * own < level[:, None])
    return sides[0], sides[1]


def simulated_claims(draw: Callable, sizes: tuple[int, int], gap: float = 0.0) -> float:
    """The share of simulated comparisons that claim a difference; with a gap, that A is better."""
    rng = np.random.default_rng(sizes)
    claims = 0
    for _ in range(SIMULATED):
        found = statistics.difference_over_seeds_and_reviews(*draw(sizes, gap, rng))
        claims += found.p < statistics.ALPHA and (not gap or found.value > 0)
    return claims / SIMULATED


def head(title: str, first: str) -> None:
    """Print a table's title and columns."""
    print(title)
    row("seeds of A v B", [first, *(f"{a} v {b}" for a, b in SIZES)])


def row(name: str, cells: Sequence[float | str | None]) -> None:
    """Print a row: its name, then words or shares in %."""
    texts = [cell or "" if isinstance(cell, str | None) else f"{100 * cell:.1f}" for cell in cells]
    print(f"  {name:<58}" + "".join(f"{text:>9}" for text in texts), flush=True)


if __name__ == "__main__":
    main()
