"""What the balance of positive and negative reviews means for accuracies, in sentences."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.compare.failures import constant_accuracy
from rnnlab.evaluation.predictions import Predictions
from rnnlab.evaluation.seeds import mean_and_sd

BALANCED = (0.4, 0.6)  # shares of positive reviews at which a constant answer scores little
ONE_SIDED = 0.95  # share of one answer from which it is nearly all
RANKS_WELL = 0.7  # AUC


class ConstantAnswer(NamedTuple):
    """The one answer that fits most of the reviews, and its accuracy."""

    positive: bool
    accuracy: float

    @property
    def name(self) -> str:
        """What tables call it: "Always “positive”"."""
        return f"Always “{'positive' if self.positive else 'negative'}”"


def constant_answer(labels: np.ndarray) -> ConstantAnswer:
    """Return the answer that fits most of the labels; positive where both fit as many."""
    return ConstantAnswer(bool(np.mean(labels == 1) >= 0.5), constant_accuracy(labels))


def called_positive(runs: Sequence[Predictions]) -> float:
    """Return the share of the reviews that runs call positive, a mean over the runs."""
    return float(np.mean([np.mean(run.probabilities > 0.5) for run in runs]))


def remarks(predictions: Mapping[str, Sequence[Predictions]]) -> list[str]:
    """Say what the constant answer scores, who scores no more, and who nearly always gives one.

    `predictions` are those of each model's seeds, by its name; all for the same reviews. Empty for
    balanced reviews and models that give both answers.
    """
    labels = next(iter(predictions.values()))[0].labels
    share = float(np.mean(labels == 1))
    answer = "positive" if share >= 0.5 else "negative"
    if share in (0, 1):
        return [
            f"All {format.plural(len(labels), f'{answer} review')}: accuracy here only counts how "
            f"often a model answers “{answer}”."
        ]
    sentences = []
    if not BALANCED[0] <= share <= BALANCED[1]:
        constant = constant_accuracy(labels)
        sentences.append(
            f"{format.percent(share)} of these reviews are positive: always answering “{answer}” "
            f"scores {format.percent(constant)}."
        )
        accuracies = {
            name: np.mean([np.mean(run.correct) for run in runs])
            for name, runs in predictions.items()
        }
        if lower := [name for name, accuracy in accuracies.items() if accuracy <= constant]:
            verb = "scores" if len(lower) == 1 else "score"
            sentences.append(f"{format.listing(lower)} {verb} no more than that.")
    return [*sentences, *_one_sided(predictions)]


def _one_sided(predictions: Mapping[str, Sequence[Predictions]]) -> list[str]:
    sentences = []
    for name, runs in predictions.items():
        called = called_positive(runs)
        answer, share = ("positive", called) if called >= 0.5 else ("negative", 1 - called)
        actual = np.mean(runs[0].labels == (answer == "positive"))
        if share < ONE_SIDED or share - actual <= 1 - ONE_SIDED:
            continue
        auc = mean_and_sd([run.metrics.roc_auc for run in runs]).mean
        said = f"{name} calls {format.percent(share)} of them {answer}"
        if auc and auc >= RANKS_WELL:
            said += (
                f", though it ranks them well (AUC {auc:.2f}): another decision threshold may "
                "suit these reviews"
            )
        sentences.append(f"{said}.")
    return sentences
