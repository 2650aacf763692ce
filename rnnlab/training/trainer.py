"""Trainer: what a worker asks of whatever trains a config. Imports neither keras nor scikit-learn.

`trainer_of` imports what a config needs: `rnnlab.training.fit`, and with it keras, for a network;
`rnnlab.training.linear`, and with it scikit-learn, for the linear baseline.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from rnnlab.arrays import Reviews
from rnnlab.config import RunConfig
from rnnlab.runs import Epoch
from rnnlab.store.attempt import Attempt


class Trainer(Protocol):
    """A module that trains configs."""

    @property
    def PACKAGES(self) -> tuple[str, ...]:
        """The packages whose versions shape a result."""

    def manifest(self, config: RunConfig) -> dict[str, Any]:
        """Return what shapes the training beside the config and the reviews."""

    def configure(self, config: RunConfig) -> None:
        """Set up this process for a config, before anything else is done in it."""

    def warm_up(
        self,
        config: RunConfig,
        train: Reviews,
        validation: Reviews,
        *,
        urgent: Callable[[], bool],
    ) -> Any:
        """Return a model that is ready to train, for `fit`, if that saves time later.

        Does less once `urgent`.
        """

    def fit(
        self,
        config: RunConfig,
        train: Reviews,
        validation: Reviews,
        attempt: Attempt,
        *,
        model: Any,
        history: Sequence[Epoch],
        checkpoint: bytes | None,
        paused: Callable[[], bool],
        peak_memory_mb: Callable[[], float | None],
    ) -> bool:
        """Train and record it; return whether training came to its end.

        Continues after the `history` of an earlier attempt, from its `checkpoint`. `model` is
        what `warm_up` returned, or None. Stops early on request and once `paused`.
        """


def trainer_of(config: RunConfig) -> Trainer:
    """Return what trains a config; imports it."""
    if config.architecture.is_network:
        from rnnlab.training import fit

        return fit
    from rnnlab.training import linear

    return linear
