"""How a config is executed: threads, steps in one call, size of the validation batches.

Owns what shapes a run's speed beside its config; every worker uses the same values, as results
depend on some of them. Imports no keras.
"""

from rnnlab.cells import RecurrentLayers
from rnnlab.config import RunConfig
from rnnlab.estimate import guess_seconds, steps_per_epoch

# Keras's wider cells draw dropout masks during evaluation too, but every epoch is seeded anew, so
# this size changes no result. It divides the 5,000 validation reviews, and the 2,500 beside a test
# set: XLA compiles one shape only.
VALIDATION_BATCH = 250
# A worker takes one thread, so that two side by side keep full speed each, and a second where a
# cell (gates * units) is so wide that its products fill it: at 1,024 a step takes 0.6 of the time.
TWO_THREADS_WIDTH = 512
MAX_CALL_S = 0.25
MAX_STEPS = 32


def threads(config: RunConfig) -> int:
    """Return how many threads train a config; the same on every machine, as its results are."""
    if config.architecture.cell is None:
        return 1
    return 2 if RecurrentLayers.of(config).width >= TWO_THREADS_WIDTH else 1


def steps_per_execution(config: RunConfig) -> int:
    """Return how many steps run in one call of the compiled function: 1–32.

    By `guess_seconds`, a call lasts at most a quarter of a second where a step does not last
    longer: keras calls back only between calls, and a stop must be obeyed and progress seen.
    """
    steps = steps_per_epoch(config)
    return max(1, min(MAX_STEPS, steps, int(MAX_CALL_S * steps / guess_seconds(config))))
