"""Scores and calls at a threshold, as tuples against scikit-learn and as figures."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score

from rnnlab.charts import threshold
from tests.charts.sides import COLORS, LABELS, SEEDS, SIDES, shown
from tests.sides import side


@pytest.mark.parametrize("at", [0.05, 0.37, 0.5, 0.85])
def test_counts_and_rates_are_scikit_learns_means_over_seeds(at):
    _, strong = threshold.called(SIDES, COLORS, threshold=at)
    calls = [np.float32(p) > np.float32(at) for p in SEEDS]
    expected = np.mean([confusion_matrix(LABELS, call).ravel() for call in calls], axis=0)
    assert strong[2:6] == pytest.approx(tuple(expected))
    for found, oracle in (
        (strong.accuracy, accuracy_score),
        (strong.precision, precision_score),
        (strong.recall, recall_score),
    ):
        assert found == pytest.approx(np.mean([oracle(LABELS, call) for call in calls]))
    points = [(recall_score(1 - LABELS, call), recall_score(LABELS, call)) for call in calls]
    assert np.array(strong.points) == pytest.approx(np.array(points))


def test_rates_that_are_undefined_for_one_seed_are_missing():
    ones = np.ones(20, np.uint8)
    found = threshold.called(
        [side("a", np.full(20, 0.3), np.full(20, 0.6), labels=ones)],
        {"a": "#000000"},
        threshold=0.5,
    )[0]
    assert found == ("a", "#000000", 0, 0, 10, 10, 0.5, None, 0.5, ())


def test_finding_names_who_is_right_most_often_at_the_threshold():
    found = threshold.called(SIDES, COLORS, threshold=0.4)
    assert threshold.finding(found, threshold=0.4) == (
        "Above 40\u00a0% is called positive: <b>strong</b> is right most often, "
        f"{100 * found[1].accuracy:.1f}\u00a0%"
    )
    assert threshold.finding(found[:1], threshold=0.4) == (
        f"Above 40\u00a0% is called positive: {100 * found[0].accuracy:.1f}\u00a0% right"
    )


def test_scores_hold_every_review_once_on_the_side_of_its_label():
    labels = np.array([1, 0] * 10, np.uint8)
    row = threshold.histograms(
        [side("a", [1.0, 0.0] * 10, [0.52, 0.02] * 10, labels=labels)], {"a": "#000000"}
    ).rows[0]
    assert row.positives.tolist() == [0] * 10 + [5] + [0] * 8 + [5]
    assert row.negatives.tolist() == [10] + [0] * 19


def test_histogram_title_says_who_tells_the_two_kinds_apart():
    positive, negative = (
        f"{100 * np.mean([p[kind == LABELS].mean() for p in SEEDS]):.1f}\u00a0%" for kind in (1, 0)
    )
    said = f"average {positive} for positive reviews, {negative} for negative ones"
    assert threshold.histograms(SIDES, COLORS).title == (
        f"<b>strong</b> tells them apart the most: on {said}"
    )
    assert threshold.histograms(SIDES[1:], COLORS).title == f"On {said}"
    ones = side("a", np.full(20, 0.7), labels=np.ones(20, np.uint8))
    assert (
        threshold.histograms([ones], {"a": "#000000"}).title == "How the probabilities are spread"
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
