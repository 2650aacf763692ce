"""Ranks several sides and says how certain the ranking is, from the verdicts of all pairs.

Owns the headline of a comparison. Computes no statistics: see `rnnlab.compare.verdict`.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from rnnlab import format
from rnnlab.compare import stuck, wording
from rnnlab.compare.margin import DEFAULT_MARGIN
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.side import Side
from rnnlab.compare.statistics import Difference
from rnnlab.compare.verdict import Verdict, compare_sides
from rnnlab.evaluation.seeds import mean_and_sd


class Opponent(NamedTuple):
    """A side other than the leader, and by how much the leader's accuracy is higher.

    `p` is corrected for the models that were compared at once. `equivalent` says that both are
    within the margin of each other. `unfinished` names those of the two that were stopped.
    """

    name: str
    difference: Difference
    p: float
    outcome: Outcome  # A: the leader is better
    equivalent: bool = False
    unfinished: tuple[str, ...] = ()


class Ranking(NamedTuple):
    """The side with the highest accuracy of a typical seed, and its opponents, strongest first.

    `accuracy` is the mean over the leader's seeds that learned, `sd` their standard deviation (None
    for one seed), `failed` how many of its `seeds` failed. `failures` names all sides' failed
    seeds in a sentence each.
    """

    leader: str
    accuracy: float
    sd: float | None
    seeds: int
    opponents: tuple[Opponent, ...]
    failed: int = 0
    margin: float = DEFAULT_MARGIN / 100
    failures: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The finding, short enough to read from the back row.

        Claims a winner only where the corrected test does; failed seeds of the leader are named.
        """
        finding = self._finding
        if self.failed:
            finding += f" ({stuck.describe(self.failed, self.seeds)})"
        return finding

    @property
    def _finding(self) -> str:
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
            return f"{self.leader} is better than {closest.name} by {gap}"
        pair = f"{self.leader} and {closest.name}"
        same = round(100 * closest.difference.value, 1) == 0
        if closest.outcome is Outcome.SEEDS:
            why = wording.undecided(closest.unfinished)
            if same:
                return f"{pair}: {why}"
            return f"{self.leader} scores {gap} higher than {closest.name}: {why}"
        if closest.equivalent:
            return f"{pair} are within {wording.margin(self.margin)} of each other"
        if same:
            return f"{pair}: too close to call"
        return f"{self.leader} scores {gap} higher than {closest.name}: too close to call"

    @property
    def details(self) -> str:
        """What is known about each opponent, in a sentence or two."""
        if not self.opponents:
            invitation = "Choose another model to compare it with."
            if self.sd is None:
                return invitation
            seeds = format.plural(self.seeds - self.failed, "seed")
            sd = format.points(self.sd)
            spread = f"Over {seeds}, the standard deviation is {sd}."
            return " ".join([spread, *self.failures, invitation])
        return " ".join([self.relations, *self.failures])

    @property
    def relations(self) -> str:
        """How the opponents stand to the leader, in a sentence for each way."""
        relations: dict[str, list[str]] = {}
        for opponent in self.opponents:
            relations.setdefault(self._relation(opponent), []).append(opponent.name)
        return " ".join(
            relation.format(format.listing(relations[relation]))
            for relation in (*_RELATIONS.values(), self._within, _STOPPED)
            if relation in relations
        )

    @property
    def _within(self) -> str:
        return f"Within {wording.margin(self.margin)} of {{}}."

    def _relation(self, opponent: Opponent) -> str:
        """Return the sentence on this opponent, a place left for its name."""
        if opponent.outcome is Outcome.SEEDS and opponent.unfinished:
            return _STOPPED
        if opponent.outcome is Outcome.NONE and opponent.equivalent:
            return self._within
        return _RELATIONS[opponent.outcome]


_RELATIONS = {
    Outcome.A: "Significantly better than {}.",
    Outcome.NONE: "No significant difference from {}.",
    Outcome.SEEDS: "Too few seeds to tell it apart from {}.",
}
_STOPPED = "No verdict against {}: runs were stopped before the end."


class Evaluated(NamedTuple):
    """Sides evaluated on the same reviews, the verdict on each pair in order, and the ranking."""

    sides: tuple[Side, ...]
    verdicts: tuple[Verdict, ...]
    ranking: Ranking


def evaluate_sides(sides: Sequence[Side], *, margin: float = DEFAULT_MARGIN) -> Evaluated:
    """Compare and rank these sides; `margin` as in `compare_sides`.

    Raises DataError if they cannot be paired, InvalidField for a margin outside its bounds.
    """
    verdicts = compare_sides(sides, margin=margin)
    return Evaluated(tuple(sides), verdicts, rank(sides, verdicts))


def closest_verdict(evaluated: Evaluated) -> Verdict | None:
    """Return the verdict on the leader and its strongest opponent; None without an opponent."""
    ranking = evaluated.ranking
    if not ranking.opponents:
        return None
    pair = {ranking.leader, ranking.opponents[0].name}
    return next(verdict for verdict in evaluated.verdicts if {verdict.a, verdict.b} == pair)


def rank(sides: Sequence[Side], verdicts: Sequence[Verdict]) -> Ranking:
    """Rank the sides; `verdicts` are those of all pairs, as `verdict.compare_sides` gives them."""
    accuracies = [side.accuracy for side in sides]
    order = sorted(range(len(sides)), key=lambda place: -accuracies[place])
    first = order[0]
    leader = sides[first]
    pairs = dict(zip(combinations(range(len(sides)), 2), verdicts, strict=True))
    return Ranking(
        leader.name,
        accuracies[first],
        mean_and_sd(leader.typical.mean(axis=1).tolist()).sd,
        leader.failures.seeds,
        tuple(_opponent(sides[place].name, first, place, pairs) for place in order[1:]),
        leader.failures.failed,
        verdicts[0].margin if verdicts else DEFAULT_MARGIN / 100,
        tuple(filter(None, map(wording.failed_seeds, sides))),
    )


def _opponent(
    name: str, leader: int, other: int, pairs: dict[tuple[int, int], Verdict]
) -> Opponent:
    verdict = pairs[min(leader, other), max(leader, other)]
    difference, outcome = verdict.accuracy, verdict.outcome
    if other < leader:
        difference = wording.flipped(difference)
        outcome = Outcome.A if outcome is Outcome.B else outcome
    return Opponent(name, difference, verdict.p, outcome, verdict.equivalent, verdict.unfinished)
