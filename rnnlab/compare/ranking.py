"""Who leads among several sides, and how surely: words over the verdicts of all pairs.

Owns the sentence on top of a comparison. Computes no statistics: see `rnnlab.compare.verdict`.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.compare.statistics import Difference
from rnnlab.compare.verdict import Outcome, Side, Verdict, compare_sides


class Opponent(NamedTuple):
    """A side beside the leader: by how much the leader's accuracy is higher, and how surely.

    `p` is corrected for all pairs that were compared.
    """

    name: str
    difference: Difference
    p: float
    outcome: Outcome  # A: the leader is better


class Ranking(NamedTuple):
    """The side with the highest accuracy, and its rivals, the strongest first.

    `accuracy` is the mean over its seeds, `spread` their standard deviation (None for one seed).
    """

    leader: str
    accuracy: float
    spread: float | None
    seeds: int
    opponents: tuple[Opponent, ...]

    @property
    def headline(self) -> str:
        """The finding, short enough for the back row."""
        if not self.opponents:
            return f"{self.leader}: {format.percent(self.accuracy)} right"
        if all(opponent.outcome is Outcome.A for opponent in self.opponents):
            return f"{self.leader} is the best: {format.percent(self.accuracy)} right"
        gap = 100 * self.opponents[0].difference.value
        if self.opponents[0].outcome is Outcome.A:
            return f"{self.leader} leads by {gap:.1f} points"
        if gap < 0.05:
            return f"{self.leader} and {self.opponents[0].name} are level"
        return f"{self.leader} leads by {gap:.1f} points, not surely"

    @property
    def details(self) -> str:
        """What is shown of each rival, in a sentence or two."""
        if not self.opponents:
            over = f" over {self.seeds} seeds" if self.seeds > 1 else ""
            spread = "" if self.spread is None else f" ± {100 * self.spread:.1f} points{over}"
            accuracy = format.percent(self.accuracy)
            return f"{accuracy} of the reviews{spread}. Choose another to compare."
        said = []
        for outcome, words in (
            (Outcome.A, "It is better than {}."),
            (Outcome.NONE, "No difference is shown to {}."),
            (Outcome.SEEDS, "There are not enough seeds to tell it from {}."),
        ):
            names = [opponent.name for opponent in self.opponents if opponent.outcome is outcome]
            if names:
                said.append(words.format(format.listing(names)))
        return " ".join(said)


class Evaluated(NamedTuple):
    """What sides say of the same reviews, the verdict on each pair in order, and who leads."""

    sides: tuple[Side, ...]
    verdicts: tuple[Verdict, ...]
    ranking: Ranking


def evaluate_sides(sides: Sequence[Side]) -> Evaluated:
    """All that is to be said of these sides. Raises DataError where they cannot be paired."""
    verdicts = compare_sides(sides)
    return Evaluated(tuple(sides), verdicts, rank(sides, verdicts))


def rank(sides: Sequence[Side], verdicts: Sequence[Verdict]) -> Ranking:
    """Rank the sides; `verdicts` are those of all pairs, as `verdict.compare_sides` gives them."""
    accuracies = [float(side.correct.mean()) for side in sides]
    order = np.argsort(accuracies, kind="stable")[::-1]
    leader = sides[order[0]]
    pairs = dict(zip(combinations(range(len(sides)), 2), verdicts, strict=True))
    first = int(order[0])
    opponents = tuple(
        _opponent(sides[place].name, first, place, pairs) for place in order[1:].tolist()
    )
    spread = None
    if leader.seeds > 1:
        spread = float(leader.correct.mean(axis=1).std(ddof=1))
    return Ranking(leader.name, accuracies[order[0]], spread, leader.seeds, opponents)


def _opponent(
    name: str, leader: int, other: int, pairs: dict[tuple[int, int], Verdict]
) -> Opponent:
    if leader < other:
        found = pairs[leader, other]
        return Opponent(name, found.accuracy, found.p, found.outcome)
    found = pairs[other, leader]
    value, low, high, p, share = found.accuracy
    outcome = Outcome.A if found.outcome is Outcome.B else found.outcome
    return Opponent(name, Difference(-value, -high, -low, p, share), found.p, outcome)
