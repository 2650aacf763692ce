"""The Lab page over an empty, a running, a failed and a finished lab; and what it is made of."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rnnlab import charts
from rnnlab.config import ARCHITECTURES, FIELDS, TUTORIAL, preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.labs import claimed, failed_run, finished_run, running_run, train
from ui import chart, dataframe, live, theme
from ui import reader as ui_lab
from ui.lab import leaders, runs_table

APP = str(Path(__file__).resolve().parents[2] / "app.py")


pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def open_lab() -> AppTest:
    return AppTest.from_file(APP, default_timeout=30).run()


def words(at: AppTest) -> str:
    assert not at.exception
    return " ".join([h.proto.body for h in at.html] + [s.value for s in at.subheader])


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


def test_a_running_run_has_a_card_with_its_epoch_and_figures(store):
    run = running(store)

    at = open_lab()

    shown = words(at)
    assert "<b>Epoch 3</b> of 100" in shown
    assert "at most 1\u00a0min 38\u00a0s left" in shown
    assert "54.0\u00a0%" in shown and "0.6700" in shown
    assert "this epoch so far: loss 0.6000, accuracy 70.0\u00a0%" in shown
    assert len(at.get("bidi_component")) == 2  # the curves of loss and accuracy
    assert not at.button(key=f"live_stop_{run.id}").disabled


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
    time.sleep(ui_lab.READ_S)
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


def test_stop_on_a_card_asks_the_run_to_stop(store):
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
    time.sleep(ui_lab.READ_S)
    at.run()
    assert "The weights of epoch 2 are kept" in at.toast[0].value.replace("\\", "")
    at.run()
    assert not at.toast


def test_runs_that_no_worker_takes_name_the_log_once(store, lab_home):
    for _ in range(2):
        store.enqueue(preset("lstm"), now=time.time() - 31)

    shown = words(open_lab())

    assert shown.count("No worker has come up yet") == 1
    assert f"<code>{lab_home / 'logs' / 'worker.log'}</code>" in shown


@pytest.mark.parametrize(("waited_s", "training"), [(25, False), (31, True)])
def test_runs_that_wait_their_turn_name_no_log(store, waited_s, training):
    if training:
        running(store)
    store.enqueue(preset("gru"), now=time.time() - waited_s)

    shown = words(open_lab())

    assert "1st in the queue" in shown
    assert "No worker" not in shown


def test_nothing_polls_in_a_lab_at_rest(store):
    finished_run(store)
    failed_run(store)

    at = open_lab()

    assert not at.get("bidi_component")
    assert "Live" not in words(at)


def test_a_finished_lab_shows_leaders_and_all_runs(store):
    finished_run(store, preset("lstm"), epochs=3)
    finished_run(store, preset("gru"), epochs=5)

    at = open_lab()

    assert "Best so far: GRU, 57.0\u00a0%" in words(at)
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

    assert attempt.run.name in shown and "<b>One fit</b>, without epochs" in shown
    assert "None" not in shown and "Epoch 1" not in shown


def test_a_filter_that_no_run_fits_says_so(store):
    finished_run(store)
    at = open_lab()

    at.text_input(key="runs_find").set_value("nobody").run()

    assert not at.exception
    assert "No run fits" in at.info[0].value


def test_equal_leaders_are_named_together(store):
    runs = [finished_run(store, preset(arch)) for arch in ("lstm", "gru")]

    assert leaders.finding(leaders.leaders(runs)) == "Best so far: LSTM and GRU, 55.0\u00a0%"


def test_a_leader_is_trained(store):
    runs = [running(store, preset("gru")), finished_run(store, preset("lstm"))]

    assert [leader.run for leader in leaders.leaders(runs)] == [runs[1]]


def test_the_reader_reads_epochs_once_as_they_come(store):
    attempt = claimed(store)
    store.workers.heartbeat("worker-1", now=time.time())
    reader = ui_lab.Reader(Lab())
    train(attempt, 2)
    first = reader.snapshot(fresh=True).epochs[attempt.run.id]
    train(attempt, 1, first=3)
    second = reader.snapshot(fresh=True).epochs[attempt.run.id]

    assert [epoch.epoch for epoch in second] == [1, 2, 3]
    assert second[0] is first[0]


def test_the_reader_asks_the_store_no_more_often_than_its_interval(store):
    now = [100.0]
    reader = ui_lab.Reader(Lab(), clock=lambda: now[0])
    assert reader.snapshot().runs == ()
    run = store.enqueue(preset("lstm"), now=1.0)

    now[0] += ui_lab.READ_S / 2
    assert reader.snapshot().runs == ()
    now[0] += ui_lab.READ_S
    assert reader.snapshot().runs == (run,)
