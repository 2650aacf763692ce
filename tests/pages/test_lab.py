"""The Lab page over an empty, a running, a failed and a finished lab; and what it is made of."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rnnlab import charts
from rnnlab.config import ARCHITECTURES, FIELDS, TUTORIAL, preset
from rnnlab.lab import ENOUGH_SEEDS, Lab
from rnnlab.runs import RunState
from tests.labs import NOW, claim, claimed, failed_run, finished_run, running_run, train
from ui import chart, dataframe, live, reader, run_rows, theme
from ui.lab import leaders, runs_table

APP = str(Path(__file__).resolve().parents[2] / "app.py")


pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def open_lab() -> AppTest:
    return AppTest.from_file(APP, default_timeout=120).run()


def words(at: AppTest) -> str:
    assert not at.exception
    return " ".join([h.proto.body for h in at.html] + [s.value for s in at.subheader])


def links(at: AppTest) -> list[str]:
    """The labels of the links to other pages, as Markdown."""
    return [link.proto.label for link in at.get("page_link")]


def curves(at: AppTest) -> list[str]:
    """The names of the runs whose validation curves the first chart shows, in order."""
    traces = json.loads(figures(at)[0])["data"]
    return [
        trace["name"].removesuffix(", validation")
        for trace in traces
        if trace.get("name", "").endswith(", validation") and trace.get("x")
    ]


def figures(at: AppTest) -> list[str]:
    """The charts that the browser gets, as JSON."""
    assert not at.exception
    sent = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return [data["figure"] for data in sent]


def running(store, config=None):
    run = running_run(store, config)
    store.workers.heartbeat("worker-1", now=time.time())
    return run


def test_an_empty_lab_offers_to_train_the_tutorial_models(store):
    at = open_lab()

    assert "Nothing trained yet" in words(at)
    assert at.button(key="lab_train_presets").label.startswith("Train the four tutorial models")
    assert "minutes)" in at.button(key="lab_train_presets").label
    assert not at.dataframe
    assert store.expected.get(since=0) == preset(TUTORIAL[0])


def test_the_big_button_queues_the_tutorials_four_presets_and_shows_them(store):
    at = open_lab()
    at.button(key="lab_train_presets").click().run()

    assert [run.config for run in reversed(store.runs())] == list(map(preset, TUTORIAL))
    assert "Live: 4 waiting" in words(at)
    assert "4th in the queue" in words(at)


def test_enough_seeds_of_the_tutorials_presets_can_be_queued_at_once(store):
    at = open_lab()
    at.button(key="lab_train_seeds").click().run()

    assert not at.exception
    seeds = range(42, 42 + ENOUGH_SEEDS)
    wanted = {preset(name, seed=seed) for name in TUTORIAL for seed in seeds}
    assert {run.config for run in store.runs()} == wanted


def test_a_running_run_has_a_row_with_its_epoch_and_figures(store):
    run = running(store)

    at = open_lab()

    shown = words(at)
    assert "Epoch 3/100" in shown
    assert "at most 1\u00a0min 38\u00a0s left" in shown
    assert "54.0\u00a0%" in shown and "0.6700" in shown
    assert any(run.name.replace("-", "\\-") in label for label in links(at))
    assert len(at.get("bidi_component")) == 2  # the curves of loss and accuracy
    assert not at.button(key=f"live_stop_{run.id}").disabled


def test_the_charts_place_is_kept_until_the_first_epoch_has_ended(store):
    claimed(store)
    store.workers.heartbeat("worker-1", now=time.time())

    at = open_lab()

    assert (
        words(at).count(f'class="lab-chart-waiting lab-muted" style="height:{live.CHART_PX}px"')
        == 2
    )
    assert not at.get("bidi_component")


def queued_together(store, *archs):
    """Runs that wait in one queue, the first claimed by this process as the only worker."""
    now = time.time()
    for arch in archs:
        store.enqueue(preset(arch), now=now)
        now += 0.001
    return claim(store, now=now)


def test_a_run_that_ended_stays_in_the_race_until_all_have_ended(store):
    first = queued_together(store, "lstm", "gru")
    train(first, 2)
    first.end(RunState.FINISHED, now=time.time())
    second = claim(store, now=time.time())
    train(second, 1)

    at = open_lab()

    assert curves(at) == ["lstm-1", "gru-1"]
    assert "Live: 1 training, 1 ended" in words(at)
    assert "Finished" in words(at) and "54.0\u00a0%" in words(at)
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
    assert "Latest 2 runs" in words(at)
    assert "3 epochs in 3.0\u00a0s" in words(at)


def test_a_failed_run_tells_its_error_in_its_row(store):
    failed_run(store)

    shown = words(open_lab())

    assert "Failed" in shown and "the loss is not a number: lower learning_rate" in shown
    assert 'class="lab-chart-waiting' not in shown


def test_an_interrupted_run_can_be_resumed_from_its_row(store):
    attempt = claimed(store)
    train(attempt, 2)
    attempt.end(RunState.INTERRUPTED, now=time.time())

    at = open_lab()
    assert "Interrupted" in words(at) and "after 2 epochs" in words(at)
    at.button(key=f"live_resume_{attempt.run.id}").click().run()

    assert store.get(attempt.run.id).state is RunState.QUEUED
    assert "1st in the queue" in words(at) and "continues after epoch 2" in words(at)


def test_a_canceled_run_leaves_the_race(store):
    first = queued_together(store, "lstm", "gru")
    train(first, 1)
    (waiting,) = store.queue()
    at = open_lab()

    at.button(key=f"live_stop_{waiting}").click().run()

    assert "Live: 1 training" in words(at)
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
    run = running(store)
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
    time.sleep(reader.READ_S)
    second.run()

    assert [info.curves[0].epochs for info in drawn[2:]] == [(1, 2, 3)] * 2
    assert figures(first) != figures(second)


def test_viewers_who_ask_at_once_wait_for_one_drawing(store, monkeypatch):
    run = running(store)
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
    run = running(store)

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
    time.sleep(reader.READ_S)
    at.run()
    assert "The weights of epoch 2 are kept" in at.toast[0].value.replace("\\", "")
    at.run()
    assert not at.toast


def test_runs_that_no_worker_takes_name_the_log_once(store, lab_home):
    for _ in range(2):
        store.enqueue(preset("lstm"), now=time.time() - 31)

    shown = words(open_lab())

    assert shown.count("No worker has started yet") == 1
    assert f"<code>{lab_home / 'logs' / 'worker.log'}</code>" in shown


@pytest.mark.parametrize(("waited_s", "training"), [(25, False), (31, True)])
def test_runs_that_wait_their_turn_name_no_log(store, waited_s, training):
    if training:
        running(store)
    store.enqueue(preset("gru"), now=time.time() - waited_s)

    shown = words(open_lab())

    assert "1st in the queue" in shown
    assert "No worker" not in shown


def test_nothing_is_live_in_a_lab_at_rest(store):
    finished_run(store)
    failed_run(store)

    assert "Live" not in words(open_lab())


def test_a_finished_lab_shows_leaders_and_all_runs(store):
    finished_run(store, preset("lstm"), epochs=3)
    finished_run(store, preset("gru"), epochs=5)

    at = open_lab()

    assert "Highest so far: GRU, 57.0\u00a0% (1 seed)" in words(at)
    assert not any(re.search("leads|ahead|level", heading.value) for heading in at.subheader)
    frame = at.dataframe[0].value
    assert list(frame["name"]) == ["gru-1", "lstm-1"] or list(frame["name"]) == ["lstm-1", "gru-1"]
    assert set(frame["parameters"]) == {8_809, 8_633}
    assert all(at.button(key=f"lab_{name}").disabled for name in ("open", "stop", "delete"))


def test_a_failed_run_is_in_the_table_with_its_state(store):
    failed_run(store)

    at = open_lab()

    assert list(at.dataframe[0].value["state"]) == ["failed"]


def test_a_name_with_markup_is_shown_as_text(store):
    run = running(store)
    store.rename(run.id, "<script>alert(1)</script>")

    shown = words(open_lab())

    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize("page", ["lab", "train", "classify", "run"])
def test_a_store_that_cannot_be_read_is_an_error_without_a_traceback(monkeypatch, page):
    monkeypatch.setenv("RNNLAB_STORE", "sqlite:////nowhere/lab.db")

    at = open_lab().switch_page(f"pages/{page}.py").run()

    assert not at.exception
    assert "cannot be opened" in at.error[0].value


def area_of_an_older_snapshot():
    """The live area over a snapshot that was taken just before the first run was queued."""
    from rnnlab.config import preset
    from ui import live, reader

    snapshot = reader.snapshot()
    if not snapshot.runs:
        reader.get_lab().store.enqueue(preset("lstm"), now=1.0)
        reader.get_reader().snapshot(fresh=True)
    live.area(snapshot)


def test_the_live_area_remembers_what_the_rest_of_the_page_was_drawn_from(store):
    at = AppTest.from_function(area_of_an_older_snapshot).run()

    assert not at.exception
    assert at.session_state[live.SHOWN] == ()
    assert not at.subheader


# ---- what the page is made of ------------------------------------------------------------


def test_filters_find_by_name_architecture_and_state(store):
    lstm, gru = finished_run(store, preset("lstm")), finished_run(store, preset("gru"))
    runs = [lstm, gru]

    assert runs_table.matching(runs) == (lstm, gru)
    assert runs_table.matching(runs, text=" LST") == (lstm,)
    assert runs_table.matching(runs, archs=["gru"]) == (gru,)
    assert runs_table.matching(runs, states=["failed"]) == ()


def test_a_long_table_is_drawn_without_styling_each_cell(store):
    frame = runs_table.frame([finished_run(store)])
    long = pd.concat([frame] * (dataframe.MOST_BOLD + 1))

    assert dataframe.bold(frame, "name").data is frame
    assert dataframe.bold(long, "name") is long


def test_the_table_holds_every_setting_of_a_run(store):
    run = finished_run(store, preset("lstm", patience=7, epochs=90, seed=2**31 - 1))

    row = runs_table.frame([run]).iloc[0]

    assert set(FIELDS) <= set(row.index)
    assert (row["patience"], row["epochs"], row["epochs_done"]) == (7, 90, 3)
    assert row["seed"] == "2147483647"


def test_the_table_leaves_empty_what_an_entry_has_not(store):
    row = runs_table.frame([finished_run(store, preset("tfidf-logreg"), epochs=1)]).iloc[0]

    unused = preset("tfidf-logreg").architecture.unused
    assert all(row[name] is None for name in unused)
    assert "None" not in map(str, row.drop(list(unused)))


def test_six_leaders_are_shown_with_both_baselines(store):
    for arch in ARCHITECTURES:
        finished_run(store, preset(arch), epochs=1)

    shown = words(open_lab())

    assert shown.count('class="lab-leader"') == 6
    assert "TF-IDF + logistic regression" in shown and "None" not in shown


def test_what_is_fitted_in_one_go_is_shown_without_an_epochs_count(store):
    attempt = claimed(store, preset("tfidf-logreg"))
    store.workers.heartbeat("worker-1", now=time.time())

    shown = words(open_lab())

    assert attempt.run.name in shown and "Fitting" in shown
    assert "usually a few seconds" in shown
    assert "None" not in shown and "Epoch 1" not in shown


def test_a_filter_that_no_run_fits_says_so(store):
    finished_run(store)
    at = open_lab()

    at.text_input(key="runs_find").set_value("nobody").run()

    assert not at.exception
    assert "No runs match these filters" in at.info[0].value


def lab_of(*runs):
    return reader.Snapshot(runs=tuple(runs))


def with_accuracy(store, accuracy, *, arch="lstm", state=RunState.FINISHED, **changes):
    run = finished_run(store, preset(arch, **changes))
    return replace(run, best_val_accuracy=accuracy, state=state)


def test_equal_leaders_are_named_together(store):
    lab = lab_of(*(finished_run(store, preset(arch)) for arch in ("lstm", "gru")))

    assert leaders.finding(leaders.leaders(lab)) == "Highest so far: LSTM and GRU, 55.0\u00a0%"


def test_a_leader_is_trained(store):
    runs = [running(store, preset("gru")), finished_run(store, preset("lstm"))]

    assert [leader.group.runs for leader in leaders.leaders(lab_of(*runs))] == [(runs[1],)]


def test_a_leader_is_a_group_with_its_mean_and_not_its_luckiest_run(store):
    lucky = [
        with_accuracy(store, accuracy, seed=seed)
        for seed, accuracy in enumerate((0.76, 0.78, 0.74), start=1)
    ]
    steady = [with_accuracy(store, 0.77, seed=seed, units=16) for seed in (1, 2)]

    (leader,) = leaders.leaders(lab_of(*lucky, *steady))

    assert {run.id for run in leader.group.runs} == {run.id for run in steady}
    assert leaders.finding([leader]) == "Highest so far: LSTM, 77.0\u00a0% (mean of 2 seeds)"
    assert leader.seeds_text == "2 seeds, ±\u00a00.0 points"


def test_a_leaders_failed_seeds_are_counted_and_left_out_of_its_mean(store):
    runs = [with_accuracy(store, accuracy, seed=n) for n, accuracy in enumerate((0.78, 0.51, 0.76))]
    crashed = failed_run(store, preset("lstm", seed=9))

    (leader,) = leaders.leaders(lab_of(*runs, crashed))

    assert leader.accuracy == pytest.approx(0.77)
    assert (leader.failed, leader.seeds) == (2, 4)
    assert "2 of 4 seeds failed" in leaders._card(leader)
    assert leaders.finding([leader]) == "Highest so far: LSTM, 77.0\u00a0% (mean of 2 seeds)"


def test_a_stopped_run_leads_only_where_no_other_has_ended(store):
    stopped = with_accuracy(store, 0.79, units=16, state=RunState.STOPPED)
    ended = with_accuracy(store, 0.75)

    (leader,) = leaders.leaders(lab_of(stopped, ended))
    assert leader.group.runs == (ended,)
    (leader,) = leaders.leaders(lab_of(stopped))
    assert leader.seeds_text == "1 seed, stopped before the end"


def test_the_reader_reads_epochs_once_as_they_come(store):
    attempt = claimed(store)
    store.workers.heartbeat("worker-1", now=time.time())
    lab_reader = reader.Reader(Lab())
    train(attempt, 2)
    first = lab_reader.snapshot(fresh=True).epochs[attempt.run.id]
    train(attempt, 1, first=3)
    second = lab_reader.snapshot(fresh=True).epochs[attempt.run.id]

    assert [epoch.epoch for epoch in second] == [1, 2, 3]
    assert second[0] is first[0]


def test_the_reader_keeps_the_epochs_of_a_race_and_drops_those_of_older_runs(store):
    older = finished_run(store)
    first = queued_together(store, "lstm", "gru")
    train(first, 2)
    first.end(RunState.FINISHED, now=time.time())

    snapshot = reader.Reader(Lab()).snapshot()

    assert [run.name for run in snapshot.race] == ["lstm-2", "gru-1"]
    assert len(snapshot.epochs[first.run.id]) == 2
    assert older.id not in snapshot.epochs


def test_the_race_is_found_once_for_all_viewers_of_a_state(store, monkeypatch):
    running(store)
    calls = []
    find = reader.latest_busy_period
    monkeypatch.setattr(reader, "latest_busy_period", lambda runs: calls.append(1) or find(runs))

    for _ in range(3):
        open_lab()

    assert len(calls) <= 2  # a worker's registration may come between


def test_the_reader_asks_the_store_no_more_often_than_its_interval(store):
    now = [100.0]
    lab_reader = reader.Reader(Lab(), clock=lambda: now[0])
    assert lab_reader.snapshot().runs == ()
    run = store.enqueue(preset("lstm"), now=1.0)

    now[0] += reader.READ_S / 2
    assert lab_reader.snapshot().runs == ()
    now[0] += reader.READ_S
    assert lab_reader.snapshot().runs == (run,)
