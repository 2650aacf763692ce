"""One side of a comparison: the predictions of a group's runs for the same reviews.

Owns which runs count, and what is known of those that do not. Compares nothing: see
`rnnlab.compare.verdict`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rnnlab.compare import failures, stuck
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import Group, group_id, other_seeds, was_stopped
from rnnlab.errors import DataError
from rnnlab.evaluation.predictions import Predictions
from rnnlab.runs import Run

# Of a side that uses randomness. Two seeds say next to nothing about how far seeds scatter.
MIN_SEEDS = 3
MIN_SEEDS_SCATTERED = 5  # where seeds failed, or scatter by more than `SCATTERED`
SCATTERED = 0.015  # standard deviation of the accuracy over seeds
MIN_REVIEWS = 20  # with fewer, a normal interval over the reviews is meaningless


class LeftOut(NamedTuple):
    """Runs of a side's settings that are not among its runs, and what its runs did not finish.

    `repeats` have settings and seeds of another; `other_splits` were trained on another split of
    the reviews, `other_versions` by another rnnlab or TensorFlow; `stopped` were stopped before
    they ended; `failed` ended without weights, as runs that crash or diverge do, and count as
    failures; `not_chosen` have ended well in this lab but were not chosen. `improving` counts those
    of the side's runs whose last epoch was their best, `unfinished` those that were stopped: all of
    them or none.
    """

    repeats: int = 0
    other_splits: int = 0
    other_versions: int = 0
    stopped: int = 0
    failed: int = 0
    not_chosen: int = 0
    improving: int = 0
    unfinished: int = 0


NOTHING_LEFT_OUT = LeftOut()


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: the predictions of a group's runs for the same reviews.

    `other_splits` are those of runs on other splits, each for the reviews held out by its own.
    Raises DataError if the runs differ in more than their seed, share a seed, or predicted
    different reviews.
    """

    name: str
    runs: tuple[Predictions, ...]
    left_out: LeftOut = NOTHING_LEFT_OUT
    other_splits: tuple[Predictions, ...] = ()

    def __post_init__(self) -> None:
        check_pairs(self.runs)
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
    def from_group(
        cls,
        group: Group[Any],
        predictions: Sequence[Predictions],
        all_runs: Iterable[Run] = (),
        *,
        other_splits: Sequence[Predictions] = (),
    ) -> "Side":
        """Return the side of a group, given the predictions of its runs in their order.

        `all_runs` are those of the lab: those with the same settings that are not in the group are
        counted in `left_out`. `other_splits` are the predictions of the group's runs on other
        splits, as far as wanted.
        """
        return cls(
            group.name,
            tuple(predictions),
            LeftOut(
                repeats=len(group.repeats),
                other_splits=len(group.other_splits),
                other_versions=len(group.other_versions),
                stopped=len(group.stopped),
                improving=sum(_improving(run) for run in group.runs),
                unfinished=sum(was_stopped(run) for run in group.runs),
                **other_seeds(group, all_runs)._asdict(),
            ),
            tuple(other_splits),
        )

    @property
    def seeds(self) -> int:
        """The number of seeds."""
        return len(self.runs)

    @property
    def deterministic(self) -> bool:
        """Whether it uses no randomness, so that one run of it is enough."""
        return self.runs[0].config.architecture.deterministic

    @property
    def min_seeds(self) -> int:
        """The number of seeds that a verdict needs: more where they fail or scatter."""
        if self.deterministic:
            return 1
        few = self.seeds >= 2 and (self.failures.failed or self._sd > SCATTERED)
        return MIN_SEEDS_SCATTERED if few else MIN_SEEDS

    @property
    def enough(self) -> bool:
        """Whether it has the seeds that a verdict needs; three of them have learned, or none.

        Runs that were stopped say nothing about their settings, however many they are.
        """
        learned = len(self.learned_runs)
        if self.left_out.unfinished:
            return False
        return self.seeds >= self.min_seeds and (self.deterministic or learned >= MIN_SEEDS)

    @property
    def lacking(self) -> int:
        """How many more seeds a verdict needs, if those learn."""
        if self.enough:
            return 0
        if self.left_out.unfinished:
            return self.min_seeds
        return max(self.min_seeds - self.seeds, MIN_SEEDS - len(self.learned_runs))

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each run predicts each review correctly: bool (seeds, reviews)."""
        return np.stack([run.correct for run in self.runs])

    @cached_property
    def learned(self) -> np.ndarray:
        """Which of its runs learned (see `stuck.learned`): bool (seeds,)."""
        if self.deterministic:
            return np.ones(len(self.runs), bool)
        return stuck.learned(self.correct, self.runs[0].labels)

    @cached_property
    def learned_runs(self) -> tuple[Predictions, ...]:
        """The runs that a typical seed is described by: those that learned, or all if none did."""
        if not self.learned.any():
            return self.runs
        return tuple(run for run, learned in zip(self.runs, self.learned, strict=True) if learned)

    @cached_property
    def typical(self) -> np.ndarray:
        """Whether each run that learned predicts each review correctly: bool (seeds, reviews)."""
        return self.correct[self.learned] if self.learned.any() else self.correct

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share in the AUC of each run that learned: float64 (seeds, reviews)."""
        return np.stack([run.auc_parts for run in self.learned_runs])

    @property
    def accuracy(self) -> float:
        """The accuracy of a typical seed: the mean over those that learned."""
        return float(self.typical.mean())

    @cached_property
    def failures(self) -> FailureRate:
        """How many of its seeds failed: got stuck near guessing, diverged or crashed."""
        not_learned = int(np.sum(~self.learned))
        failed = self.left_out.failed
        return failures.failure_rate(not_learned + failed, self.seeds + failed)

    @property
    def stuck_runs(self) -> frozenset[str]:
        """The ids of the runs that got stuck near guessing."""
        pairs = zip(self.runs, self.learned, strict=True)
        return frozenset(run.run for run, learned in pairs if not learned)

    @property
    def stuck_accuracies(self) -> tuple[float, ...]:
        """The accuracies of the seeds that got stuck near guessing, lowest first."""
        return tuple(sorted(self.correct[~self.learned].mean(axis=1).tolist()))

    @property
    def _sd(self) -> float:
        accuracies = self.typical.mean(axis=1)
        return float(accuracies.std(ddof=1)) if len(accuracies) > 1 else 0.0


def check_pairs(runs: Sequence[Predictions]) -> None:
    """Raise DataError if runs cannot be paired review by review."""
    if not runs:
        raise DataError("there is no run to compare: choose at least one for each side")
    first = runs[0]
    for other in runs[1:]:
        if other.reviews != first.reviews:
            raise DataError(
                f"{first.name} and {other.name} were evaluated on different reviews (another "
                "dataset, split, test set or file), so they cannot be paired: compare their "
                "curves, or evaluate both on one CSV file"
            )
    if len(first.labels) < MIN_REVIEWS:
        raise DataError(
            f"a comparison needs at least {MIN_REVIEWS} reviews, got {len(first.labels)}: add more"
        )


def _improving(run: Any) -> bool:
    """Return whether a run ended at its last planned epoch, still improving."""
    return (
        isinstance(run, Run)
        and run.config.epochs is not None
        and run.best_epoch == run.config.epochs
    )
