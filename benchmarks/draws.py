"""Draw groups of seeds, simulated or from pools of trained networks, and tally their verdicts.

Shares, from 0 to 1. Owns how `benchmarks.verdict` measures; the tables are its own.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from benchmarks import laws, pools
from benchmarks.laws import Law
from rnnlab.compare import failures, ranking, stuck, verdict
from rnnlab.compare.disagreements import accuracy_by_length
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.verdict import Verdict


def simulated(
    of_sides: list[Law],
    sizes: tuple[int, int],
    *,
    draws: int,
    shifts: list[float] | None = None,
    same: bool = False,
    reviews: int = laws.REVIEWS,
) -> dict[str, float]:
    """Tally the verdicts on two simulated networks."""
    rng = np.random.default_rng(sizes)
    verdicts = []
    for _ in range(draws):
        a, b = laws.draw(rng, of_sides, list(sizes), shifts=shifts, same=same, reviews=reviews)
        verdicts += verdict.compare_sides([laws.side("a", a), laws.side("b", b, first=100)])
    return tally(verdicts, truth=shifts[0] - shifts[1] if shifts else 0.0)


def drawn(
    name_a: str, name_b: str, sizes: tuple[int, int], *, draws: int, worsen: str = ""
) -> dict[str, float]:
    """Tally the verdicts on groups drawn from pools; disjoint ones if it is one pool.

    `worsen` takes right answers from A, on the same reviews for all seeds, until the pools have
    equal means, or equal means of the seeds that learned ("typical").
    """
    rng = np.random.default_rng(sizes)
    (pool_a, labels), (pool_b, _) = pools.load(name_a), pools.load(name_b)
    verdicts = []
    for _ in range(draws):
        rows_a = rng.permutation(len(pool_a))[: sizes[0]]
        rows_b = rng.permutation(len(pool_b))[: sizes[1]]
        if name_a == name_b:
            rows_a, rows_b = np.split(rng.permutation(len(pool_a))[: sum(sizes)], [sizes[0]])
        a = pool_a[rows_a]
        if worsen:
            reference = pool_b[stuck.learned(pool_b, labels)] if worsen == "typical" else pool_b
            a = worsened(pool_a, a, float(reference.mean()), rng)
        sides = [
            laws.side("a", a, labels=labels),
            laws.side("b", pool_b[rows_b], labels=labels, first=100),
        ]
        verdicts += verdict.compare_sides(sides)
    return tally(verdicts, truth=0.0)


def worsened(
    pool: np.ndarray, chosen: np.ndarray, accuracy: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the chosen rows with answers turned wrong until the pool has this accuracy."""
    right = pool.mean(axis=0)
    order = rng.permutation(len(right))
    turned = order[
        : np.searchsorted(np.cumsum(right[order]), (right.mean() - accuracy) * len(right))
    ]
    chosen = chosen.copy()
    chosen[:, turned] = False
    return chosen


def tally(verdicts: Sequence[Verdict], *, truth: float) -> dict[str, float]:
    """Return the shares of the verdicts that claim something, by what they claim."""
    averages = [found.average.outcome if found.average else Outcome.NONE for found in verdicts]
    outcomes = [found.outcome for found in verdicts]

    def share(condition: Sequence[bool]) -> float:
        return float(np.mean(condition))

    return {
        "a": share([outcome is Outcome.A for outcome in outcomes]),
        "claims": share([outcome in (Outcome.A, Outcome.B) for outcome in outcomes]),
        "mean_claims": share([outcome in (Outcome.A, Outcome.B) for outcome in averages]),
        "too_few": share([outcome is Outcome.SEEDS for outcome in outcomes]),
        "equivalent": share([found.equivalent for found in verdicts]),
        "covered": share(
            [
                found.accuracy.low <= truth <= found.accuracy.high
                for found in verdicts
                if found.outcome is not Outcome.SEEDS
            ]
        ),
    }


def peeked(law: Law, top: int, draws: int) -> dict[int, float]:
    """Return the share of draws with a claim at any number of seeds from 3 to 5, 10 and `top`."""
    rng = np.random.default_rng(top)
    first = []
    for _ in range(draws):
        a, b = laws.draw(rng, [law, law], [top, top], reviews=1_000)
        first.append(_first_claim(a, b, None))
    return {seeds: float(np.mean(np.array(first) <= seeds)) for seeds in (5, 10, top)}


def peeked_pool(name: str, top: int, draws: int) -> dict[int, float]:
    """Return the same for groups drawn from a pool."""
    rng = np.random.default_rng(top)
    right, labels = pools.load(name)
    first = []
    for _ in range(draws):
        a, b = np.split(rng.permutation(len(right))[: 2 * top], 2)
        first.append(_first_claim(right[a], right[b], labels))
    return {seeds: float(np.mean(np.array(first) <= seeds)) for seeds in (5, top)}


def _first_claim(a: np.ndarray, b: np.ndarray, labels: np.ndarray | None) -> float:
    """Return the number of seeds, from 3 on, at which a difference is first claimed."""
    for seeds in range(3, len(a) + 1):
        sides = [
            laws.side("a", a[:seeds], labels=labels),
            laws.side("b", b[:seeds], labels=labels, first=100),
        ]
        (found,) = verdict.compare_sides(sides)
        if found.outcome in (Outcome.A, Outcome.B):
            return seeds
    return float("inf")


def six(law: Law, draws: int) -> dict[str, float]:
    """Tally six networks of 5 seeds, equal or two of them ahead of four."""
    rng = np.random.default_rng(6)
    claims = off = alone = among = 0
    for _ in range(draws):
        equal = [
            laws.side(f"n{i}", correct, first=100 * i)
            for i, correct in enumerate(laws.draw(rng, [law] * 6, [5] * 6))
        ]
        evaluated = ranking.evaluate_sides(equal)
        claims += any(found.outcome in (Outcome.A, Outcome.B) for found in evaluated.verdicts)
        off += any(
            opponent.difference.low > 0 or opponent.difference.high < 0
            for opponent in evaluated.ranking.opponents
        )
        shifts = [0.02, 0.0, -0.1, -0.1, -0.1, -0.1]
        apart = [
            laws.side(f"n{i}", correct, first=100 * i)
            for i, correct in enumerate(laws.draw(rng, [law] * 6, [5] * 6, shifts=shifts))
        ]
        alone += verdict.compare_sides(apart[:2])[0].outcome is Outcome.A
        among += verdict.compare_sides(apart)[0].outcome is Outcome.A
    counts = {"claims": claims, "drawn": off, "alone": alone, "among": among}
    return {name: count / draws for name, count in counts.items()}


class _Lengths(NamedTuple):
    """Reviews' lengths, as `accuracy_by_length` reads them."""

    lengths: np.ndarray


def sliced(law: Law, seeds: int, draws: int) -> float:
    """Return how often the interval of a slice holds its accuracy over all seeds and reviews."""
    rng = np.random.default_rng(seeds)
    held: list[bool] = []
    truth = law._replace(stuck=0.0).mean()  # of the seeds that learn, on any kind of review
    for _ in range(draws):
        (correct,) = laws.draw(rng, [law], [seeds])
        words = _Lengths(np.arange(laws.REVIEWS))
        held += [
            part.accuracy_low <= truth <= part.accuracy_high
            for part in accuracy_by_length(laws.side("a", correct), words)  # type: ignore[arg-type]
        ]
    return float(np.mean(held))


def failure_coverage(seeds: int) -> tuple[float, float]:
    """Return the mean and the lowest coverage of the failure rate's interval, by enumeration."""
    rates = np.linspace(0.01, 0.99, 99)
    intervals = [failures.failure_rate(failed, seeds) for failed in range(seeds + 1)]
    held = np.array([[rate.low <= truth <= rate.high for rate in intervals] for truth in rates])
    chances = binom.pmf(np.arange(seeds + 1), seeds, rates[:, None])
    covered = (held * chances).sum(axis=1)
    return float(covered.mean()), float(covered.min())
