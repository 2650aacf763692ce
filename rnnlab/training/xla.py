"""How TensorFlow and XLA run a config: threads, compiler flags, and names that XLA's cache matches.

Owns every use of TensorFlow's internals.
"""

import os

import keras
import tensorflow as tf
from tensorflow.python.framework import ops

from rnnlab.cells import RecurrentLayers
from rnnlab.config import RunConfig
from rnnlab.execution import threads

# A loop's operations one after another instead of handed from thread to thread, and the widest
# vectors: together a quarter faster, and half as scattered. Neither changes a result.
XLA_FLAGS = (
    "--xla_cpu_enable_concurrency_optimized_scheduler=false --xla_cpu_prefer_vector_width=512"
)
# Each loop of a small cell as one function, see `RecurrentLayers.inlined`.
INLINED = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
ROUND = 16_384  # above what is numbered before a first step, and from there to evaluation


def xla_flags(config: RunConfig) -> str:
    """Return the flags that XLA compiles a config's training with."""
    inlined = config.architecture.cell is not None and RecurrentLayers.of(config).inlined
    return f"{XLA_FLAGS} {INLINED}" if inlined else XLA_FLAGS


def configure(config: RunConfig) -> None:
    """Set TensorFlow's threads and XLA's flags for a config; flags of the environment win.

    Must come before TensorFlow's first operation in a process.
    """
    os.environ.setdefault("XLA_FLAGS", xla_flags(config))
    tf.config.threading.set_intra_op_parallelism_threads(threads(config))
    tf.config.threading.set_inter_op_parallelism_threads(1)


class RoundNumbers(keras.callbacks.Callback):
    """Makes TensorFlow number what it traces from 16,384 for training, from 32,768 for evaluation.

    Otherwise its numbers depend on what ran before, and XLA finds stored code by those numbers: a
    resumed run, or a model that was warmed up, would be compiled anew. Costs some ms. Must come
    after all callbacks that use TensorFlow when an epoch begins.
    """

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Fix the numbers of what training traces."""
        _number_from(ROUND)

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Fix the numbers of what evaluation traces."""
        _number_from(2 * ROUND)


def _number_from(number: int) -> None:
    """Use up all numbers below `number`."""
    while ops.uid() < number:
        pass
