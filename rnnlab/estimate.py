"""What a run will cost before it starts: memory, and seconds per epoch. Imports no keras.

The constants are fits to real training on one 2-core machine (AMD EPYC with AVX2, keras 3.15,
TensorFlow 2.21, XLA).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rnnlab import format
from rnnlab.cells import RecurrentLayers
from rnnlab.config import RunConfig, preset, required
from rnnlab.datasets.own.record import PartCounts
from rnnlab.errors import NotEnoughMemory
from rnnlab.params import FLOAT_BYTES, input_bytes, parameters

BUILT_IN = PartCounts(20_000, 5_000)
Parts = Mapping[str, PartCounts]  # of datasets of one's own, by id; all others have 25,000 reviews
NO_PARTS: Parts = MappingProxyType({})
# A training step is a forward pass and a backward one, which takes about two of the first.
PASSES_OF_STEP = 3
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
LOWER = ("batch_size", "maxlen", "units", "vocab_size")  # lower values of these save memory


class Estimate(NamedTuple):
    """What training will take, and what that rests on, in words for the page."""

    memory_bytes: int
    seconds_per_epoch: float
    rests_on: str


def estimate(
    config: RunConfig,
    measured: Sequence[tuple[RunConfig, float]] = (),
    parts: Parts = NO_PARTS,
) -> Estimate:
    """Estimate the cost of training a config.

    measured: the configs of earlier runs on this machine with their seconds per epoch. Of those
    of the same architecture, the closest in `work` is scaled by it.
    """
    alike = [(other, seconds) for other, seconds in measured if other.arch == config.arch]
    if not alike:
        rests_on = "a guess: nothing has been measured on this machine yet"
        return Estimate(memory_bytes(config, parts), guess_seconds(config, parts), rests_on)
    target = work(config, parts)
    other, seconds = min(alike, key=lambda pair: abs(math.log(work(pair[0], parts) / target)))
    rests_on = f"{format.plural(len(alike), f'earlier {config.arch} run')} on this machine"
    scaled = seconds * target / work(other, parts)
    return Estimate(memory_bytes(config, parts), scaled, rests_on)


def check_fits(config: RunConfig, available: int, parts: Parts = NO_PARTS) -> None:
    """Raise NotEnoughMemory where training needs more than the `available` bytes."""
    needed = memory_bytes(config, parts)
    if needed > available:
        values = {name: getattr(config, name) for name in LOWER}
        *others, last = [f"{name} ({value:,})" for name, value in values.items() if value]
        raise NotEnoughMemory(
            f"training needs about {format.size(needed)} of memory, but only "
            f"{format.size(available)} is available: lower {', '.join(others)} or {last}"
        )


def guess_seconds(config: RunConfig, parts: Parts = NO_PARTS) -> float:
    """Guess the seconds per epoch on a 2-core machine, from its preset's and `work`."""
    return PRESET_SECONDS[config.arch] * work(config, parts) / work(preset(config.arch))


def steps_per_epoch(config: RunConfig, train_reviews: int = BUILT_IN.train) -> int:
    """Return the number of optimizer steps in one epoch; the last batch may be smaller."""
    return math.ceil(train_reviews / required(config.batch_size))


def work(config: RunConfig, parts: Parts = NO_PARTS) -> float:
    """Return the work of one epoch: its seconds on the machine measured.

    Compare two configs by their ratio. Of 41 recurrent settings (vocabularies to 50,000, maxlen
    50–1,000, units 8–512, 1–3 layers, one and two directions, batches of 1–1,024; medians of two
    or three runs of `benchmarks.growth`), 37 are within 30 % of this, the farthest 1.7 times off.
    """
    counts = reviews_of(config, parts)
    passes = counts.train + counts.validation / PASSES_OF_STEP
    share = passes / (BUILT_IN.train + BUILT_IN.validation / PASSES_OF_STEP)
    return share * _WORK[config.architecture.kind](config)


def reviews_of(config: RunConfig, parts: Parts = NO_PARTS) -> PartCounts:
    """Return about how many reviews train, validate and test a run of this config.

    A test set takes half of the validation reviews where the dataset gives no test part.
    """
    counts = parts.get(config.dataset, BUILT_IN)
    if counts.test or not config.test_set:
        return counts
    tested = math.ceil(counts.validation / 2)
    return PartCounts(counts.train, counts.validation - tested, tested)


def _linear_work(config: RunConfig) -> float:
    # Reading the window, and fitting to the words in it, of which a review has 230 on average.
    return 0.1 + 0.6e-3 * config.maxlen + 4e-3 * min(config.maxlen, 230)


def _average_work(config: RunConfig) -> float:
    microseconds = (
        150
        + 9e-3 * required(config.batch_size) * config.maxlen * required(config.embedding_dim)
        + 420e-6 * (1 + SLOTS[required(config.optimizer)]) * parameters(config)
    )
    return steps_per_epoch(config) * microseconds * 1e-6


def _recurrent_work(config: RunConfig) -> float:
    stack, embeds = RecurrentLayers.of(config), config.architecture.embeds
    batch_size, directions = required(config.batch_size), stack.directions
    positions = batch_size * config.maxlen
    products = drawn = 0
    for size in stack.input_sizes:
        products += stack.units * ((size or 0) + stack.units)
        drawn += config.vocab_size if size is None else size
    if not stack.dropout:
        drawn = 0
    gates = positions * directions * stack.layers * stack.cell.gates * stack.units
    # What the loops keep outgrows the processor's caches bit by bit, from 1.5 to 15 MB.
    spilt = min(1.0, max(0.0, math.log10(FLOAT_BYTES * gates / 1.5e6)))
    touched = parameters(config) * (1 + SLOTS[required(config.optimizer)])
    microseconds = (
        730
        + 8e-3 * positions * (stack.embedding_dim or 0)
        + 10e-3 * gates
        # Word ids alone need no gradient of what the layer reads.
        + (14e-3 if embeds else 4.3e-3) * spilt * gates
        + 60e-6 * positions * directions * stack.cell.gates * products
        # A call for every operation of a step in time, whatever its size.
        + 18 * (0 if stack.inlined else config.maxlen * directions * stack.layers)
        # An optimizer step takes an embedding's gradient word by word.
        + (3.8e-3 if embeds else 1.1e-3) * touched
        # Dropout of one-hot words draws a number for each word of the vocabulary.
        + 7e-5 * batch_size * directions * drawn
    )
    return steps_per_epoch(config) * microseconds * 1e-6


def memory_bytes(config: RunConfig, parts: Parts = NO_PARTS) -> int:
    """Return the peak memory of a worker's child that trains a config.

    Of 43 settings that were measured, 0.6–3.6 GB, all are within 15 % of this; a first run, which
    compiles its network anew, may take 0.1 GB more.
    """
    counts = reviews_of(config, parts)
    reviews = 2 * input_bytes(config, reviews=counts.train + counts.validation)
    return _MEMORY[config.architecture.kind](config) + reviews


def _linear_memory(config: RunConfig) -> int:
    return LINEAR_BYTES + 10 * FLOAT_BYTES * parameters(config)


def _average_memory(config: RunConfig) -> int:
    return _network_memory(config, compiling=LOOP_BYTES, activations=_embedded(config))


def _recurrent_memory(config: RunConfig) -> int:
    stack = RecurrentLayers.of(config)
    loops = stack.directions * stack.layers
    compiling = LOOP_BYTES * (loops - 1)
    compiling += EMBEDDING_BYTES if config.architecture.embeds else 0
    positions = required(config.batch_size) * config.maxlen
    activations = _embedded(config) + KEPT[stack.name] * positions * stack.units * loops
    if not stack.on_lab_loops:
        compiling += KERAS_LOOP_BYTES
        for size in stack.input_sizes:
            # TensorFlow's gradient of a loop keeps the loop's weights once for every time step.
            weights = stack.width * ((size or 0) + stack.units)
            activations += config.maxlen * stack.directions * weights
    return _network_memory(config, compiling=compiling, activations=activations)


def _network_memory(config: RunConfig, *, compiling: int, activations: int) -> int:
    # Weights, gradients and slots, and at an epoch's end the checkpoint, several times over: as
    # arrays, as the bytes of a file, and on its way into the store.
    copies = 8 + 6 * SLOTS[required(config.optimizer)]
    return BASE_BYTES + compiling + FLOAT_BYTES * (activations + copies * parameters(config))


def _embedded(config: RunConfig) -> int:
    """Return how many numbers a batch of word vectors and its gradient have."""
    return 2 * required(config.batch_size) * config.maxlen * (config.embedding_dim or 0)


_WORK: dict[str, Callable[[RunConfig], float]] = {
    "recurrent": _recurrent_work,
    "average": _average_work,
    "linear": _linear_work,
}
_MEMORY: dict[str, Callable[[RunConfig], int]] = {
    "recurrent": _recurrent_memory,
    "average": _average_memory,
    "linear": _linear_memory,
}
