"""What a run will cost before it starts, in closed form. Imports no keras."""

import math

from rnnlab.config import RunConfig


def steps_per_epoch(config: RunConfig, train_reviews: int = 20_000) -> int:
    """Optimizer steps in one epoch; the last batch may be smaller."""
    return math.ceil(train_reviews / config.batch_size)


def steps_per_execution(config: RunConfig) -> int:
    """How many steps run in one call of the compiled training function."""
    return min(32, steps_per_epoch(config))
