"""Decides which of two models is better, among all that are compared at once.

A verdict is about settings ("an LSTM with 8 units"), not about one lucky run, so it needs several
seeds of every model that uses randomness. It speaks of a typical seed, one that learned; how often
seeds fail is a question of its own, and what both mean for the average over all seeds a third.

Owns the decisions. Estimates are `rnnlab.compare.statistics`'s, levels those of
`rnnlab.compare.significance`, sentences those of `rnnlab.compare.wording` and `rests_on`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnnlab.compare import failures, significance, splits, statistics, wording
from rnnlab.compare.average import Average, compare_averages
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.margin import DEFAULT_MARGIN, MARGIN
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.rests_on import rests_on
from rnnlab.compare.sample_size import SeedsNeeded, seeds_needed
from rnnlab.compare.side import Side, check_pairs
from rnnlab.compare.splits import SplitDifference
from rnnlab.compare.statistics import ALPHA, Difference, Estimate, Estimated
from rnnlab.config import required

# Correlated seeds make the difference more precise, but pairing them halves the degrees of freedom;
# from so many shared seeds on it never loses.
SHARED_SEEDS = 10


@dataclass(frozen=True)
class Verdict:
    """Whether side A or B is better, and how certain that is.

    `accuracy` and `auc` are A's minus B's for a typical seed. Their intervals are as wide as looks
    before all seeds were in and the other models compared demand, so all that are drawn hold
    together; `auc` is None if all reviews have one label. `p` is accuracy's, corrected likewise,
    and decides: below 0.05 just where the interval leaves out 0. With too few seeds the figures are
    about the trained models, seeds as given, and `of_models` is the outcome for those; otherwise it
    is None.

    `equivalent` says that the whole interval lies within ±`margin` (an accuracy, 0.01 for 1 point).
    `over_splits` is the difference over several splits of the reviews, which counts the choice of
    training reviews, too. It, `average` and `seeds_needed` are None where they do not apply.
    `unfinished` names the sides whose runs were stopped, which rules out a verdict on their
    settings. `outlook` says how many seeds would show a difference as large as the margin.
    """

    a: str
    b: str
    accuracy: Difference
    auc: Difference | None
    p: float
    outcome: Outcome
    of_models: Outcome | None
    equivalent: bool
    margin: float
    failures_a: FailureRate
    failures_b: FailureRate
    failures_p: float
    average: Average | None
    seeds_needed: SeedsNeeded | None
    findings: str
    rests_on: str
    over_splits: SplitDifference | None = None
    unfinished: tuple[str, ...] = ()
    outlook: str = ""

    @property
    def short(self) -> str:
        """The verdict in a few words that name the better side."""
        if self.equivalent and self.outcome is Outcome.NONE:
            return f"within {wording.margin(self.margin)}"
        return {
            Outcome.A: f"{self.a} is better",
            Outcome.B: f"{self.b} is better",
            Outcome.NONE: "no significant difference",
            Outcome.SEEDS: wording.undecided(self.unfinished),
        }[self.outcome]

    @property
    def sentence(self) -> str:
        """The verdict in plain words, with the size of the difference and its interval."""
        return wording.sentence(self)


def compare_sides(
    sides: Sequence[Side], *, margin: float = DEFAULT_MARGIN, comparisons: int = 1
) -> tuple[Verdict, ...]:
    """Return the verdict on each pair of sides, in order; `margin` in points of accuracy.

    The model with the highest accuracy is compared with the others step by step, as Newman and
    Keuls do (1952): the clearest difference has to stand among all models, the next among those
    that are left. So models that are far behind take nothing from the comparison of the best. Of
    equal models, any is claimed to differ at most 5 % of the time. Pairs without the leader are a
    family of their own, compared among all models (Tukey's range). Where several such comparisons
    are made at once, each gets an equal share of the 5 % (Bonferroni).

    Raises DataError if the sides predicted different reviews, or fewer than 20; InvalidField for a
    margin outside its bounds.
    """
    margin = MARGIN.check(margin) / 100
    check_pairs([run for side in sides for run in side.runs])
    estimates = {
        (a, b): _estimate(sides[a], sides[b]) for a, b in combinations(range(len(sides)), 2)
    }
    corrections = _corrections(sides, estimates, comparisons)
    return tuple(
        _verdict(sides[a], sides[b], estimate, corrections[a, b], margin=margin, models=len(sides))
        for (a, b), estimate in estimates.items()
    )


class _Correction(NamedTuple):
    """A pair's corrected p value and the level of its intervals."""

    p: float
    level: float


def _corrections(
    sides: Sequence[Side], estimates: dict[tuple[int, int], Estimated], comparisons: int
) -> dict[tuple[int, int], _Correction]:
    """Return the correction of each pair: step by step for the leader's, all at once for others."""

    def correction(pair: tuple[int, int], models: int) -> _Correction:
        alpha = _alpha(sides[pair[0]], sides[pair[1]]) / comparisons
        return _Correction(
            significance.corrected_p(estimates[pair].p, alpha=alpha, models=models),
            significance.pair_level(alpha, models),
        )

    corrections = {pair: correction(pair, len(sides)) for pair in estimates}
    leader = max(range(len(sides)), key=lambda place: sides[place].accuracy)
    remaining = [pair for pair in estimates if leader in pair]
    highest = 0.0
    while remaining:
        models = len(remaining) + 1
        steps = {pair: correction(pair, models) for pair in remaining}
        clearest = min(remaining, key=lambda pair: steps[pair].p)
        significant = max(highest, steps[clearest].p) < ALPHA
        for pair in [clearest] if significant else remaining:
            highest_here = max(highest, steps[pair].p)
            corrections[pair] = steps[pair]._replace(p=highest_here)
        if not significant:
            break
        highest = steps[clearest].p
        remaining.remove(clearest)
    return corrections


def _alpha(a: Side, b: Side) -> float:
    """Return the level of a pair that is compared alone."""
    seeds = [side.seeds for side in (a, b) if not side.deterministic]
    if not seeds or not (a.enough and b.enough):
        return ALPHA
    return significance.level(min(seeds))


def _estimate(a: Side, b: Side) -> Estimated:
    if len(a.typical) == len(b.typical) == 1:
        return statistics.estimate_of_two_models(a.typical[0], b.typical[0])
    return _estimate_values(a, b, a.typical, b.typical)


def _estimate_values(a: Side, b: Side, values_a: np.ndarray, values_b: np.ndarray) -> Estimate:
    """Estimate the difference of two sides in values of their runs that learned."""
    if (a.deterministic and b.deterministic) or not (a.enough and b.enough):
        return statistics.estimate_over_reviews(values_a, values_b)
    if shares_seeds(a, b):
        order_a, order_b = (np.argsort(_learned_seeds(side)) for side in (a, b))
        return statistics.estimate_over_shared_seeds(values_a[order_a], values_b[order_b])
    return statistics.estimate_over_seeds_and_reviews(values_a, values_b)


def shares_seeds(a: Side, b: Side) -> bool:
    """Return whether the runs that learned can be paired by their seeds."""
    if a.deterministic or b.deterministic:
        return False
    seeds_a, seeds_b = sorted(_learned_seeds(a)), sorted(_learned_seeds(b))
    return seeds_a == seeds_b and len(seeds_a) >= SHARED_SEEDS


def _learned_seeds(side: Side) -> list[int]:
    return [required(run.config.seed) for run in side.learned_runs]


def _verdict(
    a: Side, b: Side, estimate: Estimated, correction: _Correction, *, margin: float, models: int
) -> Verdict:
    accuracy = estimate.at(correction.level)
    outcome = Outcome.NONE
    if correction.p < ALPHA:
        outcome = Outcome.A if accuracy.value > 0 else Outcome.B
    enough = a.enough and b.enough
    of_models = None
    if not enough:
        of_models, outcome = outcome, Outcome.SEEDS
    failures_p = failures.failure_p(a.failures, b.failures)
    if enough and _one_failed(a, b) and _chance_of_failing(a, b, failures_p) >= ALPHA:
        # All seeds of one side failed, which so few seeds can do by chance.
        of_models, outcome = outcome, Outcome.SEEDS
    auc = None
    if len(np.unique(a.runs[0].labels)) == 2:
        auc = _estimate_values(a, b, a.auc_parts, b.auc_parts).at(correction.level)
    needed = None
    if enough and outcome is Outcome.NONE and isinstance(estimate, Estimate) and estimate.of_seeds:
        seeds = min(len(side.typical) for side in (a, b) if not side.deterministic)
        needed = seeds_needed(estimate, seeds, difference=margin)
    average = compare_averages(a, b, correction.level) if enough else None
    over_splits = splits.compare_over_splits((*a.runs, *a.other_splits), (*b.runs, *b.other_splits))
    equivalent = enough and -margin < accuracy.low and accuracy.high < margin
    return Verdict(
        a.name,
        b.name,
        accuracy,
        auc,
        correction.p,
        outcome,
        of_models,
        equivalent,
        margin,
        a.failures,
        b.failures,
        failures_p,
        average,
        needed,
        wording.findings(a, b, accuracy, auc, average, failures_p),
        rests_on(
            a,
            b,
            accuracy,
            p=correction.p,
            models=models,
            paired=enough and shares_seeds(a, b),
            over_splits=over_splits,
        ),
        over_splits,
        tuple(side.name for side in (a, b) if side.left_out.unfinished),
        wording.outlook(a, b, needed) if needed and not equivalent else "",
    )


def _one_failed(a: Side, b: Side) -> bool:
    """Return whether no seed of one side learned, and some of the other did."""
    return bool(a.learned.any() != b.learned.any())


def _chance_of_failing(a: Side, b: Side, failures_p: float) -> float:
    """Return how likely all seeds of one side fail although a typical one learns.

    Against a model without randomness, whose only run says nothing of failures, half of the seeds
    failing is the most that a typical one that learns allows.
    """
    if a.deterministic or b.deterministic:
        return float(0.5 ** max(a.failures.seeds, b.failures.seeds))
    return failures_p
