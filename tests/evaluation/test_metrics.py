"""The metrics of predictions, beside scikit-learn's and figures counted by hand."""

import numpy as np
import pytest
from sklearn import metrics as oracle
from sklearn.calibration import calibration_curve

from rnnlab.errors import DataError
from rnnlab.evaluation import metrics
from tests.sides import noisy

LABELS = np.array([0, 1, 1, 0, 1, 0], np.uint8)
PROBABILITIES = np.array([0.1, 0.9, 0.4, 0.6, 0.8, 0.3], np.float32)


def test_metrics_of_six_reviews_are_as_counted_by_hand():
    found = metrics.compute_metrics(LABELS, PROBABILITIES)
    # Right: 0.1, 0.9, 0.8, 0.3; 0.4 is a missed positive, 0.6 a false one.
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.f1 == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert found.roc_auc == pytest.approx(8 / 9)
    assert found.brier == pytest.approx((0.01 + 0.01 + 0.36 + 0.36 + 0.04 + 0.09) / 6)
    assert found.log_loss == pytest.approx(-np.log([0.9, 0.9, 0.4, 0.4, 0.8, 0.7]).mean(), rel=1e-6)
    # All six stand in bins of their own.
    assert found.ece == pytest.approx((0.1 + 0.1 + 0.6 + 0.6 + 0.2 + 0.3) / 6, rel=1e-6)


def test_metrics_agree_with_scikit_learn():
    labels, probabilities = noisy(2_000)
    found = metrics.compute_metrics(labels, probabilities)
    called = probabilities > 0.5
    assert found.accuracy == pytest.approx(oracle.accuracy_score(labels, called))
    assert found.f1 == pytest.approx(oracle.f1_score(labels, called))
    assert found.roc_auc == pytest.approx(oracle.roc_auc_score(labels, probabilities))
    assert found.brier == pytest.approx(oracle.brier_score_loss(labels, probabilities), rel=1e-6)
    assert found.log_loss == pytest.approx(oracle.log_loss(labels, probabilities), rel=1e-6)


def test_one_half_counts_as_negative_like_in_keras():
    assert (
        metrics.compute_metrics(np.array([0, 1]), np.array([0.5, 0.5], np.float32)).accuracy == 0.5
    )
    assert metrics.confusion(np.array([0, 1]), np.array([0.5, 0.5])) == (1, 0, 1, 0)


@pytest.mark.parametrize(("label", "f1"), [(1, 0.8), (0, 0.0)])
def test_one_class_alone_has_every_metric_but_the_auc(label, f1):
    found = metrics.compute_metrics(np.full(3, label), np.array([0.9, 0.8, 0.2], np.float32))
    assert found.roc_auc is None
    assert found.f1 == pytest.approx(f1)
    assert found.accuracy == pytest.approx(2 / 3 if label else 1 / 3)
    assert metrics.roc(np.full(3, label), np.array([0.9, 0.8, 0.2])) is None


def test_f1_is_undefined_where_nothing_is_or_is_called_positive():
    assert metrics.compute_metrics(np.zeros(2), np.array([0.1, 0.2])).f1 is None


def test_sure_and_wrong_answer_has_keras_log_loss():
    found = metrics.compute_metrics(np.array([1, 0]), np.array([0.0, 1.0], np.float32))
    assert found.log_loss == pytest.approx(-np.log(1e-7))


def test_metrics_of_no_review_are_refused():
    with pytest.raises(DataError, match="no reviews to evaluate"):
        metrics.compute_metrics(np.array([]), np.array([]))


def test_reliability_bins_are_scikit_learns_and_keep_every_review():
    labels, probabilities = noisy(3_000)
    found = metrics.reliability(labels, probabilities)
    assert len(found) == 15
    assert sum(one.count for one in found) == 3_000
    positive, probability = calibration_curve(labels, probabilities, n_bins=15)
    filled = [one for one in found if one.count]
    np.testing.assert_allclose([one.positive for one in filled], positive)
    np.testing.assert_allclose([one.probability for one in filled], probability, rtol=1e-6)


def test_reliability_bins_are_closed_on_the_right_and_the_first_holds_nought():
    found = metrics.reliability(np.ones(4), np.array([0.0, 0.25, 0.26, 1.0]), bins=4)
    assert [one.count for one in found] == [2, 1, 0, 1]
    assert found[2] == (0.5, 0.75, 0, None, None)


def test_well_calibrated_probabilities_have_a_small_calibration_error():
    rng = np.random.default_rng(0)
    probabilities = rng.uniform(size=200_000)
    labels = rng.uniform(size=200_000) < probabilities
    assert metrics.compute_metrics(labels, probabilities).ece < 0.01
    assert metrics.compute_metrics(~labels, probabilities).ece == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("threshold", [0.0, 0.33, 0.5, 0.9, 1.0])
def test_confusion_agrees_with_scikit_learn(threshold):
    labels, probabilities = noisy(500)
    expected = oracle.confusion_matrix(labels, probabilities > threshold, labels=[0, 1])
    found = metrics.confusion(labels, probabilities, threshold=threshold)
    assert found == tuple(expected.ravel())


def test_area_under_the_roc_is_the_auc():
    labels, probabilities = noisy(500)
    found = metrics.roc(labels, probabilities)
    area = np.trapezoid(found.true_positive_rate, found.false_positive_rate)
    assert area == pytest.approx(metrics.compute_metrics(labels, probabilities).roc_auc)
