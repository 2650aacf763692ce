"""How well a run does on the test reviews that were held back from its training.

They chose nothing, so the figures are not optimistic, as long as nobody chooses by them.
"""

from typing import NamedTuple

from rnnlab import format
from rnnlab.datasets import Dataset
from rnnlab.evaluation.predictions import load_predictions
from rnnlab.runs import Run
from rnnlab.store import RunStore


class HeldBack(NamedTuple):
    """The accuracy and the loss on that many test reviews."""

    reviews: int
    accuracy: float
    loss: float

    @property
    def sentence(self) -> str:
        """Both figures in words."""
        return (
            f"On {format.plural(self.reviews, 'test review')} held back from training: accuracy "
            f"{format.percent(self.accuracy)}, loss {format.loss(self.loss)}."
        )


def evaluate(store: RunStore, run: Run, dataset: Dataset) -> HeldBack | None:
    """Evaluate a trained run on its test reviews; None where it has none. Read-only.

    Raises DataError for another dataset, StoreError or DamagedRun where its files are damaged.
    """
    if not (run.is_trained and run.has_test_reviews):
        return None
    predictions = load_predictions(store, run, dataset, "test")
    metrics = predictions.metrics
    return HeldBack(len(predictions.labels), metrics.accuracy, metrics.log_loss)
