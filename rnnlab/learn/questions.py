"""What the cards on networks and sizes ask, and what is right: computed from what is at hand.

The questions on trainings are in `training_questions`.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rnnlab import format, params
from rnnlab.config import RunConfig, required
from rnnlab.learn import weights
from rnnlab.learn.examples import Example
from rnnlab.learn.order import Arrangement, spread
from rnnlab.learn.steps import Steps
from rnnlab.params import LayerRow
from rnnlab.text import Reading


class Question(NamedTuple):
    """A question with its options; `answer` says what is right, `why` why, both from the data."""

    text: str
    options: tuple[str, ...]
    correct: int
    answer: str
    why: str


def order(orders: Sequence[Arrangement], recurrent: Example) -> Question:
    """Ask what the feed-forward network, the first of two, makes of shuffled words."""
    low, high = spread(orders, 0)
    change = high - low
    correct = 2 if change < 1e-6 else 0 if change < 0.1 else 1
    answers = (
        f"Its answer moved by at most {format.points(change)}.",
        f"Its answer moved by up to {format.points(change)}.",
        f"Exactly the same answer in all {len(orders)} orders.",
    )
    read_low, read_high = (format.whole_percent(share) for share in spread(orders, 1))
    return Question(
        "We shuffle the words of a review. What happens to the answer of the feed-forward network?",
        ("It changes a little", "It changes a lot", "It stays exactly the same"),
        correct,
        answers[correct],
        "An average does not know what came first: 2 + 3 is 3 + 2. "
        f"{recurrent.run.name} reads one word after another, and its answer to the same words "
        f"ranges from {read_low} to {read_high} positive.",
    )


GUESSING = 0.05  # from one half: what is closer counts as tossing a coin


def memory(examples: Sequence[Example]) -> Question:
    """Ask how well the feed-forward network, the first of all, does at the task which-first."""
    first, *recurrent = accuracies(examples)
    correct = 0 if abs(first - 0.5) < GUESSING else 2 if first > 0.95 else 1
    low = min(recurrent)
    names = format.listing([each.run.config.architecture.label for each in examples[1:]])
    return Question(
        "Four networks learn from 20,000 such rows. How many of 5,000 new rows does the "
        "feed-forward network get right?",
        ("About half, as by tossing a coin", "About three quarters", "Nearly all"),
        correct,
        f"{format.percent(first)} of them.",
        "Its average holds one a and one b in every row, so it has nothing to go by. "
        f"{names} are right in {'every' if low == 1 else f'at least {format.percent(low)} of the'} "
        f"{'row' if low == 1 else 'rows'}.",
    )


def step(config: RunConfig, steps: Steps) -> Question:
    """Ask how many sets of weights a SimpleRNN needs for the words of a text."""
    words, units = len(steps.words) - 1, steps.units
    row = recurrent_row(config)
    same = row.parameters == recurrent_row(_of_length(config, 5)).parameters
    return Question(
        f"The network reads a review of {words} words. How many sets of the weights W, U and b "
        "does it need?",
        ("1", f"{words}, one for each word", f"{words * units}, one for each word and unit"),
        0 if same else 1,
        "One set: the same cell is used again at every word.",
        f"Its {row.parameters:,} weights are the same at every word, so the review could have any "
        "length. Only the state changes.",
    )


def cell(terms: weights.Terms) -> Question:
    """Ask how many parameters a GRU has."""
    once = (terms.inputs + terms.units + 1) * terms.units
    wrong = (once, 3 * once, 4 * once)
    options = sorted({*wrong, terms.total})
    return Question(
        f"A GRU with {terms.units} units reads word vectors of {terms.inputs} numbers. How many "
        "parameters does it have?",
        tuple(map(format.count, options)),
        options.index(terms.total),
        f"{terms.total:,} parameters.",
        f"{terms.sum} = {len(terms.blocks)} · {terms.block:,} = {terms.total:,}.",
    )


def outputs(config: RunConfig) -> Question:
    """Ask how many numbers the first of two stacked layers hands to the second."""
    first = recurrent_row(config)
    _, words, units = first.output_shape
    handed_on = math.prod(size for size in first.output_shape if size is not None)
    words, units = required(words), required(units)
    options = (units, words, words * units)
    return Question(
        f"Two LSTM layers of {units} units are stacked and read {words} words. How many numbers "
        "does the first layer hand to the second?",
        tuple(map(format.count, options)),
        options.index(handed_on),
        f"{handed_on:,} numbers: {units} for each of {words} words.",
        f"The upper layer reads a sequence, so it needs all {words} states. Its own last state, "
        f"{units} numbers, is all that the answer is computed from.",
    )


def padding(reading: Reading, config: RunConfig) -> Question:
    """Ask which words of a long review are read."""
    words, read = len(reading.tokens), reading.last - reading.first
    correct = 1 if reading.first else 0
    end = ("end", "start")[correct]
    unknown = read - sum(reading.known[reading.first : reading.last])
    return Question(
        f"A review has {words} words. maxlen is {config.maxlen}, and truncating is "
        f"“{config.truncating}”. Which words does the network read?",
        (
            f"The first {read}",
            f"The last {read}",
            f"{read // 2} from the start and {read - read // 2} from the end",
        ),
        correct,
        f"The {('first', 'last')[correct]} {read} words; {reading.cut} are cut from the {end}.",
        f"What was cut is never read. Of the {read} words that are, {unknown} are not in the "
        f"vocabulary of {config.vocab_size}, and all look the same to the network.",
    )


def embedding(config: RunConfig, reviews: int) -> Question:
    """Ask for the memory of one-hot reviews, as Keras's `to_categorical` makes them."""
    ids, one_hot = params.input_bytes(config, reviews), params.one_hot_bytes(config, reviews)
    options = sorted({ids, ids * 8, one_hot // 8, one_hot})
    return Question(
        f"{reviews:,} reviews of {config.maxlen} words, as one-hot lists of {config.vocab_size} "
        "numbers each. How much memory is that?",
        tuple(map(format.size, options)),
        options.index(one_hot),
        f"{format.size(one_hot)}.",
        f"{reviews:,} · {config.maxlen} · {config.vocab_size} numbers of 8 bytes. As word numbers "
        f"for an embedding the same reviews take {format.size(ids)}: "
        f"{round(one_hot / ids):,} times less.",
    )


def lstm(steps: Steps, at: tuple[int, int]) -> Question:
    """Ask what the forget gate leaves of a unit's cell state at a step."""
    place, unit = at
    show = format.decimal
    old, gate = float(steps.before("c", place)[unit]), float(steps.values["f"][place, unit])
    forgotten, kept = (1 - gate) * old, gate * old
    content, carried = (  # with a digit more, so that they add up as shown
        [format.decimal(steps.values[name][place, unit], 3) for name in ("i", "candidate")],
        [format.decimal(value, 3) for value in (kept, steps.values["c"][place, unit])],
    )
    return Question(
        f"The cell state of unit {unit + 1} is {show(old)}. Then comes the word "
        f"“{steps.words[place]}”, at which the unit’s forget gate is {show(gate)}. How much of the "
        "old cell state is left?",
        ("Nothing, it is forgotten", show(forgotten), show(kept)),
        2,
        f"{show(gate)} · {show(old)} = {show(kept)} is left.",
        f"A forget gate of {show(gate)} keeps {format.whole_percent(gate)}. The new content of the "
        f"word comes on top: {carried[0]} + {content[0]} · {content[1]} = {carried[1]} is the new "
        "cell state.",
    )


def accuracies(examples: Sequence[Example]) -> list[float]:
    """Return the validation accuracies of the best epochs."""
    return [example.run.best_val_accuracy or 0.0 for example in examples]


def recurrent_row(config: RunConfig) -> LayerRow:
    """Return the first recurrent layer's row of the layer table."""
    embeds = config.architecture.embeds
    return params.layers(config)[1 if embeds else 0]


def _of_length(config: RunConfig, maxlen: int) -> RunConfig:
    return RunConfig(**{**config.to_dict(), "maxlen": maxlen})
