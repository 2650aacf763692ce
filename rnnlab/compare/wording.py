"""Verdicts in plain words.

Owns the sentences of `rnnlab.compare.verdict`. Decides nothing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnlab import format
from rnnlab.compare import significance
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import Group
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.sample_size import SeedsNeeded, seeds_to_reach
from rnnlab.compare.side import Side
from rnnlab.compare.statistics import ALPHA, Difference
from rnnlab.format import NO_BREAK
from rnnlab.runs import Run

MOST_LISTED = 6  # accuracies of seeds

if TYPE_CHECKING:
    from rnnlab.compare.average import Average
    from rnnlab.compare.verdict import Verdict


def margin(value: float) -> str:
    """Return a margin of accuracy in words: 0.01 → "1 point"; 0.005 → "0.5 points"."""
    points = 100 * value
    return f"{points:g} point" + ("" if points == 1 else "s")


def beside_validation(groups: Sequence[Group[Run]]) -> str:
    """Say what groups that are judged on other reviews reach on their validation reviews.

    Empty where a run has no such figure.
    """
    parts = []
    for group in groups:
        accuracies = [run.best_val_accuracy for run in group.runs]
        known = [value for value in accuracies if value is not None]
        if not known or len(known) < len(accuracies):
            return ""
        parts.append(f"{group.name} {format.percent(sum(known) / len(known))}")
    return (
        "For comparison, on the validation reviews, which also chose each run's best epoch: "
        f"{format.listing(parts)}."
    )


def sentence(verdict: "Verdict") -> str:
    """Say who is better and by how much, told from the side with the higher accuracy."""
    higher, lower, accuracy = verdict.a, verdict.b, verdict.accuracy
    if accuracy.value < 0:
        higher, lower, accuracy = lower, higher, flipped(accuracy)
    interval = _interval(accuracy)
    points = format.points(accuracy.value)
    if verdict.outcome is Outcome.NONE and verdict.equivalent:
        return (
            f"{higher} and {lower} are within {margin(verdict.margin)} of accuracy of each other: "
            f"the difference is {points} {interval}."
        )
    scores = f"{higher} scores {points} higher {interval}"
    if round(100 * accuracy.value, 1) == 0:
        scores = f"the difference is {points} {interval}"
    if verdict.outcome is Outcome.NONE:
        return f"No significant difference between {higher} and {lower}: {scores}."
    if verdict.outcome is Outcome.SEEDS:
        why = f"Too few seeds to tell {verdict.a} and {verdict.b} apart."
        if verdict.unfinished:
            why = (
                f"No verdict on {verdict.a} and {verdict.b}: {format.listing(verdict.unfinished)} "
                f"{'was' if len(verdict.unfinished) == 1 else 'were'} stopped before the end."
            )
        differ = "do not differ" if verdict.of_models is Outcome.NONE else "differ"
        return f"{why} These trained models {differ} significantly: {scores}."
    return (
        f"{higher} is better than {lower} by {points} of accuracy {interval}: about "
        f"{1000 * accuracy.value:.0f} more correct in 1,000 reviews."
    )


def auc_sentence(verdict: "Verdict") -> str:
    """Say which ROC AUC is higher and by how much; empty where there is none."""
    if verdict.auc is None:
        return ""
    higher, lower, auc = verdict.a, verdict.b, verdict.auc
    if auc.value < 0:
        higher, lower, auc = lower, higher, flipped(auc)
    return (
        f"The ROC AUC of {higher} is {auc.value:.3f} higher than that of {lower} "
        f"(95{NO_BREAK}% interval {format.signed(auc.low, 3)} to {format.signed(auc.high, 3)})."
    )


def undecided(unfinished: Sequence[str]) -> str:
    """Say in a few words why there is no verdict; `unfinished` are sides that were stopped."""
    return "no verdict on stopped runs" if unfinished else "too few seeds to tell"


def flipped(difference: Difference) -> Difference:
    """Return B minus A from A minus B."""
    value, low, high, p, share = difference
    return Difference(-value, -high, -low, p, share)


def failed_seeds(side: Side) -> str:
    """Say how many of a side's seeds failed, and how; empty if none did."""
    rate, stuck = side.failures, side.stuck_accuracies
    sentences = []
    if stuck:
        accuracies = format.listing([format.percent(accuracy) for accuracy in stuck])
        if len(stuck) > MOST_LISTED:
            accuracies = f"{format.percent(stuck[0])} to {format.percent(stuck[-1])}"
        who = f"{len(stuck)} of {rate.seeds} seeds of {side.name}"
        if rate.seeds == 1:
            who = side.name
        sentences.append(f"{who} got stuck near guessing ({accuracies}).")
    if side.left_out.failed:
        sentences.append(
            f"{side.left_out.failed} of {format.plural(rate.seeds, 'seed')} of {side.name} ended "
            "without a model."
        )
    return " ".join(sentences)


def outlook(a: Side, b: Side, needed: SeedsNeeded) -> str:
    """Say how many seeds would show a difference of this size, or why none would."""
    size = margin(needed.difference)
    if needed.reviews_limit > needed.difference:
        reviews = format.plural(a.correct.shape[1], "review")
        return (
            f"These {reviews} can show no difference smaller than "
            f"{format.points(needed.reviews_limit)}, however many seeds are trained."
        )
    fixed = [side for side in (a, b) if side.deterministic]
    trained = [side for side in (a, b) if not side.deterministic]
    whose = trained[0].name if fixed else "each model"
    if needed.seeds is None:
        most = max(significance.LOOKS)
        return (
            f"To see a difference of {size} with this scatter, more than {most} seeds of {whose} "
            "would be needed."
        )
    seeds = seeds_to_reach(needed, min(len(side.typical) for side in trained))
    if seeds is None:
        return (
            f"With this scatter, a difference of {size} would have shown in at least 4 of 5 such "
            "comparisons."
        )
    return f"To see a difference of {size} with this scatter, train {seeds} seeds of {whose}" + (
        f" (between {needed.low} and {needed.high or f'more than {max(significance.LOOKS)}'})."
        if needed.low != needed.high and seeds == needed.seeds
        else "."
    )


def findings(
    a: Side,
    b: Side,
    accuracy: Difference,
    auc: Difference | None,
    average: "Average | None",
    failures_p: float,
) -> str:
    """Say what qualifies the verdict: failed seeds, the mean over all seeds, a moved threshold."""
    sentences = [failed_seeds(side) for side in (a, b)]
    if a.failures.failed or b.failures.failed:
        none_learned = [side.name for side in (a, b) if not side.learned.any()]
        if none_learned:
            sentences.append(f"No seed of {format.listing(none_learned)} learned.")
        else:
            sentences.append("The difference is that of the seeds that learned.")
        if failures_p < ALPHA:
            often, other = (a, b) if _share(a.failures) > _share(b.failures) else (b, a)
            sentences.append(
                f"{often.name} fails more often than {other.name} (Fisher's exact test, "
                f"{format.p_value(failures_p)})."
            )
    if average and (a.failures.failed or b.failures.failed):
        higher, lower, difference = a, b, average.difference
        if difference.value < 0:
            higher, lower, difference = b, a, flipped(difference)
        doubt = ""
        if average.outcome is Outcome.NONE:
            doubt = ", which is not significant"
            if _excludes_0(difference):
                rate = format.whole_percent(higher.failures.high)
                doubt = f", which is not certain: up to {rate} of its seeds may fail"
        sentences.append(
            f"Averaged over all seeds, {higher.name} scores {format.points(difference.value)} "
            f"higher than {lower.name}{doubt}."
        )
    if auc and (_excludes_0(accuracy) != _excludes_0(auc)) and a.enough and b.enough:
        which, rest = ("accuracy", "ROC AUC") if _excludes_0(accuracy) else ("ROC AUC", "accuracy")
        sentences.append(
            f"The models differ in {which}, but not significantly in {rest}: they may differ in "
            "where their probabilities fall around the threshold of 0.5."
        )
    return " ".join(filter(None, sentences))


def _interval(difference: Difference) -> str:
    low, high = 100 * difference.low, 100 * difference.high
    return f"(95{NO_BREAK}% interval {format.signed(low, 1)} to {format.signed(high, 1)} points)"


def _share(rate: FailureRate) -> float:
    return rate.failed / rate.seeds


def _excludes_0(difference: Difference) -> bool:
    return difference.low > 0 or difference.high < 0
