"""ROC and reliability, as tuples against scikit-learn and as figures."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from rnnlab.charts import reliability, roc, threshold
from rnnlab.charts.roc import GRID_RATES
from tests.charts.sides import COLORS, LABELS, SEEDS, SIDES, shown
from tests.sides import side

WEAK = roc_auc_score(LABELS, SIDES[0].runs[0].probabilities)


def test_area_is_the_mean_of_the_seeds_and_that_under_the_mean_curve():
    weak, strong = roc.roc_curves(SIDES, COLORS).lines
    areas = [roc_auc_score(LABELS, np.float32(p)) for p in SEEDS]
    assert strong.auc == pytest.approx(np.mean(areas))
    assert strong.spread == pytest.approx(np.std(areas, ddof=1))
    assert np.trapezoid(strong.mean, GRID_RATES) == pytest.approx(strong.auc, abs=1e-3)
    assert strong.mean == pytest.approx(np.mean(strong.seeds, axis=0))
    assert (strong.mean[0], strong.mean[-1]) == (0, 1)
    assert weak.spread is None and len(weak.seeds) == 1


def test_curve_of_a_seed_is_the_share_found_at_each_rate_of_false_alarms():
    few = np.array([0, 0, 1, 0, 1] * 4, np.uint8)
    ranked = np.array([0.1, 0.2, 0.3, 0.4, 0.9] * 4)
    (line,) = roc.roc_curves([side("a", ranked, labels=few)], {"a": "#000000"}).lines
    at = dict(zip(GRID_RATES[1:].round(3), line.mean[1:], strict=True))
    assert line.mean[0] == 0
    assert (at[0.0], at[0.2], at[0.335], at[1.0]) == pytest.approx((0.5, 0.5, 1.0, 1.0))


def test_roc_title_names_the_highest_mean_auc():
    areas = [roc_auc_score(LABELS, np.float32(p)) for p in SEEDS]
    assert roc.roc_curves(SIDES, COLORS).title == (
        f"Highest mean AUC: <b>strong</b> ({np.mean(areas):.3f} ± {np.std(areas, ddof=1):.3f})"
    )
    assert roc.roc_curves(SIDES[:1], COLORS).title == f"weak: AUC {WEAK:.3f}"


def test_reviews_of_one_label_have_no_roc():
    ones = side("a", np.full(40, 0.7), labels=np.ones(40, np.uint8))
    info = roc.roc_curves([ones], {"a": "#000000"})
    assert info == ("No ROC curve: all reviews have the same label", ())
    results = threshold.at_threshold([ones], {"a": "#000000"}, threshold=0.5)
    assert results[0].points == ()
    assert not any(trace.x for trace in roc.roc_figure(info, results).data)


def test_of_many_seeds_some_are_drawn_from_the_lowest_to_the_highest_and_means_count_all():
    rng = np.random.default_rng(3)
    many = [LABELS * 0.4 + rng.random(len(LABELS)) * 0.6 for _ in range(70)]
    sides, colors = [side("many", *many, labels=LABELS)], {"many": "#000000"}
    info = roc.roc_curves(sides, colors)
    (line,) = info.lines
    areas = [roc_auc_score(LABELS, np.float32(p)) for p in many]
    assert line.auc == pytest.approx(np.mean(areas))
    assert len(line.seeds) == 70 and len(line.drawn) == 60
    assert {int(np.argmin(areas)), int(np.argmax(areas))} <= set(line.drawn)
    assert "60 of 70 single seeds are drawn" in roc.describe_roc(info)
    results = threshold.at_threshold(sides, colors, threshold=0.4)
    figure = roc.roc_figure(info, results)
    seeds, _, points = figure.data
    assert np.isnan(seeds.y).sum() == len(points.x) == 60


def test_bins_are_those_of_scikit_learn_over_all_seeds_without_the_small():
    _, strong = reliability.reliability_curves(SIDES, COLORS).lines
    together = np.concatenate([np.float32(p) for p in SEEDS])
    positive, predicted = calibration_curve(np.tile(LABELS, 3), together, n_bins=15)
    counts, _ = np.histogram(together, np.linspace(0, 1, 16))
    enough = counts[counts > 0] >= 3 * reliability.MIN_BIN_REVIEWS
    assert 5 < enough.sum() < len(enough)
    assert [one.positive for one in strong.bins] == pytest.approx(positive[enough])
    assert [one.probability for one in strong.bins] == pytest.approx(predicted[enough])


def test_reliability_title_names_the_lowest_calibration_error():
    honest = side("honest", np.where(np.arange(400) % 4, 0.7, 0.1), labels=_share(0.65, 400))
    sure = side("sure", np.full(400, 0.9), np.full(400, 0.8), labels=_share(0.65, 400))
    info = reliability.reliability_curves([sure, honest], {"sure": "#000000", "honest": "#111111"})
    assert info.lines[0].error == pytest.approx(0.2)  # of 0.25 and 0.15
    assert info.title == "Lowest calibration error: honest (17.5 points)"
    assert reliability.reliability_curves([sure], {"sure": "#000000"}).title == (
        "sure: mean calibration error 20.0 ± 7.1 points"
    )
    assert "sure 20.0 points" in reliability.describe_reliability(info)


def _share(share: float, count: int) -> np.ndarray:
    return (np.arange(count) < share * count).astype(np.uint8)


def test_figures_draw_each_side_its_seeds_and_its_threshold_with_names_as_text():
    info = roc.roc_curves(SIDES, COLORS)
    results = threshold.at_threshold(SIDES, COLORS, threshold=0.4)
    figure = roc.roc_figure(info, results)
    named = [trace.name for trace in figure.data if trace.showlegend is None]
    assert named[0].endswith("&lt;b&gt;strong&lt;/b&gt;") and named[1].endswith("weak")
    assert len(figure.data) == 1 + 2 + 2  # seeds, curves, points
    points = figure.data[-1]
    assert tuple(zip(points.x, points.y, strict=True)) == results[1].points
    for (x, y), seed in zip(results[1].points, info.lines[1].seeds, strict=True):
        assert np.interp(x, GRID_RATES, seed) == pytest.approx(y, abs=0.02)
    bins = reliability.reliability_curves(SIDES, COLORS)
    drawn = reliability.reliability_figure(bins)
    assert sorted(len(trace.x) for trace in drawn.data) == sorted(len(r.bins) for r in bins.lines)
    assert "<b>strong" not in shown(figure) + shown(drawn)
    assert f"weak {WEAK:.3f}" in roc.describe_roc(info)
