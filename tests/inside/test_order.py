"""Accuracy on reviews whose words are moved or cut."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.inference import forward
from rnnlab.inside import order
from rnnlab.inside.reviews import baselines, sample_size
from tests.labs import NOW, failed_run, finished_run
from tests.networks import fixed_weights, tiny

IDS = np.array([[0, 0, 1, 4, 5, 6, 7], [1, 5, 4, 6, 8, 9, 4], [0, 0, 0, 0, 0, 1, 9]], np.int32)
LABELS = np.array([1, 0, 1], np.uint8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("untouched", [1, 4, 5, 6, 7]),
        ("reversed", [1, 7, 6, 5, 4]),
        ("first 10 words alone", [1, 4, 5, 6, 7]),
    ],
)
def test_words_are_changed_behind_the_start_mark(name, expected):
    row = order._change(IDS[0], order.CHANGES[name], np.random.default_rng(0))
    assert row.tolist() == [0, 0, *expected]


def test_shuffling_before_the_end_keeps_the_last_words():
    words = np.arange(10, 40)
    name = f"shuffled before the last {order.LAST_WORDS} words"
    changed = order.CHANGES[name](words, np.random.default_rng(0))
    assert changed[-10:].tolist() == words[-10:].tolist()
    assert sorted(changed) == words.tolist() and changed.tolist() != words.tolist()
    assert order.CHANGES["last 10 words alone"](words, None).tolist() == words[-10:].tolist()


@pytest.mark.parametrize("arch", ["feedforward", "tfidf-logreg"])
def test_a_bag_of_words_gives_the_same_logits_in_any_order(arch):
    config = tiny(arch, maxlen=7)
    weights = fixed_weights(config)
    untouched = forward.logits(config, weights, IDS)
    for name in ("shuffled", "reversed"):
        changed = order.change_all(IDS, order.CHANGES[name])
        np.testing.assert_allclose(forward.logits(config, weights, changed), untouched, atol=1e-6)
    by_name = {row.name: row for row in order.measure_order(config, weights, IDS, LABELS).rows}
    assert by_name["untouched"].difference is None
    assert by_name["shuffled"].difference.value == 0


def test_last_words_are_counted_up_to_the_whole_review():
    config = tiny("gru", maxlen=7)
    weights = fixed_weights(config)
    measured = order.measure_order(config, weights, IDS, LABELS)
    assert [point.words for point in measured.last] == [1, 2, 5, 7]
    cut = np.array([[0] * 5 + [1, 7], [0] * 5 + [1, 4], [0] * 5 + [1, 9]], np.int32)
    right = (forward.predict(config, weights, cut) > 0.5) == (LABELS == 1)
    assert measured.last[0].accuracy == pytest.approx(right.mean())
    assert measured.last[-1].accuracy == measured.rows[0].accuracy
    assert all(point.low <= point.accuracy <= point.high for point in measured.last)


def test_progress_counts_the_changes():
    config = tiny("lstm", maxlen=7)
    told = []
    order.measure_order(
        config,
        fixed_weights(config),
        IDS,
        LABELS,
        progress=lambda share, name: told.append((share, name)),
    )
    assert told[0] == (0.0, "untouched") and told[-1][1] == "last 7 words alone"
    assert [share for share, _ in told] == pytest.approx(np.arange(10) / 10)


def test_baselines_are_the_newest_on_the_same_reviews(store):
    run = finished_run(store, preset("lstm"))
    finished_run(store, preset("feedforward"))
    newer = finished_run(store, preset("feedforward", seed=2))
    linear = finished_run(store, preset("tfidf-logreg"))
    finished_run(store, preset("feedforward", split_seed=1))
    finished_run(store, preset("gru"))
    failed_run(store, preset("tfidf-logreg", maxlen=200))
    runs = [
        replace(each, created_at=NOW + 1) if each.id == newer.id else each for each in store.runs()
    ]
    assert [found.id for found in baselines(run, runs)] == [newer.id, linear.id]


def test_wide_networks_on_long_reviews_are_measured_on_fewer():
    assert sample_size(preset("lstm")) == 1_000
    assert sample_size(preset("gru", units=64, maxlen=300)) == 166
    assert sample_size(preset("lstm", units=128, layers=2, bidirectional=True, maxlen=500)) == 100
