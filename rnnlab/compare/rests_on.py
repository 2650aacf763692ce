"""What a verdict rests on, in sentences: seeds, reviews, corrections, and runs that are left out.

Owns the words. Decides nothing: see `rnnlab.compare.verdict`.
"""

import numpy as np

from rnnlab import format
from rnnlab.compare import significance, splits
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import group_id
from rnnlab.compare.side import MIN_SEEDS, Side
from rnnlab.compare.splits import SplitDifference
from rnnlab.compare.statistics import Difference
from rnnlab.format import NO_BREAK

PART_NOUNS = {"validation": "validation review", "test": "test review", "other": "review"}


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
            f"{format.whole_percent(rate.high)} possible."
        )
    low, high = format.whole_percent(rate.low), format.whole_percent(rate.high)
    return (
        f"{rate.failed} of {rate.seeds} seeds{of} failed: a failure rate between {low} and {high} "
        f"(95{NO_BREAK}% interval)."
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
    if left_out.other_versions:
        sentences.append(
            f"{format.plural(left_out.other_versions, 'run')} of {side.name} left out: trained "
            "with another version of rnnlab or TensorFlow."
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
