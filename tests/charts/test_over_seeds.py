"""Curves of groups: means and bands against numpy, where they end, and that Plotly takes them."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import sem, t

from rnnlab import charts
from rnnlab.charts import over_seeds, thinning
from rnnlab.charts.over_seeds import group_curves
from rnnlab.charts.over_seeds_figure import group_curves_figure
from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from rnnlab.runs import Epoch, Run, RunState
from tests.labs import finished_run

LOSSES = {1: (0.70, 0.60, 0.50, 0.40), 2: (0.72, 0.66, 0.58), 3: (0.68, 0.61, 0.52, 0.47, 0.46)}
TEXT_COLOR = "#161B26"


@pytest.fixture
def lab(store):
    """Three seeds of an LSTM that stop after 4, 3 and 5 epochs, and one GRU; and their epochs."""
    runs, epochs = [], {}
    for seed, losses in LOSSES.items():
        run = finished_run(store, preset("lstm", seed=seed), epochs=len(losses))
        epochs[run.id] = tuple(
            Epoch(
                epoch=number,
                loss=loss - 0.01 * number,
                accuracy=1 - loss,
                val_loss=loss,
                val_accuracy=0.9 - loss,
                seconds=2.0,
            )
            for number, loss in enumerate(losses, start=1)
        )
        runs.append(
            dataclasses.replace(run, best_epoch=len(losses), manifest={"train_reviews": 500})
        )
    gru = finished_run(store, preset("gru"))
    epochs[gru.id] = store.epochs(gru.id)
    return [*runs, gru], epochs


def curves_of(lab, **options):
    runs, epochs = lab
    found = group_runs(runs)
    return group_curves(found, epochs, charts.trace_styles(found), **options)


def test_stuck_seeds_are_drawn_dotted_and_count_in_no_mean(lab):
    runs, _ = lab
    info = curves_of(lab, stuck={runs[1].id})
    table = np.array([LOSSES[1], LOSSES[3][:4]])
    lstm = info.curves[0]
    assert lstm.validation.y == pytest.approx(table.mean(axis=0))
    assert [seed.stuck for seed in lstm.seeds] == [False, True, False]
    figure = group_curves_figure(info, text_color=TEXT_COLOR)
    traces = {trace.uid: trace for trace in figure.data}
    solid, dotted = (traces[f"{lstm.style.id}-{kind}"] for kind in ("seeds", "failed"))
    assert (solid.line.dash, dotted.line.dash) == ("solid", "dot")
    assert set(solid.text) == {runs[0].name, runs[2].name}
    assert set(dotted.text) == {f"{runs[1].name}, failed"}
    assert "(0.4300 ± 0.0424)" in info.title


def test_mean_and_band_end_with_the_seed_that_ends_first(lab):
    lstm, gru = curves_of(lab).curves
    table = np.array([losses[:3] for losses in LOSSES.values()])
    assert lstm.validation.x.tolist() == [1, 2, 3]
    assert lstm.validation.y == pytest.approx(table.mean(axis=0))
    low, high = lstm.band
    assert high - low == pytest.approx(2 * table.std(axis=0, ddof=1))
    assert [len(seed.validation.x) for seed in lstm.seeds] == [4, 3, 5]
    assert gru.band is None
    np.testing.assert_array_equal(gru.validation, gru.seeds[0].validation)


def test_interval_is_that_of_students_t(lab):
    lstm, _ = curves_of(lab, band="interval").curves
    table = np.array([losses[:3] for losses in LOSSES.values()])
    expected = [t.interval(0.95, 2, loc=c.mean(), scale=sem(c)) for c in table.T]
    assert np.transpose(lstm.band) == pytest.approx(np.array(expected))


def test_axis_counts_epochs_seconds_or_reviews(lab):
    seed = {axis: curves_of(lab, axis=axis).curves[0].seeds[0] for axis in over_seeds.AXES}
    assert seed["epoch"].validation.x.tolist() == [1, 2, 3, 4]
    assert seed["seconds"].validation.x.tolist() == [2, 4, 6, 8]
    assert seed["reviews"].validation.x.tolist() == [500, 1000, 1500, 2000]
    assert seed["seconds"].best == (8, pytest.approx(0.40))


def test_gap_is_validation_loss_less_training_loss(lab):
    info = curves_of(lab, quantity="gap")
    seed = info.curves[0].seeds[0]
    assert seed.validation.y == pytest.approx([0.01, 0.02, 0.03, 0.04])
    assert info.curves[0].train is None
    assert info.title == "Widest mean gap at the best epoch: LSTM × 3 (0.0400 ± 0.0100)"


def test_smoothing_is_a_centred_mean_that_keeps_the_extremes(lab):
    runs, epochs = lab
    alone = curves_of((runs[:1], epochs), smoothing=3).curves[0]
    assert alone.seeds[0].validation.y == pytest.approx([0.65, 0.60, 0.50, 0.45])
    least, most = alone.extremes
    assert least == pytest.approx([0.60, 0.50, 0.40, 0.40])
    assert most == pytest.approx([0.70, 0.70, 0.60, 0.50])
    assert curves_of(lab).curves[0].extremes is None


def test_titles_say_mean_and_scatter_of_the_kept_epochs(lab):
    assert curves_of(lab).title == "Lowest mean validation loss: LSTM × 3 (0.4800 ± 0.0917)"
    assert curves_of(lab, quantity="accuracy").title == (
        "Highest validation accuracy: gru-1 (55.0\u00a0%)"
    )


def test_title_of_one_group_compares_it_with_nothing(lab):
    runs, epochs = lab
    assert curves_of((runs[:3], epochs)).title == ("LSTM × 3: mean validation loss 0.4800 ± 0.0917")


def test_smoothed_groups_show_the_extremes_over_all_seeds(lab):
    lstm, gru = curves_of(lab, smoothing=3).curves
    low, high = lstm.extremes
    assert low == pytest.approx([0.60, 0.50, 0.40])
    assert high == pytest.approx([0.72, 0.72, 0.66])
    assert gru.extremes is not None
    assert curves_of(lab).curves[0].extremes is None


@pytest.mark.parametrize(("accuracy", "yref"), [(0.5, "y"), (0.99, "paper")])
def test_a_baseline_of_one_epoch_is_a_named_reference_line(lab, store, accuracy, yref):
    runs, epochs = lab
    run = finished_run(store, preset("tfidf-logreg"), epochs=1)
    epochs = {**epochs, run.id: (Epoch(1, 0.1, 0.98, 0.3, accuracy, 1.0),)}
    info = curves_of(([*runs, run], epochs), quantity="accuracy")

    figure = group_curves_figure(info, text_color=TEXT_COLOR)

    (line,) = figure.layout.shapes
    assert line.yref == yref
    assert f"tfidf-logreg-1 {100 * accuracy:.1f}\u00a0%" in line.label.text
    assert not any(info.curves[2].style.id in trace.uid for trace in figure.data)


def test_runs_without_epochs_are_left_out(lab):
    runs, epochs = lab
    found = group_runs(runs)
    info = group_curves(found, {runs[3].id: epochs[runs[3].id]}, charts.trace_styles(found))
    assert [curve.style.name for curve in info.curves] == ["gru-1"]
    assert group_curves(found, {}, charts.trace_styles(found)).title == "Loss"


@pytest.mark.parametrize("quantity", ["loss", "accuracy", "gap"])
def test_plotly_draws_each_seed_the_mean_and_the_band(lab, quantity):
    info = curves_of(lab, quantity=quantity, smoothing=2)
    figure = group_curves_figure(info, text_color=TEXT_COLOR)
    uids = {trace.uid for trace in figure.data}
    lstm, gru = (curve.style.id for curve in info.curves)
    assert {f"{lstm}-band", f"{lstm}-validation", f"{gru}-validation"} <= uids
    assert {f"{lstm}-seeds", f"{lstm}-best"} <= uids
    assert (f"{lstm}-train" in uids) == (quantity != "gap")
    assert f"{gru}-band" not in uids
    assert {f"{lstm}-min", f"{lstm}-max"} <= uids
    assert "LSTM × 3" in over_seeds.describe(info)


@pytest.fixture(scope="module")
def crowd():
    """500 seeds of one LSTM that trained 1,000 epochs, the last 50 of which learned nothing."""
    runs, epochs = [], {}
    for seed in range(500):
        accuracy = 0.5 if seed >= 450 else 0.7 + seed / 10_000
        run = Run(
            id=f"r{seed}",
            name=f"lstm-{seed}",
            state=RunState.FINISHED,
            config=preset("lstm", seed=seed, epochs=1_000),
            parameters=1,
            created_at=float(seed),
            queued_at=float(seed),
            best_epoch=1_000,
            best_val_accuracy=accuracy,
        )
        runs.append(run)
        epochs[run.id] = (Epoch(1, 0.7, 0.5, 0.7, 0.5, 1.0),) * 999 + (
            Epoch(1_000, 0.3, 0.9, 1 - accuracy, accuracy, 1.0),
        )
    return runs, epochs


def test_of_many_seeds_some_are_drawn_and_all_count(crowd):
    runs, _ = crowd
    info = curves_of(crowd, stuck={run.id for run in runs[450:]}, quantity="accuracy")
    (curve,) = info.curves
    learned = [seed.run_id for seed in curve.seeds if not seed.stuck]
    assert {"r0", "r449"} <= set(learned) and len(learned) == 60
    assert sum(seed.stuck for seed in curve.seeds) == 50
    assert curve.validation.y[-1] == pytest.approx(np.mean([0.7 + n / 10_000 for n in range(450)]))
    assert info.drawn.sentence == (
        "60 of 450 single seeds are drawn, evenly chosen from the lowest to the highest; means and "
        "bands count all. Failed ones: all 50. Of 1,000 epochs, each stretch shows its lowest and "
        "its highest value."
    )
    assert info.drawn.sentence in over_seeds.describe(info)


def test_the_size_of_a_chart_does_not_grow_with_seeds_and_epochs(crowd):
    figure = group_curves_figure(curves_of(crowd), text_color=TEXT_COLOR)
    assert len(figure.data) == 5  # seeds, rings, band, training, mean
    assert sum(len(trace.x) for trace in figure.data) < 62 * 245
    assert len(figure.to_json()) < 500_000


def test_many_groups_share_the_lines_of_a_chart():
    assert thinning.share_of([500, 500]) == 30
    assert thinning.share_of([3, 500, 500]) == 28
    assert thinning.share_of([5] * 40) == thinning.FEWEST
    assert thinning.share_of([5] * 12) == 5
    assert thinning.share_of([]) == 0


def test_a_thinned_line_keeps_its_ends_and_every_peak():
    values = np.sin(np.arange(5_000) / 300)
    values[1_234], values[4_321] = 9.0, -9.0
    kept = thinning.places(values)
    assert len(kept) <= thinning.MOST_POINTS
    assert {0, 1_234, 4_321, 4_999} <= set(kept.tolist())
    assert thinning.places(values[:100]).tolist() == list(range(100))


def test_a_name_is_drawn_as_text(lab, store):
    runs, epochs = lab
    runs = [*runs[:3], dataclasses.replace(runs[3], name="<b>gru</b>")]
    figure = group_curves_figure(curves_of((runs, epochs)), text_color=TEXT_COLOR)
    assert "<b>" not in figure.to_json().replace("\\u003c", "<")
