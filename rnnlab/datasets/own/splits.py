"""Draws the parts of a dataset of one's own, texts with the same words always on one side.

Without such twins a random split equals scikit-learn's `train_test_split(stratify=labels)`, and one
by groups its `GroupShuffleSplit`, whose import would cost a second. What the dataset gives is
fixed; the split seed draws the rest.
"""

import math
from typing import NamedTuple

import numpy as np

from rnnlab.datasets.own.record import SplitKind
from rnnlab.datasets.split import HELD_OUT_SHARE, TEST_SHARE, Split
from rnnlab.errors import DataError

TRAIN, VALIDATION, TEST = 0, 1, 2  # in the assignment of a given split
NONE = np.empty(0, np.int64)


class SplitRule(NamedTuple):
    """How reviews are split: the kind, and for each review what the kind goes by, int64 (n,).

    The number of its group, the rank of its time, its part; nothing for a random split.
    """

    kind: SplitKind
    assignment: np.ndarray

    @property
    def gives_test(self) -> bool:
        """Whether some reviews are given as the test part."""
        return self.kind == "column" and bool(np.any(np.asarray(self.assignment) == TEST))


def draw(
    rule: SplitRule, labels: np.ndarray, first_twins: np.ndarray, *, seed: int, test_set: bool
) -> Split:
    """Return the rows that train, validate and test.

    `labels` (n,); `first_twins` int64 (n,), see `Dataset.first_twins`. `test` has the rows of a
    given test part, whatever `test_set` says; else with `test_set` half of the rows held out.
    Raises DataError where a part would be empty.
    """
    rows = np.arange(len(labels))
    if rule.kind == "column":
        parts = _given(rule, labels, first_twins, seed=seed, test_set=test_set)
    elif rule.kind == "time":
        parts = _by_time(np.asarray(rule.assignment), first_twins, test_set=test_set)
    else:
        groups = first_twins
        if rule.kind == "group":
            groups = _joined(np.asarray(rule.assignment), first_twins)
        train, held_out = _divide(rule, rows, labels, groups, HELD_OUT_SHARE, seed)
        parts = Split(train, held_out, NONE)
        if test_set:
            parts = Split(train, *_divide(rule, held_out, labels, groups, TEST_SHARE, seed))
    for name, part in zip(Split._fields, parts, strict=True):
        if not len(part) and (test_set or rule.gives_test or name != "test"):
            raise DataError(
                f"no review of the dataset is left for its {name} part: add reviews, or choose "
                "another split"
            )
    return parts


def _divide(
    rule: SplitRule,
    rows: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    share: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Divide rows in two by their groups; the second part has about `share` of them."""
    random = np.random.RandomState(seed)
    numbers, first, members = np.unique(groups[rows], return_index=True, return_inverse=True)
    if len(numbers) < 2:
        return rows, NONE
    if rule.kind == "group":
        order = random.permutation(len(numbers))
        held_out = np.isin(members, order[: math.ceil(share * len(numbers))])
        return rows[~held_out], rows[held_out]
    if len(numbers) == len(rows):
        kept, held_out = _stratified(labels[rows], share, random)
        return rows[kept], rows[held_out]
    # Where some texts are twins, one of each is drawn and the others follow it.
    kept, held_out = _stratified(labels[rows[first]], share, random)
    return rows[np.isin(members, kept)], rows[np.isin(members, held_out)]


def _stratified(
    labels: np.ndarray, share: float, random: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Return what `StratifiedShuffleSplit` does (scikit-learn 1.7, model_selection/_split.py)."""
    _, classes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    held_out_count = math.ceil(share * len(labels))
    kept_counts = _approximate_mode(counts, len(labels) - held_out_count, random)
    held_out_counts = _approximate_mode(counts - kept_counts, held_out_count, random)
    of_class = np.split(np.argsort(classes, kind="mergesort"), np.cumsum(counts)[:-1])
    kept: list[int] = []
    held_out: list[int] = []
    for rows, count, kept_count, rest in zip(
        of_class, counts, kept_counts, held_out_counts, strict=True
    ):
        drawn = rows[random.permutation(count)]
        kept.extend(drawn[:kept_count])
        held_out.extend(drawn[kept_count : kept_count + rest])
    return random.permutation(kept).astype(int), random.permutation(held_out).astype(int)


def _approximate_mode(counts: np.ndarray, draws: int, random: np.random.RandomState) -> np.ndarray:
    """Return how many of each class the likeliest draw has; ties are drawn (sklearn.utils)."""
    expected = counts / counts.sum() * draws
    floored = np.floor(expected)
    missing = int(draws - floored.sum())
    if missing > 0:
        rest = expected - floored
        for value in np.sort(np.unique(rest))[::-1]:
            (places,) = np.where(rest == value)
            chosen = random.choice(places, size=min(len(places), missing), replace=False)
            floored[chosen] += 1
            missing -= min(len(places), missing)
            if missing == 0:
                break
    return floored.astype(int)


def _joined(groups: np.ndarray, first_twins: np.ndarray) -> np.ndarray:
    """Return the groups, those that share a twin as one: int64 (n,)."""
    joined: dict[int, int] = {}

    def root(group: int) -> int:
        while joined.get(group, group) != group:
            group = joined[group]
        return group

    for row in np.flatnonzero(first_twins != np.arange(len(groups))):
        one, other = root(int(groups[row])), root(int(groups[first_twins[row]]))
        joined[max(one, other)] = min(one, other)
    if not joined:
        return groups
    return np.array([root(group) for group in groups.tolist()], np.int64)


def _by_time(ranks: np.ndarray, first_twins: np.ndarray, *, test_set: bool) -> Split:
    """Hold out the latest fifth; of it, the later half tests. Reviews of one time stay together.

    A review with a twin belongs where the earliest of them is.
    """
    earliest = np.full(len(ranks), ranks.max(initial=0), np.int64)
    np.minimum.at(earliest, first_twins, ranks)
    ranks = earliest[first_twins]
    rows = np.argsort(ranks, kind="stable")
    train, held_out = _latest(rows, ranks, HELD_OUT_SHARE)
    if not test_set:
        return Split(train, held_out, NONE)
    return Split(train, *_latest(held_out, ranks, TEST_SHARE))


def _latest(rows: np.ndarray, ranks: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Cut rows, which are in order of time, between two times, as near to `share` as can be."""
    cuts = np.flatnonzero(np.diff(ranks[rows])) + 1
    if not len(cuts):
        return rows, NONE
    cut = cuts[np.argmin(np.abs(cuts - (len(rows) - math.ceil(share * len(rows)))))]
    return rows[:cut], rows[cut:]


def _given(
    rule: SplitRule, labels: np.ndarray, first_twins: np.ndarray, *, seed: int, test_set: bool
) -> Split:
    """Take the parts as given; draw the validation part from the rest where none is given.

    A review with a twin in a part before its own is left out of its part.
    """
    train, validation, test = (
        np.flatnonzero(np.asarray(rule.assignment) == part) for part in (TRAIN, VALIDATION, TEST)
    )
    random = SplitRule("random", NONE)
    if not len(validation):
        train, validation = _divide(random, train, labels, first_twins, HELD_OUT_SHARE, seed)
    validation = validation[~np.isin(first_twins[validation], first_twins[train])]
    if test_set and not rule.gives_test:
        validation, test = _divide(random, validation, labels, first_twins, TEST_SHARE, seed)
    seen = first_twins[np.concatenate([train, validation])]
    return Split(train, validation, test[~np.isin(first_twins[test], seen)])
