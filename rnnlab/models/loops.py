"""The loops over time of SimpleRNN, LSTM and GRU in TensorFlow, with gradients written by hand.

The inputs are projected for all time steps at once, so that a step of the loop has a single
product; each loop gives back the states. The formulas are keras's (keras/src/layers/rnn/:
simple_rnn.py, lstm.py, gru.py), and so are the outputs and gradients, up to rounding.

Why not keras's loop: TensorFlow's gradient of a loop keeps every intermediate of every step and
multiplies the weights' gradients step by step. Here the backward loop has a single product a
step, and the weights' gradients are one product over all steps. XLA on a CPU pays some 2 µs for
each operation of a step, except where it compiles the loop of a small cell into one function
(`rnnlab.training.xla.INLINED`), and it computes an elementwise kernel that joins or repeats its
inputs number by number, without vector instructions; hence `_side_by_side`.

Shapes, all float32: inputs (maxlen, batch, inputs), time first; kernel (inputs, gates * units);
recurrent_kernel (units, gates * units); bias (gates * units,), a GRU's (2, gates * units). With
`sequences` a loop gives the states of all steps, (maxlen, batch, units), otherwise the last,
(batch, units).
"""

from collections.abc import Callable

import tensorflow as tf

Tensors = tuple[tf.Tensor, ...]


def project(inputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """Return inputs @ kernel + bias for all time steps: (maxlen, batch, gates * units)."""
    return tf.tensordot(inputs, kernel, 1) + bias


def simple_rnn(
    projected: tf.Tensor, recurrent_kernel: tf.Tensor, *, sequences: bool = False
) -> tf.Tensor:
    """Return the states h = tanh(x + h' R) of projected inputs x, (maxlen, batch, units)."""

    @tf.custom_gradient
    def run(projected, kernel):
        def step(state, x):
            (before,) = state
            after = tf.tanh(x + before @ kernel)
            return (after,), (after,)

        (states,), (last,) = _loop(step, (_no_state(projected, kernel),), (projected,), keeps=1)

        def gradient(upstream):
            backwards = tf.transpose(kernel)

            def step_back(state, after, *above):
                inner = tf.add_n([*state, *above]) * (1 - after * after)
                return (inner,), (inner @ backwards,)

            reached, above = _from_above(upstream, sequences=sequences)
            read = (states, *above)
            (inner,), _ = _loop(step_back, (reached,), read, keeps=1, backwards=True)
            return inner, _product(_before(states), inner)

        return states if sequences else last, gradient

    return run(projected, recurrent_kernel)


def lstm(
    inputs: tf.Tensor,
    kernel: tf.Tensor,
    recurrent_kernel: tf.Tensor,
    bias: tf.Tensor,
    *,
    sequences: bool = False,
) -> tf.Tensor:
    """Return the states h of an LSTM; gates i, f, c, o."""
    units = recurrent_kernel.shape[0]
    # sigmoid(z) = (1 + tanh(z / 2)) / 2, so that one tanh serves all four gates.
    halves = tf.repeat([0.5, 0.5, 1.0, 0.5], units)

    @tf.custom_gradient
    def run(projected, kernel):
        zero = _no_state(projected, kernel)

        def gates(squashed):
            i, f, g, o = _parts(squashed, 4)
            return 0.5 + 0.5 * i, 0.5 + 0.5 * f, g, 0.5 + 0.5 * o

        def step(state, x):
            before, carried = state
            squashed = tf.tanh(x + before @ kernel)
            i, f, g, o = gates(squashed)
            carry = f * carried + i * g
            shown = tf.tanh(carry)
            after = o * shown
            return (squashed, carry, shown, after), (after, carry)

        kept, (last, _) = _loop(step, (zero, zero), (projected,), keeps=4)
        squashed, carries, shown, states = kept

        def gradient(upstream):
            backwards = tf.transpose(kernel)

            def step_back(state, squashed, carried, shown, *above):
                reached, carry = state
                reached = tf.add_n([reached, *above])
                i, f, g, o = gates(squashed)
                carry = carry + reached * o * (1 - shown * shown)
                inner = _side_by_side(
                    2 * carry * g * i * (1 - i),
                    2 * carry * carried * f * (1 - f),
                    carry * i * (1 - g * g),
                    2 * reached * shown * o * (1 - o),
                )
                return (inner,), (inner @ backwards, carry * f)

            reached, above = _from_above(upstream, sequences=sequences)
            read = (squashed, _before(carries), shown, *above)
            (inner,), _ = _loop(step_back, (reached, zero), read, keeps=1, backwards=True)
            return inner, _product(_before(states), inner)

        return states if sequences else last, gradient

    return run(project(inputs, kernel * halves, bias * halves), recurrent_kernel * halves)


def gru(
    inputs: tf.Tensor,
    kernel: tf.Tensor,
    recurrent_kernel: tf.Tensor,
    bias: tf.Tensor,
    *,
    sequences: bool = False,
) -> tf.Tensor:
    """Return the states h of a GRU with reset_after; gates z, r, h."""
    units = recurrent_kernel.shape[0]
    input_bias, recurrent_bias = tf.unstack(bias)

    @tf.custom_gradient
    def run(projected, kernel, bias):
        def step(state, x):
            (before,) = state
            recurrent = before @ kernel + bias
            opened = 0.5 + 0.5 * tf.tanh(
                0.5 * (x[:, : 2 * units] + recurrent[:, : 2 * units])
            )  # the sigmoid of z and r
            z, r = _parts(opened, 2)
            state_part = recurrent[:, 2 * units :]
            candidate = tf.tanh(x[:, 2 * units :] + r * state_part)
            after = z * before + (1 - z) * candidate
            return (opened, state_part, candidate, after), (after,)

        kept, (last,) = _loop(step, (_no_state(projected, kernel),), (projected,), keeps=4)
        opened, state_parts, candidates, states = kept
        befores = _before(states)

        def gradient(upstream):
            backwards = tf.transpose(kernel)

            def step_back(state, opened, state_part, candidate, before, *above):
                reached = tf.add_n([*state, *above])
                z, r = _parts(opened, 2)
                inner = reached * (1 - z) * (1 - candidate * candidate)
                recurrent = _side_by_side(
                    reached * (before - candidate) * z * (1 - z),
                    inner * state_part * r * (1 - r),
                    inner * r,
                )
                return (recurrent, inner), (reached * z + recurrent @ backwards,)

            reached, above = _from_above(upstream, sequences=sequences)
            read = (opened, state_parts, candidates, befores, *above)
            (recurrent, inner), _ = _loop(step_back, (reached,), read, keeps=2, backwards=True)
            projected = tf.concat([recurrent[..., : 2 * units], inner], -1)
            return projected, _product(befores, recurrent), tf.reduce_sum(recurrent, [0, 1])

        return states if sequences else last, gradient

    return run(project(inputs, kernel, input_bias), recurrent_kernel, recurrent_bias)


@tf.custom_gradient
def rows(kernel: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
    """Return `one_hot(ids) @ kernel` without the one-hot tensor: (*ids.shape, units).

    Its gradient is dense, as that of the product is. tf.gather's is sparse, and keras's RMSprop
    squares the sparse rows of a repeated word before it adds them up.
    """

    def gradient(upstream):
        flat = tf.reshape(upstream, [-1, kernel.shape[-1]])
        return tf.math.unsorted_segment_sum(flat, tf.reshape(ids, [-1]), kernel.shape[0]), None

    return tf.gather(kernel, ids), gradient


def _loop(
    step: Callable, start: Tensors, read: Tensors, *, keeps: int, backwards: bool = False
) -> tuple[Tensors, Tensors]:
    """Return the `keeps` tensors that `step` keeps, each stacked along time, and the last state.

    step(state, *read at this time) -> (kept, state). With `backwards` the loop goes from the last
    time to the first; the stacks are in the order of time either way.
    """
    steps = read[0].shape[0]
    sources = [tf.TensorArray(tensor.dtype, steps).unstack(tensor) for tensor in read]

    def body(count, state, stacks):
        time = steps - 1 - count if backwards else count
        kept, state = step(state, *(source.read(time) for source in sources))
        stacks = [stack.write(time, tensor) for stack, tensor in zip(stacks, kept, strict=True)]
        return count + 1, state, tuple(stacks)

    stacks = tuple(tf.TensorArray(tf.float32, steps) for _ in range(keeps))
    _, state, stacks = tf.while_loop(
        lambda count, *_: count < steps, body, (0, start, stacks), maximum_iterations=steps
    )
    return tuple(stack.stack() for stack in stacks), state


def _no_state(projected: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return the state before the first step: zeros, (batch, units)."""
    return tf.zeros([tf.shape(projected)[1], kernel.shape[0]])


def _from_above(upstream: tf.Tensor, *, sequences: bool) -> tuple[tf.Tensor, Tensors]:
    """Return the gradient that reaches the last state from above, and what each step adds to it."""
    return (tf.zeros_like(upstream[0]), (upstream,)) if sequences else (upstream, ())


def _before(stack: tf.Tensor) -> tf.Tensor:
    """Return the stack one step later: zeros, then all but the last."""
    return tf.concat([tf.zeros_like(stack[:1]), stack[:-1]], 0)


def _parts(tensor: tf.Tensor, count: int) -> list[tf.Tensor]:
    """Split a (batch, count * units) tensor into its blocks of columns."""
    return tf.split(tensor, count, axis=-1)


def _side_by_side(*blocks: tf.Tensor) -> tf.Tensor:
    """Join the blocks: (batch, units) each -> (batch, len(blocks) * units).

    What tf.concat gives, but each block is computed in place by a kernel of its own; XLA joins a
    concatenation with what computes its blocks into one slow kernel.
    """
    units = blocks[0].shape[-1]
    joined = tf.repeat(tf.zeros_like(blocks[0]), len(blocks), axis=-1)
    for place, block in enumerate(blocks):
        joined = tf.raw_ops.TensorStridedSliceUpdate(
            input=joined,
            value=block,
            strides=[1, 1],
            begin_mask=1,
            end_mask=1,
            begin=[0, place * units],
            end=[0, (place + 1) * units],
        )
    return joined


def _product(befores: tf.Tensor, inner: tf.Tensor) -> tf.Tensor:
    """Return the gradient of the recurrent kernel over all steps: (units, gates * units)."""
    flat = [tf.reshape(tensor, [-1, tensor.shape[-1]]) for tensor in (befores, inner)]
    return tf.matmul(*flat, transpose_a=True)
