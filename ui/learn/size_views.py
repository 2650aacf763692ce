"""The views of the cards that show sizes and words: weights, padding, embedding."""

import numpy as np
import streamlit as st

from rnnlab import format, params, text
from rnnlab.config import preset, required
from rnnlab.learn import weights
from rnnlab.learn.examples import Example, shipped
from rnnlab.learn.weights import Terms
from ui import reading, theme
from ui.learn import material
from ui.learn.asked import REVIEWS
from ui.reader import Snapshot

CELL_ARCHS = {"simple_rnn": "embedding-rnn", "gru": "gru", "lstm": "lstm"}
VOCABULARIES = (50, 100, 200, 300, 500, 1_000, 2_000, 5_000)
ONE_HOT_VOCABULARIES = (*VOCABULARIES, 10_000, 20_000)
LENGTHS = (20, 50, 80, 100, 120, 150, 200, 300)
STRIP = 60  # cells of a one-hot word that are drawn
WORD = "great"


def show_weights(lab: Snapshot) -> list[Example]:
    """Draw the parameters of a cell, block by block, as wide as they are many."""
    cell = st.segmented_control(
        "Cell",
        list(CELL_ARCHS),
        format_func=lambda name: weights.terms(name, inputs=1, units=1).cell.layer,
        default="gru",
        required=True,
        key="learn_weights_cell",
    )
    left, right = st.columns(2, gap="medium")
    units = left.slider("Units", 1, 64, 8, key="learn_weights_units")
    inputs = right.slider("Numbers in a word vector", 1, 64, 16, key="learn_weights_inputs")
    of_cell = weights.terms(cell or "gru", inputs=inputs, units=units)
    config = preset(CELL_ARCHS[cell or "gru"], units=units, embedding_dim=inputs)
    total = params.layers(config)[1].parameters
    st.html(
        f'<div class="learn-blocks" role="img" aria-label="{_spoken(of_cell)}">'
        f"{''.join(_block(name, of_cell) for name in of_cell.blocks)}</div>"
        '<p class="learn-legend"><span class="word">word vector</span>'
        '<span class="state">old state</span><span class="bias">biases</span></p>'
        f'<p class="learn-sum learn-total">{of_cell.sum} = <b>{total:,}</b> parameters</p>'
    )
    return []


def _block(name: str, of_cell: Terms) -> str:
    parts = [
        ("word", f"{of_cell.inputs}·{of_cell.units}", of_cell.of_inputs),
        ("state", f"{of_cell.units}·{of_cell.units}", of_cell.of_state),
        ("bias", "", of_cell.of_biases),
    ]
    bars = "".join(
        f'<i class="{kind}" style="flex-grow:{size}" title="{kind}: {size:,}">'
        f"<span>{kind if kind == 'bias' else f'{kind} {product}'}</span></i>"
        for kind, product, size in parts
    )
    return f"<div><b>{name}</b><div>{bars}</div><em>{of_cell.block:,}</em></div>"


def _spoken(of_cell: Terms) -> str:
    return (
        f"Each of {format.plural(len(of_cell.blocks), 'block')} has {of_cell.of_inputs:,} weights "
        f"for the word, {of_cell.of_state:,} for the state and {of_cell.of_biases:,} biases."
    )


def show_padding(lab: Snapshot) -> list[Example]:
    """Draw a real review as a network of these settings reads it."""
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    maxlen = left.select_slider("maxlen", LENGTHS, 100, key="learn_padding_maxlen")
    vocab_size = middle.select_slider(
        "Vocabulary", VOCABULARIES, 500, format_func=format.count, key="learn_padding_vocab"
    )
    truncating = right.segmented_control(
        "truncating", ["pre", "post"], default="pre", required=True, key="learn_padding_truncating"
    )
    read = text.read(
        material.review(),
        shipped().vocabulary,
        vocab_size=vocab_size,
        maxlen=maxlen,
        truncating=truncating or "pre",
    )
    zeros = int(np.count_nonzero(read.ids == text.PADDING))
    padded = f"{format.plural(zeros, 'zero')} in front · " if zeros else ""
    st.html(
        f'<p class="read-coverage">{padded}{reading.coverage(read)}</p>'
        f'<div class="learn-review">{reading.words(read)}</div>'
    )
    return []


def show_embedding(lab: Snapshot) -> list[Example]:
    """Draw one word as a one-hot list and as a word vector, and what all reviews take."""
    example = material.network(lab, "lstm")
    left, middle, right = st.columns(3, gap="medium")
    vocab_size = left.select_slider(
        "Vocabulary", ONE_HOT_VOCABULARIES, 300, format_func=format.count, key="learn_vocab"
    )
    maxlen = middle.slider("Words of a review", 10, 500, 100, step=10, key="learn_length")
    dim = right.slider("Numbers in a word vector", 1, 128, 16, key="learn_dim")
    one_hot = preset("onehot-rnn", vocab_size=vocab_size, maxlen=maxlen)
    embedded = preset("embedding-rnn", vocab_size=vocab_size, maxlen=maxlen, embedding_dim=dim)
    sizes = (params.one_hot_bytes(one_hot, REVIEWS), params.input_bytes(embedded, REVIEWS))
    learned = [
        params.layers(one_hot)[0].parameters,
        sum(row.parameters for row in params.layers(embedded)[:2]),
    ]
    units = required(one_hot.units)
    st.html(
        '<div class="learn-compare">'
        f"<h3>One-hot</h3>{_one_hot_strip(vocab_size)}"
        f"{_size_bar(sizes[0], sizes[0], 'onehot')}"
        f"<p>{learned[0]:,} weights in a SimpleRNN of {units} units</p>"
        f"<h3>Embedding</h3>{_vector_strip(example, dim)}"
        f"{_size_bar(sizes[1], sizes[0], 'ids')}"
        f"<p>{learned[1]:,} weights in the table and a SimpleRNN of {units} units</p></div>"
    )
    st.caption(f"Bars: memory of {REVIEWS:,} reviews as the network is fed.")
    return [example]


def _one_hot_strip(vocab_size: int) -> str:
    word_id = int(shipped().vocabulary.ids([WORD], vocab_size)[0])
    known = f"“{WORD}” is word number {word_id}"
    if word_id == text.UNKNOWN:
        known = f"“{WORD}” is not among them, so it is read as “unknown”"
    at = round(word_id / vocab_size * (STRIP - 1))
    cells = "".join("<u class='on'></u>" if place == at else "<u></u>" for place in range(STRIP))
    return (
        f'<div class="learn-strip" aria-hidden="true">{cells}</div>'
        f"<p>{vocab_size:,} numbers a word, all 0 but one: {known}</p>"
    )


def _vector_strip(example: Example, dim: int) -> str:
    network = example.classifier
    assert network is not None
    row = network.vocabulary.ids([WORD], network.config.vocab_size)[0]
    vector = network.weights["embedding/embeddings"][row][:dim]
    reach = float(np.abs(vector).max()) or 1.0
    cells = "".join(_cell(float(value), reach) for value in vector)
    cells += '<u class="more"></u>' * (min(dim, STRIP) - len(vector))
    shown = f"the first {len(vector)}" if len(vector) < dim else "all of them"
    return (
        f'<div class="learn-strip learn-vector" aria-hidden="true">{cells}</div>'
        f"<p>{format.plural(dim, 'number')} a word; {shown} as "
        f"{theme.text(example.run.name)} learned “{WORD}”</p>"
    )


def _cell(value: float, reach: float) -> str:
    color = "#D55E00" if value > 0 else "#0072B2"
    share = round(15 + 85 * abs(value) / reach)
    return (
        f'<u style="background:color-mix(in srgb, {color} {share}%, transparent)" '
        f'title="{value:.2f}"></u>'
    )


def _size_bar(size: int, largest: int, kind: str) -> str:
    width = 100 * size / largest
    return (
        f'<div class="learn-size"><i class="{kind}" style="width:{width:.3f}%"></i>'
        f"<b>{format.size(size)}</b></div>"
    )
