"""Where sides disagree, against plain loops over the reviews."""

import numpy as np
import pytest
from scipy import stats

from rnnlab.compare import disagreements
from rnnlab.compare.disagreements import Words
from rnnlab.datasets import encoded
from rnnlab.text import tokenize
from tests.sides import side

TEXTS = ["the film was good", "bad", "the the film", "a zebra in the film and the sea", "..."] * 8
LABELS = np.array([1, 0, 1, 0, 1] * 8, np.uint8)


@pytest.fixture
def dataset(tmp_path):
    encoded.build(
        tmp_path / "set",
        name="bundled",
        fingerprint="f" * 64,
        reviews=encoded.encode(TEXTS, LABELS),
    )
    return encoded.read(tmp_path / "set")


def test_reviews_are_told_apart_by_who_is_right_the_most_disputed_first():
    labels = np.array([1, 1, 0, 0] * 5, np.uint8)
    a = np.array([0.9, 0.55, 0.7, 0.2] * 5)
    b = np.array([0.4, 0.1, 0.3, 0.1] * 5)
    found = disagreements.disagreement(side("a", a, labels=labels), side("b", b, labels=labels))
    assert (found.both, found.neither) == (5, 0)
    assert [split.row for split in found.a_right] == [0, 4, 8, 12, 16, 1, 5, 9, 13, 17]
    assert [split.row for split in found.b_right] == [2, 6, 10, 14, 18]
    assert found.a_right[0] == (0, True, pytest.approx(0.9), pytest.approx(0.4))
    assert found.b_right[0][1:] == (False, pytest.approx(0.7), pytest.approx(0.3))


def test_the_wider_apart_the_sides_the_earlier_a_review_stands():
    labels = np.ones(20, np.uint8)
    b = np.linspace(0.45, 0.05, 20)
    found = disagreements.disagreement(
        side("a", np.full(20, 0.9), labels=labels), side("b", b, labels=labels)
    )
    assert [split.row for split in found.a_right] == list(range(19, -1, -1))


def test_a_group_speaks_by_the_mean_of_its_seeds():
    labels = np.ones(20, np.uint8)
    a = side("a", np.full(20, 0.9), np.full(20, 0.2), labels=labels)
    b = side("b", np.full(20, 0.4), labels=labels)
    assert disagreements.disagreement(a, b).a_right[0].a == pytest.approx(0.55)


@pytest.mark.parametrize("vocab_size", [5, 6, 8, 100])
def test_words_of_rows_and_of_texts_are_those_of_a_plain_loop(dataset, vocab_size):
    rows = np.array([3, 0, 4, 2])
    texts = [TEXTS[row] for row in rows]
    index = dataset.vocabulary.index
    expected = [
        np.mean([index[w] >= vocab_size for w in tokenize(t)]) if tokenize(t) else 0.0
        for t in texts
    ]
    for words in (Words.from_rows(dataset, rows), Words.from_texts(texts, dataset.vocabulary)):
        assert words.lengths.tolist() == [8, 4, 0, 3]
        assert words.unknown_share(vocab_size) == pytest.approx(expected)


def test_words_that_the_vocabulary_lacks_are_unknown_however_large_it_is(dataset):
    words = Words.from_texts(["the quokka"], dataset.vocabulary)
    assert words.unknown_share(50_000) == pytest.approx([0.5])


def test_slices_hold_the_accuracy_of_their_reviews_and_leave_out_the_small():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 600).astype(np.uint8)
    lengths = rng.integers(1, 300, 600)
    right = rng.uniform(size=600) < np.where(lengths < 100, 0.9, 0.6)
    one = side("a", np.where(right == (labels == 1), 0.8, 0.2), labels=labels)
    words = Words(np.zeros(lengths.sum(), np.int32), np.concatenate([[0], np.cumsum(lengths)]))
    found = disagreements.accuracy_by_length(one, words)
    assert len(found) == disagreements.LENGTH_BINS
    assert sum(part.count for part in found) == 600
    for part in found[:-1]:
        inside = (lengths >= part.low) & (lengths < part.high)
        assert part.accuracy == pytest.approx(right[inside].mean())
        assert part.accuracy_low < part.accuracy < part.accuracy_high
    assert found[0].accuracy > 0.8 > found[-1].accuracy


def test_interval_of_a_single_runs_slice_is_wilsons():
    words = Words(np.zeros(40), np.arange(41))  # a word each, and known
    shares = disagreements.accuracy_by_unknown_share(side("b", [0.6] * 40, labels=LABELS), words)
    (only,) = shares
    assert only[:4] == (0.0, 0.1, 40, 0.6)
    assert (only.accuracy_low, only.accuracy_high) == pytest.approx((0.446, 0.737), abs=1e-3)


def test_interval_of_a_slice_counts_the_choice_of_seeds():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400).astype(np.uint8)
    rates = (0.85, 0.8, 0.75)
    right = np.stack([rng.permutation(np.arange(400) < rate * 400) for rate in rates])
    words = Words(np.zeros(400), np.arange(401))
    three = side("c", *np.where(right == (labels == 1), 0.8, 0.2), labels=labels)
    (of_seeds,) = disagreements.accuracy_by_unknown_share(three, words)
    assert of_seeds.accuracy == pytest.approx(0.8)
    # Student's t interval of the three accuracies alone is a lower limit of the width.
    t = stats.ttest_1samp(rates, 0).confidence_interval()
    assert of_seeds.accuracy_low == pytest.approx(t.low, abs=0.02)
    (of_one,) = disagreements.accuracy_by_unknown_share(
        side("d", np.where(right[0] == (labels == 1), 0.8, 0.2), labels=labels), words
    )
    width = of_seeds.accuracy_high - of_seeds.accuracy_low
    assert width > 2 * (of_one.accuracy_high - of_one.accuracy_low)


def test_slice_describes_the_seeds_that_learned():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400).astype(np.uint8)
    right = np.stack([rng.permutation(np.arange(400) < share) for share in (320, 322, 200)])
    words = Words(np.zeros(400), np.arange(401))
    stuck = side("e", *np.where(right == (labels == 1), 0.8, 0.2), labels=labels)
    (only,) = disagreements.accuracy_by_unknown_share(stuck, words)
    assert only.accuracy == pytest.approx((320 + 322) / 800)


def test_stuck_seeds_have_no_say_in_what_is_disputed():
    labels = np.tile([0, 1], 100).astype(np.uint8)
    sure = np.where(labels == 1, 0.9, 0.1)
    steady = side("f", sure, sure, labels=labels)
    stuck = side("g", sure, sure, np.full(200, 0.01), np.full(200, 0.01), labels=labels)
    compared = disagreements.disagreement(steady, stuck)
    assert (compared.both, compared.a_right, compared.b_right) == (200, (), ())
