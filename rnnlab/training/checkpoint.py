"""Checkpoint: what training needs to continue after an epoch, as the store keeps it."""

from dataclasses import dataclass

import keras
import numpy as np

from rnnlab import models
from rnnlab.arrays import npz_arrays, npz_bytes


@dataclass(frozen=True)
class Checkpoint:
    """The weights and the optimizer state after an epoch, by name."""

    weights: dict[str, np.ndarray]
    optimizer: dict[str, np.ndarray]

    @classmethod
    def of(cls, model: keras.Model) -> "Checkpoint":
        """Return the current state of a compiled model."""
        return cls(models.weights_of(model), models.optimizer_state(model))

    def restore(self, model: keras.Model) -> None:
        """Put this state into a compiled model. Raises StoreError where it does not fit."""
        models.set_weights(model, self.weights)
        models.set_optimizer_state(model, self.optimizer)

    def to_bytes(self) -> bytes:
        """Return an uncompressed .npz with the keys "weights/…" and "optimizer/…"."""
        return npz_bytes(
            {f"weights/{path}": array for path, array in self.weights.items()}
            | {f"optimizer/{path}": array for path, array in self.optimizer.items()}
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> "Checkpoint":
        """Return the checkpoint that `to_bytes` wrote."""
        parts: dict[str, dict[str, np.ndarray]] = {"weights": {}, "optimizer": {}}
        for key, array in npz_arrays(content).items():
            part, path = key.split("/", 1)
            parts[part][path] = array
        return cls(**parts)
