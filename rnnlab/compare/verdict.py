"""Says which of two models is better, and what that rests on.

Puts the numbers of `rnnlab.compare.statistics` into words. A verdict is about settings ("an LSTM
with 8 units"), not about one lucky run, so it needs several seeds of every model that uses
randomness.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from rnnlab import format
from rnnlab.compare import statistics
from rnnlab.compare.groups import Group, group_id
from rnnlab.compare.statistics import ALPHA, Difference
from rnnlab.errors import DataError
from rnnlab.evaluation.predictions import Predictions
from rnnlab.format import NO_BREAK

# Of a side that uses randomness. Two seeds say next to nothing about how far seeds scatter.
MIN_SEEDS = 3
PART_NOUNS = {"validation": "validation review", "test": "test review", "other": "review"}
MIN_REVIEWS = 20  # with fewer, a normal interval over the reviews is meaningless


class Outcome(enum.StrEnum):
    """What is known about two sides, A and B; the values are those of the JSON documents."""

    A = "A is better"
    B = "B is better"
    NONE = "no difference shown"
    SEEDS = "not enough seeds to tell"


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: the predictions of a group's runs for the same reviews.

    `repeats` counts the runs that were left out because their seed is in the group already,
    `other_splits` those that were trained on another split of the reviews. Raises DataError if the
    runs differ in more than their seed, share a seed, or predicted different reviews.
    """

    name: str
    runs: tuple[Predictions, ...]
    repeats: int = 0
    other_splits: int = 0

    def __post_init__(self) -> None:
        _check_pairs(self.runs)
        if len({group_id(run.config) for run in self.runs}) > 1:
            raise DataError(
                f"the runs of {self.name} differ in more than their seed: compare them as separate "
                "groups"
            )
        if len({run.config.seed for run in self.runs}) < len(self.runs):
            raise DataError(
                f"two runs of {self.name} have the same settings and seed: leave one out"
            )

    @classmethod
    def from_group(cls, group: Group[Any], predictions: Sequence[Predictions]) -> "Side":
        """Return the side of a group, given the predictions of its runs in their order."""
        repeats, other_splits = len(group.repeats), len(group.other_splits)
        return cls(group.name, tuple(predictions), repeats, other_splits)

    @property
    def seeds(self) -> int:
        """The number of seeds."""
        return len(self.runs)

    @property
    def deterministic(self) -> bool:
        """Whether it uses no randomness, so that one run of it is enough."""
        return self.runs[0].config.architecture.deterministic

    @property
    def enough(self) -> bool:
        """Whether it has the seeds that a verdict needs."""
        return self.deterministic or self.seeds >= MIN_SEEDS

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each run predicts each review correctly: bool (seeds, reviews)."""
        return np.stack([run.correct for run in self.runs])

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share in each run's AUC: float64 (seeds, reviews)."""
        return np.stack([run.auc_parts for run in self.runs])


@dataclass(frozen=True)
class Verdict:
    """Whether side A or B is better, and how certain that is.

    `accuracy` and `auc` are A's minus B's, with intervals and p values of this pair alone; `auc`
    is None if all reviews have one label. `p` is accuracy's, corrected for all pairs compared at
    once, and decides. With too few seeds the figures are about the trained models, seeds as given,
    and `of_models` is the outcome for those; otherwise it is None.
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
        return {
            Outcome.A: f"{self.a} is better",
            Outcome.B: f"{self.b} is better",
            Outcome.NONE: "no significant difference",
            Outcome.SEEDS: "too few seeds to tell",
        }[self.outcome]

    @property
    def sentence(self) -> str:
        """The verdict in plain words, with the size of the difference and its interval."""
        shown = self.of_models or self.outcome
        gap, low, high = (100 * part for part in self.accuracy[:3])
        better, other = self.a, self.b
        if shown is Outcome.B:
            better, other, gap, low, high = other, better, -gap, -high, -low
        interval = f"(95{NO_BREAK}% interval {low:+.1f} to {high:+.1f} points)"
        minus = f"{better} minus {other} is {gap:+.1f} points of accuracy {interval}"
        if self.outcome is Outcome.NONE:
            return f"No significant difference between {better} and {other}: {minus}."
        if self.outcome is Outcome.SEEDS:
            differ = "do not differ" if shown is Outcome.NONE else "differ"
            return (
                f"Too few seeds to tell {self.a} and {self.b} apart. "
                f"These trained models {differ} significantly: {minus}."
            )
        points = format.points(gap / 100)
        return (
            f"{better} is better than {other} by {points} of accuracy {interval}: about "
            f"{10 * gap:.0f} more correct in 1,000 reviews."
        )


def compare_sides(sides: Sequence[Side]) -> tuple[Verdict, ...]:
    """Return the verdict on each pair of sides, in order; p corrected for all pairs (Holm).

    Raises DataError if the sides predicted different reviews, or fewer than `MIN_REVIEWS`.
    """
    _check_pairs([run for side in sides for run in side.runs])
    pairs = list(combinations(sides, 2))
    differences = [_difference(a, b) for a, b in pairs]
    corrected = statistics.holm([accuracy.p for accuracy, _ in differences])
    return tuple(
        _verdict(a, b, accuracy, auc, p=p, pairs=len(pairs))
        for (a, b), (accuracy, auc), p in zip(pairs, differences, corrected, strict=True)
    )


def _difference(a: Side, b: Side) -> tuple[Difference, Difference | None]:
    """Return the differences in accuracy and in AUC; the latter needs both labels."""
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
    """Describe in sentences what the verdict rests on."""
    part = a.runs[0].part
    reviews = f"the same {format.plural(a.correct.shape[1], PART_NOUNS[part])}"
    if part == "test":
        reviews += ", which played no part in training or in any choice"
    fixed = [side for side in (a, b) if side.deterministic]
    counts = [format.plural(side.seeds, "run" if side.deterministic else "seed") for side in (a, b)]
    sentences = [f"{' against '.join(counts)}, evaluated on {reviews}."]
    if len(fixed) == 2:
        sentences.append(
            "Neither model uses randomness, so only the choice of reviews is uncertain."
        )
    elif fixed:
        sentences.append(f"{fixed[0].name} uses no randomness, so one run of it is enough.")
    if accuracy.seed_share is not None:
        share = round(100 * accuracy.seed_share)
        sentences.append(
            f"Of the uncertainty, {share}{NO_BREAK}% comes from the choice of seeds and "
            f"{100 - share}{NO_BREAK}% from the choice of reviews."
        )
    elif not (a.enough and b.enough):
        needed = "each"
        if fixed:
            needed = b.name if a.deterministic else a.name
        sentences.append(
            "The interval covers only the choice of reviews. To compare the settings, train at "
            f"least {MIN_SEEDS} seeds of {needed}."
        )
    if a.seeds == b.seeds == 1:
        only_a = format.plural(int(np.sum(a.correct & ~b.correct)), "review")
        only_b = format.plural(int(np.sum(b.correct & ~a.correct)), "review")
        sentences.append(
            f"{a.name} alone is correct on {only_a}, {b.name} alone on {only_b} "
            "(McNemar's exact test; the interval is a paired bootstrap)."
        )
    if group_id(a.runs[0].config) == group_id(b.runs[0].config):
        sentences.append("Both sides have the same settings and differ only in their seeds.")
    if pairs > 1:
        sentences.append(
            f"{format.p_value(p)} after Holm's correction for {pairs} comparisons "
            f"({format.p_value(accuracy.p)} before); the interval is for this pair alone."
        )
    else:
        sentences.append(f"{format.p_value(p)}.")
    if a.repeats + b.repeats:
        sentences.append(
            f"{format.plural(a.repeats + b.repeats, 'run')} left out: same settings and seed as "
            "another."
        )
    if a.other_splits + b.other_splits:
        sentences.append(
            f"{format.plural(a.other_splits + b.other_splits, 'run')} left out: trained on another "
            "split of the reviews."
        )
    optimistic = [side.name for side in (a, b) if side.runs[0].used_for_selection]
    if len(optimistic) == 2:
        sentences.append(
            "Both accuracies are optimistic: the same reviews chose each run's best epoch."
        )
    elif optimistic:
        sentences.append(
            f"The accuracy of {optimistic[0]} is optimistic: the same reviews chose its best epoch."
        )
    return " ".join(sentences)


def _check_pairs(runs: Sequence[Predictions]) -> None:
    """Raise DataError if runs cannot be paired review by review."""
    if not runs:
        raise DataError("there is no run to compare: choose at least one for each side")
    first = runs[0]
    for other in runs[1:]:
        if other.reviews != first.reviews:
            raise DataError(
                f"{first.name} and {other.name} were evaluated on different reviews (another "
                "dataset, split or file), so they cannot be paired: compare their curves, or "
                "evaluate both on one CSV file"
            )
    if len(first.labels) < MIN_REVIEWS:
        raise DataError(
            f"a comparison needs at least {MIN_REVIEWS} reviews, got {len(first.labels)}: add more"
        )
