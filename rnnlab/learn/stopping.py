"""Early stopping replayed on the validation losses of a run."""

from collections.abc import Sequence
from typing import NamedTuple


class Stopping(NamedTuple):
    """Where early stopping ends a training, and which weights the checkpoint holds then.

    Epochs count from 1. `stopped` is None where the losses end before it would stop.
    """

    stopped: int | None
    best: int
    best_loss: float


def replay(losses: Sequence[float], patience: int) -> Stopping:
    """Replay the rule of keras/src/callbacks/early_stopping.py: losses of at least one epoch.

    Training ends once the loss has not been lower than its lowest for `patience` epochs; 0 counts
    as 1, as in Keras.
    """
    best, best_loss = 1, losses[0]
    for epoch, loss in enumerate(losses[1:], start=2):
        if loss < best_loss:
            best, best_loss = epoch, loss
        elif epoch - best >= max(patience, 1):
            return Stopping(epoch, best, best_loss)
    return Stopping(None, best, best_loss)
