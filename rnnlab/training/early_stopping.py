"""Early stopping that remembers the epochs of an earlier attempt."""

from collections.abc import Sequence

import keras
import numpy as np

from rnnlab.runs import Epoch


def early_stopped(history: Sequence[Epoch], patience: int) -> bool:
    """Return whether early stopping ends training after this history.

    It may have decided so before, if a worker died between its last epoch and ending the run.
    """
    losses = [epoch.val_loss for epoch in history]
    return len(losses) > 1 and len(losses) - 1 - int(np.argmin(losses)) >= max(patience, 1)


class EarlyStopping(keras.callbacks.EarlyStopping):
    """Keras's early stopping on the validation loss, aware of an earlier attempt's epochs.

    The best weights are in the store, so it keeps none.
    """

    def __init__(self, patience: int, history: Sequence[Epoch]) -> None:
        super().__init__(monitor="val_loss", mode="min", patience=patience)
        self._history = history

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start from the epochs of the earlier attempt."""
        super().on_train_begin(logs)
        for epoch in self._history:
            self.on_epoch_end(epoch.epoch - 1, {"val_loss": epoch.val_loss})
