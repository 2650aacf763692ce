"""Reviews as a `tf.data.Dataset` of batches."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from rnnlab.arrays import Reviews


def batches(
    reviews: Reviews, batch_size: int, order: Callable[[int], np.ndarray] | None = None
) -> tf.data.Dataset:
    """Return the reviews in batches; each pass asks `order` for a new order, if it is given."""
    ids, labels = tf.constant(reviews.ids), tf.constant(reviews.labels)
    count = len(reviews.ids)
    if order is None:
        dataset = tf.data.Dataset.from_tensor_slices((ids, labels)).batch(batch_size).cache()
    else:
        steps = -(-count // batch_size)

        def in_order(_: tf.Tensor) -> tf.data.Dataset:
            rows = tf.ensure_shape(tf.numpy_function(lambda: order(count), [], tf.int64), [count])
            starts = tf.data.Dataset.range(0, count, batch_size)
            return starts.map(lambda start: rows[start : start + batch_size])

        dataset = (
            tf.data.Dataset.from_tensors(0)
            .flat_map(in_order)
            .map(lambda batch: (tf.gather(ids, batch), tf.gather(labels, batch)))
            .apply(tf.data.experimental.assert_cardinality(steps))
        )
    options = tf.data.Options()
    options.autotune.enabled = False
    options.threading.private_threadpool_size = 1
    return dataset.with_options(options)
