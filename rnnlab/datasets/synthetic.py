"""The texts of the order lab's tasks, made from a fixed seed for one review length.

Owns how they are drawn. They are made in memory, in a fraction of a second, and are the same on
every machine: numpy never changes the numbers of its `RandomState`. The functions of `GENERATORS`
use numpy alone, because an exported script contains their source.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from rnnlab.datasets import split
from rnnlab.datasets.encoded import SPLIT_SEED, Dataset
from rnnlab.errors import DataError
from rnnlab.tasks import TASKS
from rnnlab.text import INDEX_FROM, START, Vocabulary

SEED = 42
TEXTS = 25_000  # as many as the other datasets have
WORDS = tuple("abcdefghijklmnopqrstuvwxyz")
FIRST_ID = INDEX_FROM + 1  # the id of the word a


def which_first(random, count, length):
    """Draw texts of letters with one a and one b each; label 1 where the a comes first.

    The label is drawn by itself and decides only which of two places gets the a, so the words of
    a text say nothing about it. Returns words (count, length), lengths and labels (count,); word
    0 is a, 1 is b, and so on.
    """
    words = random.randint(2, 26, (count, length), np.uint8)
    one, other = random.randint(0, length, count), random.randint(0, length - 1, count)
    other = other + (other >= one)
    labels, rows = random.randint(0, 2, count, np.uint8), np.arange(count)
    words[rows, np.minimum(one, other)] = 1 - labels
    words[rows, np.maximum(one, other)] = labels
    return words, np.full(count, length), labels


def first_word(random, count, length):
    """Draw texts of letters that begin with a (label 1) or b; half of the others are a or b too.

    The later words are drawn without regard to the label, so who has forgotten the first word can
    only guess. Returns words (count, length), lengths and labels (count,); word 0 is a, 1 is b.
    """
    words = random.randint(2, 26, (count, length), np.uint8)
    misleading = random.randint(0, 2, (count, length), np.uint8) == 1
    words = np.where(misleading, random.randint(0, 2, (count, length), np.uint8), words)
    labels = random.randint(0, 2, count, np.uint8)
    words[:, 0] = 1 - labels
    return words, np.full(count, length), labels


def counting(random, count, length):
    """Draw texts aᵏ x bᵐ; label 1 where k equals m, which is so in half of them.

    Returns words (count, length), of which the first `lengths` (count,) count, and labels
    (count,); word 0 is a, 1 is b, 23 is x.
    """
    most = (length - 1) // 2
    before, after = random.randint(0, most + 1, count), random.randint(0, most, count)
    after = after + (after >= before)
    labels = random.randint(0, 2, count, np.uint8)
    after = np.where(labels == 1, before, after)
    column = np.arange(length)
    words = (column >= before[:, None]).astype(np.uint8)
    words[np.arange(count), before] = 23
    return words, before + 1 + after, labels


GENERATORS: dict[str, Callable] = {
    "which-first": which_first,
    "first-word": first_word,
    "counting": counting,
}


def is_synthetic(dataset_id: str) -> bool:
    """Return whether this is the id of a task's texts of some length, such as "counting-30"."""
    task, _, maxlen = dataset_id.rpartition("-")
    return task in TASKS and maxlen.isdigit()


def load(dataset_id: str, *, fingerprint: str | None = None) -> Dataset:
    """Return a task's texts as a dataset, made at the first call: 0.1 s at 100 words.

    Raises DataError where it has another fingerprint than this.
    """
    dataset = _load(dataset_id)
    if fingerprint not in (None, dataset.fingerprint):
        raise DataError(
            f"the texts of {dataset_id} were made by another version of rnnlab when this run was "
            "queued: train a new run"
        )
    return dataset


@lru_cache(maxsize=4)
def _load(dataset_id: str) -> Dataset:
    task, _, maxlen = dataset_id.rpartition("-")
    return make(task, int(maxlen))


def make(task: str, maxlen: int, *, count: int = TEXTS) -> Dataset:
    """Make texts of a task that fill `maxlen`, which the start mark takes one of."""
    words, lengths, labels = GENERATORS[task](np.random.RandomState(SEED), count, maxlen - 1)
    ids = np.concatenate([np.full((count, 1), START, np.uint8), words + FIRST_ID], axis=1)
    values = ids[np.arange(maxlen) <= lengths[:, None]]
    letters = np.full((count, maxlen - 1, 2), ord(" "), np.uint8)  # each with the space after it
    letters[:, :, 0] = words + ord("a")
    texts = letters.reshape(count, -1)[np.arange(2 * maxlen - 2) < 2 * lengths[:, None] - 1]
    train_rows, validation_rows = split.hold_out(count, seed=SPLIT_SEED)
    return Dataset(
        f"{task}-{maxlen}",
        hashlib.sha256(values.tobytes() + labels.tobytes()).hexdigest(),
        values,
        np.concatenate([[0], np.cumsum(lengths + 1)]),
        labels,
        train_rows,
        validation_rows,
        texts,
        np.concatenate([[0], np.cumsum(2 * lengths - 1)]),
        Vocabulary(WORDS),
    )
