"""Rows used, class balance, lengths, unknown words, and how small a difference shows."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from rnnlab.config import FIELDS, RunConfig
from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import Finding, shown
from rnnlab.datasets.health.words import WordTable
from rnnlab.datasets.own.make import MIN_REVIEWS
from rnnlab.datasets.own.splits import TEST, TRAIN
from rnnlab.datasets.split import HELD_OUT_SHARE
from rnnlab.format import percent, plural, points, whole_percent

VOCAB_SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
BINS = 30  # of the chart of lengths
MAX_MAXLEN = int(FIELDS["maxlen"].high)
FEW = 200  # reviews
# As in `compare.sample_size`: claimed at 5 %, four times in five.
_QUANTILES = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
DISAGREE = 0.15  # of the reviews, that two trained models call differently


class Lengths(NamedTuple):
    """The words of the reviews: how many reviews are in each bin, between `edges`."""

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    median: int
    ninety: int  # of a hundred reviews have no more words
    longest: int
    cut: float  # the share that `maxlen` cuts


def lengths(words: WordTable, maxlen: int) -> Lengths:
    """Return how long the texts are; the last bin holds all that are longer."""
    sizes = words.lengths
    top = max(int(np.quantile(sizes, 0.99)), 10)
    edges = np.unique(np.linspace(0, top + 1, BINS + 1).round())
    counts, _ = np.histogram(np.minimum(sizes, top), edges)
    return Lengths(
        tuple(counts.tolist()),
        tuple(edges.tolist()),
        int(np.median(sizes)),
        int(np.ceil(np.quantile(sizes, 0.9))),
        int(sizes.max()),
        float((sizes > maxlen - 1).mean()),
    )


def unknown_shares(
    words: WordTable, sizes: Sequence[int] = VOCAB_SIZES
) -> tuple[tuple[int, float], ...]:
    """Return the share of all words that a model does not know, for sizes of its vocabulary."""
    counts = np.sort(words.counts)[::-1]
    total = max(int(counts.sum()), 1)
    return tuple((size, 1 - float(counts[: size - 4].sum()) / total) for size in sizes)


def smallest_difference(reviews: int) -> float:
    """Return the smallest true difference of accuracy that so many reviews show.

    Four times in five, between two models that disagree on `DISAGREE` of the reviews (McNemar).
    """
    return _QUANTILES * (DISAGREE / max(reviews, 1)) ** 0.5


def findings(checked: Checked, distinct: int, config: RunConfig) -> list[Finding]:
    """Return the findings that need no more than labels and words."""
    found = [_rows(checked), _balance(checked)]
    sizes = lengths(checked.words, config.maxlen)
    short = np.flatnonzero(checked.words.lengths < 3)
    found.append(
        Finding(
            "lengths",
            "note" if sizes.cut > 0.5 else "fine",
            f"Half of the reviews have up to {plural(sizes.median, 'word')}, 90 in 100 up to "
            f"{sizes.ninety:,}; the longest has {sizes.longest:,}.",
            f"With maxlen {config.maxlen}, {percent(sizes.cut)} of them are cut."
            + (
                f" A maxlen of {min(sizes.ninety + 1, MAX_MAXLEN):,} reads 90 in 100 whole."
                if sizes.cut > 0.1
                else ""
            ),
            sizes.median,
            settings={"maxlen": min(sizes.ninety + 1, MAX_MAXLEN)} if sizes.cut > 0.1 else {},
        )
    )
    if len(short) > 0.01 * checked.count:
        found.append(
            Finding(
                "short",
                "note",
                f"{plural(len(short), 'review')} {'has' if len(short) == 1 else 'have'} one or two "
                "words.",
                "There is little to read in them: check that the right column is used.",
                len(short),
                shown(short),
                drop=short,
                action="Leave these reviews out",
            )
        )
    found += [_unknown(checked, config), _resolution(checked, distinct)]
    return found


def _rows(checked: Checked) -> Finding:
    dropped = sum(rows.count for rows in checked.left_out)
    total = checked.count + dropped
    if not dropped:
        title = f"All {total:,} rows are used." if total > 1 else "The only row is used."
        return Finding("rows", "fine", title, "", checked.count)
    reasons = "; ".join(rows.description for rows in checked.left_out)
    return Finding(
        "rows",
        "warning" if dropped > 0.05 * total else "note",
        f"{checked.count:,} of {total:,} rows are used, {dropped:,} are not.",
        f"Left out: {reasons}.",
        checked.count,
    )


def _balance(checked: Checked) -> Finding:
    positives = int(checked.labels.sum())
    share = positives / max(checked.count, 1)
    constant = max(share, 1 - share)
    name = "positive" if share >= 0.5 else "negative"
    if constant == 1:
        return Finding(
            "balance",
            "problem",
            f"All {checked.count:,} reviews are {name}.",
            "There is nothing to tell apart: add reviews of the other label.",
            share,
        )
    level = "fine" if constant < 0.6 else "note" if constant < 0.8 else "warning"
    return Finding(
        "balance",
        level,  # type: ignore[arg-type]
        f"{percent(share)} are positive. Always answering “{name}” scores {percent(constant)}.",
        ""
        if level == "fine"
        else "Compare accuracies with that figure, and look at recall and F1 of the rarer label.",
        share,
        shown(np.flatnonzero(checked.labels == (share < 0.5))) if level == "warning" else (),
    )


def _unknown(checked: Checked, config: RunConfig) -> Finding:
    size = config.vocab_size
    shares = dict(unknown_shares(checked.words, (*VOCAB_SIZES, size)))
    share = shares[size]
    better = next((other for other in VOCAB_SIZES if shares[other] < 0.1), None)
    return Finding(
        "unknown",
        "fine" if share < 0.2 else "note",
        f"A vocabulary of {size:,} words leaves {percent(share)} of all words unknown; there are "
        f"{len(checked.words.names):,} different ones.",
        f"With {better:,} it is {percent(shares[better])}." if better and better > size else "",
        share,
        settings={"vocab_size": better} if better and better > size else {},
    )


def _resolution(checked: Checked, distinct: int) -> Finding:
    if distinct < MIN_REVIEWS:
        return Finding(
            "resolution",
            "problem",
            f"{plural(distinct, 'different review')} {'is' if distinct == 1 else 'are'} too few to "
            "tell models apart.",
            f"To compare models on them or to train on them, at least {MIN_REVIEWS} are needed.",
            smallest_difference(distinct),
        )
    held_out = int(distinct * HELD_OUT_SHARE)
    whose = f"{plural(held_out, 'review')} that {'is' if held_out == 1 else 'are'} held out"
    if checked.parts is not None and np.any(checked.parts != TRAIN):
        tested = np.any(checked.parts == TEST)
        held_out = int((checked.parts == TEST).sum() if tested else (checked.parts != TRAIN).sum())
        whose = plural(held_out, "test review" if tested else "held-out review")
    difference = smallest_difference(held_out)
    return Finding(
        "resolution",
        "warning" if distinct < FEW else "fine",
        f"Differences of {points(difference)} and more show on {whose}.",
        f"Between two models that disagree on {whole_percent(DISAGREE)} of the reviews, four times "
        f"in five. On all {distinct:,} different reviews, where none trains a model, it is "
        f"{points(smallest_difference(distinct))}.",
        difference,
    )
