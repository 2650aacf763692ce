"""Equal and nearly equal texts: copies, twins with both labels, twins on both sides of a split.

Two texts are equal where their words are, and nearly equal where they share at least `SIMILAR` of
their sequences of three words (Jaccard). Candidates come from MinHash signatures with banding
(Broder 1997; Leskovec et al., Mining of Massive Datasets, chapter 3), and each is then compared.
"""

from typing import NamedTuple

import numpy as np

from rnnlab.datasets.health.checked import PART_NAMES, Checked
from rnnlab.datasets.health.finding import SHOWN, Finding, shown
from rnnlab.datasets.health.words import WordTable
from rnnlab.datasets.own.splits import TRAIN
from rnnlab.datasets.split import first_equal, first_places
from rnnlab.format import plural, whole_percent

SIMILAR = 0.8
SHINGLE = 3  # words
BANDS, ROWS = 8, 3  # of a signature: a pair of 80 % is missed once in 300, one of 30 % found in 5
MAX_PAIRS = 200_000  # candidates that are compared
_CHUNK = 1_000_000  # words hashed at once


class Twins(NamedTuple):
    """The row of the first text that is the same as each, that has the same words, or nearly."""

    exact: np.ndarray
    first: np.ndarray
    near: np.ndarray


def find(checked: Checked) -> Twins:
    """Find equal and nearly equal texts: int64 (n,) each."""
    words = checked.words
    first = first_equal(words.ids, words.offsets)
    empty = np.flatnonzero(words.lengths == 0)  # of signs alone: no words, and not the same
    first[empty] = empty
    exact = first_places(checked.texts)
    return Twins(exact, np.minimum(first, exact), _near(words, first))


def findings(checked: Checked, twins: Twins) -> list[Finding]:
    """Return what is to be said of equal and nearly equal texts."""
    found = [_contradicting(checked, twins.first), _copies(checked, twins)]
    found += [_across(checked, twins), _nearly(checked, twins)]
    return [finding for finding in found if finding]


def _copies(checked: Checked, twins: Twins) -> Finding:
    rows = np.arange(checked.count)
    surplus = rows[twins.first != rows]
    exact = int((twins.exact != rows).sum())
    if not len(surplus):
        return Finding("copies", "fine", "No text occurs twice.", "", 0)
    order = _grouped(twins.first, surplus)
    copies = "1 surplus copy" if exact == 1 else f"{exact:,} surplus copies"
    if len(surplus) > exact:
        copies += f", and {len(surplus) - exact:,} more with the same words"
    return Finding(
        "copies",
        "warning" if len(surplus) >= 0.01 * checked.count else "note",
        f"{copies}: {checked.count - len(surplus):,} of {checked.count:,} texts are different.",
        "Copies count a review several times, and make a result look more certain than it is. A "
        "dataset of your own keeps each text once.",
        exact,
        shown(order),
        tuple(_copy_of(checked, twins.first, row) for row in order[:SHOWN].tolist()),
        surplus,
        "Leave the copies out",
    )


def _contradicting(checked: Checked, first: np.ndarray) -> Finding | None:
    positives = np.bincount(first, checked.labels, checked.count)
    members = np.bincount(first, minlength=checked.count)
    both = ((positives > 0) & (positives < members))[first]
    rows = np.flatnonzero(both)
    if not len(rows):
        return None
    texts = len(np.unique(first[rows]))
    verb = "has" if texts == 1 else "have"
    order = _grouped(first, rows)
    return Finding(
        "contradicting",
        "problem",
        f"{plural(texts, 'text')} {verb} both labels, in {len(rows):,} rows.",
        "No model can be right on both. Such texts are left out when a model is judged or trained "
        "on the file; correct their labels to keep them.",
        texts,
        shown(order),
        tuple(_copy_of(checked, first, row) for row in order[:SHOWN].tolist()),
        rows,
        "Leave these rows out",
    )


def _across(checked: Checked, twins: Twins) -> Finding | None:
    if checked.parts is None or not np.any(checked.parts != TRAIN):
        return None
    parts, held_out = checked.parts, checked.parts != TRAIN
    leaking = [held_out & _in_training(first, parts) for first in twins]
    exact, same, near = (int(leak.sum()) for leak in leaking)
    near = int((leaking[2] & ~leaking[1]).sum())
    rows = np.flatnonzero(leaking[1] | leaking[2])
    names = " and ".join(PART_NAMES[part] for part in np.unique(parts[held_out]).tolist())
    if not len(rows):
        title = f"No {names} review has its twin among the training reviews."
        return Finding("across", "fine", title, "", 0)
    of = f"of the {int(held_out.sum()):,} {names} reviews"
    if same:
        more = [f"{same - exact:,} more have the same words"] if same > exact else []
        more += [f"{near:,} more are nearly equal to one"] if near else []
        title = (
            f"{exact:,} {of} {'has its' if exact == 1 else 'have their'} twin among the training "
            f"reviews.{' ' + ' and '.join(more) + '.' if more else ''}"
        )
    else:
        title = f"{near:,} {of} {'is' if near == 1 else 'are'} nearly equal to a training review."
    return Finding(
        "across",
        "problem" if len(rows) >= 0.01 * held_out.sum() else "note",
        title,
        "A network may have memorized them, so results on them are optimistic. Splits of a "
        "dataset of your own keep twins on one side.",
        exact,
        shown(rows),
        tuple(PART_NAMES[int(parts[row])] for row in rows[:SHOWN].tolist()),
        rows,
        "Leave these reviews out",
    )


def _in_training(first: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return whether each text has its like among the training reviews: bool (n,)."""
    trained = np.zeros(len(first), bool)
    trained[first[parts == TRAIN]] = True
    return trained[first]


def _nearly(checked: Checked, twins: Twins) -> Finding:
    rows = np.arange(checked.count)
    near = rows[(twins.near != twins.first) & (twins.first == rows)]
    if not len(near):
        return Finding("near", "fine", "No two texts are nearly equal.", "", 0)
    order = _grouped(twins.near, near)
    return Finding(
        "near",
        "warning" if len(near) >= 0.02 * checked.count else "note",
        f"{plural(len(near), 'review')} nearly {'equals' if len(near) == 1 else 'equal'} another: "
        f"at least {whole_percent(SIMILAR)} of their three-word sequences are the same.",
        "Quotations, templates or edits of one text. On both sides of a split they make results "
        "optimistic.",
        len(near),
        shown(order),
        tuple(_copy_of(checked, twins.near, row) for row in order[:SHOWN].tolist()),
        near,
        "Keep one of each",
    )


def _copy_of(checked: Checked, first: np.ndarray, row: int) -> str:
    other = int(first[row])
    return "" if other == row else f"like {checked.place(other)}"


def _grouped(first: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return rows with the first of their kind, in groups, so that they can be compared."""
    rows = np.unique(np.concatenate([rows, first[rows]]))
    return rows[np.lexsort((rows, first[rows]))]


def _near(words: WordTable, first: np.ndarray) -> np.ndarray:
    """Return the first row of each group of nearly equal texts: int64 (n,)."""
    rows = np.flatnonzero((first == np.arange(len(first))) & (words.lengths >= SHINGLE))
    signatures = _signatures(words, rows)
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while (above := parent.get(row, row)) != row:
            row = above
        return row

    compared = 0
    for band in range(BANDS):
        keys = _mixed(signatures[band * ROWS : (band + 1) * ROWS])
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        for place in same.tolist():
            one, other = root(int(rows[order[place]])), int(rows[order[place + 1]])
            if one == root(other) or compared >= MAX_PAIRS:
                continue
            compared += 1
            if _similarity(words, int(rows[order[place]]), other) >= SIMILAR:
                top, below = sorted((one, root(other)))
                parent[below] = top
    near = first.copy()
    for row in parent:
        near[row] = root(row)
    return near[first]


def _signatures(words: WordTable, rows: np.ndarray) -> np.ndarray:
    """Return the MinHash signatures of texts of at least `SHINGLE` words: uint64 (24, n)."""
    random = np.random.default_rng(0)
    codes = random.integers(1, 2**63, len(words.names), dtype=np.uint64)
    factors = random.integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
    signatures = np.empty((len(factors), len(rows)), np.uint64)
    lengths = words.lengths[rows]
    start = 0
    while start < len(rows):
        end = start + max(int(np.searchsorted(np.cumsum(lengths[start:]), _CHUNK)), 1)
        pieces = [_shingles(codes[words.of(int(row))]) for row in rows[start:end]]
        flat = np.concatenate(pieces)
        begins = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])[:-1]])
        for number, factor in enumerate(factors):
            signatures[number, start:end] = np.minimum.reduceat(flat * factor, begins)
        start = end
    return signatures


def _shingles(codes: np.ndarray) -> np.ndarray:
    """Return a number for each three words in a row; products are modulo 2**64."""
    mixed = codes[:-2] * np.uint64(3) + codes[1:-1] * np.uint64(5) + codes[2:] * np.uint64(7)
    return _scattered(mixed)


def _mixed(parts: np.ndarray) -> np.ndarray:
    """Return a number for each column of uint64 (rows, n)."""
    total = parts[0]
    for part in parts[1:]:
        total = _scattered(total) ^ part
    return total


def _scattered(numbers: np.ndarray) -> np.ndarray:
    """Return numbers whose every bit depends on most of those given (Steele et al. 2014)."""
    return (numbers ^ np.right_shift(numbers, np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)


def _similarity(words: WordTable, row: int, other: int) -> float:
    """Return the Jaccard similarity of the three-word sequences of two texts."""
    sets = [
        set(zip(ids[:-2].tolist(), ids[1:-1].tolist(), ids[2:].tolist(), strict=True))
        for ids in (words.of(row), words.of(other))
    ]
    return len(sets[0] & sets[1]) / max(len(sets[0] | sets[1]), 1)
