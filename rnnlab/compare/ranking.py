"""Who leads among several sides, and how surely: words over the verdicts of all pairs.

Owns the sentence on top of a comparison. Computes no statistics: see `rnnlab.compare.verdict`.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnnlab.compare.statistics import Difference
from rnnlab.compare.verdict import Outcome, Side, Verdict, compare


class Rival(NamedTuple):
    """A side beside the leader: by how much the leader's accuracy is higher, and how surely.

    `p` is corrected for all pairs that were compared.
    """

    name: str
    difference: Difference
    p: float
    outcome: Outcome  # A: the leader is better


class Standing(NamedTuple):
    """The side with the highest accuracy, and its rivals, the strongest first.

    `accuracy` is the mean over its seeds, `spread` their standard deviation (None for one seed).
    """

    leader: str
    accuracy: float
    spread: float | None
    seeds: int
    rivals: tuple[Rival, ...]

    @property
    def headline(self) -> str:
        """The finding, short enough for the back row."""
        if not self.rivals:
            return f"{self.leader}: {_percent(self.accuracy)} right"
        if all(rival.outcome is Outcome.A for rival in self.rivals):
            return f"{self.leader} is the best: {_percent(self.accuracy)} right"
        gap = 100 * self.rivals[0].difference.value
        if self.rivals[0].outcome is Outcome.A:
            return f"{self.leader} leads by {gap:.1f} points"
        if gap < 0.05:
            return f"{self.leader} and {self.rivals[0].name} are level"
        return f"{self.leader} leads by {gap:.1f} points, not surely"

    @property
    def details(self) -> str:
        """What is shown of each rival, in a sentence or two."""
        if not self.rivals:
            over = f" over {self.seeds} seeds" if self.seeds > 1 else ""
            spread = "" if self.spread is None else f" ± {100 * self.spread:.1f} points{over}"
            return f"{_percent(self.accuracy)} of the reviews{spread}. Choose another to compare."
        said = []
        for outcome, words in (
            (Outcome.A, "It is better than {}."),
            (Outcome.NONE, "No difference is shown to {}."),
            (Outcome.SEEDS, "There are not enough seeds to tell it from {}."),
        ):
            names = [rival.name for rival in self.rivals if rival.outcome is outcome]
            if names:
                said.append(words.format(_listed(names)))
        return " ".join(said)


class Judged(NamedTuple):
    """What sides say of the same reviews, the verdict on each pair in order, and who leads."""

    sides: tuple[Side, ...]
    verdicts: tuple[Verdict, ...]
    standing: Standing


def judge(sides: Sequence[Side]) -> Judged:
    """All that is to be said of these sides. Raises DataError where they cannot be paired."""
    verdicts = compare(sides)
    return Judged(tuple(sides), verdicts, standing(sides, verdicts))


def standing(sides: Sequence[Side], verdicts: Sequence[Verdict]) -> Standing:
    """Rank the sides; `verdicts` are those of all pairs, as `verdict.compare` gives them."""
    accuracies = [float(side.correct.mean()) for side in sides]
    order = np.argsort(accuracies, kind="stable")[::-1]
    leader = sides[order[0]]
    pairs = dict(zip(combinations(range(len(sides)), 2), verdicts, strict=True))
    first = int(order[0])
    rivals = tuple(_rival(sides[place].name, first, place, pairs) for place in order[1:].tolist())
    spread = None
    if leader.seeds > 1:
        spread = float(leader.correct.mean(axis=1).std(ddof=1))
    return Standing(leader.name, accuracies[order[0]], spread, leader.seeds, rivals)


def _rival(name: str, leader: int, other: int, pairs: dict[tuple[int, int], Verdict]) -> Rival:
    if leader < other:
        found = pairs[leader, other]
        return Rival(name, found.accuracy, found.p, found.outcome)
    found = pairs[other, leader]
    value, low, high, p, share = found.accuracy
    outcome = Outcome.A if found.outcome is Outcome.B else found.outcome
    return Rival(name, Difference(-value, -high, -low, p, share), found.p, outcome)


def _listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"
