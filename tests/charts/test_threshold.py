"""Scores and calls at a threshold, as tuples against scikit-learn and as figures."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score

from rnnlab.charts import threshold
from tests.charts.sides import COLORS, LABELS, SEEDS, SIDES, shown
from tests.sides import side


@pytest.mark.parametrize("at", [0.05, 0.37, 0.5, 0.85])
def test_counts_and_rates_are_scikit_learns_means_over_seeds(at):
    _, strong = threshold.at_threshold(SIDES, COLORS, threshold=at)
    calls = [np.float32(p) > np.float32(at) for p in SEEDS]
    expected = np.mean([confusion_matrix(LABELS, call).ravel() for call in calls], axis=0)
    assert strong[2:6] == pytest.approx(tuple(expected))
    for results, oracle in (
        (strong.accuracy, accuracy_score),
        (strong.precision, precision_score),
        (strong.recall, recall_score),
    ):
        assert results == pytest.approx(np.mean([oracle(LABELS, call) for call in calls]))
    points = [(recall_score(1 - LABELS, call), recall_score(LABELS, call)) for call in calls]
    assert np.array(strong.points) == pytest.approx(np.array(points))


def test_rates_that_are_undefined_for_one_seed_are_missing():
    ones = np.ones(20, np.uint8)
    results = threshold.at_threshold(
        [side("a", np.full(20, 0.3), np.full(20, 0.6), labels=ones)],
        {"a": "#000000"},
        threshold=0.5,
    )[0]
    assert results == ("a", "#000000", 0, 0, 10, 10, 0.5, None, 0.5, ())


def test_title_names_the_highest_accuracy_at_the_threshold():
    results = threshold.at_threshold(SIDES, COLORS, threshold=0.4)
    assert threshold.title(results, threshold=0.4) == (
        "Decision threshold 40\u00a0%: highest accuracy "
        f"{100 * results[1].accuracy:.1f}\u00a0% (<b>strong</b>)"
    )
    assert threshold.title(results[:1], threshold=0.4) == (
        f"Decision threshold 40\u00a0%: accuracy {100 * results[0].accuracy:.1f}\u00a0%"
    )


def test_scores_hold_every_review_once_on_the_side_of_its_label():
    labels = np.array([1, 0] * 10, np.uint8)
    row = threshold.histograms(
        [side("a", [1.0, 0.0] * 10, [0.52, 0.02] * 10, labels=labels)], {"a": "#000000"}
    ).rows[0]
    assert row.positives.tolist() == [0] * 10 + [5] + [0] * 8 + [5]
    assert row.negatives.tolist() == [10] + [0] * 19


def test_histogram_title_says_how_far_apart_the_two_labels_are():
    positive, negative = (
        f"{100 * np.mean([p[kind == LABELS].mean() for p in SEEDS]):.1f}\u00a0%" for kind in (1, 0)
    )
    text = f"average {positive} for positive reviews, {negative} for negative ones"
    assert threshold.histograms(SIDES, COLORS).title == (f"Widest apart: <b>strong</b>, on {text}")
    assert threshold.histograms(SIDES[1:], COLORS).title == f"On {text}"
    ones = side("a", np.full(20, 0.7), labels=np.ones(20, np.uint8))
    assert (
        threshold.histograms([ones], {"a": "#000000"}).title == "Distribution of the probabilities"
    )


@pytest.mark.parametrize("count", [1, 2, 10])
def test_figure_grows_by_a_row_a_side_and_shows_names_as_text(count):
    info = threshold.histograms((SIDES * 5)[-count:], COLORS)
    figure = threshold.histograms_figure(info, threshold=0.3)
    assert len(figure.data) == 2 * count
    assert figure.layout.height == 70 + 146 * count
    assert -figure.data[1].y == pytest.approx(info.rows[0].negatives)
    assert [(line.x0, line.x1) for line in figure.layout.shapes] == [(0.3, 0.3)] * count
    assert "<b>strong" not in shown(figure)
    assert "strong" in threshold.describe(info)
