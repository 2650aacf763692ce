"""The live area of the Lab page: the race, its rows and curves, and what is told once."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rnnlab import charts, format
from rnnlab.config import preset
from rnnlab.runs import STALLED_AFTER_S, RunState
from tests.labs import (
    NOW,
    claim,
    claimed,
    failed_run,
    finished_run,
    live_run,
    queued_together,
    running_run,
    train,
)
from tests.screens import curves, figures, lab_words, links, open_lab
from ui import chart, live, run_rows, theme

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def test_a_running_run_has_a_row_with_its_epoch_and_figures(store):
    run = live_run(store)

    at = open_lab()

    shown = lab_words(at)
    assert "Epoch 3/100" in shown
    assert "at most 1\u00a0min 38\u00a0s left" in shown
    assert "54.0\u00a0%" in shown and "0.6700" in shown
    assert any(run.name.replace("-", "\\-") in label for label in links(at))
    assert len(at.get("bidi_component")) == 2  # the curves of loss and accuracy
    assert not at.button(key=f"live_stop_{run.id}").disabled


def test_a_run_without_a_batch_for_long_is_called_stalled_and_since_when(store):
    at = time.time() - STALLED_AFTER_S - 1
    run = running_run(store, last_batch_at=at)
    store.workers.heartbeat("worker-1", now=time.time())

    page = open_lab()
    assert f"stalled: no batch since {format.clock(at)}" in lab_words(page)
    assert "warning" in lab_words(page)
    assert run.stalled_since(at + STALLED_AFTER_S) is None
    slow = replace(run, last_epoch_seconds=60.0)  # may validate for half a minute
    assert slow.stalled_since(at + 30) is None
    store.request_stop(run.id, now=time.time())
    assert run_rows.describe(store.get(run.id), ()).note == "stopping"


def test_the_charts_place_is_kept_until_the_first_epoch_has_ended(store):
    claimed(store)
    store.workers.heartbeat("worker-1", now=time.time())

    at = open_lab()

    assert (
        lab_words(at).count(f'class="lab-chart-waiting lab-muted" style="height:{live.CHART_PX}px"')
        == 2
    )
    assert not at.get("bidi_component")


def test_a_run_that_ended_stays_in_the_race_until_all_have_ended(store):
    first = queued_together(store, "lstm", "gru")
    train(first, 2)
    first.end(RunState.FINISHED, now=time.time())
    second = claim(store, now=time.time())
    train(second, 1)

    at = open_lab()

    assert curves(at) == ["lstm-1", "gru-1"]
    assert "Live: 1 training, 1 ended" in lab_words(at)
    assert "Finished" in lab_words(at) and "54.0\u00a0%" in lab_words(at)
    buttons = {button.key for button in at.button}
    assert f"live_stop_{second.run.id}" in buttons
    assert f"live_stop_{first.run.id}" not in buttons


def test_rows_of_a_race_keep_their_order_when_runs_end(store):
    first = queued_together(store, "gru", "lstm", "onehot-rnn")
    before = links(open_lab())
    train(first, 1)
    first.end(RunState.FINISHED, now=time.time())

    assert links(open_lab()) == before
    assert ["gru" in before[0], "lstm" in before[1], "onehot" in before[2]] == [True] * 3


def test_an_idle_lab_shows_the_curves_of_its_last_race(store):
    older = claimed(store, preset("onehot-rnn"))
    train(older, 1)
    older.end(RunState.FINISHED, now=NOW + 1)
    first = queued_together(store, "lstm", "gru")
    train(first, 2)
    first.end(RunState.FINISHED, now=time.time())
    second = claim(store, now=time.time())
    train(second, 3)
    second.end(RunState.STOPPED, now=time.time())

    at = open_lab()

    assert curves(at) == ["lstm-1", "gru-1"]
    assert "Latest 2 runs" in lab_words(at)
    assert "3 epochs in 3.0\u00a0s" in lab_words(at)


def test_a_failed_run_tells_its_error_in_its_row(store):
    failed_run(store)

    shown = lab_words(open_lab())

    assert "Failed" in shown and "the loss is not a number: lower learning_rate" in shown
    assert 'class="lab-chart-waiting' not in shown


def test_an_interrupted_run_can_be_resumed_from_its_row(store):
    attempt = claimed(store)
    train(attempt, 2)
    attempt.end(RunState.INTERRUPTED, now=time.time())

    at = open_lab()
    assert "Interrupted" in lab_words(at) and "after 2 epochs" in lab_words(at)
    at.button(key=f"live_resume_{attempt.run.id}").click().run()

    assert store.get(attempt.run.id).state is RunState.QUEUED
    assert "1st in the queue" in lab_words(at) and "continues after epoch 2" in lab_words(at)


def test_a_canceled_run_leaves_the_race(store):
    first = queued_together(store, "lstm", "gru")
    train(first, 1)
    (waiting,) = store.queue()
    at = open_lab()

    at.button(key=f"live_stop_{waiting}").click().run()

    assert "Live: 1 training" in lab_words(at)
    assert not any("gru" in label for label in links(at))


def test_a_large_race_shows_active_runs_first_in_rows_that_scroll(store):
    runs = [
        replace(failed_run(store), id=f"f{n}", queued_at=NOW + n, ended_at=NOW + 10 - n)
        for n in range(5)
    ]
    waiting = [replace(runs[0], id=f"q{n}", state=RunState.QUEUED, ended_at=None) for n in (1, 2)]
    training = replace(runs[0], id="r", state=RunState.RUNNING, ended_at=None)

    rows = run_rows.shown([*runs, *waiting, training])

    assert [run.id for run in rows] == ["r", "q1", "q2", "f0", "f1", "f2"]


def test_every_active_run_of_a_large_race_has_a_row(store):
    run = live_run(store)
    race = [replace(run, id=f"q{n}", state=RunState.QUEUED) for n in range(20)]

    assert run_rows.shown(race) == tuple(race)


def test_what_waits_has_neither_figures_nor_a_share(store):
    run = store.enqueue(preset("lstm"), now=NOW)

    row = run_rows.describe(run, (), place=2)

    assert (row.stage, row.accuracy, row.loss, row.note) == ("2nd in the queue", "", "", "")


def test_curves_are_drawn_once_for_all_viewers_and_anew_once_they_grow(store, monkeypatch):
    attempt = claimed(store)
    train(attempt, 2)
    store.workers.heartbeat("worker-1", now=time.time())
    drawn, curves_figure = [], charts.curves_figure
    monkeypatch.setattr(
        charts,
        "curves_figure",
        lambda info, **how: drawn.append(info) or curves_figure(info, **how),
    )

    first = open_lab()
    second = open_lab()

    assert [info.metric for info in drawn] == ["loss", "accuracy"]
    assert figures(first) == figures(second)

    train(attempt, 1, first=3)
    second.run()

    assert [info.curves[0].epochs for info in drawn[2:]] == [(1, 2, 3)] * 2
    assert figures(first) != figures(second)


def test_viewers_who_ask_at_once_wait_for_one_drawing(store, monkeypatch):
    run = live_run(store)
    info = charts.curves("loss", [run], {run.id: store.epochs(run.id)})
    drawn, draw = [], charts.curves_figure

    def slowly(info, **how):
        drawn.append(info)
        time.sleep(0.05)
        return draw(info, **how)

    monkeypatch.setattr(charts, "curves_figure", slowly)
    with ThreadPoolExecutor(4) as viewers:
        shown = list(viewers.map(chart.render_curves, [info] * 4, [theme.TEXT_COLOR] * 4))

    assert len(drawn) == 1
    assert all(figure is shown[0] for figure in shown)


def test_stop_in_a_row_asks_the_run_to_stop(store):
    run = live_run(store)

    at = open_lab()
    at.button(key=f"live_stop_{run.id}").click().run()

    assert store.get(run.id).stop_requested
    assert at.button(key=f"live_stop_{run.id}").label == "Stopping"


def test_a_run_that_ended_while_watched_is_told_once(store):
    attempt = claimed(store)
    train(attempt, 2)
    store.workers.heartbeat("worker-1", now=time.time())
    at = open_lab()
    assert not at.toast

    attempt.end(RunState.FINISHED, now=time.time())
    at.run()
    assert "The weights of epoch 2 are kept" in at.toast[0].value.replace("\\", "")
    at.run()
    assert not at.toast


def test_runs_that_no_worker_takes_name_the_log_once(store, lab_home):
    for _ in range(2):
        store.enqueue(preset("lstm"), now=time.time() - 31)

    shown = lab_words(open_lab())

    assert shown.count("No worker has started yet") == 1
    assert f"<code>{lab_home / 'logs' / 'worker.log'}</code>" in shown


@pytest.mark.parametrize(("waited_s", "training"), [(25, False), (31, True)])
def test_runs_that_wait_their_turn_name_no_log(store, waited_s, training):
    if training:
        live_run(store)
    store.enqueue(preset("gru"), now=time.time() - waited_s)

    shown = lab_words(open_lab())

    assert "1st in the queue" in shown
    assert "No worker" not in shown


def test_nothing_is_live_in_a_lab_at_rest(store):
    finished_run(store)
    failed_run(store)

    assert "Live" not in lab_words(open_lab())


def page_of_an_older_snapshot():
    """A page over a snapshot that was taken just before the first run was queued."""
    from rnnlab.config import preset
    from ui import live, reader

    snapshot = reader.snapshot()
    if not snapshot.runs:
        reader.whole_lab().store.enqueue(preset("lstm"), now=1.0)
        reader.get_reader().snapshot(fresh=True)
    live.follow(snapshot)


def test_a_page_at_rest_is_drawn_anew_when_somebody_queues_a_run(store):
    at = AppTest.from_function(page_of_an_older_snapshot).run()

    assert not at.exception
    assert "lstm-1" in str(at.session_state[live.SHOWN])
