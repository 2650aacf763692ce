"""Which of two models is better, and what that rests on.

Puts the numbers of `rnnlab.compare.statistics` into words.

A verdict speaks of settings ("an LSTM with 8 units"), not of one lucky run: it needs seeds, of all
that draw anything at random.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from rnnlab import format
from rnnlab.compare import statistics
from rnnlab.compare.groups import group_id, group_runs
from rnnlab.compare.statistics import ALPHA, Difference
from rnnlab.errors import DataError
from rnnlab.evaluation.predictions import Predictions

# A side, unless it draws nothing at random. Two tell next to nothing of how far seeds scatter.
MIN_SEEDS = 3
MIN_REVIEWS = 20  # below, a normal interval over the reviews means nothing


class Outcome(enum.StrEnum):
    """What can be said of two sides, A and B."""

    A = "A is better"
    B = "B is better"
    NONE = "no difference shown"
    SEEDS = "not enough seeds to tell"


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: what the runs of a group say of the same reviews.

    `repeats` counts the runs that were left out because their seed is in the group already.
    Raises DataError where the runs differ in more, share a seed, or judged other reviews.
    """

    name: str
    runs: tuple[Predictions, ...]
    repeats: int = 0

    def __post_init__(self) -> None:
        _check_pairs(self.runs)
        if len({group_id(run.config) for run in self.runs}) > 1:
            raise DataError(f"the runs of {self.name} must differ in seed alone: part them")
        if len({run.config.seed for run in self.runs}) < len(self.runs):
            raise DataError(
                f"two runs of {self.name} share a seed, or need none, so are one: leave one out"
            )

    @property
    def seeds(self) -> int:
        """How many seeds it has."""
        return len(self.runs)

    @property
    def deterministic(self) -> bool:
        """Whether it draws nothing at random, so that one run of it says all."""
        return self.runs[0].config.architecture.deterministic

    @property
    def enough(self) -> bool:
        """Whether it has the seeds that a verdict needs."""
        return self.deterministic or self.seeds >= MIN_SEEDS

    @cached_property
    def correct(self) -> np.ndarray:
        """Which reviews each run gets right: bool (seeds, reviews)."""
        return np.stack([run.correct for run in self.runs])

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share in each run's AUC: float64 (seeds, reviews)."""
        return np.stack([run.auc_parts for run in self.runs])


@dataclass(frozen=True)
class Verdict:
    """Whether side A or B is better, and how surely.

    `accuracy` and `auc` are A's less B's, with intervals and p values of this pair alone; `auc`
    is None where all reviews have one label. `p` is accuracy's, corrected for all the pairs that
    were compared at once, and decides. Where there are not enough seeds the figures speak of the
    trained models, seeds as given, and `of_models` is what they would say; else it is None.
    """

    a: str
    b: str
    accuracy: Difference
    auc: Difference | None
    p: float
    outcome: Outcome
    of_models: Outcome | None
    rests_on: str

    @property
    def short(self) -> str:
        """The verdict in a few words that name the better side."""
        better = {Outcome.A: self.a, Outcome.B: self.b}.get(self.outcome)
        return f"{better} is better" if better else str(self.outcome)

    @property
    def sentence(self) -> str:
        """The verdict in plain words, with the size of the difference and its interval."""
        shown = self.of_models or self.outcome
        gap, low, high = (100 * part for part in self.accuracy[:3])
        better, other = self.a, self.b
        if shown is Outcome.B:
            better, other, gap, low, high = other, better, -gap, -high, -low
        size = f"{gap:+.1f} points of accuracy (95 % interval {low:+.1f} to {high:+.1f} points)"
        if self.outcome is Outcome.NONE:
            return f"No difference shown between {better} and {other}: {better} has {size}."
        if self.outcome is Outcome.SEEDS:
            said = "no difference is shown between these trained models"
            if shown is not Outcome.NONE:
                said = "these trained models do differ"
            apart = f"Not enough seeds to tell {self.a} and {self.b} apart"
            return f"{apart}; {said}: {better} has {size}."
        return (
            f"{better} is better than {other}: {size}, about {10 * gap:.0f} more of 1,000 reviews "
            "right."
        )


def sides(predictions: Iterable[Predictions]) -> tuple[Side, ...]:
    """The groups of these predictions as sides, in the order of their first runs."""
    return tuple(
        Side(group.name, group.runs, len(group.repeats)) for group in group_runs(predictions)
    )


def compare_sides(sides: Sequence[Side]) -> tuple[Verdict, ...]:
    """The verdict on each pair of groups, in their order; p corrected for all pairs (Holm).

    Raises DataError where the groups judged different reviews, or fewer than `MIN_REVIEWS`.
    """
    _check_pairs([run for side in sides for run in side.runs])
    pairs = list(combinations(sides, 2))
    found = [_difference(a, b) for a, b in pairs]
    corrected = statistics.holm([accuracy.p for accuracy, _ in found])
    return tuple(
        _verdict(a, b, *differences, p=p, pairs=len(pairs))
        for (a, b), differences, p in zip(pairs, found, corrected, strict=True)
    )


def _difference(a: Side, b: Side) -> tuple[Difference, Difference | None]:
    """The differences in accuracy and in AUC, both counting what they can."""
    random = not (a.deterministic and b.deterministic)
    measure = (
        statistics.difference_over_seeds_and_reviews
        if random and a.enough and b.enough
        else statistics.difference_over_reviews
    )
    if a.seeds == b.seeds == 1:
        accuracy = statistics.difference_of_two_models(a.correct[0], b.correct[0])
    else:
        accuracy = measure(a.correct, b.correct)
    both = len(np.unique(a.runs[0].labels)) == 2
    return accuracy, measure(a.auc_parts, b.auc_parts) if both else None


def _verdict(
    a: Side, b: Side, accuracy: Difference, auc: Difference | None, *, p: float, pairs: int
) -> Verdict:
    outcome = Outcome.NONE
    if p < ALPHA:
        outcome = Outcome.A if accuracy.value > 0 else Outcome.B
    of_models = None
    if not (a.enough and b.enough):
        of_models, outcome = outcome, Outcome.SEEDS
    return Verdict(
        a.name, b.name, accuracy, auc, p, outcome, of_models, _rests_on(a, b, accuracy, p, pairs)
    )


def _rests_on(a: Side, b: Side, accuracy: Difference, p: float, pairs: int) -> str:
    """What the verdict rests on, in sentences."""
    reviews = f"the same {a.correct.shape[1]:,} reviews"
    fixed = [side for side in (a, b) if side.deterministic]
    counts = [format.plural(side.seeds, "run" if side.deterministic else "seed") for side in (a, b)]
    said = [f"{' against '.join(counts)}, each judged on {reviews}."]
    if len(fixed) == 2:
        said.append(
            "Neither side draws anything at random, so only the reviews are left to chance."
        )
    elif fixed:
        said.append(f"{fixed[0].name} draws nothing at random, so one run of it is enough.")
    if accuracy.seed_share is not None:
        share = round(100 * accuracy.seed_share)
        said.append(
            f"Of the uncertainty, {share} % comes from the choice of seeds, {100 - share} % from "
            "the choice of reviews."
        )
    elif not (a.enough and b.enough):
        where = "on each side"
        if fixed:
            where = f"of {b.name if a.deterministic else a.name}"
        said.append(
            "Only the choice of reviews is counted. To speak of the settings, train at least "
            f"{MIN_SEEDS} seeds {where}."
        )
    if a.seeds == b.seeds == 1:
        only_a = int(np.sum(a.correct & ~b.correct))
        only_b = int(np.sum(b.correct & ~a.correct))
        said.append(
            f"{a.name} alone is right on {only_a:,} reviews, {b.name} alone on {only_b:,} "
            "(McNemar's exact test; the interval is a paired bootstrap)."
        )
    if group_id(a.runs[0].config) == group_id(b.runs[0].config):
        said.append("Both sides have equal settings, so they differ by their seeds alone.")
    if pairs > 1:
        said.append(
            f"{format.p_value(p)} after Holm's correction for {pairs} comparisons at once "
            f"({format.p_value(accuracy.p)} before); the interval is this pair's own."
        )
    else:
        said.append(f"{format.p_value(p)}.")
    if a.repeats + b.repeats:
        said.append(
            f"{format.plural(a.repeats + b.repeats, 'run')} left out: the same as one that is in."
        )
    flattered = [side.name for side in (a, b) if side.runs[0].used_for_selection]
    if len(flattered) == 2:
        said.append("These reviews also chose each run's best epoch, so both accuracies flatter.")
    elif flattered:
        said.append(
            f"These reviews also chose the best epoch of {flattered[0]}, so its accuracy flatters; "
            "the other's does not."
        )
    return " ".join(said)


def _check_pairs(runs: Sequence[Predictions]) -> None:
    """Raises DataError where runs cannot be paired review by review."""
    if not runs:
        raise DataError("there is no run to compare: choose at least one a side")
    first = runs[0]
    for other in runs[1:]:
        if other.reviews != first.reviews:
            raise DataError(
                f"{first.name} and {other.name} judged different reviews (another dataset, split "
                "or file), so they cannot be paired: compare their curves, or evaluate both on "
                "one CSV file"
            )
    if len(first.labels) < MIN_REVIEWS:
        raise DataError(
            f"a comparison needs at least {MIN_REVIEWS} reviews, got {len(first.labels)}: add some"
        )
