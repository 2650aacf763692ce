"""Ranks several sides and says how certain the ranking is, from the verdicts of all pairs.

Owns the headline of a comparison. Computes no statistics: see `rnnlab.compare.verdict`.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.compare.statistics import Difference
from rnnlab.compare.verdict import Outcome, Side, Verdict, compare_sides
from rnnlab.evaluation.seeds import mean_and_sd


class Opponent(NamedTuple):
    """A side other than the leader, and by how much the leader's accuracy is higher.

    `p` is corrected for all pairs that were compared.
    """

    name: str
    difference: Difference
    p: float
    outcome: Outcome  # A: the leader is better


class Ranking(NamedTuple):
    """The side with the highest mean accuracy, and its opponents, the strongest first.

    `accuracy` is the mean over its seeds, `sd` their standard deviation (None for one seed).
    """

    leader: str
    accuracy: float
    sd: float | None
    seeds: int
    opponents: tuple[Opponent, ...]

    @property
    def headline(self) -> str:
        """The finding, short enough to read from the back row.

        Claims a winner only where the Holm-corrected test does.
        """
        accuracy = f"{format.percent(self.accuracy)} accuracy"
        if not self.opponents:
            return f"{self.leader}: {accuracy}"
        closest = self.opponents[0]
        gap = format.points(closest.difference.value)
        if closest.outcome is Outcome.A:
            if len(self.opponents) == 1:
                return f"{self.leader} is better than {closest.name} by {gap}"
            if all(opponent.outcome is Outcome.A for opponent in self.opponents):
                return f"{self.leader} is best: {accuracy}"
            return f"{self.leader} is ahead of {closest.name} by {gap}"
        same = round(100 * closest.difference.value, 1) == 0
        pair = f"{self.leader} and {closest.name}"
        if closest.outcome is Outcome.SEEDS:
            if same:
                return f"{pair}: too few seeds to tell"
            return f"{self.leader} scores {gap} higher than {closest.name}: too few seeds to tell"
        if same:
            return f"{pair}: too close to call"
        return f"{self.leader} is ahead by {gap}: too close to call"

    @property
    def details(self) -> str:
        """What is known about each opponent, in a sentence or two."""
        if not self.opponents:
            invitation = "Choose another model to compare it with."
            if self.sd is None:
                return invitation
            seeds = format.plural(self.seeds, "seed")
            sd = format.points(self.sd)
            return f"Over {seeds}, the standard deviation is {sd}. {invitation}"
        sentences = []
        for outcome, words in (
            (Outcome.A, "Significantly better than {}."),
            (Outcome.NONE, "No significant difference from {}."),
            (Outcome.SEEDS, "Too few seeds to tell it apart from {}."),
        ):
            names = [opponent.name for opponent in self.opponents if opponent.outcome is outcome]
            if names:
                sentences.append(words.format(format.listing(names)))
        return " ".join(sentences)


class Evaluated(NamedTuple):
    """Sides evaluated on the same reviews, the verdict on each pair in order, and the ranking."""

    sides: tuple[Side, ...]
    verdicts: tuple[Verdict, ...]
    ranking: Ranking


def evaluate_sides(sides: Sequence[Side]) -> Evaluated:
    """Compare and rank these sides. Raises DataError if they cannot be paired."""
    verdicts = compare_sides(sides)
    return Evaluated(tuple(sides), verdicts, rank(sides, verdicts))


def rank(sides: Sequence[Side], verdicts: Sequence[Verdict]) -> Ranking:
    """Rank the sides; `verdicts` are those of all pairs, as `verdict.compare_sides` gives them."""
    accuracies = [float(side.correct.mean()) for side in sides]
    order = np.argsort(accuracies, kind="stable")[::-1].tolist()
    first = order[0]
    leader = sides[first]
    pairs = dict(zip(combinations(range(len(sides)), 2), verdicts, strict=True))
    opponents = tuple(_opponent(sides[place].name, first, place, pairs) for place in order[1:])
    sd = mean_and_sd(leader.correct.mean(axis=1).tolist()).sd
    return Ranking(leader.name, accuracies[first], sd, leader.seeds, opponents)


def _opponent(
    name: str, leader: int, other: int, pairs: dict[tuple[int, int], Verdict]
) -> Opponent:
    if leader < other:
        verdict = pairs[leader, other]
        return Opponent(name, verdict.accuracy, verdict.p, verdict.outcome)
    verdict = pairs[other, leader]
    value, low, high, p, share = verdict.accuracy
    outcome = Outcome.A if verdict.outcome is Outcome.B else verdict.outcome
    return Opponent(name, Difference(-value, -high, -low, p, share), verdict.p, outcome)
