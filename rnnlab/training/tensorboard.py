"""A run's history as TensorBoard reads it."""

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from rnnlab.runs import Epoch


def write_events(folder: Path, epochs: Sequence[Epoch]) -> None:
    """Write a history as a TensorBoard log folder, with the tags and steps of Keras's callback.

    Keras has the first epoch as step 0. Makes `folder`/train and `folder`/validation.
    """
    # What tf.summary.scalar would write; that function needs the package tensorboard.
    metadata = tf.compat.v1.Summary.Value().metadata
    metadata.plugin_data.plugin_name = "scalars"
    for part, prefix in (("train", ""), ("validation", "val_")):
        with tf.summary.create_file_writer(str(folder / part)).as_default():
            for epoch in epochs:
                for name in ("loss", "accuracy"):
                    value = getattr(epoch, prefix + name)
                    step = epoch.epoch - 1
                    tf.summary.write(f"epoch_{name}", tf.constant(value), step, metadata)
