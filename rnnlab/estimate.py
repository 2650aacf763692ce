"""What a run will cost before it starts: memory, and seconds per epoch. Imports no keras.

The constants are fits to real training on one 2-core machine (AMD EPYC with AVX2, keras 3.15,
TensorFlow 2.21, XLA).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.config import RunConfig, preset
from rnnlab.errors import NotEnoughMemory
from rnnlab.params import CELLS, FLOAT_BYTES, input_bytes, parameters

# Seconds of one epoch of each preset, its validation included, on the machine above.
PRESET_SECONDS = {
    "onehot-rnn": 0.38,
    "embedding-rnn": 0.50,
    "lstm": 0.89,
    "gru": 0.97,
    "feedforward": 0.3,
    "tfidf-logreg": 1.6,
}
SLOTS = {"sgd": 0, "rmsprop": 1, "adam": 2}  # arrays of the optimizer, for each weight
# Arrays of (batch, maxlen, units) float32 that a layer keeps for its gradient.
KEPT = {"simple_rnn": 2, "lstm": 9, "gru": 11}
BASE_BYTES = 545_000_000  # of a warm worker's child: keras, TensorFlow, a small network
# What compiling takes more: a recurrent network on an embedding, keras's own loops, each further
# layer or direction.
EMBEDDING_BYTES, KERAS_LOOP_BYTES, LOOP_BYTES = 120_000_000, 60_000_000, 38_000_000
LINEAR_BYTES = 460_000_000  # scikit-learn beside the keras that a warm worker has imported
# The widest cell, gates * units, that trains faster on the lab's own loops; at twice that keras's
# products take as long, and beyond the lab's larger arrays cost more than its fewer calls save.
LOOPED = 64
# With up to so many units, each loop over time becomes one function instead of a call for every
# operation of every turn: a quarter to a third faster. XLA multiplies number by number in such a
# function, so that from 16 units on it is slower.
INLINED_UNITS = 12
LOWER = ("batch_size", "maxlen", "units", "vocab_size")  # what memory is saved by


class Estimate(NamedTuple):
    """What training will take, and what that figure rests on, in words for the page."""

    memory_bytes: int
    seconds_per_epoch: float
    rests_on: str


def estimate(config: RunConfig, measured: Sequence[tuple[RunConfig, float]] = ()) -> Estimate:
    """The cost of training a config.

    measured: the configs of earlier runs on this machine with their seconds per epoch. Those of
    the same architecture are scaled by `work`, the closest one counting.
    """
    alike = [(other, seconds) for other, seconds in measured if other.arch == config.arch]
    if not alike:
        rests_on = "a guess: nothing measured on this machine yet"
        return Estimate(memory_bytes(config), guess_seconds(config), rests_on)
    target = work(config)
    other, seconds = min(alike, key=lambda pair: abs(math.log(work(pair[0]) / target)))
    rests_on = f"{len(alike)} earlier {config.arch} run{'s' if len(alike) > 1 else ''} here"
    return Estimate(memory_bytes(config), seconds * target / work(other), rests_on)


def check_fits(config: RunConfig, available: int) -> None:
    """Raises NotEnoughMemory where training needs more than the `available` bytes."""
    needed = memory_bytes(config)
    if needed > available:
        values = {name: getattr(config, name) for name in LOWER}
        *others, last = [f"{name} ({value:,})" for name, value in values.items() if value]
        raise NotEnoughMemory(
            f"training this needs about {needed / 1e9:,.1f} GB of memory, and there is "
            f"{available / 1e9:,.1f} GB: lower {', '.join(others)} or {last}"
        )


def guess_seconds(config: RunConfig) -> float:
    """A guess of the seconds per epoch on a 2-core machine, from its preset's and `work`."""
    return PRESET_SECONDS[config.arch] * work(config) / work(preset(config.arch))


def looped(config: RunConfig) -> bool:
    """Whether a recurrent network trains on the lab's own loops (`rnnlab.models.loops`)."""
    return CELLS[config.architecture.cell].gates * config.units <= LOOPED


def inlined(config: RunConfig) -> bool:
    """Whether XLA compiles each loop of a recurrent network into one function."""
    return config.units <= INLINED_UNITS


def steps_per_epoch(config: RunConfig, train_reviews: int = 20_000) -> int:
    """Optimizer steps in one epoch; the last batch may be smaller."""
    return math.ceil(train_reviews / config.batch_size)


def steps_per_execution(config: RunConfig) -> int:
    """How many steps run in one call of the compiled function: 1–32.

    By `guess_seconds`, a call lasts at most a quarter of a second where a step does not last
    longer: keras calls back only between calls, and a stop must be obeyed and progress seen.
    """
    steps = steps_per_epoch(config)
    return max(1, min(32, steps, int(0.25 * steps / guess_seconds(config))))


def work(config: RunConfig) -> float:
    """The work of one epoch of 20,000 reviews: its seconds on the machine that was measured.

    Compare two configs by their ratio. Of 41 recurrent settings (vocabularies to 50,000, maxlen
    50–1,000, units 8–512, 1–3 layers, one and two directions, batches of 1–1,024; medians of two
    or three runs of `benchmarks.growth`), 37 are within 30 % of this, the farthest 1.7 times off.
    """
    if config.architecture.kind == "recurrent":
        return _recurrent_work(config)
    if config.architecture.kind == "linear":
        # Reading the window, and fitting to the words in it, of which a review has 230 on average.
        return 0.1 + 0.6e-3 * config.maxlen + 4e-3 * min(config.maxlen, 230)
    microseconds = (
        150
        + 9e-3 * config.batch_size * config.maxlen * config.embedding_dim
        + 420e-6 * (1 + SLOTS[config.optimizer]) * parameters(config)
    )
    return steps_per_epoch(config) * microseconds * 1e-6


def _recurrent_work(config: RunConfig) -> float:
    arch, cell = config.architecture, CELLS[config.architecture.cell]
    positions = config.batch_size * config.maxlen
    products = drawn = 0
    for inputs in _inputs(config):
        products += config.units * ((inputs or 0) + config.units)
        drawn += config.vocab_size if inputs is None else inputs
    if not config.dropout:
        drawn = 0
    gates = positions * _directions(config) * config.layers * cell.gates * config.units
    # What the loops keep leaves the processor's caches bit by bit, from 1.5 to 15 MB.
    spilt = min(1.0, max(0.0, math.log10(FLOAT_BYTES * gates / 1.5e6)))
    touched = parameters(config) * (1 + SLOTS[config.optimizer])
    microseconds = (
        730
        + 8e-3 * positions * (config.embedding_dim or 0)
        + 10e-3 * gates
        # Word ids alone need no gradient of what the layer reads.
        + (14e-3 if arch.embeds else 4.3e-3) * spilt * gates
        + 60e-6 * positions * _directions(config) * cell.gates * products
        # A call for every operation of a turn, whatever its size.
        + 18 * (0 if inlined(config) else config.maxlen * _directions(config) * config.layers)
        # A step takes an embedding's gradient word by word.
        + (3.8e-3 if arch.embeds else 1.1e-3) * touched
        # Dropout of one-hot words draws a number for each word of the vocabulary.
        + 7e-5 * config.batch_size * _directions(config) * drawn
    )
    return steps_per_epoch(config) * microseconds * 1e-6


def memory_bytes(config: RunConfig) -> int:
    """The peak memory of a worker's child that trains a config.

    Of 43 settings that were measured, 0.6–3.6 GB, all are within 15 % of this; a first run, which
    compiles its network anew, may take 0.1 GB more.
    """
    fed = input_bytes(config, reviews=25_000)
    if config.architecture.kind == "linear":
        return LINEAR_BYTES + 2 * fed + 10 * FLOAT_BYTES * parameters(config)
    positions = config.batch_size * config.maxlen
    kept = 2 * positions * (config.embedding_dim or 0)
    compiling = LOOP_BYTES
    if config.architecture.kind == "recurrent":
        cell = CELLS[config.architecture.cell]
        loops = _directions(config) * config.layers
        compiling = LOOP_BYTES * (loops - 1)
        compiling += EMBEDDING_BYTES if config.architecture.embeds else 0
        kept += KEPT[config.architecture.cell] * positions * config.units * loops
        if not looped(config):
            compiling += KERAS_LOOP_BYTES
            for inputs in _inputs(config):
                # TensorFlow's gradient of a loop keeps the loop's weights once for every turn.
                weights = cell.gates * config.units * ((inputs or 0) + config.units)
                kept += config.maxlen * _directions(config) * weights
    # Weights, gradients and slots, and at an epoch's end the checkpoint, several times over: as
    # arrays, as the bytes of a file, and on its way into the store.
    copies = 8 + 6 * SLOTS[config.optimizer]
    return BASE_BYTES + compiling + FLOAT_BYTES * (kept + copies * parameters(config)) + 2 * fed


def _directions(config: RunConfig) -> int:
    return 2 if config.bidirectional else 1


def _inputs(config: RunConfig) -> list[int | None]:
    """The width of what each recurrent layer reads; None for word ids, which it looks up."""
    between = [_directions(config) * config.units] * (config.layers - 1)
    return [config.embedding_dim, *between]
