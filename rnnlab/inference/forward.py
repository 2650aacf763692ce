"""Predicts reviews from a network's saved weights: numpy instead of keras.

Owns the equations of the cells and of the two baselines. Each step function returns everything
that its cell computed at one word, the new state among it. Float32 throughout, equal to keras, and
to scikit-learn where that fitted it, within 1e-5.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import expit

from rnnlab.config import RunConfig
from rnnlab.params import recurrent_paths
from rnnlab.text import INDEX_FROM

# Reviews are read side by side in chunks whose projected inputs take about this much memory.
# Measured with the LSTM preset on 2 cores with 1 MB of L2 cache each: chunks of 256 (3 MB) read
# 84,000 reviews a second, 64 read 51,000, 5,000 read 39,000 to 95,000 from one try to the next.
CHUNK_BYTES = 4_000_000
MIN_CHUNK = 32  # fewer rows waste the matrix product of a wide layer
TABLE_BYTES = 64_000_000  # the largest look-up table worth making

Weights = Mapping[str, np.ndarray]


class Cell(NamedTuple):
    """The weights of one recurrent layer in one direction.

    kernel (inputs, gates * units), recurrent (units, gates * units); bias is added to the inputs'
    share, state_bias (GRU's alone, else 0) to the state's.
    """

    kernel: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    state_bias: np.ndarray


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)); in double precision by tanh, which takes half as long."""
    if x.dtype != np.float64:
        return expit(x)
    half = np.multiply(x, 0.5)
    np.tanh(half, out=half)
    half *= 0.5
    half += 0.5
    return half


class SimpleRNNStep(NamedTuple):
    """What a SimpleRNN computes at one word: (reviews, units)."""

    h: np.ndarray  # the state and the output


class LSTMStep(NamedTuple):
    """What an LSTM computes at one word: (reviews, units) each."""

    i: np.ndarray  # input gate, 0–1
    f: np.ndarray  # forget gate, 0–1
    candidate: np.ndarray  # what the input gate lets in, -1–1
    o: np.ndarray  # output gate, 0–1
    c: np.ndarray  # the carried state
    h: np.ndarray  # the output


class GRUStep(NamedTuple):
    """What a GRU computes at one word: (reviews, units) each."""

    z: np.ndarray  # update gate, 0–1: the share of the old state that stays
    r: np.ndarray  # reset gate, 0–1
    candidate: np.ndarray  # the new state where nothing stays, -1–1
    h: np.ndarray  # the state and the output


def simple_rnn_step(x: np.ndarray, before: SimpleRNNStep, cell: Cell) -> SimpleRNNStep:
    """Compute one word, after keras/src/layers/rnn/simple_rnn.py.

    x: (reviews, units), the word's projection, bias included.
    """
    return SimpleRNNStep(np.tanh(x + before.h @ cell.recurrent))


def lstm_step(x: np.ndarray, before: LSTMStep, cell: Cell) -> LSTMStep:
    """Compute one word, after keras/src/layers/rnn/lstm.py; gates side by side as i, f, c, o.

    x: (reviews, 4 * units), the word's projection, bias included.
    """
    inputs = x + before.h @ cell.recurrent
    units = inputs.shape[1] // 4
    gates = sigmoid(inputs)  # in one go, the candidate's part for nothing: quicker than apart
    i, f, o = gates[:, :units], gates[:, units : 2 * units], gates[:, 3 * units :]
    candidate = np.tanh(inputs[:, 2 * units : 3 * units])
    c = f * before.c + i * candidate
    return LSTMStep(i, f, candidate, o, c, o * np.tanh(c))


def gru_step(x: np.ndarray, before: GRUStep, cell: Cell) -> GRUStep:
    """Compute one word, after keras/src/layers/rnn/gru.py with reset_after=True; gates as z, r, h.

    x: (reviews, 3 * units), the word's projection, its bias included. With reset_after the reset
    gate scales the state's product (its own bias included), not the state before it.
    """
    state = before.h @ cell.recurrent + cell.state_bias
    units = state.shape[1] // 3
    gates = sigmoid(x[:, : 2 * units] + state[:, : 2 * units])
    z, r = gates[:, :units], gates[:, units:]
    candidate = np.tanh(x[:, 2 * units :] + r * state[:, 2 * units :])
    return GRUStep(z, r, candidate, z * before.h + (1 - z) * candidate)


STEPS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "simple_rnn": (SimpleRNNStep, simple_rnn_step),
    "lstm": (LSTMStep, lstm_step),
    "gru": (GRUStep, gru_step),
}


def predict(config: RunConfig, weights: Weights, ids: np.ndarray) -> np.ndarray:
    """Predict the probability that each review is positive; float32 (reviews,).

    weights: the arrays of `rnnlab.models.weights_of`, or of `rnnlab.training.linear`. ids: int32
    (reviews, maxlen); 0 is padding, which the networks read like a word (keras's Embedding without
    mask_zero).
    """
    return sigmoid(logits(config, weights, ids))


def logits(config: RunConfig, weights: Weights, ids: np.ndarray) -> np.ndarray:
    """Return the logit of each review, whose sigmoid is the probability: (reviews,).

    Arguments as for `predict`; computed in the precision of the weights.
    """
    return _KINDS[config.architecture.kind](config, weights, ids)


def bag_of_words(ids: np.ndarray, vocab_size: int) -> sparse.csr_array:
    """Count how often each word occurs in each review: float32 (reviews, vocab_size), sparse.

    Padding, the start mark and unknown words count for nothing.
    """
    known = ids > INDEX_FROM
    ends = np.cumsum(known.sum(axis=1))
    once = np.ones(np.count_nonzero(known), np.float32)
    bag = sparse.csr_array(
        (once, ids[known], np.concatenate([[0], ends])), shape=(len(ids), vocab_size)
    )
    bag.sum_duplicates()
    return bag


def _linear(config: RunConfig, weights: Weights, ids: np.ndarray) -> np.ndarray:
    """Follow scikit-learn's TfidfTransformer, whose rows have length 1, and LogisticRegression."""
    bag = bag_of_words(ids, config.vocab_size)
    bag.data *= weights["tfidf/idf"][bag.indices]
    lengths = np.sqrt((bag * bag).sum(axis=1))
    lengths[lengths == 0] = 1  # no known word
    return bag @ weights["logreg/coefficients"] / lengths + weights["logreg/intercept"]


def _average(config: RunConfig, weights: Weights, ids: np.ndarray) -> np.ndarray:
    # The average's product with the kernel is the average of the words' products.
    scores = weights["embedding/embeddings"] @ weights["dense/kernel"][:, 0]  # (vocab_size,)
    return scores[ids].mean(axis=1) + weights["dense/bias"]


def _recurrent(config: RunConfig, weights: Weights, ids: np.ndarray) -> np.ndarray:
    layers, units, cell_name = config.layers, config.units, config.architecture.cell
    assert layers and units and cell_name  # every recurrent network has them
    stack = [directions(config, weights, index) for index in range(layers)]
    width = max(cell.kernel.shape[1] for cells in stack for cell in cells)
    chunk = max(MIN_CHUNK, CHUNK_BYTES // (4 * ids.shape[1] * width))
    tables = [_table(config, weights, cell, ids.size) for cell in stack[0]]
    logits = np.empty(len(ids), weights["dense/kernel"].dtype)
    for start in range(0, len(ids), chunk):
        words = ids[start : start + chunk].T  # (maxlen, reviews)
        sequence = np.empty(0, np.float32)  # (maxlen, reviews, outputs) of the layer below
        for index, cells in enumerate(stack):
            if index == 0:
                inputs = [
                    _project(weights, cell, table, words)
                    for cell, table in zip(cells, tables, strict=True)
                ]
            else:
                inputs = [sequence @ cell.kernel + cell.bias for cell in cells]
            sequence = _read(cell_name, cells, inputs)
        # The last layer gives what each direction knows at its own end of the review.
        last = [sequence[-1, :, :units], sequence[0, :, units:]]
        read_out = np.concatenate(last, axis=1) @ weights["dense/kernel"] + weights["dense/bias"]
        logits[start : start + chunk] = read_out[:, 0]
    return logits


_KINDS: dict[str, Callable] = {"recurrent": _recurrent, "average": _average, "linear": _linear}


def steps(name: str, cell: Cell, inputs: np.ndarray) -> Iterator[Any]:
    """Yield what a cell ("simple_rnn", "lstm", "gru") computes at each word, in order.

    inputs: (maxlen, reviews, gates * units), the projected words.
    """
    kind, step = STEPS[name]
    nothing = np.zeros((inputs.shape[1], len(cell.recurrent)), np.float32)
    now = kind(*[nothing] * len(kind._fields))
    for x in inputs:
        now = step(x, now, cell)
        yield now


def _read(name: str, cells: list[Cell], inputs: list[np.ndarray]) -> np.ndarray:
    """Compute the outputs of one layer at each word: (maxlen, reviews, directions * units)."""
    outputs = [[now.h for now in steps(name, cells[0], inputs[0])]]
    if len(cells) == 2:
        backwards = [now.h for now in steps(name, cells[1], inputs[1][::-1])]
        outputs.append(backwards[::-1])
    return np.concatenate([np.stack(direction) for direction in outputs], axis=2)


def directions(config: RunConfig, weights: Weights, index: int) -> list[Cell]:
    """Return the cells of a recurrent layer: forwards, then backwards if it is bidirectional."""
    kind = config.architecture.cell
    cells = []
    for path in recurrent_paths(config, index):
        kernel, recurrent, bias = (
            weights[f"{path}/{kind}_cell/{part}"] for part in ("kernel", "recurrent_kernel", "bias")
        )
        bias, state_bias = bias if bias.ndim == 2 else (bias, np.zeros((), np.float32))
        cells.append(Cell(kernel, recurrent, bias, state_bias))
    return cells


def _table(config: RunConfig, weights: Weights, cell: Cell, words: int) -> np.ndarray | None:
    """Multiply every word with the kernel (vocab_size, gates * units) if that saves work."""
    if not config.architecture.embeds:
        return cell.kernel  # the product of a one-hot word is its row
    if words < config.vocab_size or 4 * config.vocab_size * cell.kernel.shape[1] > TABLE_BYTES:
        return None
    return weights["embedding/embeddings"] @ cell.kernel


def _project(weights: Weights, cell: Cell, table: np.ndarray | None, words: np.ndarray):
    """Project the words of the first layer: (maxlen, reviews, gates * units)."""
    if table is None:
        return weights["embedding/embeddings"][words] @ cell.kernel + cell.bias
    return table[words] + cell.bias
