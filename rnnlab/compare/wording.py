"""Verdicts in plain words.

Owns the sentences of `rnnlab.compare.verdict`. Decides nothing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnlab import format
from rnnlab.compare import significance, splits
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import group_id
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.sample_size import SeedsNeeded, seeds_to_reach
from rnnlab.compare.side import MIN_SEEDS, Side
from rnnlab.compare.splits import SplitDifference
from rnnlab.compare.statistics import ALPHA, Difference
from rnnlab.format import NO_BREAK

if TYPE_CHECKING:
    from rnnlab.compare.verdict import Average, Verdict

PART_NOUNS = {"validation": "validation review", "test": "test review", "other": "review"}


def margin(value: float) -> str:
    """Return a margin of accuracy in words: 0.01 → "1 point"; 0.005 → "0.5 points"."""
    points = 100 * value
    return f"{points:g} point" + ("" if points == 1 else "s")


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
        f"(95{NO_BREAK}% interval {auc.low:+.3f} to {auc.high:+.3f})."
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
                rate = _percent(higher.failures.high)
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


def rests_on(
    a: Side,
    b: Side,
    accuracy: Difference,
    *,
    p: float,
    models: int,
    paired: bool,
    over_splits: SplitDifference | None,
) -> str:
    """Describe in sentences what the verdict rests on."""
    sentences = [_counts(a, b)]
    fixed = [side for side in (a, b) if side.deterministic]
    if len(fixed) == 2:
        sentences.append(
            "Neither model uses randomness, so only the choice of reviews is uncertain."
        )
    elif fixed:
        sentences.append(f"{fixed[0].name} uses no randomness, so one run of it is enough.")
    sentences += _uncertainty(a, b, accuracy, paired=paired)
    sentences += _training_reviews(a, b, accuracy, over_splits)
    sentences += _possible_failures(a, b)
    if len(a.typical) == len(b.typical) == 1:
        only_a = format.plural(int(np.sum(a.typical & ~b.typical)), "review")
        only_b = format.plural(int(np.sum(b.typical & ~a.typical)), "review")
        sentences.append(
            f"{a.name} alone is correct on {only_a}, {b.name} alone on {only_b} "
            "(McNemar's exact test)."
        )
    if group_id(a.runs[0].config) == group_id(b.runs[0].config):
        sentences.append("Both sides have the same settings and differ only in their seeds.")
    sentences.append(_corrected(a, b, accuracy, p=p, models=models))
    for side in (a, b):
        sentences += _left_out(side, on_other_splits=over_splits is None)
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


def _counts(a: Side, b: Side) -> str:
    counts = [format.plural(side.seeds, "run" if side.deterministic else "seed") for side in (a, b)]
    part = a.runs[0].part
    reviews = f"the same {format.plural(a.correct.shape[1], PART_NOUNS[part])}"
    if part == "test":
        reviews += ", which played no part in training or in any choice"
    return f"{' against '.join(counts)}, evaluated on {reviews}."


def _uncertainty(a: Side, b: Side, accuracy: Difference, *, paired: bool) -> list[str]:
    if accuracy.seed_share is not None:
        share = round(100 * accuracy.seed_share)
        pairing = " Runs of the same seed are compared pairwise." if paired else ""
        return [
            f"Of the uncertainty, {share}{NO_BREAK}% comes from the choice of seeds and "
            f"{100 - share}{NO_BREAK}% from the choice of reviews.{pairing}"
        ]
    short = [side for side in (a, b) if not side.enough]
    if not short:
        return []
    needs = format.listing([_needed(side) for side in short])
    return [
        "The interval covers only the choice of reviews. To compare the settings, train at least "
        f"{needs}."
    ]


def _training_reviews(
    a: Side, b: Side, accuracy: Difference, over_splits: SplitDifference | None
) -> list[str]:
    """Say what the choice of training reviews adds, over splits, or that it is not counted."""
    if over_splits is not None:
        return [splits.sentence(a.name, b.name, over_splits)]
    counted = accuracy.seed_share is not None or (a.deterministic and b.deterministic)
    return ["The choice of training reviews is not counted."] if counted else []


def _needed(side: Side) -> str:
    if side.left_out.unfinished:
        return f"{side.min_seeds} seeds of {side.name} to the end"
    if side.seeds < side.min_seeds:
        return f"{side.min_seeds} seeds of {side.name}"
    return f"{MIN_SEEDS} seeds of {side.name} that learn"


def _possible_failures(a: Side, b: Side) -> list[str]:
    """Say which failure rates are possible, of both sides at once where they are the same."""
    sides = [side for side in (a, b) if not side.deterministic and side.enough]
    if len(sides) == 2 and a.failures == b.failures:
        return [_possible_rates(a.failures, "")]
    several = len(sides) == 2
    return [_possible_rates(side.failures, side.name if several else "") for side in sides]


def _possible_rates(rate: FailureRate, name: str) -> str:
    of = f" of {name}" if name else ""
    if not rate.failed:
        return (
            f"None of {rate.seeds} seeds{of} failed, which leaves failure rates of up to "
            f"{_percent(rate.high)} possible."
        )
    return (
        f"{rate.failed} of {rate.seeds} seeds{of} failed: a failure rate between "
        f"{_percent(rate.low)} and {_percent(rate.high)} (95{NO_BREAK}% interval)."
    )


def _corrected(a: Side, b: Side, accuracy: Difference, *, p: float, models: int) -> str:
    reasons = []
    if models > 2:
        reasons.append(f"comparing {models} models at once")
    if accuracy.seed_share is not None:
        reasons.append("adding seeds after a look at the result")
    if not reasons:
        return f"{format.p_value(p)}."
    alone = format.p_value(accuracy.p)
    text = (
        f"{format.p_value(p)}, corrected for {' and for '.join(reasons)} ({alone} uncorrected); "
        "the interval likewise."
    )
    seeds = min((side.seeds for side in (a, b) if not side.deterministic), default=0)
    if accuracy.seed_share is not None and seeds not in significance.LOOKS:
        look = significance.next_look(seeds)
        if look:
            text += f" The next planned look, which is less strict, is at {look} seeds."
    return text


def _left_out(side: Side, *, on_other_splits: bool) -> list[str]:
    """Name the runs that do not count, and those that were cut off."""
    left_out, sentences = side.left_out, []
    if left_out.repeats:
        sentences.append(
            f"{format.plural(left_out.repeats, 'run')} left out: same settings and seed as another."
        )
    if left_out.other_splits and on_other_splits:
        sentences.append(
            f"{format.plural(left_out.other_splits, 'run')} of {side.name} left out: trained on "
            "another split of the reviews."
        )
    if left_out.stopped:
        sentences.append(
            f"{format.plural(left_out.stopped, 'run')} of {side.name} left out: stopped before it "
            "ended."
            if left_out.stopped == 1
            else f"{left_out.stopped} runs of {side.name} left out: stopped before they ended."
        )
    if left_out.not_chosen:
        total = side.seeds + left_out.not_chosen
        sentences.append(
            f"{side.seeds} of {total} trained seeds of {side.name} "
            f"{'is' if side.seeds == 1 else 'are'} chosen, which can favor it."
        )
    if left_out.improving:
        sentences.append(
            f"{left_out.improving} of {format.plural(side.seeds, 'run')} of {side.name} "
            f"{'was' if left_out.improving == 1 else 'were'} still improving at the last epoch."
        )
    return sentences


def _interval(difference: Difference) -> str:
    low, high = 100 * difference.low, 100 * difference.high
    return f"(95{NO_BREAK}% interval {low:+.1f} to {high:+.1f} points)"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{NO_BREAK}%"


def _share(rate: FailureRate) -> float:
    return rate.failed / rate.seeds


def _excludes_0(difference: Difference) -> bool:
    return difference.low > 0 or difference.high < 0
