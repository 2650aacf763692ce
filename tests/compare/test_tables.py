"""What a comparison shows as tables, against plain arithmetic."""

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    f1_score,
    log_loss,
    roc_auc_score,
)

from rnnlab.compare import failures, tables, verdict
from rnnlab.compare.cost import group_costs
from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from rnnlab.evaluation import metrics
from tests.labs import finished_run
from tests.sides import BAD, GOOD, group


@pytest.fixture
def lab(store):
    """Three LSTMs of 2, 3 and 4 epochs, a GRU of 3; their groups, costs and epochs."""
    runs = [finished_run(store, preset("lstm", seed=n), epochs=n) for n in (2, 3, 4)]
    runs.append(finished_run(store, preset("gru", bidirectional=True)))
    found = group_runs(runs)
    costs = group_costs(found, store.run_costs([run.id for run in runs]))
    return found, costs, {run.id: store.epochs(run.id) for run in runs}


def test_only_fields_that_differ_are_columns_and_never_the_seed(lab):
    assert tables.differing_fields(lab[0]) == ("arch", "bidirectional", "dropout")
    assert tables.differing_fields(lab[0][:1]) == ()
    frame = tables.comparison_table(*lab)
    assert list(frame["Bidirectional"]) == ["no", "yes"]
    assert "Seed" not in frame


def test_figures_are_means_and_deviations_over_seeds(lab):
    lstm, gru = tables.comparison_table(*lab).to_dict("records")
    losses = [0.69 - 0.01 * n for n in (2, 3, 4)]
    assert lstm["Validation loss"] == pytest.approx(np.mean(losses))
    assert lstm["± (validation loss)"] == pytest.approx(np.std(losses, ddof=1))
    assert lstm["Validation accuracy (%)"] == pytest.approx(55.0)
    assert (lstm["Seeds"], lstm["Epoch"], lstm["Parameters"]) == (3, 3.0, 8809)
    assert np.isnan(gru["± (points)"])
    assert lstm["Seconds to best"] == pytest.approx(3.0)
    assert lstm["Weights file (kB)"] == pytest.approx(len(b"weights") / 1e3)


def test_stuck_seeds_are_counted_and_left_out_of_the_figures(lab):
    groups, costs, epochs = lab
    stuck = {groups[0].id: frozenset({groups[0].runs[2].id})}
    failed = {groups[0].name: failures.failure_rate(1, 3)}
    frame = tables.comparison_table(groups, costs, epochs, stuck=stuck, failed=failed)
    lstm, gru = frame.to_dict("records")
    assert (lstm["Failed seeds"], gru["Failed seeds"]) == ("1 of 3", "–")
    assert lstm["Validation loss"] == pytest.approx(np.mean([0.67, 0.66]))


def test_metrics_are_those_of_the_seeds_that_learned():
    (row,) = tables.metric_table([group("lstm", (0.8, 0.51, 0.78))]).to_dict("records")
    assert row["Accuracy (%)"] == pytest.approx(79.0)
    assert (row["Seeds"], row["Failed seeds"]) == (3, "1 of 3")
    assert "Failed seeds" not in tables.metric_table([group("lstm", GOOD)])


def test_last_epoch_can_be_asked_for_instead_of_the_best(store):
    run = finished_run(store, epochs=3)
    found = group_runs([run])
    epochs = {run.id: store.epochs(run.id)}
    object.__setattr__(run, "best_epoch", 1)
    best, last = (
        tables.comparison_table(found, (), epochs, at=at)["Validation loss"][0]
        for at in ("best", "last")
    )
    assert (best, last) == pytest.approx((0.68, 0.66))


def test_each_pair_has_a_row_with_its_verdict():
    sides = [group("lstm", GOOD), group("gru", BAD, arch="gru"), group("one", (0.76,))]
    frame = tables.verdict_table(verdict.compare_sides(sides))
    assert list(frame["Verdict"]) == [
        "lstm is better",
        "too few seeds to tell",
        "too few seeds to tell",
    ]
    assert frame["Difference (points)"][0] == pytest.approx(5.1, abs=0.05)
    assert frame["95 % from (points)"][0] < 5.1 < frame["95 % to (points)"][0]


def test_pairs_are_told_from_the_higher_side():
    sides = [group("gru", BAD, arch="gru"), group("lstm", (*GOOD, 0.51))]
    (row,) = tables.verdict_table(verdict.compare_sides(sides)).to_dict("records")
    assert (row["Higher"], row["Lower"]) == ("lstm", "gru")
    assert row["Difference (points)"] == pytest.approx(5.1, abs=0.05)
    assert row["95 % from (points)"] < 5.1 < row["95 % to (points)"]
    assert (row["Failed seeds of the higher"], row["Failed seeds of the lower"]) == (
        "1 of 4",
        "0 of 3",
    )


def test_metrics_are_scikit_learns_means_and_deviations_over_seeds():
    sides = [group("lstm", GOOD), group("one", (0.76,))]
    lstm, one = tables.metric_table(sides).to_dict("records")
    for column, spread, oracle, scale in (
        ("Log loss", "± (log loss)", log_loss, 1),
        ("ROC AUC", "± (ROC AUC)", roc_auc_score, 1),
        ("F1", "± (F1)", lambda y, p: f1_score(y, p > 0.5), 1),
        ("Brier score", "± (Brier score)", brier_score_loss, 1),
        ("Accuracy (%)", "± (points)", lambda y, p: accuracy_score(y, p > 0.5), 100),
    ):
        values = [scale * oracle(run.labels, run.probabilities) for run in sides[0].runs]
        assert lstm[column] == pytest.approx(np.mean(values), rel=1e-6)
        assert lstm[spread] == pytest.approx(np.std(values, ddof=1), rel=1e-4)
        assert np.isnan(one[spread])
    assert (lstm["Seeds"], one["Seeds"]) == (3, 1)
    errors = [
        100 * metrics.compute_metrics(run.labels, run.probabilities).ece for run in sides[0].runs
    ]
    assert lstm["Calibration error (points)"] == pytest.approx(np.mean(errors))


def test_metrics_that_reviews_of_one_label_leave_undefined_are_missing():
    ones = np.ones(40, np.uint8)
    frame = tables.metric_table([group("lstm", GOOD, labels=ones)])
    assert frame["ROC AUC"][0] is None
    assert frame["F1"][0] > 0.8
