"""Tokens that alone give the label away, such as "label=1" or "★★★★★" left in a text."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import SHOWN, Finding, shown
from rnnlab.format import listing, percent

MIN_REVIEWS = 5  # that have the token
MIN_SHARE = 0.05  # of the reviews of its label that have it
PURITY = 0.98  # of the reviews that have it, of one label
LEVEL = 0.01  # that chance alone makes such a token, whichever of them it is
NAMED = 3
# What a word table takes apart: "label=1", "5/5", "<pos>", "#good", "★★★★☆".
_SIGN = re.compile(r"(?<! )/(?!>)|[=:#★☆]|<(?!br)|__")
_MARK = re.compile(r"[★☆]{2,}|<\w+>|[\w.]+[=:][\w.]+|\d+/\d+|#\w+|__label__\w+")
_NOT_WORD = re.compile(r"[^\w'’\s]")  # of a token that no dictionary has
_REACH = 30  # characters around a sign in which its token stands


def findings(checked: Checked, counted: np.ndarray) -> list[Finding]:
    """Return what is to be said of tokens that give the label away.

    Only the rows that are `counted`, bool (n,), speak for a token: copies say nothing new.
    """
    counts = _words(checked, counted)
    marks = _marks(checked, counted)
    total_count, positives = int(counted.sum()), int(checked.labels[counted].sum())
    both = (total_count - positives, positives)
    tried = max(len(marks) + len(counts), 1)
    telling = []
    for token, (negative, positive) in (counts | marks).items():
        label = int(positive > negative)
        total, own = negative + positive, max(negative, positive)
        if total < MIN_REVIEWS or own < PURITY * total or own < MIN_SHARE * both[label]:
            continue
        # Of `total` reviews drawn at random, so many or more of this label (Hoeffding 1963).
        share, seen = both[label] / total_count, own / total
        if share >= 1 or seen <= share:
            continue
        divergence = math.log(seen / share) * seen
        divergence += math.log((1 - seen) / (1 - share)) * (1 - seen) if seen < 1 else 0
        if tried * math.exp(-total * divergence) < LEVEL:
            telling.append((own, token, label, total))
    # The most telling first; of words within a longer token, the token alone.
    telling.sort(key=lambda told: (-told[0], -len(told[1])))
    if not telling:
        return [Finding("giveaway", "fine", "No single word gives the label away.", "", 0)]
    named = [f"“{token}”" for _, token, _, _ in telling[:NAMED]]
    own, token, label, total = telling[0]
    rows = rows_with(checked, token)
    removes = tuple(
        token for _, token, _, _ in telling if token in marks or _NOT_WORD.search(token)
    )
    removes += _complements(removes, marks)
    action = "Leave these reviews out"
    if removes:
        action = f"Remove {listing([f'“{token}”' for token in removes[:NAMED]])} from the texts"
    return [
        Finding(
            "giveaway",
            "problem" if own >= 0.2 * both[label] else "warning",
            f"{listing(named)} {'gives' if len(named) == 1 else 'give'} the label away: "
            f"{percent(own / total)} of the {total:,} reviews with “{token}” are "
            f"{'positive' if label else 'negative'}.",
            "A model that finds it needs to read nothing else. Remove it from the texts where it "
            "is no part of what people wrote.",
            total,
            shown(rows),
            tuple(_around(checked.texts[row], token) for row in rows[:SHOWN].tolist()),
            rows,
            action,
            removes,
        )
    ]


def _complements(removes: Sequence[str], marks: Mapping[str, object]) -> tuple[str, ...]:
    """Return marks of the form of those that are removed: "label=0" where "label=1" is."""
    forms = {_digits(token) for token in removes if _digits(token) != token}
    return tuple(m for m in marks if _digits(m) in forms and m not in removes)


def _digits(token: str) -> str:
    return re.sub(r"\d+", "0", token)


def rows_with(checked: Checked, token: str) -> np.ndarray:
    """Return the reviews that have a token."""
    if token in checked.words.names:
        wanted = checked.words.names.index(token)
        places = np.flatnonzero(checked.words.ids == wanted)
        return np.unique(np.searchsorted(checked.words.offsets, places, side="right") - 1)
    return np.array(
        [row for row, text in enumerate(checked.texts) if token in _marks_of(text)], np.int64
    )


def _words(checked: Checked, counted: np.ndarray) -> dict[str, tuple[int, int]]:
    """Return in how many reviews of each label a word occurs, for words that are in enough."""
    words = checked.words
    size = len(words.names)
    counts = np.zeros((2, size), np.int64)
    for start, end in words.chunks():
        first, last = words.offsets[start], words.offsets[end]
        rows = np.repeat(np.arange(start, end), words.lengths[start:end])
        pairs = np.sort(rows * size + words.ids[first:last])
        pairs = pairs[np.diff(pairs, prepend=-1) != 0]  # np.unique takes five times as long
        pairs = pairs[counted[pairs // size]]
        labels = checked.labels[pairs // size]
        for label in (0, 1):
            counts[label] += np.bincount(pairs[labels == label] % size, minlength=size)
    enough = np.flatnonzero(counts.sum(axis=0) >= MIN_REVIEWS).tolist()
    return {words.names[word]: (int(counts[0, word]), int(counts[1, word])) for word in enough}


def _marks(checked: Checked, counted: np.ndarray) -> dict[str, tuple[int, int]]:
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for row in np.flatnonzero(counted).tolist():
        counts[int(checked.labels[row])].update(_marks_of(checked.texts[row]))
    return {
        token: (counts[0][token], counts[1][token])
        for token in counts[0].keys() | counts[1].keys()
        if counts[0][token] + counts[1][token] >= MIN_REVIEWS
    }


def _marks_of(text: str) -> set[str]:
    if not any(sign in text for sign in "=:/#★☆<_"):
        return set()
    marks = set()
    text = text.lower()
    for sign in _SIGN.finditer(text):
        begin = max(text.rfind(" ", 0, sign.start()) + 1, sign.start() - _REACH)
        match = _MARK.search(text, begin, sign.end() + _REACH)
        if match and match.start() <= sign.start():
            marks.add(match.group())
    return marks


def _around(text: str, token: str) -> str:
    place = max(text.lower().find(token), 0)
    return " ".join(text[max(place - 20, 0) : place + len(token) + 20].split())
