"""Charts: what is drawn, as tuples; that Plotly takes it; and how it is described."""

import dataclasses
import math

import pytest

from rnnlab import charts
from rnnlab.config import preset
from rnnlab.runs import Epoch
from tests.labs import claimed, finished_run, running_run, train


def info_of(metric, store, *runs):
    return charts.curves(metric, runs, {run.id: store.epochs(run.id) for run in runs})


def test_a_curve_holds_each_finished_epoch_and_the_best_one(store):
    run = finished_run(store, epochs=3)

    (curve,) = info_of("loss", store, run).curves

    assert curve.epochs == (1, 2, 3)
    assert curve.train == pytest.approx((0.69, 0.68, 0.67))
    assert curve.validation == pytest.approx((0.68, 0.67, 0.66))
    assert curve.best == (3, pytest.approx(0.66))
    assert curve.now is None
    assert (curve.name, curve.arch, curve.color) == ("lstm-1", "lstm", "#0072B2")


def test_a_running_run_has_a_point_within_its_epoch(store):
    run = running_run(store, epochs=2)

    (loss,) = info_of("loss", store, run).curves
    (accuracy,) = info_of("accuracy", store, run).curves

    assert loss.now == (pytest.approx(2 + 156 / 313), 0.6)
    assert accuracy.now == (pytest.approx(2 + 156 / 313), 0.7)


def test_an_ended_run_is_marked_while_others_of_its_chart_are_active(store):
    ended, running = finished_run(store, epochs=3), running_run(store)

    info = info_of("loss", store, ended, running)
    figure = charts.curves_figure(info)

    assert [curve.ended for curve in info.curves] == [True, False]
    marks = {trace.uid: trace for trace in figure.data if trace.uid.endswith("-end")}
    assert list(marks) == [f"{ended.id}-end"]
    (mark,) = marks.values()
    assert (mark.x, mark.y) == ((3,), (pytest.approx(0.66),))


def test_no_run_is_marked_once_all_have_ended(store):
    runs = finished_run(store), finished_run(store)

    assert not any(curve.ended for curve in info_of("loss", store, *runs).curves)


def test_the_title_counts_no_epochs_of_a_run_fitted_in_one_go(store):
    run = finished_run(store, preset("tfidf-logreg"), epochs=1)

    assert info_of("accuracy", store, run).title == "Validation accuracy: 53.0\u00a0%"


def test_titles_say_the_finding(store):
    lstm = finished_run(store, preset("lstm"), epochs=3)
    gru = finished_run(store, preset("gru"), epochs=5)

    assert info_of("accuracy", store, lstm, gru).title == (
        "Highest validation accuracy: GRU, 57.0\u00a0% at epoch 5"
    )
    assert info_of("loss", store, lstm, gru).title == (
        "Lowest validation loss: GRU, 0.6400 at epoch 5"
    )
    assert info_of("loss", store, lstm).title == "Lowest validation loss: 0.6600 at epoch 3"


def test_among_runs_of_one_architecture_the_title_names_the_run(store):
    first, second = finished_run(store, epochs=3), finished_run(store, epochs=4)

    assert info_of("accuracy", store, first, second).title == (
        "Highest validation accuracy: lstm-2, 56.0\u00a0% at epoch 4"
    )


def test_before_the_first_epoch_the_title_names_the_metric(store):
    run = claimed(store).run

    assert info_of("loss", store, run) == charts.Curves(
        "loss",
        "Loss",
        (charts.Curve(run.id, "lstm-1", "lstm", "#0072B2", (), (), (), None, None),),
        1,
    )


def test_runs_of_one_architecture_differ_by_shade(store):
    runs = [dataclasses.replace(finished_run(store), created_at=at) for at in (3.0, 2.0, 1.0)]

    colors = charts.shades(runs)

    assert colors[runs[2].id] == "#0072B2"
    assert len(set(colors.values())) == 3


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_figure_that_is_not_finite_leaves_a_gap(store, bad):
    attempt = claimed(store)
    train(attempt, 1)
    attempt.record_epoch(Epoch(2, bad, 0.5, bad, 0.5, 1.0), checkpoint=b"")
    info = info_of("loss", store, store.get(attempt.run.id))

    assert info.curves[0].train == (pytest.approx(0.69), None)
    assert info.curves[0].validation == (pytest.approx(0.68), None)
    assert charts.curves_figure(info).to_json()


def test_training_is_dashed_and_validation_solid(store):
    figure = charts.curves_figure(info_of("loss", store, finished_run(store)))

    assert figure.data[0].line.dash == "dash"
    assert figure.data[1].line.dash is None
    assert {trace.line.color for trace in figure.data[:2]} == {"#0072B2"}


def test_a_growing_chart_never_sets_the_range_that_a_viewer_may_zoom(store):
    attempt = claimed(store)
    figures = []
    for number in (1, 2, 3):
        train(attempt, 1, first=number)
        info = info_of("loss", store, store.get(attempt.run.id))
        figures.append(charts.curves_figure(info))

    assert {figure.layout.uirevision for figure in figures} == {"keep"}
    assert all(figure.layout.xaxis.range is None for figure in figures)
    assert all(figure.layout.yaxis.range is None for figure in figures)


def test_a_name_with_markup_is_drawn_as_text(store):
    runs = [finished_run(store), finished_run(store)]
    store.rename(runs[0].id, "<b>bold</b>")
    info = info_of("loss", store, store.get(runs[0].id), runs[1])

    figure = charts.curves_figure(info)

    assert "&lt;b&gt;bold&lt;/b&gt;" in figure.layout.annotations[0].text
    assert all("<b>" not in (trace.name or "") for trace in figure.data)


def with_baseline(store, **values):
    """The curves of an LSTM, accuracies 0.53 to 0.55, beside a TF-IDF baseline of one epoch."""
    lstm = finished_run(store, epochs=3)
    baseline = finished_run(store, preset("tfidf-logreg"), epochs=1)
    epochs = {
        lstm.id: store.epochs(lstm.id),
        baseline.id: (Epoch(1, 0.2, 0.98, **values, seconds=1.0),),
    }
    return charts.curves("accuracy", [lstm, baseline], epochs)


def test_a_run_fitted_in_one_go_is_a_named_reference_line_beside_curves(store):
    figure = charts.curves_figure(with_baseline(store, val_loss=0.5, val_accuracy=0.56))

    (line,) = figure.layout.shapes
    assert (line.y0, line.y1, line.xref) == (0.56, 0.56, "paper")
    assert line.label.text == "tfidf-logreg-1 56.0\u00a0%"
    assert line.label.yanchor == "top"  # above all curves, its name stands below the line
    assert {trace.uid.split("-")[-1] for trace in figure.data} == {"train", "validation", "best"}
    assert len({trace.line.color for trace in figure.data if trace.mode == "lines"}) == 1


def test_a_reference_far_from_the_curves_is_named_at_the_edge_and_widens_nothing(store):
    figure = charts.curves_figure(with_baseline(store, val_loss=0.5, val_accuracy=0.88))

    (edge,) = figure.layout.shapes
    assert (edge.yref, edge.y0) == ("paper", 1)
    assert edge.label.text.endswith("tfidf-logreg-1 88.0\u00a0% ↑")


def test_a_baseline_alone_is_drawn_as_its_point(store):
    info = with_baseline(store, val_loss=0.5, val_accuracy=0.88)
    alone = charts.curves_figure(info._replace(curves=info.curves[1:]))

    assert not alone.layout.shapes
    assert list(alone.data[1].y) == [0.88]


def test_labels_of_lines_that_end_together_are_moved_apart(store):
    runs = [finished_run(store, preset(arch)) for arch in ("lstm", "gru")]

    labels = charts.curves_figure(info_of("loss", store, *runs)).layout.annotations

    assert labels[1].y - labels[0].y > 0.001


def test_of_more_lines_than_have_room_for_their_names_none_is_named(store):
    runs = [finished_run(store, preset("gru", seed=seed), epochs=2) for seed in range(13)]

    assert not charts.curves_figure(info_of("loss", store, *runs)).layout.annotations
    assert len(charts.curves_figure(info_of("loss", store, *runs[1:])).layout.annotations) == 12


def test_the_description_names_the_runs_and_the_finding(store):
    text = charts.describe(info_of("accuracy", store, finished_run(store)))

    assert text.startswith(
        "Validation accuracy at the best epoch (3): 55.0\u00a0%. Line chart of accuracy"
    )
    assert "lstm-1" in text


def test_of_many_runs_those_in_training_are_drawn_and_others_from_the_worst_to_the_best(store):
    running = running_run(store, epochs=2)
    run = finished_run(store, epochs=2)
    names = [f"r{number:03d}" for number in range(100)]
    ended = [dataclasses.replace(run, id=name, name=name) for name in names]
    epochs = {
        name: [
            dataclasses.replace(epoch, val_loss=0.3 + (number * 37 % 100) / 1_000)
            for epoch in store.epochs(run.id)
        ]
        for number, name in enumerate(names)
    }
    info = charts.curves("loss", [*ended, running], epochs | {running.id: store.epochs(running.id)})
    drawn = {curve.run_id for curve in info.curves}
    assert len(drawn) == 60
    worst = next(n for i, n in enumerate(names) if i * 37 % 100 == 99)
    assert {running.id, "r000", worst} <= drawn
    assert "Lowest validation loss: r000" in info.title
    assert "60 of 101 runs are drawn" in charts.describe(info)
