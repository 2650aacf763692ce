"""Sweeps on the Study page and in its form, as their scripts run."""

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.runs import RunState
from rnnlab.studies import StudyState
from tests import labs
from tests.pages.test_study import shown
from tests.screens import open_page
from tests.sweeps import finished_sweep, search_with_predictions, sweep


@pytest.fixture(autouse=True)
def dataset(lab_home, monkeypatch):
    """A small dataset in the home, 20 of its reviews for the test part; no process is started."""
    st.cache_resource.clear()
    monkeypatch.setattr("rnnlab.worker.launch.LocalExecutor.ensure", lambda *_, **__: 0)
    monkeypatch.setattr("rnnlab.worker.coordinator.CoordinatorLauncher.ensure", lambda _: False)
    labs.encode_reviews(lab_home)


def spec_of(*archs, **options):
    return sweep(*archs or ("lstm", "gru"), epochs=4, **{"runs": 3, **options})


def started(store, *archs, **options):
    return store.studies.create(spec_of(*archs, **options), (), now=time.time())


def test_running_sweep_shows_its_settings_and_can_be_paused_and_resumed(store):
    study = started(store)
    search_with_predictions(store, most=3)
    at = open_page("study", study=study.id)
    text = shown(at)
    assert "Tuning LSTM and GRU" in text
    assert "Search: 3 of 6 runs done, about" in text
    assert "Highest in the search: LSTM 55.0 % at setting 1 of" in text
    at.button(key="sweep_pause").click().run()
    assert store.studies.get(study.id).state is StudyState.PAUSED
    at = open_page("study", study=study.id)
    assert "Paused: what is in training goes on" in shown(at)
    at.button(key="sweep_resume").click().run()
    assert store.studies.get(study.id).state is StudyState.RUNNING


def test_finished_sweep_answers_in_one_sentence(store):
    study = finished_sweep(store, spec_of())
    at = open_page("study", study=study.id)
    text = shown(at)
    assert "LSTM and GRU, each tuned with 3 runs: " in text
    assert "Gained by tuning" in text and "Default (test)" in text
    given = at.caption[-1].value.replace("\\", "")
    assert "3 runs over learning rate 0.0001–0.01; units 4–16, seed 42, up to 4 epochs" in given
    assert "Chosen: LSTM at learning rate" in text


def test_sweep_of_one_model_tells_of_its_default_and_of_no_other_model(store):
    study = finished_sweep(store, spec_of("lstm"))
    text = shown(open_page("study", study=study.id))
    assert "LSTM, tuned with 3 runs: " in text
    assert "Choose another model" not in text


@pytest.mark.parametrize("view", ["parallel", "importance", "cost"])
def test_every_view_of_a_sweep_has_a_title_that_says_what_it_shows(store, view):
    study = started(store, "lstm", runs=12)
    search_with_predictions(store)
    at = open_page("study", study=study.id)
    at.segmented_control(key="sweep_view").set_value(view).run()
    assert not at.exception
    titles = {
        "parallel": "highest of 12 settings: learning rate",
        "importance": "Importance is estimated once ten settings are trained",  # all alike
        "cost": "Highest: LSTM, 55.0 % for",
    }
    assert titles[view] in shown(at) or titles[view] in at.info[0].value


def test_sweep_without_an_ended_setting_shows_no_chart(store):
    at = open_page("study", study=started(store).id)
    assert not at.exception
    assert "Search: 0 of 6 runs done" in shown(at)


def test_list_of_studies_names_sweeps_and_offers_one(store):
    study = started(store)
    at = open_page("study")
    assert study.name in at.button(key=f"study_open_{study.id}").label.replace("\\", "")
    assert at.button(key="study_sweep")


def form():
    from rnnlab.config import preset
    from ui.study import dialog

    dialog.ask((), [preset("lstm"), preset("gru")], "sweep")


def budget_form():
    import streamlit as st

    from ui.reader import snapshot
    from ui.study import sweep_controls

    sweep_controls.ask_budget(snapshot().studies[0])
    st.caption("drawn")


def test_sweep_is_started_from_its_form_with_its_cost_shown_before(store):
    at = AppTest.from_function(form, default_timeout=120).run()
    at.number_input(key="tune_budget_runs").set_value(5.0).run()
    text = shown(at)
    assert "winners and defaults on fresh seeds" in text
    assert "Settings are sampled from continuous ranges." in text
    at.button(key="tune_start").click().run()
    (study,) = store.studies.all()
    assert study.spec.sweep.runs == 5
    assert list(study.spec.sweep.ranges) == ["learning_rate", "units"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("tune_range_units", "64..4", "write units=4..64"),
        ("tune_range_units", "4..9999", "units must be 1–512"),
        ("tune_budget_runs", 0.0, "runs must be 1–1000"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_nothing_can_be_started(store, key, value, message):
    at = AppTest.from_function(form, default_timeout=120).run()
    box = at.number_input if isinstance(value, float) else at.text_input
    box(key=key).set_value(value).run()
    assert message in at.error[0].value.replace("\\", "")
    assert at.button(key="tune_start").disabled


def test_budget_is_changed_in_a_dialog(store):
    study = started(store)
    assert open_page("study", study=study.id).button(key="sweep_budget")
    at = AppTest.from_function(budget_form, default_timeout=120).run()
    at.number_input(key="sweep_budget_box").set_value(9.0).run()
    at.button(key="sweep_budget_change").click().run()
    assert store.studies.get(study.id).spec.sweep.runs == 9


def test_pruned_run_says_why_it_ended(store):
    attempt = labs.claimed(store)
    labs.train(attempt, 2)
    attempt.end(RunState.STOPPED, now=time.time())
    labs.damage(store, attempt.run.id, "stop_reason = 'Stopped by sweep s after epoch 2: below.'")
    assert "Stopped by sweep s after epoch 2: below." in shown(open_page("run", run=attempt.run.id))
