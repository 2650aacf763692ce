"""What the Lab page is made of: leaders, the table of runs, and the reader."""

import shutil
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rnnlab.config import ARCHITECTURES, FIELDS, preset
from rnnlab.errors import StoreError
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.labs import claimed, damage, failed_run, finished_run, live_run, queued_together, train
from tests.screens import lab_words, open_lab
from ui import dataframe, reader
from ui.lab import leaders, runs_table

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


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

    shown = lab_words(open_lab())

    assert shown.count('class="lab-leader"') == 6
    assert "TF-IDF + logistic regression" in shown and "None" not in shown


def test_what_is_fitted_in_one_go_is_shown_without_an_epochs_count(store):
    attempt = claimed(store, preset("tfidf-logreg"))
    store.workers.heartbeat("worker-1", now=time.time())

    shown = lab_words(open_lab())

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
    lstm, gru = (finished_run(store, preset(arch)) for arch in ("lstm", "gru"))
    lab = lab_of(lstm, replace(gru, created_at=lstm.created_at + 1))

    assert leaders.finding(leaders.leaders(lab)) == "Highest so far: LSTM and GRU, 55.0\u00a0%"


def test_leaders_are_found_once_for_all_viewers(store):
    lab = lab_of(finished_run(store))
    assert leaders.leaders(lab) is leaders.leaders(lab)


def test_a_leader_is_trained(store):
    runs = [live_run(store, preset("gru")), finished_run(store, preset("lstm"))]

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
    live_run(store)
    calls = []
    find = reader.latest_busy_period
    monkeypatch.setattr(reader, "latest_busy_period", lambda runs: calls.append(1) or find(runs))

    for _ in range(3):
        open_lab()

    assert len(calls) <= 2  # a worker's registration may come between


def test_the_reader_asks_the_store_no_more_often_than_its_interval(store, monkeypatch):
    monkeypatch.setattr(reader, "READ_S", 0.2)
    now = [100.0]
    lab_reader = reader.Reader(Lab(), clock=lambda: now[0])
    assert lab_reader.snapshot().runs == ()
    run = store.enqueue(preset("lstm"), now=1.0)

    now[0] += reader.READ_S / 2
    assert lab_reader.snapshot().runs == ()
    now[0] += reader.READ_S
    assert lab_reader.snapshot(max_age_s=2.0).runs == ()  # as in a crowd
    assert lab_reader.snapshot().runs == (run,)


@pytest.mark.parametrize("others", [0, 1])
def test_a_run_that_cannot_be_read_is_named_and_can_be_deleted(store, others):
    for _ in range(others):
        finished_run(store, preset("gru"))
    bad = finished_run(store)
    damage(store, bad.id, "arch = 'transformer'")
    at = open_lab()

    assert at.expander[0].label == "1 run cannot be read by this version of rnnlab"
    assert "arch must be" in at.expander[0].markdown[0].value
    at.button(key=f"unreadable_{bad.id}").click().run()
    assert not at.expander
    assert len(store.runs()) == others


@contextmanager
def held(store):
    """Another program holds the store's file."""
    with store.database.reading() as connection:
        path = connection.exec_driver_sql("PRAGMA database_list").first().file
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_while_the_store_is_held_a_viewer_gets_the_last_snapshot_and_hears_since_when(
    store, monkeypatch
):
    finished_run(store)
    now = [0.0]
    lab = Lab(busy_timeout_s=0.1)
    lab_reader = reader.Reader(lab, clock=lambda: now[0])
    before = lab_reader.snapshot()
    store.close()
    lab.store.close()
    with held(store):
        now[0] += reader.RETRY_S
        stale = lab_reader.snapshot()
        assert stale.runs == before.runs
        assert stale.stale_since == pytest.approx(time.time(), abs=60)
        later = time.time() + 3_600
        with monkeypatch.context() as patch:  # nothing is told to have stalled meanwhile
            patch.setattr(time, "time", lambda: later)
            assert lab_reader.store_time() == pytest.approx(stale.stale_since)
    now[0] += reader.RETRY_S
    assert lab_reader.snapshot().stale_since is None


def test_first_look_at_a_store_that_is_held_says_why_it_fails(store):
    lab_reader = reader.Reader(Lab(busy_timeout_s=0.1))
    store.close()
    with held(store), pytest.raises(StoreError, match="the store is in use"):
        lab_reader.snapshot()


def test_a_page_warns_that_it_is_not_current(store, monkeypatch):
    finished_run(store)
    at = open_lab()
    assert not at.warning
    stale = replace(reader.snapshot(), stale_since=1.0)
    monkeypatch.setattr(reader, "snapshot", lambda **_: stale)
    assert "The store does not answer" in open_lab().warning[0].value


def test_a_lab_that_was_deleted_under_the_dashboard_opens_anew(store, lab_home):
    finished_run(store)
    assert "Nothing trained yet" not in lab_words(open_lab())
    shutil.rmtree(lab_home)
    assert "Nothing trained yet" in lab_words(open_lab())


def test_table_of_runs_has_their_ids_and_no_cell_that_is_a_formula(store):
    run = finished_run(store)
    store.rename(run.id, "=1+1")
    at = open_lab()
    frame = at.dataframe[0].value
    assert list(frame["id"]) == [run.id]
    assert list(frame["name"]) == ["'=1+1"]


def test_expression_that_stands_alone_in_a_script_is_not_shown():
    script = AppTest.from_string("import streamlit as st\nst.text('said')\n'only stated'").run()
    assert [text.value for text in script.text] == ["said"]
    assert not script.markdown
