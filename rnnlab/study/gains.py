"""What tuning gained: each winner of a sweep against its default, both on fresh seeds.

Judged on the test reviews by the lab's verdict, a family of its own beside the winners' comparison:
each pair gets an equal share of the 5 %. Reads and writes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab import format
from rnnlab.compare.groups import Group, group_id
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.side import Side
from rnnlab.compare.verdict import Verdict, compare_sides
from rnnlab.config import RunConfig
from rnnlab.errors import DataError
from rnnlab.evaluation.predictions import Predictions
from rnnlab.evaluation.seeds import MeanSd, mean_and_sd
from rnnlab.runs import Run
from rnnlab.studies import StudySpec
from rnnlab.study import choose, plan
from rnnlab.study.choose import SettingResult

if TYPE_CHECKING:
    from rnnlab.study.result import CandidateResult


class Default(NamedTuple):
    """A candidate's default over the fresh seeds, on validation; `test` is on the test reviews.

    `won` says that the search chose the default itself.
    """

    setting: SettingResult
    test: MeanSd
    test_accuracies: Mapping[str, float]  # by run id
    won: bool


def default_of(
    spec: StudySpec,
    base: RunConfig,
    winner: RunConfig | None,
    final: Mapping[RunConfig, Run],
    predictions: Mapping[str, Predictions],
) -> Default | None:
    """Return how a candidate's default did; None for a grid, and before there is a winner."""
    if spec.sweep is None or winner is None:
        return None
    setting = choose.setting_result(base, plan.fresh_seeds(spec), final)
    accuracies = test_accuracies(setting, predictions)
    return Default(setting, mean_and_sd(list(accuracies.values())), accuracies, winner == base)


def test_accuracies(
    setting: SettingResult, predictions: Mapping[str, Predictions]
) -> dict[str, float]:
    """Return the accuracy on the test reviews of each seed that has predictions, by run id."""
    return {
        seed.run.id: float(predictions[seed.run.id].correct.mean())
        for seed in setting.seeds
        if seed.run and seed.run.id in predictions
    }


def side_of(
    name: str,
    setting: SettingResult | None,
    accuracies: Mapping[str, float],
    predictions: Mapping[str, Predictions],
) -> Side | None:
    """Return what a setting's fresh seeds say, ready to be compared; None without predictions."""
    runs = tuple(predictions[run_id] for run_id in accuracies)
    if not runs or setting is None:
        return None
    group = Group(group_id(runs[0].config), name, runs)
    return Side.from_group(group, runs, [seed.run for seed in setting.seeds if seed.run])


def gains(
    candidates: Sequence["CandidateResult"], predictions: Mapping[str, Predictions]
) -> tuple[Verdict | None, ...]:
    """Return the verdict on each winner (A) and its default (B); None where there is none."""
    pairs: list[tuple[Side, Side] | None] = []
    for candidate in candidates:
        default, pair = candidate.default, None
        if default and not default.won:
            winner = side_of(
                candidate.name, candidate.final, candidate.test_accuracies, predictions
            )
            other = side_of(
                f"{candidate.name} by default",
                default.setting,
                default.test_accuracies,
                predictions,
            )
            pair = (winner, other) if winner and other else None
        pairs.append(pair)
    comparisons = sum(pair is not None for pair in pairs)
    return tuple(_verdict(pair, comparisons) for pair in pairs)


def _verdict(pair: tuple[Side, Side] | None, comparisons: int) -> Verdict | None:
    if pair is None:
        return None
    try:
        return compare_sides(pair, comparisons=comparisons)[0]
    except DataError:
        return None  # said of the winners' comparison


def sentence(candidates: Sequence["CandidateResult"]) -> str:
    """Return what tuning gained, as a part of the headline; empty where nothing is known.

    A difference is claimed only where its interval backs it.
    """
    known = [candidate for candidate in candidates if _relation(candidate)]
    if not known:
        return ""
    relations: dict[str, list[CandidateResult]] = {}
    for candidate in known:
        relations.setdefault(_relation(candidate), []).append(candidate)
    if len(relations) == 1 and len(known) == len(candidates):
        ((relation, _),) = relations.items()
        return _of_all(relation, known)
    return ", ".join(_of_some(relation, some) for relation, some in relations.items())


def _relation(candidate: "CandidateResult") -> str:
    if candidate.default and candidate.default.won:
        return "won" if len(candidate.settings) > 1 else ""  # there was nothing to search
    if candidate.gain is None:
        return ""
    return {
        Outcome.A: "above",
        Outcome.B: "below",
        Outcome.NONE: "same",
        Outcome.SEEDS: "unknown",
    }[candidate.gain.outcome]


def _of_all(relation: str, candidates: Sequence["CandidateResult"]) -> str:
    many = len(candidates) > 1
    its = "their defaults" if many else "its default"
    if relation in ("above", "below"):
        return f"{_points(candidates, together=True)} {relation} {its}"
    if relation == "won":
        return f"the default won {'each' if many else 'the'} search"
    if relation == "unknown":
        return f"too few seeds to tell {'them' if many else 'it'} from {its}"
    if many:
        none = "neither" if len(candidates) == 2 else "none"
        return f"{none} significantly different from its default"
    return f"no significant difference from {its}"


def _of_some(relation: str, candidates: Sequence["CandidateResult"]) -> str:
    names = format.listing([candidate.name for candidate in candidates])
    its = "their defaults" if len(candidates) > 1 else "its default"
    if relation in ("above", "below"):
        return f"{names} {_points(candidates)} {relation} {its}"
    if relation == "won":
        return f"the default of {names} won its search"
    if relation == "unknown":
        return f"too few seeds to tell {names} from {its}"
    return f"{names} not significantly different from {its}"


def _points(candidates: Sequence["CandidateResult"], *, together: bool = False) -> str:
    """Return by how much winners are above or below their defaults: "both 1.1 points"."""
    sizes = [
        f"{100 * abs(candidate.gain.accuracy.value):.1f}"
        for candidate in candidates
        if candidate.gain
    ]
    if len(sizes) > 1 and len(set(sizes)) == 1:
        all_of_them = "both " if len(sizes) == 2 else "all "
        return f"{all_of_them if together else ''}{sizes[0]} points"
    return f"{format.listing(sizes)} points"
