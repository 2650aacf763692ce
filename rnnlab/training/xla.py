"""How TensorFlow and XLA run a config: threads, compiler flags, and names that XLA's cache matches.

Owns all that the lab asks of TensorFlow beneath its public interface.
"""

import os

import keras
import tensorflow as tf
from tensorflow.python.framework import ops

from rnnlab.config import RunConfig
from rnnlab.estimate import inlined
from rnnlab.params import CELLS

# A worker takes one thread, so that two side by side keep full speed each, and a second where a
# cell (gates * units) is so wide that its products fill it: at 1,024 a step takes 0.6 of the time.
WIDE = 512
# A loop's operations one after another instead of handed from thread to thread, and the widest
# vectors: together a quarter faster, and half as scattered. Neither changes a result.
XLA_FLAGS = (
    "--xla_cpu_enable_concurrency_optimized_scheduler=false --xla_cpu_prefer_vector_width=512"
)
# Each loop of a small cell as one function, see `rnnlab.estimate.inlined`.
INLINED = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
ROUND = 16_384  # above what is numbered before a first step, and from there to evaluation


def threads(config: RunConfig) -> int:
    """How many threads train a config; the same on every machine, as its results are."""
    arch = config.architecture
    return 2 if arch.cell and CELLS[arch.cell].gates * config.units >= WIDE else 1


def xla_flags(config: RunConfig) -> str:
    """The flags that XLA compiles a config's training with."""
    one_function = config.architecture.cell and inlined(config)
    return f"{XLA_FLAGS} {INLINED}" if one_function else XLA_FLAGS


def configure(config: RunConfig) -> None:
    """Give TensorFlow the threads for a config and XLA its flags, the environment's first.

    Must come before its first operation in a process.
    """
    os.environ.setdefault("XLA_FLAGS", xla_flags(config))
    tf.config.threading.set_intra_op_parallelism_threads(threads(config))
    tf.config.threading.set_inter_op_parallelism_threads(1)


class RoundNumbers(keras.callbacks.Callback):
    """Has TensorFlow number what it traces from 16,384 for training, from 32,768 for evaluation.

    It numbers on whatever came before, and XLA finds the code that it stored by those numbers: a
    resumed run, or a model made ready, would have to be compiled anew. Costs some ms. To come
    after all callbacks that use TensorFlow when an epoch begins.
    """

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        _number_from(ROUND)

    def on_test_begin(self, logs: dict | None = None) -> None:
        _number_from(2 * ROUND)


def _number_from(number: int) -> None:
    """Use up all numbers below; none where they are used up."""
    while ops.uid() < number:
        pass
