"""Keras's recurrent layers, trained on the loops of `rnnlab.models.loops`.

Owns the layers that `rnnlab.models` trains small cells with. Weights, names, outputs and trained
results are those of keras's own layers; see the loops for why these are faster.
"""

import keras
import tensorflow as tf

from rnnlab.models import loops

register = keras.saving.register_keras_serializable("rnnlab")


class Looped:
    """What the recurrent layers have in common."""

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Return the last state, (batch, units), or with `return_sequences` all of them.

        They are (batch, maxlen, units), with `go_backwards` in the order in which they were read,
        as in keras.
        """
        if initial_state is not None or mask is not None:
            raise ValueError("rnnlab's layers take no initial state and no mask")
        if self.go_backwards:
            sequences = tf.reverse(sequences, [1])
        states = self.loop(self.dropped(sequences, training), *self.arrays())
        return tf.transpose(states, [1, 0, 2]) if self.return_sequences else states

    def loop(self, inputs, kernel, recurrent_kernel, bias):
        """Return the states from `rnnlab.models.loops`; inputs: (maxlen, batch, inputs)."""
        raise NotImplementedError

    def arrays(self):
        """Return the kernel, the recurrent kernel and the bias as tensors."""
        cell = self.cell
        return map(tf.convert_to_tensor, (cell.kernel, cell.recurrent_kernel, cell.bias))

    def dropped(self, sequences, training):
        """Return the inputs, time first, after dropout: (maxlen, batch, inputs)."""
        if training and self.dropout:
            # One factor for each (review, input), the same at all time steps, as keras draws it.
            sequences *= self.factors(tf.ones_like(sequences[:, 0]))[:, None]
        return tf.transpose(sequences, [1, 0, 2])

    def factors(self, ones):
        """Return the next dropout factors that keras would draw here, in the shape of `ones`.

        Under XLA, naming the generator draws the same numbers as the one that TensorFlow selects,
        0.6 ms sooner.
        """
        # XLA takes int32 seeds only; keras brings its int64 ones into range like this, too.
        seed = tf.cast(self.cell.seed_generator.next() % (tf.int32.max - 1), tf.int32)
        return tf.nn.experimental.stateless_dropout(
            ones, rate=self.dropout, seed=seed, rng_alg="philox"
        )


@register
class SimpleRNN(Looped, keras.layers.SimpleRNN):
    """Keras's SimpleRNN."""

    def loop(self, inputs, kernel, recurrent_kernel, bias):
        """Return the states of a SimpleRNN."""
        projected = loops.project(inputs, kernel, bias)
        return loops.simple_rnn(projected, recurrent_kernel, sequences=self.return_sequences)


@register
class LSTM(Looped, keras.layers.LSTM):
    """Keras's LSTM."""

    def loop(self, inputs, *arrays):
        """Return the states of an LSTM."""
        return loops.lstm(inputs, *arrays, sequences=self.return_sequences)


@register
class GRU(Looped, keras.layers.GRU):
    """Keras's GRU, with reset_after as is its default."""

    def loop(self, inputs, *arrays):
        """Return the states of a GRU."""
        return loops.gru(inputs, *arrays, sequences=self.return_sequences)


@register
class OneHotSimpleRNN(SimpleRNN):
    """SimpleRNN on one-hot words, fed their ids: int32 (batch, maxlen).

    `one_hot(id) @ kernel` is the row `kernel[id]`, so the weights, outputs, gradients and dropout
    are SimpleRNN's and no one-hot tensor exists.
    """

    def __init__(self, units, vocab_size, **kwargs):
        super().__init__(units, **kwargs)
        self.vocab_size = vocab_size
        self.input_spec = keras.InputSpec(ndim=2)

    def build(self, input_shape):
        """Make the weights, as for one-hot words."""
        super().build((*input_shape, self.vocab_size))

    def dropped(self, ids, training):
        """Return the ids, time first, and their factors, (maxlen, batch, 1), or 1."""
        factors = 1.0
        if training and self.dropout:
            # One for each (review, word of the vocabulary); an id takes its word's factor.
            drawn = self.factors(tf.ones([tf.shape(ids)[0], self.vocab_size]))
            factors = tf.transpose(tf.gather(drawn, ids, batch_dims=1))[..., None]
        return tf.transpose(ids), factors

    def loop(self, inputs, kernel, recurrent_kernel, bias):
        """Return the states of a SimpleRNN that reads word ids."""
        ids, factors = inputs
        projected = factors * loops.rows(kernel, ids) + bias
        return loops.simple_rnn(projected, recurrent_kernel, sequences=self.return_sequences)

    def get_config(self):
        """Return what keras makes the layer from when it loads it."""
        return {**super().get_config(), "vocab_size": self.vocab_size}
